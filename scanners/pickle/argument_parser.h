// The one text that scipy's distributions keep in their state and run when they are loaded: three
// functions that sort arguments, written by a template with the names of the shapes filled in.
#pragma once

#include <string_view>

namespace assay::pickle {

inline constexpr std::string_view kArgumentParser = "\ndef _parse_args(self, ";

// Whether `text` is what the template gives, and nothing more.
bool is_argument_parser(std::string_view text);

}  // namespace assay::pickle
