// A file of any size on its way to a signature: read once, in pieces, with all digests that may be
// asked for; only for Ed25519, which signs the whole message, as a whole.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "assay/keys.h"
#include "assay/result.h"

namespace assay::cli {

struct Blob {
    MessageDigests digests;
    std::vector<uint8_t> content;  // only when it was asked for
    bool has_content = false;
};

inline constexpr size_t kMaxWholeBlob = size_t{64} << 20;

// "-" is standard input. A file that changes while it is read is kChanged; with `whole`, one beyond
// kMaxWholeBlob is kLimit. Stops at Ctrl-C.
Result<Blob> read_blob(const std::string& name, const std::vector<MessageDigest>& digests,
                       bool whole);

// "sha256:HEX": the digest instead of the file.
std::optional<Blob> blob_of_digest(std::string_view name);

// What `key` says about the blob: by its own digest, or by any of those that were computed.
Status verify_blob(const PublicKey& key, const Blob& blob, Bytes signature);

}  // namespace assay::cli
