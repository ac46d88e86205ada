// What can be found in models that are FlatBuffers.
#pragma once

#include "assay/context.h"
#include "assay/rules.h"
#include "flatbuffer.h"

namespace assay::flat {

// One array for all of them, since a rule is in the rulebook once.
inline constexpr Rule kRules[] = {
    {"flatbuffer.verify.failed", Severity::kHigh,
     "an offset, a length or an index in the model is wrong",
     "Programs that read such files without verifying them first, as many do, read and write "
     "memory that is not the file's.",
     "Distrust the file; fetch it again.", "CWE-125 CWE-787 CVE-2020-15211"},
    {"flatbuffer.trailing", Severity::kMedium, "bytes follow everything that the model refers to",
     "No runtime looks at them, so anything can be carried along. They were scanned on their own.",
     "Find out what they are.", "CWE-1286"},
    {"tflite.op.custom", Severity::kHigh, "the model needs an operator that is not TFLite's own",
     "What it does is decided by native code outside the model, which the program that loads it "
     "has "
     "to bring along.",
     "Find out who provides the operator, and load the model only where that is trusted.",
     "CWE-829"},
    {"tflite.op.flex_file_io", Severity::kHigh,
     "the model uses TensorFlow operations that reach outside of it",
     "They read or write files, open connections or run Python, with names that the model gives, "
     "when it is run with the Flex delegate.",
     "Do not run the model with the Flex delegate.", "CWE-73 CWE-829"},
    {"tflite.buffer.out_of_range", Severity::kHigh,
     "a buffer lies outside the file, or does not exist",
     "Interpreters that do not check read memory that is not the file's.",
     "Distrust the file; fetch it again.", "CWE-125 CVE-2020-15211"},
    {"tflite.model.version", Severity::kMedium, "the model is of a version that TFLite has not",
     "All models are of version 3; interpreters refuse another one, and nothing is known of it.",
     "Fetch the file again, or convert the model anew.", ""},
    {"tflite.op.unknown", Severity::kMedium, "an operator has a number that TFLite has not",
     "Interpreters refuse the model, or look for it behind the end of a table.",
     "Fetch the file again.", "CWE-129"},
    {"tflite.tensor.size_mismatch", Severity::kHigh,
     "the data of a tensor is shorter than its type and shape say",
     "Interpreters that do not check read behind the data.", "Distrust the file; fetch it again.",
     "CWE-125"},
    {"executorch.segment.out_of_range", Severity::kHigh,
     "a segment lies outside the file, or does not exist",
     "Runtimes that do not check read memory that is not the file's.",
     "Distrust the file; fetch it again.", "CWE-125"},
    {"executorch.segment.overlap", Severity::kHigh, "segments overlap each other or the program",
     "Segments are written one after the other. Where they share bytes, what is checked as weights "
     "may be run as a delegate's program.",
     "Distrust the file.", "CWE-1286"},
    {"executorch.index.out_of_range", Severity::kHigh,
     "a plan leads to a value, an operator or data that the program does not have",
     "Runtimes that do not check use the number as it is and read or write memory that is not the "
     "program's.",
     "Distrust the file; fetch it again.", "CWE-125 CWE-129 CWE-787"},
    {"executorch.delegate.unknown", Severity::kHigh,
     "the program is run by a delegate that ExecuTorch does not come with",
     "A delegate gets its part of the file as it is, and native code outside the program decides "
     "what is done with it.",
     "Find out who provides the delegate, and load the program only where that is trusted.",
     "CWE-829"},
    {"catboost.tree.index_out_of_range", Severity::kHigh,
     "a tree leads to a condition, a node, a leaf or a feature that the model does not have",
     "CatBoost does not check these numbers when it loads a model, and reads memory by them when "
     "it "
     "predicts.",
     "Do not load it; fetch the file again.", "CWE-125 CWE-129"},
    {"catboost.size.exceeds_file", Severity::kHigh, "the model is longer than the file",
     "The file is cut, or its length lies.", "Fetch the file again.", "CWE-130"},
    {"catboost.size.trailing", Severity::kHigh, "bytes follow the model",
     "The model names no parts that would follow it, so nothing looks at them and anything can be "
     "carried along. They were scanned on their own.",
     "Find out what they are.", "CWE-1286"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

// Says what is wrong with a buffer that is not sound; an Error that ends the scan.
Error refuse(const Buffer& buffer, ScanContext& context);

// Scans what lies behind `end` on its own, as `found` says, if there is anything.
Status scan_trailing(Tape& tape, ScanContext& context, uint64_t end, const Rule& found);

}  // namespace assay::flat
