#include "hf_repository.h"

#include <algorithm>
#include <array>

namespace assay {

static std::string_view base_name(std::string_view path) {
    return path.substr(path.find_last_of("/!") + 1);
}

bool is_loaded_by_name(std::string_view path) {
    constexpr std::array<std::string_view, 21> kNames = {
        "config.json",
        "tokenizer_config.json",
        "generation_config.json",
        "model_index.json",
        "preprocessor_config.json",
        "processor_config.json",
        "adapter_config.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "chat_template.json",
        "video_preprocessor_config.json",
        "scheduler_config.json",
        "added_tokens.json",
        "image_processor_config.json",
        "modules.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json",
        "router_config.json",
        "wordembedding_config.json",
        "open_clip_config.json",
        "modular_model_index.json",
    };
    const std::string_view name = base_name(path);
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool is_true(const json::Token& token) {
    using json::Kind;
    if (token.kind == Kind::kString) return !token.text.empty() && token.text != "false";
    if (token.kind == Kind::kNumber) return token.text != "0";
    return token.kind == Kind::kTrue;
}

}  // namespace assay
