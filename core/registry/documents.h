// The JSON documents of the distribution specification, as far as a registry's client must read or
// write them: lists of descriptors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/json_value.h"
#include "assay/registry.h"

namespace assay::registry {

inline constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";

// The digest of bytes by the algorithm of `like` ("sha256:…" or "sha512:…").
std::string digest_like(std::string_view like, Bytes bytes);
std::string sha256_digest(Bytes bytes);

// Of an image index; kMalformed where it is none or a descriptor is incomplete.
Result<std::vector<Descriptor>> read_index(std::string_view text);

// The index with one more descriptor; everything else in it stays as it is. `text` may be empty: a
// new one. kMalformed where it is no index: what somebody keeps there is not ours to replace.
Result<std::string> add_to_index(std::string_view text, const Descriptor& descriptor);

}  // namespace assay::registry
