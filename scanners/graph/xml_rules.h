// What can be found in models that are written in XML.
#pragma once

#include "assay/rules.h"

namespace assay {

inline constexpr Rule kXmlRules[] = {
    {"openvino.bin.missing", Severity::kMedium, "the file with the weights is not there",
     "The model cannot be loaded as it is, or with whatever is put there.",
     "Fetch both files, and scan them together.", ""},
    {"openvino.bin.trailing", Severity::kMedium,
     "the file with the weights is longer than they are",
     "Nothing reads what follows the last constant, so anything can be carried along.",
     "Find out what it is.", "CWE-434"},
    {"openvino.const.element_type", Severity::kHigh,
     "a constant is of a type that OpenVINO has not",
     "OpenVINO refuses the model, and nobody can say how long the constant should be.",
     "Fetch the model again, or convert it anew.", "CWE-20"},
    {"openvino.const.out_of_range", Severity::kHigh,
     "a constant is to be where the file with the weights does not reach",
     "A runtime that does not check reads what follows in memory.",
     "Distrust the model, or fetch its files again.", "CWE-125"},
    {"openvino.const.overlap", Severity::kInfo, "two constants share a part of their bytes",
     "Constants that are the same share all of them; a part is nobody's work but an editor's.",
     "Nothing, if you know what wrote the model.", ""},
    {"openvino.const.size_mismatch", Severity::kHigh,
     "the size of a constant does not go with its type and shape",
     "A runtime that does not check reads behind the constant, or into another one.",
     "Distrust the model.", "CWE-131"},
    {"openvino.layer.extension", Severity::kHigh,
     "a layer is of a set of operators that OpenVINO has not",
     "It comes from an extension, which is a library that is loaded into the process.",
     "Know which extension it is before you load one.", "CWE-829"},
    {"openvino.layer.library_attr", Severity::kHigh, "a layer names a library",
     "Whatever loads it runs its code.", "Do not load the model.", "CWE-829"},
    {"pmml.apply.unknown_function", Severity::kHigh,
     "a function is neither PMML's nor the model's own",
     "Evaluators look it up by its name, some of them as a class of Java, which they load.",
     "Do not evaluate the model unless you know the function.", "CWE-470"},
    {"pmml.extension.script", Severity::kMedium, "an extension holds a script",
     "A tool that knows the extension runs it.", "Look at it before you use the model.", "CWE-94"},
    {"xml.billion_laughs", Severity::kHigh, "entities are made of each other",
     "A few lines become gigabytes in a reader that replaces them.", "Distrust the file.",
     "CWE-776"},
    {"xml.depth", Severity::kHigh, "elements nest deeper than readers follow",
     "Deep nesting exhausts the stack of readers that recurse. What is inside was not looked at.",
     "Distrust the file.", "CWE-674"},
    {"xml.doctype", Severity::kHigh, "a model has a document type",
     "No tool that writes models writes one; it is where entities are declared.",
     "Distrust the file.", "CWE-611"},
    {"xml.entity", Severity::kHigh, "a model declares entities",
     "No tool that writes models does; readers that replace them see another model than others.",
     "Distrust the file.", "CWE-776"},
    {"xml.external_entity", Severity::kHigh, "a model refers to a file or URL as a part of itself",
     "Readers that fetch it hand over files of the host, or talk to a host that the model names.",
     "Distrust the file.", "CWE-611"},
    {"xml.invalid", Severity::kHigh, "the model is no well-formed XML",
     "Readers refuse it, or each sees something else.", "Fetch the file again.", "CWE-20"},
};

consteval const Rule& xml_rule(std::string_view id) {
    for (const Rule& known : kXmlRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay
