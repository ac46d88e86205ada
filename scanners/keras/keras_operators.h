// The layers of Keras 2 that stand for an operator of TensorFlow: TFOpLambda names a function of
// its Python interface ("math.add"), ClassMethod a class, TensorFlowOpLayer has a node of a graph.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::keras {

// What of TensorFlow a text of the configuration names that reaches files, Python or other code.
// `cut`: of the text only the beginning is there.
std::optional<std::string> operator_that_reaches(std::string_view key, std::string_view text,
                                                 bool cut);

}  // namespace assay::keras
