// What is known of a content-addressed store as a whole when all of it has been looked at: which
// blobs hold what their names say, and which models the others break.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class StoreKind : uint8_t { kHuggingFace, kOllama, kOciLayout, kKitops, kGitLfs, kDvc };
std::string_view name_of(StoreKind kind);  // "huggingface", …

enum class BlobState : uint8_t {
    kOk,
    kCorrupt,    // holds something else than its name says
    kMissing,    // something needs it, and it is not there
    kPartial,    // a download that was not finished
    kUnchecked,  // its content was not compared: it could not be read, or no digests were wanted
};
std::string_view name_of(BlobState state);

// A blob that is not as it should be.
struct StoreBlob {
    std::string path;  // escaped, relative to the target
    BlobState state = BlobState::kCorrupt;
    std::string expected;             // "sha256:…", of corrupt ones
    std::string actual;               // the same of what it holds
    std::vector<std::string> breaks;  // the first models that need it, by their names
    uint64_t breaks_total = 0;
};

struct StoreModel {
    std::string name;  // "org/name@commit", "registry/namespace/model:tag", …
    bool damaged = false;
    uint64_t parts = 0;
    uint64_t damaged_parts = 0;
};

struct StoreReport {
    StoreKind kind = StoreKind::kHuggingFace;
    uint32_t target = 0;
    std::string path;  // of its root, relative to the target; "../.." where the target lies inside
    uint64_t ok = 0;
    uint64_t corrupt = 0;
    uint64_t missing = 0;
    uint64_t partial = 0;
    uint64_t unchecked = 0;
    uint64_t orphaned = 0;       // of those that are there: needed by no model
    std::vector<StoreBlob> bad;  // corrupt and missing, and what is partial and needed: the first
                                 // kMostListed by path; the numbers above say how many there are
    std::vector<StoreModel> models;  // damaged ones first, at most kMostListed
    uint64_t models_total = 0;
    uint64_t models_damaged = 0;
    bool cut = false;  // there was too little memory to say which models are damaged

    static constexpr size_t kMostListed = 1000;
    static constexpr size_t kMostModels = 8;  // named for each blob
};

}  // namespace assay
