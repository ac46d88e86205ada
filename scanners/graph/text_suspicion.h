// Texts that a model carries along: names of tools, licences, notes.
#pragma once

#include <string>
#include <string_view>

namespace assay {

// What makes the text look like code that somebody hopes will be run, or nothing. Source lines that
// exporters leave in a model are no reason: only what has no business in a description.
std::string_view suspicion(std::string_view text);

// The text as a property: cut, so that it fits into a table.
std::string shown(std::string_view text);

}  // namespace assay
