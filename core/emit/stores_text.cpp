#include "stores_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "prose.h"

namespace assay {

std::string store_line(const StoreReport& store) {
    std::string out = fmt::format("{} store at {}: {} as named", name_of(store.kind),
                                  store.path.empty() ? "." : store.path, counted(store.ok, "blob"));
    const std::pair<uint64_t, std::string_view> others[] = {
        {store.corrupt, "corrupt"},   {store.missing, "missing"},     {store.partial, "partial"},
        {store.orphaned, "orphaned"}, {store.unchecked, "unchecked"},
    };
    for (const auto& [count, word] : others) {
        if (count > 0) out += fmt::format(", {} {}", count, word);
    }
    if (store.models_total > 0) {
        out += fmt::format("; {}, {} damaged", counted(store.models_total, "model"),
                           store.models_damaged);
    }
    return store.cut ? out + "; too many to say which models are damaged" : out;
}

static std::string broken_by(const StoreBlob& blob) {
    std::string out;
    for (const std::string& name : blob.breaks) out += (out.empty() ? "" : ", ") + name;
    const uint64_t more = blob.breaks_total - blob.breaks.size();
    if (more > 0) out += fmt::format(" and {} more", more);
    return out.empty() ? "breaks no model that is known" : "breaks " + out;
}

bool is_told_by_store(const Finding& finding) {
    constexpr std::string_view kTold[] = {
        "hfcache.blob.sha256_mismatch", "hfcache.blob.gitsha1_mismatch", "hfcache.symlink.dangling",
        "ollama.blob.digest_mismatch",  "ollama.blob.missing",           "oci.blob.digest_mismatch",
        "lfs.object.digest_mismatch",   "dvc.cache.md5_mismatch",        "dvc.cache.missing",
        "dvc.dir.missing_entry"};
    return std::find(std::begin(kTold), std::end(kTold), finding.rule->id) != std::end(kTold);
}

static std::string path_of(std::string_view target, const std::string& path) {
    std::string out = target == "." ? "" : escape_path(target);
    if (!out.empty() && out.back() != '/') out += '/';
    return out + path;
}

std::string bad_lines(const StoreReport& store, std::string_view target) {
    std::string out;
    for (const StoreBlob& blob : store.bad) {
        out += fmt::format("{:<8}  {}  {}\n", name_of(blob.state), path_of(target, blob.path),
                           broken_by(blob));
    }
    const uint64_t all = store.corrupt + store.missing;
    if (all > StoreReport::kMostListed) {
        out += fmt::format("          and more: {} in all\n", all);
    }
    return out;
}

}  // namespace assay
