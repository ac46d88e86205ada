// What can be found in a safetensors file.
#pragma once

#include <string_view>

#include "assay/rules.h"

namespace assay::safetensors {

inline constexpr Rule kRules[] = {
    {"safetensors.file.too_small", Severity::kHigh,
     "the file is shorter than the length of a header",
     "Nothing can be loaded from it. It is what an interrupted download leaves behind.",
     "Fetch the file again.", "CWE-130"},
    {"safetensors.header.len_zero", Severity::kHigh, "the header has no bytes",
     "Even a file without tensors has a header, so every reader refuses it. A file of zeros, as a "
     "disk "
     "that was full leaves it, looks like this.",
     "Fetch the file again.", "CWE-130"},
    {"safetensors.header.len_too_large", Severity::kHigh,
     "the header claims to be longer than any reader takes",
     "The reference reader stops at 100,000,000 bytes. Others may try to allocate what the file "
     "says, "
     "or read the file as something else.",
     "Fetch the file again, and make sure that it is a safetensors file at all.", "CWE-789"},
    {"safetensors.header.len_exceeds_file", Severity::kHigh, "the header is longer than the file",
     "The file is cut, or its length field lies.", "Fetch the file again.", "CWE-130"},
    {"safetensors.header.not_utf8", Severity::kHigh, "the header is not UTF-8",
     "The reference reader refuses it; readers that replace or skip such bytes see other names.",
     "Distrust the file, or write it again with safetensors.", "CWE-838"},
    {"safetensors.header.bom", Severity::kHigh, "the header starts with a byte order mark",
     "The reference reader refuses it; readers that skip the mark load the file.",
     "Write the file again with safetensors.", "CWE-436"},
    {"safetensors.header.leading_whitespace", Severity::kLow,
     "white space stands before the header's JSON",
     "The format once wanted an opening brace there. New readers take white space, which serves "
     "alignment; older ones and those of others may not.",
     "Nothing, if what loads the file takes it.", ""},
    {"safetensors.header.padding_not_space", Severity::kLow,
     "the header is padded with white space other than spaces",
     "The format asks for spaces. The reference reader takes any white space, others need not.",
     "Nothing, if what loads the file takes it.", ""},
    {"safetensors.header.padding_nul", Severity::kHigh, "the header is padded with zero bytes",
     "The reference reader refuses the file; readers of C strings stop at the first zero.",
     "Write the file again with safetensors.", "CWE-436"},
    {"safetensors.header.not_json", Severity::kHigh, "the header is not JSON",
     "The reference reader refuses the file. A reader that is more lenient makes something of it "
     "that nobody has checked.",
     "Distrust the file, or write it again with safetensors.", "CWE-20"},
    {"safetensors.header.trailing_bytes", Severity::kHigh,
     "something follows the JSON of the header",
     "The reference reader refuses the file; one that stops where the JSON ends does not see it, "
     "which "
     "makes it a place to hide in.",
     "Distrust the file, or write it again with safetensors.", "CWE-436"},
    {"safetensors.header.not_object", Severity::kHigh, "the header is no JSON object",
     "There are no tensors to be had from it. The reference reader refuses the file.",
     "Distrust the file, or write it again with safetensors.", "CWE-20"},
    {"safetensors.header.depth", Severity::kMedium, "the header nests deeper than the format does",
     "A tensor's shape is three levels deep, and nothing is deeper. Deep nesting exhausts the "
     "stack of "
     "readers that recurse; the reference reader gives up at 128.",
     "Distrust the file: no writer makes such a header.", "CWE-674"},
    {"safetensors.header.not_aligned8", Severity::kLow,
     "the data does not start at a multiple of 8",
     "Readers that map the file into memory need aligned data, or copy it. Old writers did not "
     "pad.",
     "Write the file again, if it is to be mapped.", ""},
    {"safetensors.header.dup_tensor", Severity::kCritical, "two tensors have the same name",
     "The format forbids it and the reference reader takes the last one without a word, others the "
     "first: what was tested need not be what is loaded. Only the last one is checked by the "
     "reader.",
     "Do not load it. No tool writes such a file by accident.", "CWE-436 AML.T0018"},
    {"safetensors.header.dup_tensor_escaped", Severity::kCritical,
     "two tensors have the same name, spelled differently",
     "With its escapes resolved it is the same name. Tools that compare the bytes see two tensors, "
     "readers load one of them.",
     "Do not load it. No tool writes such a file by accident.", "CWE-436 CWE-176 AML.T0018"},
    {"safetensors.header.dup_field", Severity::kHigh, "a tensor has a field twice",
     "The reference reader refuses the file; others take the first or the last.",
     "Distrust the file, or write it again with safetensors.", "CWE-436"},
    {"safetensors.header.dup_metadata", Severity::kHigh,
     "the metadata, or a key of it, is there twice",
     "The format forbids it. Of a key that comes twice the reference reader takes the last, others "
     "the "
     "first.",
     "Distrust what the metadata says, or write the file again.", "CWE-436"},
    {"safetensors.header.unknown_field", Severity::kMedium,
     "a tensor has a field that the format lacks",
     "The reference reader passes over it. Another may act on it, and it is a place to hide in.",
     "Find out what wrote it; write the file again with safetensors.", "CWE-436"},
    {"safetensors.header.wrong_shape_of_json", Severity::kHigh,
     "what describes a tensor is not written as the format has it",
     "Some readers understand it by accident of the library that they use, others refuse it or "
     "guess.",
     "Write the file again with safetensors.", "CWE-436"},
    {"safetensors.metadata.not_string_map", Severity::kMedium,
     "the metadata is not a map from text to text", "The reference reader refuses the file.",
     "Write the file again with safetensors.", ""},
    {"safetensors.metadata.null", Severity::kMedium, "the metadata is null",
     "The reference reader takes that for none, though the format has no such value; others may "
     "fail.",
     "Write the file again with safetensors.", ""},
    {"safetensors.metadata.too_large", Severity::kMedium, "the metadata takes more than 1 MiB",
     "Every reader of the header has to read it. Metadata of that size is rarely meant for "
     "readers.",
     "Look at it (assay inspect) and find out what it is for.", "CWE-400"},
    {"safetensors.metadata.suspicious_text", Severity::kMedium,
     "the metadata holds what looks like a command or a script",
     "Metadata is shown on web pages, pasted into notebooks and read by tools that believe it.",
     "Look at it (assay inspect) before you show or use it.", "CWE-79 AML.T0051"},
    {"safetensors.metadata.embedded_pickle", Severity::kMedium,
     "the metadata holds a pickle or an archive",
     "Nothing in the format unpacks it, so whatever does is a program of somebody's own, and that "
     "runs "
     "what the pickle says. What it does was scanned on its own.",
     "Find out what reads it; do not load the model with that program unless you trust both.",
     "CWE-502 AML.T0011.000"},
    {"safetensors.name.empty", Severity::kMedium, "a tensor has no name",
     "Readers that use names as keys or attributes fail on it or mix it up.",
     "Find out what wrote it.", ""},
    {"safetensors.name.control_char", Severity::kMedium,
     "a tensor's name holds a control character",
     "Shown on a terminal it can change what a person sees.", "Distrust the file.", "CWE-150"},
    {"safetensors.name.nul", Severity::kMedium, "a tensor's name holds a zero character",
     "Readers written in C see the name end there, so two names become one.", "Distrust the file.",
     "CWE-158"},
    {"safetensors.name.path_like", Severity::kMedium,
     "a tensor's name is a path that leads elsewhere",
     "Converters that write a file for each tensor would write outside of their folder.",
     "Do not unpack it with tools that use names as paths.", "CWE-22"},
    {"safetensors.name.bidi", Severity::kMedium,
     "a tensor's name holds characters that turn the text around",
     "A person sees another name than the one that is loaded.", "Distrust the file.", "CWE-1007"},
    {"safetensors.name.confusable_duplicate", Severity::kMedium,
     "two tensors have names that look the same",
     "They differ in characters that cannot be seen or that look like others. Which of them is "
     "loaded "
     "is not what a person who reads the list believes, and systems that normalise text take them "
     "for one.",
     "Distrust the file: no tool writes such names by accident.", "CWE-1007 CWE-176"},
    {"safetensors.name.too_long", Severity::kMedium, "a tensor's name is longer than 4,096 bytes",
     "No model has such names; readers that keep them in fixed buffers fail.", "Distrust the file.",
     "CWE-400"},
    {"safetensors.dtype.unknown", Severity::kHigh,
     "a tensor has a type that the format does not know",
     "The reference reader refuses the file, and the size of the tensor cannot be checked.",
     "Update assay if the type is new; else distrust the file.", "CWE-20"},
    {"safetensors.dtype.subbyte_misaligned", Severity::kHigh,
     "a tensor of items below a byte does not end at a whole byte",
     "The reference reader refuses the file.", "Write the file again with safetensors.", ""},
    {"safetensors.shape.overflow", Severity::kHigh, "a tensor's size does not fit into 64 bits",
     "Readers that do not check compute a size that has wrapped, allocate too little and write "
     "behind it.",
     "Distrust the file: no tensor is that large.", "CWE-190"},
    {"safetensors.shape.overflow_masked_by_zero", Severity::kMedium,
     "a tensor's size would not fit into 64 bits but for a dimension of 0",
     "The reference reader happens to meet the 0 first. A reader that multiplies in another order, "
     "or "
     "leaves the 0 out, computes a size that has wrapped.",
     "Distrust the file: no tensor has such a shape.", "CWE-190"},
    {"safetensors.shape.rank_excess", Severity::kMedium, "a tensor has more than 64 dimensions",
     "Libraries stop at 64 or before; readers with a fixed number of dimensions write behind it.",
     "Distrust the file: no tensor has that many.", "CWE-787"},
    {"safetensors.number.form", Severity::kHigh,
     "a number is not the plain whole number that it has to be",
     "Signs, fractions, exponents, leading zeros and numbers beyond 64 bits are refused by the "
     "reference "
     "reader and rounded, cut or wrapped by others. Above 2^53 readers in JavaScript round.",
     "Write the file again with safetensors.", "CWE-1284"},
    {"safetensors.offset.reversed", Severity::kHigh, "a tensor ends before it begins",
     "The reference reader refuses the file; one that subtracts without looking gets a huge "
     "length.",
     "Distrust the file.", "CWE-191"},
    {"safetensors.offset.out_of_range", Severity::kHigh, "a tensor lies outside of the file",
     "The reference reader refuses the file; one that does not check reads memory behind it.",
     "Fetch the file again, and distrust it if that does not help.", "CWE-125"},
    {"safetensors.offset.overlap", Severity::kHigh, "two tensors share bytes",
     "The reference reader refuses the file. A small file can so describe far more data than it "
     "has.",
     "Distrust the file.", "CWE-436"},
    {"safetensors.offset.hole", Severity::kHigh, "bytes of the data belong to no tensor",
     "The reference reader refuses the file, since anything can be carried along there.",
     "Write the file again with safetensors.", "CWE-436"},
    {"safetensors.offset.size_mismatch", Severity::kHigh,
     "a tensor's bytes are not as many as its type and shape need",
     "The reference reader refuses the file; others read too much or too little.",
     "Distrust the file, or write it again with safetensors.", "CWE-131"},
    {"safetensors.offset.misaligned", Severity::kLow,
     "a tensor does not begin at a multiple of its items' size",
     "Readers that map the file into memory have to copy it, or fault. The reference writer sorts "
     "by type, "
     "which avoids it.",
     "Write the file again, if it is to be mapped.", ""},
    {"safetensors.offset.noncanonical_order", Severity::kInfo,
     "the header lists the tensors in another order than that of their data",
     "Every reader has to take it, but the reference writer lists them in order.", "Nothing.", ""},
    {"safetensors.data.truncated", Severity::kHigh, "the file ends inside the tensors' data",
     "The file is cut, or its header lies.", "Fetch the file again.", "CWE-130"},
    {"safetensors.data.trailing", Severity::kCritical, "bytes follow the data of the tensors",
     "The reference reader refuses the file. Readers that do not check ignore what follows, which "
     "is how "
     "a file is made that is an archive, too. What follows was scanned on its own.",
     "Do not load it. Find out what the bytes are, or write the file again with safetensors.",
     "CWE-436 AML.T0010.003"},
    {"safetensors.data.no_tensors_but_data", Severity::kHigh,
     "the header lists no tensors, but data follows it",
     "The reference reader refuses the file, since the data belongs to nothing. It was scanned on "
     "its own.",
     "Find out what the bytes are; distrust the file.", "CWE-436"},
};

// By what follows "safetensors." in its id.
consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(known.id.find('.') + 1) == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::safetensors
