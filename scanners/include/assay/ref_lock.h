// Which digest each tag of an image has, in a file that is kept beside the code that pulls it:
//
//   {"schema":"assay.lock/1","refs":{"latest":"sha256:…"}}
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "assay/result.h"

namespace assay {

using RefLock = std::map<std::string, std::string>;

// kMalformed for what is no such text, or holds a key twice or what is no digest.
Result<RefLock> parse_ref_lock(std::string_view text);
std::string text_of(const RefLock& lock);

}  // namespace assay
