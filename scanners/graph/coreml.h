// What can be found in a model of Core ML, and the manifest of its package.
#pragma once

#include "assay/rules.h"
#include "text/json_kind.h"

namespace assay::coreml {

inline constexpr Rule kRules[] = {
    {"coreml.blob.traversal", Severity::kHigh, "weights are to be read from outside of the package",
     "Whoever loads the model opens any file of the host and takes its bytes for weights.",
     "Do not load the model.", "CWE-22"},
    {"coreml.blob.missing", Severity::kHigh, "a file of weights that the model reads is missing",
     "The model was copied without its package, or the file was taken out of it.",
     "Fetch the whole package again.", "CWE-354"},
    {"coreml.blob.out_of_range", Severity::kHigh, "weights lie behind the end of their file",
     "Readers refuse the model, or read memory that is not the file's.", "Fetch the package again.",
     "CWE-125"},
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
    {"coreml.manifest.dup_key", Severity::kHigh,
     "an object of a package's manifest has a key twice",
     "Readers differ in which of them counts, so they open different models.",
     "Distrust the package: no tool writes a key twice.", "CWE-436"},
    {"coreml.manifest.root", Severity::kHigh,
     "a package does not say which of its files is the model",
     "Readers refuse the package, or look for a model themselves.", "Fetch the package again.",
     "CWE-20"},
    {"coreml.manifest.missing", Severity::kHigh, "the model that a package names is not in it",
     "The package is not whole.", "Fetch the package again.", "CWE-354"},
    {"coreml.manifest.not_a_model", Severity::kHigh,
     "the file that a package names as its model is none",
     "It was not recognised, so nothing looked for what Core ML would act on in it.",
     "Distrust the package.", "CWE-345"},
    {"coreml.meta.suspicious_text", Severity::kMedium, "a text of the model looks like code",
     "Viewers and conversion tools show and evaluate texts of the model.",
     "Look at the text before you hand the model on.", "CWE-79 CWE-94"},
    {"coreml.proto.invalid", Severity::kHigh, "the file is no message of protobuf as it should be",
     "Readers refuse it, or see different models.", "Fetch the file again.", "CWE-20"},
    {"coreml.tree.index_out_of_range", Severity::kHigh,
     "a tree leads to a node that it does not have, or in a circle",
     "Whoever follows such numbers without a check reads other memory, or goes on without end.",
     "Do not load it; fetch the file again.", "CWE-129 CWE-835"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(7) == id) return known;
    }
    throw "no such rule";  // does not compile
}

// Whether a path leads out of the folder that it is relative to.
bool leaves(std::string_view path);

extern const JsonKind kManifest;  // Manifest.json
extern const JsonKind kCompiled;  // what a folder of a compiled model holds

}  // namespace assay::coreml
