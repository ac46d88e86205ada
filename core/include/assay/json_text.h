// Writes JSON, compact, into a string. Commas are put by the writer, so that the order of calls is
// the order of the text and nothing else has to be right.
#pragma once

#include <string>
#include <string_view>

namespace assay {

// JSON text of a string: quoted, escaped; bytes that are not UTF-8 become U+FFFD, and what
// is_deceptive() is written \uXXXX.
void append_quoted(std::string& out, std::string_view text);
std::string json_quote(std::string_view text);

class JsonText {
  public:
    explicit JsonText(std::string& out) : out_(out) {}

    JsonText& key(std::string_view name) {
        separate();
        append_quoted(out_, name);
        out_ += ':';
        fresh_ = true;
        return *this;
    }
    void text(std::string_view value) {
        separate();
        append_quoted(out_, value);
    }
    void number(uint64_t value) {
        separate();
        out_ += std::to_string(value);
    }
    void integer(int64_t value) {
        separate();
        out_ += std::to_string(value);
    }
    void boolean(bool value) {
        separate();
        out_ += value ? "true" : "false";
    }
    // A value that is JSON already.
    void raw(std::string_view json) {
        separate();
        out_ += json;
    }
    void open(char bracket) {
        separate();
        out_ += bracket;
        fresh_ = true;
    }
    void close(char bracket) {
        out_ += bracket;
        fresh_ = false;
    }

  private:
    void separate() {
        if (!fresh_) out_ += ',';
        fresh_ = false;
    }

    std::string& out_;
    bool fresh_ = true;  // nothing stands before in this object, list or member
};

}  // namespace assay
