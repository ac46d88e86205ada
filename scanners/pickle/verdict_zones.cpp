// Names of time zones. pandas hands "dateutil/Europe/Paris" to dateutil, which looks below its
// folders, and opens any file for a name that starts with a slash or climbs out of them. The name
// stands alone, in the dictionary of an index, or within the text of a type
// ("datetime64[ns, dateutil//etc/shadow]").
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

}  // namespace

// Whether a call was reported for it.
bool Verdict::refuses_zone(const Call& call, const Global& global) {
    if (!heap().known_text(global.module)->starts_with("pandas")) return false;
    constexpr size_t kMostSeen = 1024;
    std::vector<Value> open = {call.args, call.kwargs};
    for (size_t at = 0; at < open.size(); at++) {
        if (open[at].is(Kind::kText) && opens_file(heap().text_of(open[at]).kept)) {
            call_dangerous(call, {Tier::kDangerous, Capability::kFile, Use::kPlain,
                                  "the name of a time zone that is opened as a file", false});
            return true;
        }
        if (open.size() >= kMostSeen) continue;
        const std::vector<Value> inner = heap().kept_items(open[at]);
        open.insert(open.end(), inner.begin(), inner.end());
    }
    return false;
}

}  // namespace assay::pickle
