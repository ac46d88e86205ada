#include "assay/place.h"

#include <algorithm>

namespace assay {

static void append_percent(std::string& out, std::string_view bytes) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    for (char c : bytes) {
        auto byte = static_cast<uint8_t>(c);
        out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
}

static std::string escape(std::string_view text, std::string_view reserved) {
    std::string out;
    out.reserve(text.size());
    for (;;) {
        const size_t plain_length = plain_run(text, reserved);
        out += text.substr(0, plain_length);
        text.remove_prefix(plain_length);
        if (text.empty()) break;
        Utf8Char next = utf8_at(text);
        std::string_view bytes = text.substr(0, next.length == 0 ? 1 : next.length);
        bool plain = next.length != 0 && !is_deceptive(next.code) &&
                     reserved.find(bytes) == std::string_view::npos;
        if (plain) {
            out += bytes;
        } else {
            append_percent(out, bytes);
        }
        text.remove_prefix(bytes.size());
    }
    return out;
}

std::string escape_path(std::string_view path) { return escape(path, "%!"); }

std::string escape_text(std::string_view text) { return escape(text, ""); }

std::string member_path(std::string_view escaped_parent, std::string_view member_name) {
    std::string path(escaped_parent);
    path += '!';
    path += escape_path(member_name);
    return path;
}

// Appends the components of `path` to `out`, which must not get shorter than `root`.
static bool walk(std::string_view path, size_t root, std::string& out) {
    while (!path.empty()) {
        std::string_view component = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), component.size() + 1));
        if (component.empty() || component == ".") continue;
        if (component != "..") {
            if (out.size() > root) out += '/';
            out += component;
            continue;
        }
        if (out.size() == root) return false;
        size_t cut = out.rfind('/');
        out.resize(cut == std::string::npos || cut < root ? root : cut);
    }
    return true;
}

bool resolve_within(std::string_view from, std::string_view relative, std::string& resolved) {
    bool usable =
        !relative.empty() && relative[0] != '/' && relative.find('\0') == std::string_view::npos;
    if (!usable) return false;
    size_t container = from.rfind('!');
    size_t root = container == std::string_view::npos ? 0 : container + 1;
    size_t slash = from.find_last_of('/');
    bool in_folder = slash != std::string_view::npos && slash >= root;
    resolved.assign(from.substr(0, root));
    return walk(in_folder ? from.substr(root, slash - root) : std::string_view(), root, resolved) &&
           walk(escape_path(relative), root, resolved);
}

}  // namespace assay
