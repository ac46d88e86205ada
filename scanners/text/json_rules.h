// What can be found in JSON documents: in any, and in those of model repositories.
#pragma once

#include "assay/rules.h"

namespace assay::json {

inline constexpr Rule kRules[] = {
    {"json.syntax.invalid", Severity::kLow, "the document breaks the rules of JSON",
     "Strict readers refuse it; lenient ones each make something else of it.",
     "Fetch the file again, or find out what wrote it.", "CWE-436"},
    {"json.syntax.trailing", Severity::kLow, "something follows the document",
     "Readers that take one document refuse the file, others ignore what follows.",
     "Find out what it is, and remove it.", "CWE-436"},
    {"json.text.not_utf8", Severity::kLow, "the document is not UTF-8",
     "JSON is UTF-8. Readers refuse the document or read other characters.",
     "Find out what wrote the file, and write it again.", "CWE-176"},
    {"json.text.surrogate", Severity::kInfo, "a text holds half a character",
     "Python takes half of a surrogate pair, others refuse the document.",
     "Nothing, unless a reader refuses it.", "CWE-176"},

    {"hf.json.dup_key", Severity::kHigh, "an object has a key twice",
     "The last one counts for Python, the first for others: whoever reviewed the file may have "
     "seen "
     "another value than the one that is used.",
     "Distrust the file: no library writes a key twice.", "CWE-436"},
    {"hf.json.depth", Severity::kHigh, "the document nests deeper than readers allow",
     "Readers that recurse fail or crash.", "Distrust the file: no library writes such a document.",
     "CWE-674"},
    {"hf.json.nan", Severity::kLow, "a number is not one that JSON knows",
     "Python writes and reads NaN and Infinity, other languages refuse the document.",
     "Nothing, if only Python reads the file.", "CWE-436"},
    {"hf.auto_map.remote_repo", Severity::kCritical,
     "the configuration takes its code from another repository",
     "With trust_remote_code the library downloads and runs code that is not part of this model "
     "and that its author can change at any time; some programs did so without being asked.",
     "Do not load it with trust_remote_code; review that repository's code and pin it.",
     "CWE-829 CWE-494 AML.T0010.003 CVE-2025-66448"},
    {"hf.auto_map.local_code", Severity::kHigh,
     "the model brings code of its own that is run to load it",
     "With trust_remote_code the named Python file of the repository is run.",
     "Review the file before you load the model with trust_remote_code.", "CWE-829 AML.T0010.003"},
    {"hf.auto_map.nested", Severity::kCritical,
     "a configuration inside the configuration names code of its own",
     "Programs that guard the outer configuration have run what an inner one names, without "
     "trust_remote_code.",
     "Do not load the model before you have reviewed what it names.",
     "CWE-829 CWE-494 CVE-2025-66448"},
    {"hf.config.trust_remote_code_key", Severity::kCritical,
     "the configuration itself asks to trust remote code",
     "Whether code is trusted is the user's to say. Programs that take it from the file run the "
     "model's code without being asked.",
     "Remove the key; do not load the model with a program that heeds it.",
     "CWE-829 CWE-501 CVE-2026-5241"},
    {"hf.config.attn_internal", Severity::kCritical,
     "the configuration chooses the implementation of attention from a repository",
     "The library downloads the named kernels and runs them when the model is loaded, without "
     "trust_remote_code.",
     "Remove the key; do not load the model before you have.", "CWE-829 CWE-494 CVE-2026-4372"},
    {"hf.custom_pipelines", Severity::kHigh, "the configuration brings a pipeline of its own",
     "With trust_remote_code pipeline() runs the named Python file of the repository.",
     "Review the file before you load the model with trust_remote_code.", "CWE-829"},
    {"hf.adapter.parent_library", Severity::kHigh,
     "the adapter imports a module that is no model library",
     "The library imports whatever module is named here, to find the class of the base model.",
     "Do not load the adapter before you know why it needs that module.", "CWE-829 CWE-470"},
    {"hf.base_model.path_like", Severity::kMedium,
     "the adapter takes its base model from a path of the machine",
     "On another machine something else may lie there, or nothing.",
     "Name the base model when you load the adapter.", "CWE-426"},
    {"diffusers.custom_module", Severity::kHigh, "the pipeline brings code of its own",
     "The library imports the named module from the repository when the pipeline is loaded.",
     "Review the code before you load the pipeline.", "CWE-829 AML.T0010.003"},

    {"st_index.json.invalid", Severity::kHigh, "the index of the shards is not one",
     "It lacks the map from tensors to files, or breaks the rules of JSON: the model does not "
     "load, "
     "or loads in part.",
     "Fetch the file again.", "CWE-20"},
    {"st_index.json.dup_key", Severity::kHigh, "the index has a key twice",
     "The last one counts for Python, the first for others: tensors come from another file than "
     "the one that was looked at.",
     "Distrust the file: no library writes a key twice.", "CWE-436"},
    {"st_index.path.traversal", Severity::kCritical, "the index leads out of its folder",
     "Libraries join the name to the folder without looking at it, and load what lies there.",
     "Do not load the model.", "CWE-22"},
    {"st_index.path.absolute", Severity::kCritical, "the index names a file by an absolute path",
     "Libraries load whatever lies there on the machine.", "Do not load the model.", "CWE-36"},
    {"st_index.path.not_safetensors", Severity::kCritical,
     "an index of safetensors leads to a file of another kind",
     "A reader that goes by the file loads a pickle where the user was promised none.",
     "Do not load the model.", "CWE-502 CWE-434"},
    {"st_index.shard.missing", Severity::kHigh, "a shard that the index names is not there",
     "The model is incomplete, or its index is another model's.", "Fetch the file.", ""},
    {"st_index.shard.numbering", Severity::kMedium,
     "the shards are not numbered as their names promise",
     "Some of 1 to N do not occur in the index, so tensors may be missing.",
     "Compare the repository with its source.", ""},
    {"st_index.shard.unreferenced", Severity::kMedium,
     "a shard lies beside the index that does not name it",
     "Its tensors are not loaded by libraries that go by the index; others take every file.",
     "Compare the repository with its source.", ""},
    {"st_index.tensor.not_in_shard", Severity::kHigh,
     "a tensor is not in the shard that the index names",
     "The model does not load, or loads with weights that were never set.",
     "Compare index and shards with their source.", ""},
    {"st_index.tensor.unmapped", Severity::kHigh,
     "a shard holds a tensor that the index does not name",
     "Libraries that go by the index do not load it, those that go by the files do: they run "
     "different models.",
     "Compare index and shards with their source.", "CWE-436"},
    {"st_index.tensor.in_two_shards", Severity::kHigh, "a tensor is in two shards",
     "Which one is used depends on the library.", "Compare the shards with their source.",
     "CWE-436"},
    {"st_index.total_size.mismatch", Severity::kMedium,
     "the tensors do not add up to the size that the index gives",
     "The index belongs to other shards, or tensors are missing.",
     "Compare index and shards with their source.", ""},
    {"st_index.metadata.missing", Severity::kLow, "the index has no metadata",
     "Some versions of the library cannot load a model without it.",
     "Nothing, unless the library refuses the model.", ""},
    {"st_index.index.too_large", Severity::kMedium, "the index is too large to check",
     "It names more shards than any model has.", "Distrust the file.", "CWE-400"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::json
