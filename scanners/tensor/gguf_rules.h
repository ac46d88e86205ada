// What can be found in a GGUF file.
#pragma once

#include <array>

#include "assay/rules.h"

namespace assay::gguf {

inline constexpr Rule kRules[] = {
    // The head
    {"gguf.magic.bad", Severity::kHigh, "the file does not start with GGUF",
     "No loader takes it, or one that is more lenient takes it for something else.",
     "Fetch the file again.", ""},
    {"gguf.legacy_magic", Severity::kLow, "the file is of a format that came before GGUF",
     "GGML, GGMF, GGJT and GGLA files say too little of themselves to be checked, their readers "
     "are "
     "not maintained, and nothing here validates them.",
     "Convert it to GGUF, or fetch a GGUF of the model.", ""},
    {"gguf.version.unsupported", Severity::kHigh, "the file has a version that no loader reads",
     "llama.cpp reads versions 2 and 3. What another version says was not understood.",
     "Convert the model again with current tools.", ""},
    {"gguf.version.zero", Severity::kHigh, "the version is zero",
     "No such version exists: the file is damaged or was made by hand.", "Fetch the file again.",
     ""},
    {"gguf.version.big_endian", Severity::kLow, "the numbers are in big-endian order",
     "Such files are made for big-endian machines; loaders on others refuse them.",
     "Nothing, if it is meant for such a machine; else fetch the little-endian file.", ""},
    {"gguf.count.negative", Severity::kHigh, "a count is below zero",
     "Readers that take it for an unsigned number allocate too little and write behind it.",
     "Distrust the file.", "CWE-195 CVE-2024-21836 CVE-2024-23605"},
    {"gguf.count.huge", Severity::kHigh, "a count is larger than the file can hold",
     "Readers that allocate by it exhaust memory, or multiply it and allocate too little.",
     "Distrust the file.", "CWE-789 CVE-2024-21836 CVE-2024-23605"},
    // Metadata
    {"gguf.kv.empty_key", Severity::kHigh, "a metadata entry has no name",
     "llama.cpp refuses the file.", "Write it again with the gguf package.", ""},
    {"gguf.kv.dup_key", Severity::kHigh, "a metadata entry comes twice",
     "Some readers take the first one, others the last: a scanner may see another model or another "
     "template than the loader. llama.cpp refuses the file.",
     "Distrust the file.", "CWE-436"},
    {"gguf.kv.bad_type", Severity::kHigh, "a metadata entry has a type that does not exist",
     "Its length is unknown, so nothing behind it can be read.", "Distrust the file.", "CWE-843"},
    {"gguf.kv.nested_array", Severity::kHigh, "an array holds arrays",
     "llama.cpp refuses the file, and readers that recurse can exhaust their stack.",
     "Distrust the file: no tool writes such metadata.", "CWE-674"},
    {"gguf.kv.key_too_long", Severity::kMedium, "the name of a metadata entry is too long",
     "The format allows 65535 bytes.", "Find out what wrote the file.", ""},
    {"gguf.kv.key_charset", Severity::kMedium, "a metadata entry's name is not plain ASCII",
     "Names are lower-case words with dots between them. Blanks, control characters and letters of "
     "other scripts make two names look alike that are not.",
     "Find out what wrote the file.", "CWE-1007"},
    {"gguf.kv.bool_not_01", Severity::kMedium, "a truth value is neither 0 nor 1",
     "What a compiled reader makes of it is undefined.", "Find out what wrote the file.",
     "CWE-704"},
    {"gguf.kv.string_nul", Severity::kMedium, "a text holds a zero byte",
     "Readers in C end it there, others do not: they see different names and values.",
     "Distrust the file.", "CWE-158"},
    {"gguf.kv.string_not_utf8", Severity::kMedium, "a text is not UTF-8",
     "The format asks for it. Readers stop, or replace what they cannot read.",
     "Find out what wrote the file.", "CWE-838"},
    {"gguf.string.len_exceeds_file", Severity::kHigh, "a text is longer than the file",
     "The file is cut, or its length lies. Old readers added to such a length until it wrapped.",
     "Fetch the file again.", "CWE-130 CVE-2024-23496"},
    {"gguf.array.len_exceeds_file", Severity::kHigh, "an array is longer than the file",
     "The file is cut, or its length lies. Old readers multiplied such a length until it wrapped.",
     "Fetch the file again.", "CWE-130 CVE-2024-21825"},
    {"gguf.meta.remote_ref", Severity::kHigh, "a metadata entry points outside the model",
     "The entry is a local path, a network share or a program's address where a name or a file of "
     "the model belongs; tools that follow it read or run what is not part of the model.",
     "Find out what the entry is for before any tool uses it.", "CWE-829"},
    // Alignment
    {"gguf.align.invalid", Severity::kHigh, "the alignment is no power of two",
     "Offsets cannot be computed with it; zero makes readers divide by it.", "Distrust the file.",
     "CWE-369"},
    {"gguf.align.wrong_type", Severity::kHigh, "the alignment is not a 32-bit number",
     "Readers refuse the file, or read a value of another size.", "Distrust the file.", "CWE-843"},
    {"gguf.align.excess", Severity::kMedium, "the alignment is larger than a page",
     "Nothing needs so much, and what fills the gaps is not looked at by any reader.",
     "Find out what wrote the file.", ""},
    // Tensors
    {"gguf.tensor.name_too_long", Severity::kHigh, "a tensor's name is too long",
     "Names have at most 63 bytes. Readers that copy more write behind their buffer.",
     "Distrust the file.", "CWE-787"},
    {"gguf.tensor.dup_name", Severity::kHigh, "two tensors have the same name",
     "Which one is loaded depends on the reader. llama.cpp refuses the file.", "Distrust the file.",
     "CWE-436"},
    {"gguf.tensor.ndims", Severity::kHigh, "a tensor has more than four dimensions",
     "Readers keep four; more are written behind them.", "Distrust the file.",
     "CWE-787 CVE-2024-21802"},
    {"gguf.tensor.neg_dim", Severity::kHigh, "a dimension is below zero",
     "Sizes that are computed with it wrap.", "Distrust the file.", "CWE-190"},
    {"gguf.tensor.overflow", Severity::kHigh, "a tensor's size does not fit into 64 bits",
     "Readers compute a size that has wrapped, allocate too little and write behind it.",
     "Distrust the file.", "CWE-190 CVE-2026-33298"},
    {"gguf.tensor.type_invalid", Severity::kHigh, "a tensor has a type that does not exist",
     "Readers that look it up in a table read behind its end.", "Distrust the file.", "CWE-125"},
    {"gguf.tensor.type_removed", Severity::kHigh, "a tensor has a type that is no longer read",
     "Loaders have no sizes for it, and refuse the file or divide by zero.",
     "Quantise the model again.", "CWE-369"},
    {"gguf.tensor.block_misfit", Severity::kHigh, "a tensor's rows do not consist of whole blocks",
     "Its size is rounded, up or down, as the reader likes.", "Distrust the file.", "CWE-131"},
    {"gguf.tensor.offset_misaligned", Severity::kHigh, "a tensor is not aligned",
     "llama.cpp refuses the file; others read numbers at addresses that the machine may refuse.",
     "Write it again with the gguf package.", ""},
    {"gguf.tensor.gap", Severity::kHigh, "a tensor does not start where the one before it ends",
     "What lies between them is looked at by nobody. llama.cpp refuses the file.",
     "Distrust the file.", "CWE-1286"},
    {"gguf.tensor.overlap", Severity::kHigh, "a tensor starts before the one before it has ended",
     "Two tensors share bytes, or are not in the order of the list. llama.cpp refuses the file.",
     "Distrust the file.", "CWE-1286"},
    {"gguf.tensor.out_of_file", Severity::kHigh, "a tensor lies behind the end of the file",
     "Readers that do not check read memory that is not the file's.", "Fetch the file again.",
     "CWE-125 CVE-2026-7482"},
    {"gguf.size.sum_overflow", Severity::kHigh, "the sizes of the tensors wrap when added",
     "Readers allocate by the sum and write what does not fit.", "Distrust the file.",
     "CWE-190 CVE-2025-53630 CVE-2026-27940"},
    // Data
    {"gguf.data.truncated", Severity::kHigh, "the file ends too early",
     "The file is cut, or its head lies about what follows.", "Fetch the file again.", "CWE-130"},
    {"gguf.data.trailing", Severity::kCritical, "bytes follow the last tensor",
     "No reader looks at them, so anything can be carried along, an archive for instance, whose "
     "directory is at its end. They were scanned on their own.",
     "Find out what they are, or write the file again with the gguf package.", "CWE-1286"},
    {"gguf.pad.nonzero", Severity::kMedium, "padding holds something",
     "Writers fill it with zeros; what stands there is looked at by nobody.",
     "Find out what wrote the file.", ""},
    // Split models, templates
    {"gguf.split.inconsistent", Severity::kHigh, "the parts of a split model do not fit together",
     "A part is missing, or is of another model: what is loaded is not what was published, or "
     "nothing.",
     "Fetch all parts again, from one place.", ""},
    {"gguf.template.ssti", Severity::kCritical, "the chat template runs code when it is rendered",
     "A template that reaches Python's objects can run any program in whatever renders it. What it "
     "does is in findings of its own.",
     "Do not load the model with a tool that renders its template.",
     "CWE-1336 CVE-2024-34359 AML.T0010.002"},
    {"gguf.template.too_large", Severity::kMedium, "a chat template is too large to be checked",
     "Templates have a few kilobytes. This one was not looked at.",
     "Read it before it is rendered.", "CWE-1286"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(5) == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::gguf
