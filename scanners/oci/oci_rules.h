// What can be found in images, in the artifacts that are stored like images, and between their
// parts.
#pragma once

#include <span>

#include "assay/rules.h"

#if __has_include("stores/store_rules.h")
#include "stores/store_rules.h"
#endif

namespace assay::oci {

inline constexpr Rule kRules[] = {
    {"oci.digest.grammar", Severity::kCritical, "what should be a digest is none",
     "Clients build paths and addresses from digests. One that is not checked leads wherever its "
     "author wants.",
     "Do not pull it.", "CWE-20 CVE-2024-37032"},
    {"oci.digest.traversal", Severity::kCritical, "a digest is a path that leads elsewhere",
     "Clients that do not check it read or write files outside of their store.", "Do not pull it.",
     "CWE-22 CVE-2024-37032"},
    {"oci.digest.uppercase", Severity::kCritical, "a digest has capital letters",
     "The specification forbids them. Some clients take it for another digest than others, so one "
     "may check what another one fetches under a second name.",
     "Do not pull it.", "CWE-178"},
    {"oci.digest.unregistered_alg", Severity::kHigh, "a digest is of an algorithm nobody checks",
     "Clients that do not know the algorithm cannot compare the content with it.",
     "Ask for the image with SHA-256 digests.", "CWE-354"},
    {"oci.digest.weak_alg", Severity::kHigh, "a digest is of an algorithm that is broken",
     "Two contents with the same MD5 or SHA-1 can be made: what is pulled may not be what was "
     "reviewed.",
     "Ask for the image with SHA-256 digests.", "CWE-328"},
    {"oci.size.negative", Severity::kHigh, "a size is negative",
     "Clients that compare or allocate with it do so wrongly.", "Do not pull it.", "CWE-20"},
    {"oci.size.not_integer", Severity::kHigh, "a size is missing or is no whole number",
     "A client that checks the size first, as it should, has nothing to check.", "Do not pull it.",
     "CWE-20"},
    {"oci.json.dup_key", Severity::kHigh, "a document of an image has a key twice",
     "Readers take the first or the last: who checks the image and who runs it see different "
     "images.",
     "Do not use it: no tool writes a key twice.", "CWE-436"},
    {"oci.json.not_utf8", Severity::kHigh, "a document of an image is not UTF-8",
     "Readers refuse it or read other characters.", "Do not use it.", "CWE-176"},
    {"oci.json.bom", Severity::kHigh, "a byte order mark stands before a document of an image",
     "Some readers refuse the document, others take it, and its digest is of both.",
     "Write it again without.", "CWE-436"},
    {"oci.json.too_large", Severity::kHigh, "a document of an image is larger than registries take",
     "Clients and registries give up at 4 MiB, or run out of memory.", "Do not pull it.",
     "CWE-770"},
    {"oci.doc.ambiguous", Severity::kCritical, "a document is both a manifest and an index",
     "One client takes it for an image, another for a list of images: the one that was scanned is "
     "not the one that runs.",
     "Do not use it.", "CWE-843 CVE-2021-41190"},
    {"oci.mediatype.mismatch", Severity::kHigh,
     "a document is not of the type that it is said to be of",
     "Clients that go by one type and those that go by the other see different images.",
     "Do not use it.", "CWE-843 CVE-2021-41190"},
    {"oci.mediatype.unknown", Severity::kMedium, "a layer of an image is of a type nobody knows",
     "Clients cannot apply it; what it holds was scanned as a file.", "Find out what made it.",
     "CWE-436"},
    {"oci.mediatype.missing", Severity::kLow, "something in an image is of no stated type",
     "Clients guess, and may guess differently.", "Have it written with its type.", "CWE-436"},
    {"oci.layer.mediatype_confusion", Severity::kCritical,
     "a layer's content is not what its type says",
     "Clients that go by the type and those that look at the content unpack different files, or "
     "one of them nothing.",
     "Do not use the image.", "CWE-843 CWE-436"},
    {"oci.blob.missing", Severity::kMedium, "a blob of the image is not there",
     "The image is incomplete here, so what it would bring was not looked at. Stores may keep "
     "blobs elsewhere.",
     "Fetch the image again.", ""},
    {"oci.blob.size_mismatch", Severity::kHigh, "a blob has another size than its descriptor says",
     "It was cut off, changed or replaced.", "Fetch it again.", "CWE-354"},
    {"oci.config.diffid_mismatch", Severity::kCritical,
     "a layer does not unpack to what the configuration says",
     "The image's identity is the list of these digests. What runs is not what its identity "
     "promises.",
     "Do not run the image.", "CWE-354"},
    {"oci.config.diffid_count", Severity::kHigh,
     "the configuration has another number of layers than the manifest",
     "Layers and their digests cannot be matched; runtimes refuse the image or pair them wrongly.",
     "Do not run the image.", "CWE-354"},
    {"oci.config.rootfs_type", Severity::kHigh, "the root file system is not one of layers",
     "The specification knows no other type; runtimes refuse it.", "Do not run the image.", ""},
    {"oci.config.history_mismatch", Severity::kLow,
     "the history does not tell of as many layers as there are",
     "What it says of how the image was built is incomplete.", "Do not rely on it.", ""},
    {"oci.descriptor.data_mismatch", Severity::kHigh,
     "content that is embedded in a descriptor is not the described one",
     "A client that takes the embedded data and one that fetches the blob see different content.",
     "Do not use it.", "CWE-354"},
    {"oci.descriptor.urls", Severity::kMedium, "a blob is to be fetched from elsewhere",
     "The client is sent to another host, which learns of it and may be inside the network.",
     "Review the addresses.", "CWE-918 CVE-2020-15157"},
    {"oci.descriptor.nondistributable", Severity::kMedium,
     "a layer is of a kind that is not distributed",
     "Its content comes from elsewhere and may be missing here.", "Review where it comes from.",
     "CWE-829"},
    {"oci.artifact_type.missing", Severity::kHigh, "an artifact does not say what it is",
     "With an empty configuration the artifact type is the only statement of what it is; clients "
     "guess.",
     "Have it written with its artifact type.", "CWE-843"},
    {"oci.index.dup_ref", Severity::kHigh, "an index has two manifests under one name",
     "Which one a client takes depends on the client.", "Remove one of them.", "CWE-436"},
    {"oci.layout.missing_file", Severity::kHigh, "an image layout lacks a file that makes it one",
     "Tools refuse it, or take it for something else.", "Copy the layout again.", ""},
    {"oci.layout.version", Severity::kHigh, "an image layout is of no known version",
     "Tools refuse it, or read it by rules that may not fit.", "Find out what wrote it.", ""},
    {"oci.subject.missing", Severity::kMedium, "what an artifact is about is not there",
     "A signature, an attestation or a list of contents is about another image than any here.",
     "Find out what it belongs to.", ""},
    {"oci.graph.cycle", Severity::kHigh, "an index leads back to itself",
     "Clients that follow it do so for ever.", "Do not pull it.", "CWE-674 CWE-835"},
    {"oci.graph.depth", Severity::kHigh, "indexes are nested deeper than any tool makes them",
     "Clients that recurse fail or crash.", "Do not pull it.", "CWE-674"},
    {"oci.ref.mutated", Severity::kCritical, "a tag points to another image than it did",
     "Whoever pulls by this tag gets what somebody put in the place of what was reviewed.",
     "Pull by digest; find out who moved the tag before you trust it.", "CWE-494 AML.T0010.004"},
    {"oci.registry.anonymous_write", Severity::kHigh, "anybody may write to the repository",
     "No credentials are needed to replace what a tag points to: whoever pulls by the tag gets "
     "what "
     "a stranger put there.",
     "Ask whoever runs the registry to require credentials; pull by digest.",
     "CWE-306 AML.T0010.004"},
    {"oci.whiteout.empty_name", Severity::kHigh, "a layer removes a file that has no name",
     "Runtimes differ in what they remove.", "Do not run the image.", "CWE-436"},
    {"oci.whiteout.dot", Severity::kHigh, "a layer removes its own folder",
     "Runtimes differ in what they remove: nothing, or everything that is in the folder.",
     "Do not run the image.", "CWE-436"},
    {"oci.whiteout.dotdot", Severity::kHigh, "a layer removes the folder above",
     "Runtimes that do not look closely remove what lies outside of the image.",
     "Do not run the image.", "CWE-22"},
    {"oci.whiteout.nonempty", Severity::kHigh, "a mark that removes a file has content",
     "Runtimes drop it unseen, others unpack it as a file.", "Find out what it is.", "CWE-436"},
    {"oci.whiteout.not_regular", Severity::kHigh, "a mark that removes a file is no file",
     "Some runtimes heed it, others make what it says it is.", "Find out what it is.", "CWE-436"},
    {"oci.whiteout.same_layer_target", Severity::kHigh, "a layer brings what it removes",
     "Marks count for the layers below only. Runtimes that apply them in order lose the file, or "
     "not, depending on what comes first.",
     "Build the image again.", "CWE-436"},
    {"oci.whiteout.opaque", Severity::kMedium,
     "a layer hides all that the layers below have in a folder",
     "What is hidden is still shipped with the image and was scanned.", "Nothing, if it is meant.",
     ""},

    {"docker.manifest.path_traversal", Severity::kCritical,
     "an image archive names a file outside of itself",
     "Loaders that do not check it read files of the machine into the image.", "Do not load it.",
     "CWE-22"},
    {"docker.manifest.absolute", Severity::kCritical,
     "an image archive names a file by an absolute path",
     "Loaders that do not check it read files of the machine into the image.", "Do not load it.",
     "CWE-22 CWE-36"},
    {"docker.manifest.missing", Severity::kHigh, "an image archive lacks its configuration",
     "The image cannot be loaded, and what it would be is not known.", "Save it again.", ""},
    {"docker.manifest.null", Severity::kHigh, "the list of an image archive is empty",
     "Loaders crash or load nothing.", "Save it again.", "CWE-476"},
    {"docker.manifest.dup_member", Severity::kHigh,
     "the list of an image archive names a layer twice",
     "Loaders apply it twice, or take one for the other.", "Save it again.", "CWE-436"},
    {"docker.config.digest_mismatch", Severity::kCritical,
     "a configuration is not the one its name says",
     "The name of the file is the image's id. What is loaded is another image.", "Do not load it.",
     "CWE-354"},
    {"docker.diffid.mismatch", Severity::kCritical,
     "a layer of an image archive is not the one that the configuration names",
     "What is loaded is not what the image's id promises.", "Do not load it.", "CWE-354"},
    {"docker.layer.symlink_escape", Severity::kHigh,
     "a layer of an image archive is a link that leads outside",
     "Loaders that follow it read files of the machine into the image.", "Do not load it.",
     "CWE-59"},
    {"docker.layer.missing", Severity::kHigh, "a layer of an image archive is not there",
     "The image cannot be loaded, and what it would bring was not looked at.", "Save it again.",
     ""},
    {"docker.repotags.dup", Severity::kMedium, "two images of an archive have the same name",
     "Which one has it after loading depends on the loader.", "Save it again.", "CWE-436"},
    {"docker.manifest_vs_index.disagree", Severity::kHigh,
     "an archive names one image to docker and another one to other tools",
     "Who scans it by one list and runs it by the other has not scanned what runs.",
     "Do not load it.", "CWE-436"},

    {"modelpack.filepath.traversal", Severity::kCritical,
     "a model's file is to be written outside of its folder",
     "Clients that do not check it overwrite files elsewhere.", "Do not pull it.", "CWE-22"},
    {"modelpack.filepath.absolute", Severity::kCritical,
     "a model's file is to be written to an absolute path",
     "Clients that do not check it write anywhere.", "Do not pull it.", "CWE-22 CWE-36"},
    {"modelpack.filepath.missing", Severity::kMedium, "a model's file has no name",
     "Clients name it by their own rules.", "Have it written with its path.", ""},
    {"modelpack.filepath.duplicate", Severity::kCritical, "two files of a model have the same name",
     "The later one replaces the earlier one, or not: a scanner may judge one and a loader run the "
     "other.",
     "Do not pull it.", "CWE-436"},
    {"modelpack.artifact_type.wrong", Severity::kHigh,
     "a model artifact has another artifact type than its configuration asks for",
     "Tools that go by the one take it for a model, others for something else.",
     "Have it written again.", "CWE-843"},
    {"modelpack.weight.is_pickle", Severity::kCritical, "weights of a model artifact are a pickle",
     "A pickle runs code when it is loaded. What this one does is among its own findings.",
     "Ask for the weights as safetensors.", "CWE-502 AML.T0010.002"},
    {"modelpack.layer.content_mismatch", Severity::kHigh,
     "a file of a model artifact is not of the kind that its type says",
     "Code that travels as documentation or as weights escapes whoever reviews code.",
     "Find out what it is.", "CWE-843"},
    {"modelpack.diffid.mismatch", Severity::kCritical,
     "a file of a model artifact does not unpack to what its configuration says",
     "What is loaded is not what the artifact's identity promises.", "Do not load it.", "CWE-354"},

    {"kitops.kitfile.path_traversal", Severity::kCritical,
     "a Kitfile names a path outside of its folder", "Unpacking the kit writes files elsewhere.",
     "Do not unpack it.", "CWE-22"},
    {"kitops.mediatype.nonstandard", Severity::kMedium,
     "a layer of a model kit has a type that only resembles one of a model kit",
     "The client that made the format takes it, others do not.", "Pack the kit again.", "CWE-436"},

};

// Those that stores have, too.
#if __has_include("stores/store_rules.h")
inline constexpr std::span<const Rule> kSharedRules = stores::kRules;
#else
inline constexpr Rule kBlobRules[] = {
    {"oci.blob.digest_mismatch", Severity::kCritical, "a blob is not what its digest says",
     "It was changed or replaced: whoever trusts the digest gets something else.",
     "Do not use it; fetch it again from where it came from.", "CWE-354 AML.T0010.004"},
    {"ollama.digest.grammar", Severity::kCritical, "what should be a digest is none",
     "The server builds paths from digests. One that is not checked leads wherever its author "
     "wants.",
     "Do not pull it.", "CWE-20 CVE-2024-37032"},
    {"ollama.digest.traversal", Severity::kCritical, "a digest is a path that leads elsewhere",
     "Servers that did not check it read and wrote files outside of their store, up to running "
     "code.",
     "Do not pull it, and update the server.", "CWE-22 CVE-2024-37032"},
    {"ollama.blob.missing", Severity::kHigh, "a blob of a model is not there",
     "The model cannot be loaded, and what it would bring was not looked at.", "Pull it again.",
     ""},
    {"ollama.blob.size_mismatch", Severity::kHigh,
     "a blob of a model has another size than its manifest says",
     "It was cut off, changed or replaced.", "Pull it again.", "CWE-354"},
    {"ollama.manifest.trailing", Severity::kMedium, "something follows the manifest of a model",
     "The server ignores it, others refuse the manifest.", "Pull the model again.", "CWE-436"},
    {"ollama.manifest.dup_key", Severity::kMedium, "the manifest of a model has a key twice",
     "Readers take the first or the last.", "Pull the model again.", "CWE-436"},
};
inline constexpr std::span<const Rule> kSharedRules = kBlobRules;
#endif

// By its id, which is checked when this is compiled.
consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    for (const Rule& known : kSharedRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::oci
