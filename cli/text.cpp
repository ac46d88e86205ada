#include "text.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "assay/emit.h"
#include "commands.h"

namespace assay::cli {

std::string wrapped(std::string_view text, size_t width) {
    std::string out;
    size_t column = 0;
    while (!text.empty()) {
        size_t end = std::min(text.find_first_of(" \n"), text.size());
        if (column > 0 && column + 1 + end > width) {
            out += '\n';
            column = 0;
        } else if (column > 0) {
            out += ' ';
            column++;
        }
        out += text.substr(0, end);
        column += end;
        if (end < text.size() && text[end] == '\n') {
            out += '\n';
            column = 0;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string indented(std::string_view text, size_t columns) {
    std::string out(columns, ' ');
    for (char c : text) {
        out += c;
        if (c == '\n') out.append(columns, ' ');
    }
    return out;
}

std::string rate_text(double bytes_per_second) {
    return fmt::format("{:.2f} GB/s", bytes_per_second / 1e9);
}

void JsonWriter::begin(std::string_view key, char bracket) {
    lead(key);
    out_ += bracket;
    depth_++;
    fresh_ = true;
}

void JsonWriter::end(char bracket) {
    depth_--;
    if (!fresh_) new_line();
    out_ += bracket;
    fresh_ = false;
    if (depth_ == 0) out_ += '\n';
}

void JsonWriter::text(std::string_view key, std::string_view value) {
    lead(key);
    out_ += json_quote(value);
}

void JsonWriter::number(std::string_view key, uint64_t value) {
    lead(key);
    out_ += std::to_string(value);
}

void JsonWriter::number(std::string_view key, double value) {
    lead(key);
    out_ += fmt::format("{:.6g}", value);
}

void JsonWriter::boolean(std::string_view key, bool value) {
    lead(key);
    out_ += value ? "true" : "false";
}

void JsonWriter::texts(std::string_view key, const std::vector<std::string>& values) {
    begin(key, '[');
    for (const std::string& value : values) text({}, value);
    end(']');
}

void JsonWriter::new_line() {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
}

void JsonWriter::lead(std::string_view key) {
    if (!fresh_) out_ += ',';
    if (depth_ > 0) new_line();
    fresh_ = false;
    if (!key.empty()) out_ += json_quote(key) + ": ";
}

int print_out(std::string_view text, int code) {
    std::unique_ptr<Output> output = Output::to_stdout();
    Status written = output->write(text);
    if (written) written = output->commit();
    if (written) return code;
    complain("standard output", describe(written.error()));
    return code == kExitClean ? kExitIncomplete : code;
}

}  // namespace assay::cli
