// Shows values as Python would write them, for a person who must decide. Bounded: long texts, deep
// nesting and many items are cut with an ellipsis.
#pragma once

#include <string>

#include "machine.h"

namespace assay::pickle {

std::string render(const Heap& heap, Value value);
// "posix.system('id')"; for NEWOBJ the class's __new__ is called as such.
std::string render_call(const Heap& heap, const Call& call);
// "module.name"
std::string render_name(std::string_view module, std::string_view name);

}  // namespace assay::pickle
