#include "assay/json_text.h"

#include "assay/utf8.h"

namespace assay {

static void append_escape(std::string& out, char32_t code) {
    static constexpr char kDigits[] = "0123456789abcdef";
    switch (code) {
        case '\n':
            out += "\\n";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\r':
            out += "\\r";
            return;
        default:
            out += {'\\',
                    'u',
                    kDigits[code >> 12 & 15],
                    kDigits[code >> 8 & 15],
                    kDigits[code >> 4 & 15],
                    kDigits[code & 15]};
    }
}

// Deceptive characters all lie below U+10000, so one \uXXXX does.
static void append_character(std::string& out, Utf8Char next, std::string_view bytes) {
    if (next.length == 0) {
        out += "\xEF\xBF\xBD";
    } else if (is_deceptive(next.code)) {
        append_escape(out, next.code);
    } else {
        if (next.code == '"' || next.code == '\\') out += '\\';
        out += bytes;
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (;;) {
        size_t plain = plain_run(text, "\"\\");
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        Utf8Char next = utf8_at(text);
        std::string_view bytes = text.substr(0, next.length == 0 ? 1 : next.length);
        append_character(out, next, bytes);
        text.remove_prefix(bytes.size());
    }
    out += '"';
}

std::string json_quote(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

}  // namespace assay
