// The JSON files of a Hugging Face repository that decide which code runs.
#pragma once

#include "json_kind.h"

namespace assay {

extern const JsonKind kHfConfig;           // hf_config.cpp: models, tokenizers, processors
extern const JsonKind kChatTemplates;      // chat_templates.cpp
extern const JsonKind kPeftAdapter;        // hf_adapter.cpp
extern const JsonKind kDiffusersPipeline;  // hf_adapter.cpp
extern const JsonKind kTokenizerJson;      // tokenizer_json.cpp

}  // namespace assay
