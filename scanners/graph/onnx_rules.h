// What can be found in an ONNX model.
#pragma once

#include "assay/rules.h"

namespace assay::onnx {

inline constexpr Rule kRules[] = {
    {"onnx.external.absolute", Severity::kCritical, "a tensor is to be read from an absolute path",
     "A runtime that does not check opens any file of the host and hands its bytes on as weights. "
     "ONNX asks for a path beside the model.",
     "Do not load the model.", "CWE-36 CVE-2022-25882 CVE-2024-27318"},
    {"onnx.external.checksum_mismatch", Severity::kMedium,
     "the checksum of external data is not that of the file",
     "The model gives a SHA-1 digest of the file beside it: the file is another one, or what is "
     "given can be no file's digest.",
     "Fetch both again; if it stays, distrust them.", "CWE-354"},
    {"onnx.external.drive", Severity::kCritical,
     "a tensor is to be read from a drive or stream of Windows",
     "There, such a path leads out of the model's folder, which checks made elsewhere do not see.",
     "Do not load the model.", "CWE-36"},
    {"onnx.external.dup_key", Severity::kHigh, "an entry of external data comes twice",
     "Readers take the first or the last one, so that what was checked is not what is read.",
     "Distrust the model: no tool writes an entry twice.", "CWE-436"},
    // The onnx package refuses it; stores that keep equal files once make such links all the same.
    {"onnx.external.hardlink", Severity::kMedium, "the file of external data has a second name",
     "Whoever writes to it by its other name changes the model. The onnx package refuses it, since "
     "the other name may be a file of the host that was linked here to be read.",
     "Copy the file, so that it belongs to the model alone.", "CWE-62"},
    {"onnx.external.memory_address", Severity::kCritical,
     "a tensor is to be read from the memory of the process",
     "ONNX Runtime marks tensors that it holds in memory so, with an address for an offset. In a "
     "file it makes the runtime read from wherever the file says.",
     "Do not load the model.", "CWE-822"},
    {"onnx.external.missing", Severity::kHigh, "the file of external data is not there",
     "The model cannot be loaded as it is, and whoever puts a file there decides on its weights.",
     "Fetch all files that belong to the model, and scan them together.", "CWE-345"},
    {"onnx.external.negative", Severity::kHigh,
     "an offset or length of external data is no number that it can be",
     "Signs, letters and numbers beyond 64 bits make readers seek or allocate what nobody meant.",
     "Distrust the model.", "CWE-1284"},
    {"onnx.external.no_checksum", Severity::kInfo, "external data comes without a checksum",
     "Nothing in the model notices when the file beside it is another one.",
     "Nothing; seal model and data together.", "CWE-353"},
    {"onnx.external.out_of_range", Severity::kHigh, "external data is to end where no file can",
     "Offset and length lead out of the file, and a reader that does not check reads what follows "
     "it in memory.",
     "Distrust the model, or fetch the file again.", "CWE-125"},
    {"onnx.external.symlink", Severity::kHigh, "the file of external data is a link",
     "It can lead to any file of the host, and to another one tomorrow. The onnx package refuses "
     "it.",
     "Put the file itself beside the model.", "CWE-61 CVE-2026-27489"},
    {"onnx.external.traversal", Severity::kCritical,
     "a tensor is to be read from outside of the model's folder",
     "A runtime that does not check opens any file of the host and hands its bytes on as weights.",
     "Do not load the model.", "CWE-22 CVE-2022-25882 CVE-2024-27318"},
    {"onnx.external.unknown_key", Severity::kHigh, "external data has an entry that ONNX has not",
     "Older versions of the onnx package set an attribute of that name on an object of theirs.",
     "Distrust the model, or save it again.", "CWE-915"},
    {"onnx.external.url", Severity::kHigh, "a tensor is to be read from a URL",
     "ONNX has no such thing; a tool that follows it loads weights that nobody scanned.",
     "Distrust the model.", "CWE-829"},
    {"onnx.meta.suspicious_text", Severity::kMedium, "a text of the model looks like code",
     "Viewers and conversion tools show and evaluate texts of the model.",
     "Look at the text before you hand the model on.", "CWE-79 CWE-94"},
    {"onnx.op.custom_domain", Severity::kMedium, "the model needs operators from outside of ONNX",
     "They come from a library that is loaded into the process; what they do is not in the model.",
     "Know which library they come from before you load one.", "CWE-829"},
    {"onnx.op.python", Severity::kHigh, "an operator runs Python code by its name",
     "A runtime with Python operators imports a module and calls what the model names.",
     "Do not load the model with such operators enabled.", "CWE-94 AML.T0010.002"},
    {"onnx.opset.missing", Severity::kMedium, "the model does not say which operators it uses",
     "A version of ONNX, or the set of a domain that nodes use, is missing: runtimes guess or "
     "refuse.",
     "Save the model again.", ""},
    {"onnx.proto.depth", Severity::kHigh, "messages nest deeper than readers follow",
     "Protobuf refuses more than 100 levels, others recurse until their stack ends. What is "
     "inside was not looked at.",
     "Distrust the model.", "CWE-674"},
    {"onnx.proto.dup_graph_field", Severity::kHigh, "a field that comes once is there twice",
     "Protobuf merges messages and takes the last of numbers and texts, others the first: a "
     "scanner may see another graph than the runtime.",
     "Distrust the model: no tool writes a field twice.", "CWE-436"},
    {"onnx.proto.invalid", Severity::kHigh, "the file is no message of protobuf",
     "Readers refuse it, or stop at different places.", "Fetch the file again.", "CWE-20"},
    {"onnx.proto.len_overflow", Severity::kHigh, "a length leads out of where it may lead",
     "A field is longer than the message it is in, or than the two gigabytes of protobuf.",
     "Fetch the file again; larger models keep their tensors in external data.", "CWE-130"},
    {"onnx.proto.trailing", Severity::kHigh, "something follows the model",
     "Readers refuse the file, but whatever is there is carried along. It was scanned on its own.",
     "Find out what it is.", "CWE-434"},
    // Each version of ONNX brings a few, so that a new model would fail by an old scanner.
    {"onnx.proto.unknown_fields", Severity::kMedium, "there are fields that ONNX has not",
     "Readers pass them over and tools keep them, so anything can be carried along; or the model "
     "is of a version that is newer than this scanner.",
     "Find out which tool wrote them.", "CWE-434"},
    {"onnx.tensor.ambiguous_data", Severity::kMedium, "a tensor has its data in two places",
     "Readers differ in which one they take.",
     "Distrust the model: what was tested may not be what is used.", "CWE-436"},
    {"onnx.tensor.bad_shape", Severity::kHigh, "a tensor has a shape that no tensor has",
     "A dimension is below zero, or the product does not fit into 63 bits. Readers that do not "
     "check allocate too little and write behind it.",
     "Distrust the model.", "CWE-190"},
    {"onnx.tensor.size_mismatch", Severity::kMedium,
     "the data of a tensor is not as long as its type and shape say",
     "Readers that do not check read behind the data; what is too long carries bytes that nobody "
     "looks at.",
     "Distrust the model, or save it again.", "CWE-125"},
    {"onnx.tensor.unknown_type", Severity::kMedium, "a tensor has a type that ONNX has not",
     "How many bytes it takes cannot be told, so its size was not checked.",
     "Distrust the model, unless it is newer than this scanner.", ""},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(5) == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::onnx
