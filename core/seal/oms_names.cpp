#include <algorithm>

#include "assay/oms.h"
#include "assay/utf8.h"

namespace assay {

static bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        size_t length = utf8_at(text).length;
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool is_model_name(std::string_view name) {
    if (name.empty() || name.find('\0') != std::string_view::npos || !is_utf8(name)) return false;
    for (size_t from = 0; from <= name.size();) {
        size_t slash = std::min(name.find('/', from), name.size());
        std::string_view component = name.substr(from, slash - from);
        if (component.empty() || component == "." || component == "..") return false;
        from = slash + 1;
    }
    return true;
}

bool is_within(std::string_view name, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view above) {
        if (!name.starts_with(above)) return false;
        return name.size() == above.size() || name[above.size()] == '/';
    });
}

bool was_hashed(const Record& record, const OmsSettings& settings) {
    if (!settings.by_shards) return !record.digests.empty();
    return record.coverage != Coverage::kUnreadable && record.accounted.hashed == record.size;
}

const std::vector<std::string>& git_names() {
    static const std::vector<std::string> names = {".git", ".gitattributes", ".github",
                                                   ".gitignore"};
    return names;
}

}  // namespace assay
