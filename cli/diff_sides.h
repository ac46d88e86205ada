// The two sides of a diff, each as a manifest: read from a statement or a list of digests, or made
// of a model on the spot, with the settings of the other side.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "args.h"
#include "model_files.h"
#include "signed_model.h"
#include "sums_manifest.h"

namespace assay::cli {

struct Side {
    explicit Side(std::string typed) : path(std::move(typed)) {}

    std::string path;
    std::optional<ModelFiles> files;    // of a model
    std::optional<SignedModel> stated;  // of a statement
    std::optional<SumsManifest> sums;   // of a list of digests
    OmsManifest manifest;
    std::map<std::string, uint64_t> sizes;  // of a model's files
    std::vector<std::string> unread;        // of a model: what is there, but was not hashed
};

// Fills in both manifests; complains, and says what to exit with, where that cannot be done.
std::optional<int> open_sides(const Args& args, Side& a, Side& b);

}  // namespace assay::cli
