// What an archive of skops is made of; see skops_schema.cpp.
#pragma once

#include "json_kind.h"

namespace assay {

extern const JsonKind kSkopsSchema;

}  // namespace assay
