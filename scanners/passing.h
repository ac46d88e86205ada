// What becomes of the bytes that a format leaves. Only the engine's own context knows; of any other
// one it is assumed that they pass.
#pragma once

#include "assay/context.h"

namespace assay {

class Passing {
  public:
    virtual ~Passing() = default;

    // Whether what the format leaves will pass: somebody has a digest of it, say. If not, whoever
    // wants to see bytes of it glances at them.
    [[nodiscard]] virtual bool rest_will_pass() const = 0;

    // Whether members are wanted from their first byte to their last, for digests of their own: a
    // container must then read them in order.
    [[nodiscard]] virtual bool wants_members_whole() const = 0;
};

inline bool rest_will_pass(const ScanContext& context) {
    const auto* passing = dynamic_cast<const Passing*>(&context);
    return !passing || passing->rest_will_pass();
}

inline bool wants_members_whole(const ScanContext& context) {
    const auto* passing = dynamic_cast<const Passing*>(&context);
    return passing && passing->wants_members_whole();
}

}  // namespace assay
