// Base64 as RFC 4648 has it, strictly: what one reader takes and the next one does not is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/bytes.h"

namespace assay {

enum class Base64 { kStandard, kUrl };  // "+/" or "-_"

std::string to_base64(Bytes bytes, Base64 alphabet = Base64::kStandard);

// Nothing for white space, a foreign character, padding that is missing or too much, and bits that
// are set behind the last byte. Padding of kUrl may be left out.
std::optional<std::vector<uint8_t>> from_base64(std::string_view text,
                                                Base64 alphabet = Base64::kStandard);

}  // namespace assay
