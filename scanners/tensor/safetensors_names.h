// The names of a file's tensors: each is looked at once, and compared with all that came before.
#pragma once

#include <string_view>

#include "assay/context.h"
#include "text/json.h"

namespace assay::safetensors {

class TensorNames {
  public:
    explicit TensorNames(ScanContext& context);

    // Reports what is wrong with the name in this key. True for one of letters, digits, dots,
    // dashes and underscores, which needs no escaping.
    bool add(const json::Token& key);

    // What the caller pays for; half as much again is needed while it grows.
    [[nodiscard]] size_t bytes() const {
        return names_.bytes() + escaped_.bytes() + skeletons_.bytes();
    }

  private:
    bool is_new(const json::Token& key);
    void check_characters(const json::Token& key);
    void check_looks(const json::Token& key);

    ScanContext& context_;
    json::DuplicateKeys names_;
    json::DuplicateKeys escaped_;    // those that are spelled with escapes
    json::DuplicateKeys skeletons_;  // of those that have one of their own
    bool any_skeleton_ = false;
};

}  // namespace assay::safetensors
