// The JSON files of a Hugging Face repository that decide which code runs.
#pragma once

#include "json_kind.h"

namespace assay {

extern const JsonKind kHfConfig;           // hf_config.cpp: models, tokenizers, processors
extern const JsonKind kChatTemplates;      // chat_templates.cpp
extern const JsonKind kPeftAdapter;        // hf_adapter.cpp
extern const JsonKind kDiffusersPipeline;  // hf_adapter.cpp
extern const JsonKind kSentenceModules;    // sentence_modules.cpp
extern const JsonKind kSentenceParts;      // sentence_modules.cpp: configurations of those
extern const JsonKind kTokenizerJson;      // tokenizer_json.cpp

// What libraries open by its name to load a model.
bool is_loaded_by_name(std::string_view path);

// Whether a program that asks for no more than "if value" takes it for true.
bool is_true(const json::Token& token);

}  // namespace assay
