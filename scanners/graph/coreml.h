// What can be found in a model of Core ML, and the manifest of its package.
#pragma once

#include "assay/rules.h"
#include "text/json_kind.h"

namespace assay::coreml {

inline constexpr Rule kRules[] = {
    {"coreml.blob.traversal", Severity::kHigh, "weights are to be read from outside of the package",
     "Whoever loads the model opens any file of the host and takes its bytes for weights.",
     "Do not load the model.", "CWE-22"},
    {"coreml.custom_layer", Severity::kHigh, "the model has a layer of a class of its own",
     "The app's class of that name is made and run, with parameters from the model.",
     "Know which class it needs before you load it.", "CWE-470"},
    {"coreml.custom_model", Severity::kHigh, "the model is one of a class of its own",
     "The app's class of that name is made and run, with parameters from the model.",
     "Know which class it needs before you load it.", "CWE-470"},
    {"coreml.linked_model.path", Severity::kHigh, "the model is another one, by its path",
     "What is loaded is a file elsewhere on the host, which nobody scanned with this one.",
     "Do not load the model unless you know the other one.", "CWE-829"},
    {"coreml.manifest.traversal", Severity::kHigh, "a package names a file outside of itself",
     "Whoever opens the package reads, or when it is copied writes, files of the host.",
     "Do not open the package.", "CWE-22"},
    {"coreml.meta.suspicious_text", Severity::kMedium, "a text of the model looks like code",
     "Viewers and conversion tools show and evaluate texts of the model.",
     "Look at the text before you hand the model on.", "CWE-79 CWE-94"},
    {"coreml.proto.invalid", Severity::kHigh, "the file is no message of protobuf as it should be",
     "Readers refuse it, or see different models.", "Fetch the file again.", "CWE-20"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(7) == id) return known;
    }
    throw "no such rule";  // does not compile
}

extern const JsonKind kManifest;  // Manifest.json

}  // namespace assay::coreml
