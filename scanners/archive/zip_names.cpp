#include "zip_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "member_name.h"
#include "zip_rules.h"

namespace assay {

namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// The separator first, so that everything in a folder comes right behind it.
int rank(char c) {
    if (c == '/') return 0;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return 1 + static_cast<uint8_t>(c);
}

bool folded_less(std::string_view left, std::string_view right) {
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                        [](char a, char b) { return rank(a) < rank(b); });
}

bool folded_equal(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return rank(a) == rank(b); });
}

bool holds(std::string_view folder, std::string_view name) {
    return name.size() > folder.size() && name[folder.size()] == '/' && !folder.ends_with('/') &&
           folded_equal(folder, name.substr(0, folder.size()));
}

void compare(const ZipEntry& first, const ZipEntry& second, ScanContext& context) {
    auto report = [&](ZipRule rule) {
        context.report(rule_of(rule), second.header_offset, 0,
                       first.name == second.name
                           ? std::string(second.name)
                           : fmt::format("{} and {}", first.name, second.name));
    };
    if (first.name == second.name) return report(ZipRule::kNameDuplicate);
    if (folded_equal(first.name, second.name)) return report(ZipRule::kNameCaseDuplicate);
    if (holds(first.name, second.name)) report(ZipRule::kNameFileDirConflict);
}

}  // namespace

void check_name(std::string_view name, uint16_t flags, uint64_t offset, ScanContext& context) {
    auto report = [&](bool wrong, ZipRule rule) {
        if (wrong) context.report(rule_of(rule), offset, 0, name);
    };
    report(name.empty(), ZipRule::kNameEmpty);
    report(has_parent_step(name), ZipRule::kNameTraversal);
    report(is_rooted(name), ZipRule::kNameAbsolute);
    report(names_drive(name), ZipRule::kNameDrive);
    report(name.find('\\') != std::string_view::npos, ZipRule::kNameBackslash);
    report(name.find('\0') != std::string_view::npos, ZipRule::kNameNul);
    report(has_control(name), ZipRule::kNameControl);
    const bool says_utf8 = (flags & kBitUtf8) != 0;
    report(says_utf8 && !is_utf8(name), ZipRule::kNameNotUtf8);
    report(!says_utf8 && !is_ascii(name), ZipRule::kNameCp437Nonascii);
}

void check_names(const ZipDirectory& directory, ScanContext& context) {
    std::span<const ZipEntry> entries = directory.entries();
    std::vector<uint32_t> order(entries.size());
    for (uint32_t i = 0; i < order.size(); i++) order[i] = i;
    std::sort(order.begin(), order.end(), [&](uint32_t left, uint32_t right) {
        std::string_view a = entries[left].name;
        std::string_view b = entries[right].name;
        if (folded_less(a, b)) return true;
        if (folded_less(b, a)) return false;
        return a != b ? a < b : left < right;
    });
    for (const ZipEntry& entry : entries) {
        check_name(entry.name, entry.flags, entry.header_offset, context);
    }
    for (size_t i = 1; i < order.size(); i++) {
        compare(entries[order[i - 1]], entries[order[i]], context);
    }
}

}  // namespace assay
