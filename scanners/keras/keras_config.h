// The configuration of a Keras model: JSON that says which classes to make, with which arguments.
//
//   Keras 3   {"module": "keras.layers", "class_name": "Dense", "config": {…},
//              "registered_name": null, …}
//   Keras 2   {"class_name": "Dense", "config": {…}}
//
// The loader makes an object of every such node, wherever it stands: module and class are imported
// and called with what the file says. So every node is judged, not only layers.
#pragma once

#include "text/json_kind.h"

namespace assay {

// For documents that may be one: says nothing where they are not.
extern const JsonKind kKerasJson;

namespace keras {

// For those who know that they hold one: reads the whole document, and reports its faults.
Status scan_config(Tape& tape, ScanContext& context);

}  // namespace keras

}  // namespace assay
