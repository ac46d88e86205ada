#include "assay/stores.h"

namespace assay {

std::string_view name_of(StoreKind kind) {
    static constexpr std::string_view kNames[] = {"huggingface", "ollama",  "oci-layout",
                                                  "kitops",      "git-lfs", "dvc"};
    return kNames[static_cast<size_t>(kind)];
}

std::string_view name_of(BlobState state) {
    static constexpr std::string_view kNames[] = {"ok", "corrupt", "missing", "partial",
                                                  "unchecked"};
    return kNames[static_cast<size_t>(state)];
}

}  // namespace assay
