// Statements are parsed when their signature holds, but whoever signs may be hostile, too. Whatever
// is accepted names files that a model can have, each once, and parts that cover them without gaps.
#include <cstdint>
#include <cstdlib>

#include "assay/oms.h"

using assay::OmsManifest;
using assay::OmsResource;

static void require(bool condition) {
    if (!condition) std::abort();
}

static void check_pair(const OmsManifest& manifest, const OmsResource& a, const OmsResource& b) {
    if (a.name != b.name) {
        require(a.name < b.name && b.begin == 0);
        return;
    }
    require(manifest.settings.by_shards && a.end == b.begin);
    require(a.end - a.begin == manifest.settings.shard_size);
}

static void check(const OmsManifest& manifest) {
    require(!manifest.resources.empty());
    const OmsResource* before = nullptr;
    for (const OmsResource& resource : manifest.resources) {
        require(resource.name == "." || assay::is_model_name(resource.name));
        if (manifest.settings.by_shards) require(resource.begin < resource.end);
        if (before) check_pair(manifest, *before, resource);
        auto [begin, end] = manifest.parts_of(resource.name);
        require(begin < end);
        before = &resource;
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    for (bool v02 : {false, true}) {
        std::string about;
        auto manifest = assay::read_oms({data, size}, {v02, size_t{8} << 20}, about);
        if (!manifest) continue;
        check(*manifest);
        (void)assay::read_oms_tensors({data, size}, manifest->resources.front().name);
    }
    (void)assay::read_oms_extras({data, size});
    return 0;
}
