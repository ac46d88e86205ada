// Indexes of models that lie in several files; see shard_index.cpp.
#pragma once

#include "json_kind.h"

namespace assay {

extern const JsonKind kShardIndex;

}  // namespace assay
