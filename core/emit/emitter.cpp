#include <array>

#include "emitters.h"

namespace assay {

namespace {

struct Known {
    std::string_view name;
    std::unique_ptr<Emitter> (*make)(Output& output);
};

constexpr std::array kKnown = {
    Known{"table", make_table}, Known{"json", make_json},     Known{"jsonl", make_jsonl},
    Known{"sums", make_sums},   Known{"stores", make_stores},
};

}  // namespace

std::unique_ptr<Emitter> make_emitter(std::string_view format, Output& output) {
    for (const Known& known : kKnown) {
        if (known.name == format) return known.make(output);
    }
    return nullptr;
}

std::vector<std::string_view> emitter_names() {
    std::vector<std::string_view> names;
    names.reserve(kKnown.size());
    for (const Known& known : kKnown) names.push_back(known.name);
    return names;
}

}  // namespace assay
