// Texts that people and tools put into model files beside the weights: what in them looks like
// meant for a shell, an interpreter or a browser. Such texts are mostly prose: addresses, Markdown,
// prompts, licences and settings as JSON. So only what has no business in any of those is told.
#pragma once

#include <string_view>

namespace assay {

// The first thing that looks like a command or a script; empty if nothing does.
std::string_view suspicious_part(std::string_view text);

}  // namespace assay
