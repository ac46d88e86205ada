// Text in a form in which letters that look the same are the same, however they are composed
// (Unicode's normalization form D).
#pragma once

#include <string>
#include <string_view>

namespace assay {

// What is not UTF-8 stays as it is.
std::string decomposed(std::string_view text);

}  // namespace assay
