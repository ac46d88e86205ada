#include "text_suspicion.h"

#include <algorithm>
#include <array>

#include "assay/bytes.h"
#include "pickle/wrapped.h"

namespace assay {

namespace {

constexpr std::string_view kCode[] = {
    "<script",           "javascript:",      "__import__(",     "os.system(",
    "subprocess.Popen(", "subprocess.call(", "subprocess.run(", "powershell -",
    "base64.b64decode(", "/bin/sh -c",       "/bin/bash -c",
};

constexpr std::string_view kMagics[] = {
    "\x7f"
    "ELF",
    "PK\x03\x04",
    "\x80\x02",
    "\x80\x03",
    "\x80\x04",
    "\x80\x05",
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool holds(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

// Short texts spell anything by chance.
bool hides_bytes(std::string_view text) {
    constexpr size_t kShortest = 40;
    if (text.size() < kShortest) return false;
    std::array<uint8_t, 16> begin{};
    const size_t length = pickle::decode_base64(as_bytes(text), begin);
    return std::any_of(std::begin(kMagics), std::end(kMagics), [&](std::string_view magic) {
        return starts_with(Bytes(begin).first(length), magic);
    });
}

}  // namespace

std::string_view suspicion(std::string_view text) {
    for (const std::string_view code : kCode) {
        if (holds(text, code)) return code;
    }
    return hides_bytes(text) ? "a program or pickle in base64" : "";
}

std::string shown(std::string_view text) {
    constexpr size_t kMost = 200;
    return std::string(text.substr(0, kMost)) + (text.size() > kMost ? "..." : "");
}

}  // namespace assay
