// Every kind of JSON document that is looked into, one line each.
#pragma once

#include <array>

#include "graph/coreml.h"
#include "hf_repository.h"
#include "json_kind.h"
#include "shard_index.h"
#include "skops_schema.h"

namespace assay {

inline constexpr std::array kJsonKinds = {
    &kHfConfig,   &kChatTemplates, &kPeftAdapter,      &kDiffusersPipeline,
    &kShardIndex, &kSkopsSchema,   &coreml::kManifest,
};

}  // namespace assay
