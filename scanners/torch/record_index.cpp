#include "record_index.h"

#include <algorithm>
#include <numeric>

namespace assay::torch {

static uint8_t folded(char c) {
    return static_cast<uint8_t>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

int compare_folded(std::string_view a, std::string_view b) {
    size_t common = std::min(a.size(), b.size());
    for (size_t i = 0; i < common; i++) {
        if (folded(a[i]) != folded(b[i])) return folded(a[i]) < folded(b[i]) ? -1 : 1;
    }
    return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

bool starts_folded(std::string_view name, std::string_view beginning) {
    return same_folded(name.substr(0, beginning.size()), beginning);
}

bool ends_folded(std::string_view name, std::string_view ending) {
    return name.size() >= ending.size() &&
           same_folded(name.substr(name.size() - ending.size()), ending);
}

RecordName split_top(std::string_view name) {
    size_t slash = name.find('/');
    if (slash == std::string_view::npos) return {{}, name};
    return {name.substr(0, slash), name.substr(slash + 1)};
}

void RecordIndex::build(std::span<const ZipEntry> entries) {
    entries_ = entries;
    by_name_.resize(entries.size());
    used_.assign(entries.size(), false);
    std::iota(by_name_.begin(), by_name_.end(), 0u);
    std::sort(by_name_.begin(), by_name_.end(), [&](uint32_t a, uint32_t b) {
        int order = compare_folded(entries_[a].name, entries_[b].name);
        return order == 0 ? a < b : order < 0;
    });
}

std::optional<uint32_t> RecordIndex::find(std::string_view name) const {
    auto found = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                  [&](uint32_t entry, std::string_view wanted) {
                                      return compare_folded(entries_[entry].name, wanted) < 0;
                                  });
    if (found == by_name_.end() || !same_folded(entries_[*found].name, name)) return std::nullopt;
    return *found;
}

}  // namespace assay::torch
