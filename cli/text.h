// Text for people and for programs, as the commands without a report print it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

// Breaks at blanks, to lines of at most `width` where words allow; a newline in `text` stays.
std::string wrapped(std::string_view text, size_t width);
std::string indented(std::string_view text, size_t columns);

// "2.51 GB/s": powers of 1000, as rates are usually given.
std::string rate_text(double bytes_per_second);

// JSON for people, too: a member a line. In a list, keys are empty.
class JsonWriter {
  public:
    void begin(std::string_view key, char bracket);
    void end(char bracket);
    void text(std::string_view key, std::string_view value);
    void number(std::string_view key, uint64_t value);
    void number(std::string_view key, double value);
    void boolean(std::string_view key, bool value);
    void texts(std::string_view key, const std::vector<std::string>& values);

    [[nodiscard]] const std::string& str() const { return out_; }

  private:
    void new_line();
    void lead(std::string_view key);

    std::string out_;
    size_t depth_ = 0;
    bool fresh_ = true;
};

// Prints all of a command's result; returns `code`, or what says that it could not be written.
int print_out(std::string_view text, int code);

}  // namespace assay::cli
