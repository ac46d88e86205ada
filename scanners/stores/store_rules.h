// What can be wrong with a store: with a blob, and with what leads to it.
#pragma once

#include "assay/rules.h"

namespace assay::stores {

inline constexpr std::string_view kFetchAgain =
    "Do not load what needs it. Remove the blob and fetch it again.";

inline constexpr Rule kRules[] = {
    // Hugging Face hub cache
    {"hfcache.blob.sha256_mismatch", Severity::kCritical,
     "the blob does not hold what its name, a SHA-256, says",
     "It was damaged on its way or on the disk, or somebody replaced it: libraries load it without "
     "looking.",
     kFetchAgain, "CWE-345 CWE-353 AML.T0010.003"},
    {"hfcache.blob.gitsha1_mismatch", Severity::kCritical,
     "the blob does not hold what its name, the hash of a Git blob, says",
     "It was damaged on its way or on the disk, or somebody replaced it: libraries load it without "
     "looking.",
     kFetchAgain, "CWE-345 CWE-353 AML.T0010.003"},
    {"hfcache.blob.name_invalid", Severity::kMedium, "the name of a blob is no digest",
     "Its content cannot be checked against its name.",
     "Fetch the repository again, with a current version of huggingface_hub.", "CWE-345"},
    {"hfcache.blob.incomplete", Severity::kLow, "a download was not finished",
     "What is there is the beginning of a file, or what an interrupted process left.",
     "Remove it once nothing is being downloaded.", ""},
    {"hfcache.blob.orphan", Severity::kLow, "no snapshot leads to the blob",
     "It takes space and nothing loads it.", "Remove it: `huggingface-cli delete-cache`.", ""},
    {"hfcache.symlink.escape", Severity::kCritical, "a link of a snapshot leads out of its blobs",
     "Whoever loads the model reads, and whoever updates it may write, a file of somebody else's "
     "choice.",
     "Do not load it. Fetch the repository again.", "CWE-59 CWE-22"},
    {"hfcache.symlink.absolute", Severity::kHigh, "a link of a snapshot is absolute",
     "It leads to the same place wherever the cache is copied to, which may hold something else.",
     "Fetch the repository again.", "CWE-59"},
    {"hfcache.symlink.dangling", Severity::kHigh, "a snapshot needs a blob that is not there",
     "The model cannot be loaded, or is loaded without a part of it.", "Fetch the model again.",
     ""},
    {"hfcache.snapshot.regular_file", Severity::kMedium,
     "a snapshot holds a file of its own instead of a link to a blob",
     "Nothing states what it should hold, so it cannot be checked: it may have been edited, or "
     "the cache was made on a system without links.",
     "Compare it with the repository, or fetch it again where links work.", "CWE-345"},
    {"hfcache.snapshot.incomplete", Severity::kHigh,
     "a snapshot leads to a download that was not finished",
     "No library makes such a link. What is loaded is the beginning of a file, or whatever "
     "somebody put there: the name of an unfinished blob vouches for nothing.",
     "Do not load it. Fetch the repository again.", "CWE-345"},
    {"hfcache.ref.invalid", Severity::kHigh, "a reference does not hold a commit",
     "A loader that follows the name of a branch ends nowhere, or where somebody wants it to.",
     "Fetch the repository again.", "CWE-20"},
    {"hfcache.ref.missing_snapshot", Severity::kHigh,
     "a reference names a commit of which there is no snapshot",
     "Loading by the name of that branch fails without a network.", "Fetch the model again.", ""},
    {"hfcache.commit.name_invalid", Severity::kHigh, "a snapshot is not named after a commit",
     "No reference leads to it, and no version of the repository is what it holds.",
     "Find out who made it, and remove it.", "CWE-20"},

    // Ollama
    {"ollama.blob.digest_mismatch", Severity::kCritical,
     "the blob does not hold what its name says",
     "It was damaged or replaced: Ollama loads blobs by their names without looking.", kFetchAgain,
     "CWE-345 CWE-353 AML.T0010.003"},
    {"ollama.blob.size_mismatch", Severity::kHigh, "a blob has another size than the manifest says",
     "It was cut off, or the manifest was changed.", kFetchAgain, "CWE-345"},
    {"ollama.blob.missing", Severity::kHigh, "a manifest needs a blob that is not there",
     "The model cannot be loaded.", "Pull the model again.", ""},
    {"ollama.blob.partial", Severity::kLow, "a download was not finished",
     "What is there is a part of a file.", "Pull the model again, or run `ollama prune`.", ""},
    {"ollama.blob.legacy_colon", Severity::kLow, "a blob has a name of the old form, with a colon",
     "Versions of Ollama from 0.1.38 on rename such blobs, and do not find them otherwise.",
     "Start a current version of Ollama once.", ""},
    {"ollama.blob.name_invalid", Severity::kMedium, "the name of a blob is no digest",
     "Its content cannot be checked against its name.", "Find out what it is, and remove it.",
     "CWE-345"},
    {"ollama.blob.orphan", Severity::kLow, "no manifest needs the blob",
     "It takes space and nothing loads it.", "Restart Ollama, which removes such blobs.", ""},
    {"ollama.digest.grammar", Severity::kCritical, "a manifest names a blob by no proper digest",
     "Versions of Ollama before 0.1.34 made a path of whatever stood there.",
     "Do not use the manifest, and find out where it came from.", "CWE-20 CVE-2024-37032"},
    {"ollama.digest.traversal", Severity::kCritical,
     "a manifest names a blob by a path that leads out of the store",
     "Versions of Ollama before 0.1.34 read and write files of the attacker's choice by it, which "
     "is how code gets to run.",
     "Do not use the manifest, and find out where it came from.", "CWE-22 CVE-2024-37032"},
    {"ollama.manifest.invalid", Severity::kHigh, "a manifest is not what Ollama writes",
     "Nothing can be said about the blobs that it should name.", "Pull the model again.", "CWE-20"},
    {"ollama.manifest.trailing", Severity::kMedium, "something follows the manifest",
     "Ollama reads the first document and ignores the rest, others refuse it or read on.",
     "Pull the model again.", "CWE-436"},
    {"ollama.manifest.dup_key", Severity::kMedium, "an object of the manifest has a key twice",
     "Readers take one or the other, so that two of them load two models.", "Pull the model again.",
     "CWE-436"},
    {"ollama.manifest.regular_file", Severity::kHigh, "a manifest is a link or no file",
     "Whoever can write where it leads to decides which model is loaded.", "Find out who made it.",
     "CWE-59"},
    {"ollama.template.go_template_suspicious", Severity::kCritical,
     "a prompt template does what prompt templates do not do",
     "The template stands between the user and the model: it can change what is asked, when a "
     "word occurs that its author chose, and functions beyond those of Ollama reach the system "
     "where another program renders it.",
     "Read the template, and distrust who made the model.", "CWE-1336 CWE-94 AML.T0051"},

    // OCI layouts, also those of KitOps
    {"oci.blob.digest_mismatch", Severity::kCritical, "the blob does not hold what its name says",
     "It was damaged or replaced, and whatever uses the image uses other content than its author "
     "published.",
     kFetchAgain, "CWE-345 CWE-353 AML.T0010.003"},
    {"oci.blob.missing", Severity::kMedium, "a blob of the image is not there",
     "The image is incomplete here, so what it would bring was not looked at. Stores may keep "
     "blobs elsewhere.",
     "Fetch the image again, or scan it where it is whole.", ""},
    {"oci.blob.size_mismatch", Severity::kHigh, "a blob has another size than its descriptor says",
     "It was cut off, changed or replaced.", "Fetch it again.", "CWE-354"},
    {"oci.blob.unreferenced", Severity::kLow, "nothing in the layout leads to the blob",
     "No image that the layout lists needs it: a leftover, or something that is found only by "
     "whoever knows its digest.",
     "Remove what nothing needs with the tool that made the layout (`umoci gc`).", ""},
    {"oci.blob.name_invalid", Severity::kHigh,
     "the name of a blob is no digest of its folder's kind",
     "Its content cannot be checked against its name.", "Find out what it is, and remove it.",
     "CWE-345"},
    {"oci.blob.not_regular", Severity::kHigh, "a folder, a pipe or a device is in a blob's place",
     "What the image needs is not there, and whoever reads a pipe or a device gets what another "
     "program gives at that moment.",
     "Copy the image again, and find out who put it there.", "CWE-345 CWE-66"},
    {"oci.blob.symlink", Severity::kHigh, "a blob is a link",
     "Whoever can write where it leads to decides what the image holds.", "Copy the image again.",
     "CWE-59"},

    // Git LFS
    {"lfs.object.digest_mismatch", Severity::kCritical,
     "the object does not hold what its name says",
     "It was damaged or replaced: Git LFS copies it into the working tree without looking.",
     "Remove it, and run `git lfs fetch`.", "CWE-345 CWE-353 AML.T0010.003"},
    {"lfs.object.name_invalid", Severity::kMedium, "the name of an object is no SHA-256",
     "Its content cannot be checked, and Git LFS does not find it.",
     "Find out what it is, and remove it.", "CWE-345"},
    {"lfs.object.misplaced", Severity::kMedium,
     "an object does not lie in the folders that its name says",
     "Git LFS does not find it there, and downloads it again or fails.",
     "Remove it, and run `git lfs fetch`.", ""},
    {"lfs.object.symlink", Severity::kHigh, "a link lies in the place of an object or its folder",
     "Whoever can write where it leads to decides what is checked out. It was not followed.",
     "Remove it, and run `git lfs fetch`.", "CWE-59"},
    {"lfs.object.missing", Severity::kMedium, "what a pointer names is not among the objects",
     "The file cannot be checked out from here.", "Run `git lfs fetch`.", ""},
    {"lfs.object.partial", Severity::kLow, "a download was not finished",
     "What is there is a part of an object.", "Remove it once nothing is being downloaded.", ""},

    // DVC
    {"dvc.cache.md5_mismatch", Severity::kCritical,
     "the file of the cache does not hold what its name says",
     "It was damaged or changed: DVC links its cache into the working tree, where programs may "
     "write to it.",
     "Remove it, and run `dvc pull`.", "CWE-345 CWE-353 AML.T0010.003"},
    {"dvc.cache.name_invalid", Severity::kMedium, "the name of a file of the cache is no MD5",
     "Its content cannot be checked.", "Find out what it is, and remove it.", "CWE-345"},
    {"dvc.cache.symlink", Severity::kHigh,
     "a link lies in the place of a file of the cache or its folder",
     "DVC links its cache into the working tree, never the other way. Whoever can write where the "
     "link leads to decides what is checked out. It was not followed.",
     "Remove it, and run `dvc pull`.", "CWE-59"},
    {"dvc.cache.missing", Severity::kMedium, "what a .dvc file names is not in the cache",
     "It cannot be checked out from here.", "Run `dvc pull`.", ""},
    {"dvc.cache.partial", Severity::kLow, "something temporary lies in the cache",
     "A transfer was interrupted.", "Remove it once DVC is not running.", ""},
    {"dvc.dir.invalid", Severity::kHigh, "the list of a folder is not what DVC writes",
     "Nothing can be said about the files that it should name.", "Run `dvc pull`.", "CWE-20"},
    {"dvc.dir.missing_entry", Severity::kHigh,
     "the list of a folder names a file that is not in the cache",
     "The folder cannot be checked out from here.", "Run `dvc pull`.", ""},
    {"dvc.dir.relpath_traversal", Severity::kHigh,
     "the list of a folder names a file outside of it",
     "Checking it out writes a file where its author chose.", "Do not check it out.", "CWE-22"},
    {"dvc.out.path_traversal", Severity::kCritical,
     "a .dvc file names an output outside its folder",
     "Checking it out writes a file where its author chose.", "Do not check it out.", "CWE-22"},
    {"dvc.hash.weak", Severity::kMedium, "the store names its files by MD5",
     "Two files with one MD5 are easily made, so that a match proves that nothing was damaged by "
     "accident, and no more.",
     "Record SHA-256 digests besides: `assay hash`.", "CWE-328"},

    {"engine.limit.stores", Severity::kMedium, "there are too many stores",
     "The blobs of those beyond the limit were not compared with their names.",
     "Verify them in several runs.", "CWE-770"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::stores
