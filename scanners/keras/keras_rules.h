// Everything that can be said of a Keras model, whichever file its configuration lies in.
#pragma once

#include <span>

#include "assay/rules.h"

namespace assay::keras::rules {

extern const Rule kLambda;         // keras.config.lambda
extern const Rule kMarshal;        // keras.config.lambda_marshal
extern const Rule kModule;         // keras.config.module_not_allowed
extern const Rule kNonModeling;    // keras.config.non_modeling_api
extern const Rule kCustom;         // keras.config.registered_custom
extern const Rule kDuplicateKey;   // keras.config.dup_key
extern const Rule kDepth;          // keras.config.depth
extern const Rule kTfsm;           // keras.layer.tfsm
extern const Rule kTorchWrapper;   // keras.layer.torch_module_wrapper
extern const Rule kJax;            // keras.layer.jax_layer
extern const Rule kFlax;           // keras.layer.flax_layer
extern const Rule kVocabulary;     // keras.layer.vocabulary_path
extern const Rule kOperator;       // keras.layer.tf_operator
extern const Rule kPreprocessing;  // keras.layer.preprocessing_io
extern const Rule kTwoConfigs;     // keras.zip.dup_config
extern const Rule kMissing;        // keras.layout.missing

extern const std::span<const Rule> kAll;

}  // namespace assay::keras::rules
