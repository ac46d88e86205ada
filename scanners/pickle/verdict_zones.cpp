// Names of time zones. pandas hands "dateutil/Europe/Paris" to dateutil, which looks below its
// folders, and opens any file for a name that starts with a slash or climbs out of them. The name
// stands alone, in the dictionary of an index, or within the text of a type
// ("datetime64[ns, dateutil//etc/shadow]"). A text that is made by a call (str(b"...", "utf-16"))
// may be such a name; no pickler writes one.
#include <algorithm>

#include "verdict.h"

namespace assay::pickle {

namespace {

bool opens_file(std::string_view text) {
    constexpr std::string_view kPrefix = "dateutil/";
    const size_t at = text.find(kPrefix);
    if (at == std::string_view::npos) return false;
    const std::string_view name = text.substr(at + kPrefix.size());
    return name.starts_with('/') || name.find("..") != std::string_view::npos;
}

// Four bytes for each character, as NumPy's texts are, or two.
std::string without_zeros(std::string_view bytes) {
    std::string out(bytes);
    std::erase(out, '\0');
    return out;
}

}  // namespace

bool Verdict::may_name_zone(Value value) const {
    if (is_computed_text(value)) return true;
    const Text text = heap().text_of(value);
    return opens_file(text.kept) || opens_file(without_zeros(text.kept));
}

// Whether a call was reported for it. The same key may be set so often that its last value is not
// among those that are kept.
bool Verdict::refuses_zone(const Call& call, const Global& global) {
    const std::string_view module = *heap().known_text(global.module);
    if (!module.starts_with("pandas") && !module.starts_with("pyarrow")) return false;
    constexpr size_t kMostSeen = 1024;
    std::vector<Value> open = heap().kept_items(call.args);
    open.push_back(call.kwargs);
    const bool hidden = std::ranges::any_of(open, [this](Value value) {
        return value.is(Kind::kDict) &&
               heap().items_of(value)->kept != heap().items_of(value)->total;
    });
    for (size_t at = 0; at < open.size(); at++) {
        if (hidden || may_name_zone(open[at])) {
            call_dangerous(call, {Tier::kDangerous, Capability::kFile, Use::kPlain,
                                  "the name of a time zone that is opened as a file", false});
            return true;
        }
        if (open.size() >= kMostSeen) continue;
        const Made* made = heap().made_of(open[at]);
        const std::vector<Value> inner = heap().kept_items(made ? made->args : open[at]);
        open.insert(open.end(), inner.begin(), inner.end());
        if (!made) continue;
        const std::vector<Value> given = heap().kept_items(heap().given_to(open[at]));
        open.insert(open.end(), given.begin(), given.end());
    }
    return false;
}

}  // namespace assay::pickle
