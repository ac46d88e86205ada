#include "member_name.h"

#include <algorithm>

#include "assay/place.h"

namespace assay {

namespace {

bool is_control(char c) {
    auto byte = static_cast<uint8_t>(c);
    return (byte < 0x20 && byte != 0) || byte == 0x7f;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool has_control(std::string_view name) {
    return std::any_of(name.begin(), name.end(), is_control);
}

bool has_parent_step(std::string_view name) {
    while (true) {
        size_t end = name.find_first_of("/\\");
        if (name.substr(0, end) == "..") return true;
        if (end == std::string_view::npos) return false;
        name.remove_prefix(end + 1);
    }
}

bool is_rooted(std::string_view name) { return name.starts_with('/') || name.starts_with('\\'); }

bool names_drive(std::string_view name) {
    return name.size() >= 2 && is_letter(name[0]) && name[1] == ':';
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        size_t length = utf8_at(text).length;
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string fold_case(std::string_view name) {
    std::string folded(name);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
}

std::optional<std::string> resolve_path(std::string_view folder, std::string_view path) {
    std::string resolved(folder);
    while (!path.empty()) {
        const size_t end = std::min(path.find('/'), path.size());
        std::string_view step = path.substr(0, end);
        path.remove_prefix(std::min(path.size(), end + 1));
        if (step.empty() || step == ".") continue;
        if (step == "..") {
            if (resolved.empty()) return std::nullopt;
            const size_t slash = resolved.rfind('/');
            resolved.resize(slash == std::string::npos ? 0 : slash);
            continue;
        }
        if (!resolved.empty()) resolved += '/';
        resolved += step;
    }
    return resolved;
}

bool leads_inside(std::string_view name, std::string_view target) {
    if (target.empty() || has_control(target) || target.find('\0') != std::string_view::npos ||
        target.find('\\') != std::string_view::npos || is_rooted(target) || names_drive(target)) {
        return false;
    }
    std::string_view down = target;
    while (down.starts_with("../")) down.remove_prefix(3);
    if (down != ".." && has_parent_step(down)) return false;
    const size_t slash = name.rfind('/');
    const std::string_view folder = name.substr(0, slash == std::string_view::npos ? 0 : slash);
    const std::optional<std::string> plain = resolve_path("", folder);
    return plain && resolve_path(*plain, target);
}

}  // namespace assay
