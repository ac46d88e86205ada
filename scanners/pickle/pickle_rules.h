// What can be found in a pickle, whatever carries it.
#pragma once

#include <span>

#include "assay/rules.h"

namespace assay::pickle::rules {

extern const Rule kCallDangerous;    // pickle.call.dangerous
extern const Rule kCallUnknown;      // pickle.call.unknown
extern const Rule kCallComputed;     // pickle.call.computed
extern const Rule kCallableKept;     // pickle.callable.kept
extern const Rule kCallDiscarded;    // pickle.call.discarded
extern const Rule kCallCodec;        // pickle.call.codec
extern const Rule kGlobalDangerous;  // pickle.global.dangerous
extern const Rule kGlobalUnknown;    // pickle.global.unknown
extern const Rule kNameComputed;     // pickle.name.computed
extern const Rule kAttribute;        // pickle.attribute.private
extern const Rule kMethodUnknown;    // pickle.method.unknown
extern const Rule kBuildGlobal;      // pickle.build.global
extern const Rule kSetForeign;       // pickle.set.foreign
extern const Rule kDtype;            // pickle.array.dtype_contradiction
extern const Rule kPersistent;       // pickle.persid
extern const Rule kExtension;        // pickle.ext.opcode
extern const Rule kFault;            // pickle.stream.fault
extern const Rule kTrailing;         // pickle.stream.trailing
extern const Rule kMultiple;         // pickle.stream.multiple
extern const Rule kResumed;          // pickle.stream.resumed
extern const Rule kFrame;            // pickle.frame.straddle
extern const Rule kExcess;           // pickle.stream.excess
extern const Rule kTooDeep;          // pickle.nesting.excess
extern const Rule kNested;           // pickle.nested
extern const Rule kValues;           // engine.limit.pickle_values
extern const Rule kProfileGlobal;    // pickle.weights_only.global
extern const Rule kProfileOpcode;    // pickle.weights_only.opcode
extern const Rule kProfileObject;    // pickle.weights_only.object
extern const Rule kProfileFile;      // pickle.weights_only.file

extern const std::span<const Rule> kAll;

}  // namespace assay::pickle::rules
