// What can be found in the files of TensorFlow.
#pragma once

#include "assay/rules.h"

namespace assay::tensorflow {

inline constexpr Rule kRules[] = {
    {"tf.assets.executable", Severity::kMedium, "an asset is named like a program",
     "Assets are vocabularies and tables; a program among them is there to be run.",
     "Find out what it is for.", "CWE-829"},
    {"tf.assets.missing", Severity::kMedium, "an asset is not among the model's files",
     "The model cannot be loaded as it is, or reads whatever is put there.",
     "Fetch all files that belong to the model, and scan them together.", ""},
    {"tf.assets.traversal", Severity::kHigh, "an asset lies outside of the model's folder",
     "Loading the model reads a file of the host.", "Do not load the model.", "CWE-22"},
    {"tf.bundle.crc_mismatch", Severity::kHigh, "a block of the index is not what was written",
     "Its checksum differs, so names, places or sizes of variables were changed.",
     "Fetch the file again; if it stays, distrust it.", "CWE-354"},
    {"tf.bundle.crc_not_compared", Severity::kInfo,
     "the checksums of variables were not compared with their bytes",
     "They are in another member of an archive, which has passed when the index is known.",
     "Unpack the archive and scan the folder, if you want them compared.", "CWE-353"},
    {"tf.bundle.invalid", Severity::kHigh, "the index of the variables is damaged",
     "TensorFlow refuses it, or restores other variables than were saved.", "Fetch the file again.",
     "CWE-20"},
    {"tf.bundle.missing_shard", Severity::kHigh, "a file with variables is not there",
     "The index names a shard that is missing, or that there cannot be.",
     "Fetch all files that belong to the model, and scan them together.", "CWE-345"},
    {"tf.bundle.out_of_range", Severity::kHigh, "a variable is to be where its file does not reach",
     "Offset or size are below zero or lead behind the end of the shard.", "Distrust the model.",
     "CWE-125"},
    {"tf.bundle.overlap", Severity::kHigh, "two variables share bytes of a shard",
     "The writer puts one behind the other, so somebody edited the index.", "Distrust the model.",
     "CWE-345"},
    {"tf.bundle.size_mismatch", Severity::kMedium,
     "the size of a variable does not go with its type and shape",
     "A loader that does not check reads bytes of another variable.", "Distrust the model.",
     "CWE-131"},
    {"tf.bundle.variable_crc_mismatch", Severity::kHigh,
     "the bytes of a variable are not those that were saved",
     "The index holds a checksum of each variable, and the shard has other bytes there. TensorFlow "
     "refuses to restore it.",
     "Fetch both again; if it stays, distrust them.", "CWE-354"},
    {"tf.keras_metadata.lambda", Severity::kCritical, "a layer holds Python bytecode",
     "A Lambda layer is a function that was marshalled; Keras runs it when the model is loaded "
     "and used.",
     "Do not load the model with Keras.", "CWE-502 CVE-2024-3660"},
    {"tf.op.debug", Severity::kHigh, "the graph sends tensors to a debugger",
     "Debug operators write what passes to files or send it to a host that the graph names.",
     "Do not run the model.", "CWE-200"},
    {"tf.op.file_io", Severity::kHigh, "the graph reads or writes files",
     "It opens whatever path it computes with the rights of who runs it.",
     "Do not run the model unless you know why it does so.", "CWE-73"},
    {"tf.op.network", Severity::kHigh, "the graph talks to the network",
     "It fetches data from, or sends it to, a host that the graph names.",
     "Do not run the model unless you know why it does so.", "CWE-918"},
    {"tf.op.python", Severity::kCritical, "the graph calls Python",
     "The operator runs a function of the process by its token. A model that was saved does not "
     "bring it along; whoever can register one there decides what runs.",
     "Do not load the model.", "CWE-94 AML.T0010.002"},
    {"tf.op.unknown", Severity::kMedium, "the graph needs an operator that TensorFlow has not",
     "It comes from a library that is loaded into the process; what it does is not in the model.",
     "Know which library it comes from before you load one.", "CWE-829"},
    {"tf.proto.invalid", Severity::kHigh, "the file is no message of protobuf as it should be",
     "Readers refuse it, or see different graphs.", "Fetch the file again.", "CWE-20"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(3) == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::tensorflow
