// A bundle that was read, whose signer is trusted and whose statement was taken apart: what verify,
// --since and diff start from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "args.h"
#include "assay/bundle.h"
#include "assay/oms.h"
#include "assay/signer.h"

namespace assay::cli {

struct SignedModel {
    OmsManifest manifest;
    std::vector<uint8_t> payload;  // that was verified
    std::optional<TrustedSigner> signer;
};

// Why there is none: exit code, and what was said.
struct Refusal {
    int code = 0;
    std::string why;
};

struct BundleReading {
    const SignerTrust* trust = nullptr;  // null: the signature is not asked for, or
    const PublicKey* own_key = nullptr;  // it must be of this key, whatever goes along
    bool allow_v02 = false;
    size_t memory = 0;
};

// Complains; the refusal says so, too, for whoever reports in another form.
std::optional<SignedModel> read_signed_model(const std::string& path, const BundleReading& reading,
                                             Refusal& refusal);

}  // namespace assay::cli
