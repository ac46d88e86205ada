// The operators of TensorFlow, and what those can do that reach beyond the graph.
#pragma once

#include <string_view>

namespace assay::tensorflow {

enum class Reach : uint8_t {
    kNone,
    kPython,
    kFiles,
    kFilesOfSaver,  // files, as every model that was saved has it in its saver
    kVocabulary,    // files, as models with a vocabulary have it
    kFilesIfNamed,  // only where an attribute names a file
    kNetwork,
    kDebug,
};

Reach reach_of(std::string_view op);

// Whether TensorFlow 2.21 itself has it.
bool is_known_op(std::string_view op);

}  // namespace assay::tensorflow
