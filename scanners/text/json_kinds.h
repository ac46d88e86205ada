// Every kind of JSON document that is looked into, one line each.
#pragma once

#include <array>

#include "graph/coreml.h"
#include "hf_repository.h"
#include "json_kind.h"
#include "keras/keras_config.h"
#include "oci/image_json.h"
#include "oci/layer_index.h"
#include "shard_index.h"
#include "skops_schema.h"
#include "trees/xgboost.h"
#include "yaml_in_json.h"

namespace assay {

inline constexpr std::array kJsonKinds = {
    &kHfConfig,        &kChatTemplates, &kPeftAdapter,      &kDiffusersPipeline,
    &kShardIndex,      &kSkopsSchema,   &coreml::kManifest, &coreml::kCompiled,
    &kKerasJson,       &kXgboostJson,   &kImageJson,        &kTokenizerJson,
    &kSentenceModules, &kSentenceParts, &kYamlInJson,       &oci::kLayerIndex,
};

}  // namespace assay
