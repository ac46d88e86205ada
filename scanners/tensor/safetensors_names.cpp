#include "safetensors_names.h"

#include <algorithm>
#include <array>

#include "assay/place.h"
#include "assay/text.h"
#include "confusable.h"
#include "safetensors_rules.h"

namespace assay::safetensors {

namespace {

constexpr size_t kLongest = 4096;

constexpr std::array<bool, 256> kOrdinary = [] {
    std::array<bool, 256> ordinary{};
    for (char c = 'a'; c <= 'z'; c++) ordinary[static_cast<uint8_t>(c)] = true;
    for (char c = 'A'; c <= 'Z'; c++) ordinary[static_cast<uint8_t>(c)] = true;
    for (char c = '0'; c <= '9'; c++) ordinary[static_cast<uint8_t>(c)] = true;
    for (char c : {'.', '_', '-'}) ordinary[static_cast<uint8_t>(c)] = true;
    return ordinary;
}();

bool is_ordinary(std::string_view name) {
    bool ordinary = !name.empty() && name.size() <= kLongest;
    for (char c : name) ordinary = ordinary && kOrdinary[static_cast<uint8_t>(c)];
    return ordinary && name != "..";
}

// Slashes are common in names, also in front: graphs of operators name their values so.
bool leads_elsewhere(std::string_view name) {
    const bool drive = name.size() > 2 && name[1] == ':' && (name[2] == '\\' || name[2] == '/');
    if (drive || starts_with_any(name, {"~/", "\\\\", "/etc/", "/home/", "/root/", "/usr/", "/var/",
                                        "/proc/", "/dev/", "/tmp/", "/bin/", "/opt/", "/sys/"})) {
        return true;
    }
    while (true) {
        const size_t end = name.find_first_of("/\\");
        const std::string_view part = name.substr(0, end);
        if (part == ".." || end == std::string_view::npos) return part == "..";
        name.remove_prefix(end + 1);
    }
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

// What a person who reads the name does not see.
struct Unseen {
    bool nul = false;
    bool control = false;
    bool bidi = false;
};

Unseen unseen_in(std::string_view name) {
    Unseen unseen;
    while (!name.empty()) {
        const Utf8Char next = utf8_at(name);
        name.remove_prefix(std::max<size_t>(next.length, 1));
        if (next.length == 0 || !is_deceptive(next.code)) continue;
        const bool control = next.code < 0xa0;
        unseen.nul |= next.code == 0;
        unseen.control |= control && next.code != 0;
        unseen.bidi |= !control;
    }
    return unseen;
}

}  // namespace

TensorNames::TensorNames(ScanContext& context) : context_(context) {
    names_.open();
    escaped_.open();
    skeletons_.open();
}

bool TensorNames::add(const json::Token& key) {
    const bool ordinary = is_ordinary(key.text);
    if (!ordinary) check_characters(key);
    if (is_new(key) && (any_skeleton_ || !ordinary)) check_looks(key);
    return ordinary;
}

bool TensorNames::is_new(const json::Token& key) {
    const bool twice = !names_.add(key.hash);
    if (twice) {
        const bool otherwise = key.escaped || escaped_.has(key.hash);
        context_.report(otherwise ? rule("header.dup_tensor_escaped") : rule("header.dup_tensor"),
                        key.offset, key.length, key.text.substr(0, 200));
    }
    if (key.escaped) escaped_.add(key.hash);
    return !twice;
}

void TensorNames::check_characters(const json::Token& key) {
    auto report = [&](const Rule& found) {
        context_.report(found, key.offset, key.length, key.text.substr(0, 200));
    };
    if (key.text.empty()) report(rule("name.empty"));
    if (key.cut || key.text.size() > kLongest) report(rule("name.too_long"));
    if (leads_elsewhere(key.text)) report(rule("name.path_like"));
    const Unseen unseen = unseen_in(key.text);
    if (unseen.nul) report(rule("name.nul"));
    if (unseen.control) report(rule("name.control_char"));
    if (unseen.bidi) report(rule("name.bidi"));
}

// A name of ASCII alone can only be what another one looks like.
void TensorNames::check_looks(const json::Token& key) {
    uint64_t looks = key.hash;
    if (!key.cut && !is_ascii(key.text)) looks = json::hash_of(skeleton_of(key.text));
    const bool own = looks != key.hash;
    if (skeletons_.has(looks) || (own && names_.has(looks))) {
        context_.report(rule("name.confusable_duplicate"), key.offset, key.length,
                        key.text.substr(0, 200));
    }
    if (own) skeletons_.add(looks);
    any_skeleton_ |= own;
}

}  // namespace assay::safetensors
