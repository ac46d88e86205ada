#include "hdf5_rules.h"

namespace assay::hdf5::rules {

constexpr Rule kInvalid = {
    "h5.structure.invalid",
    Severity::kHigh,
    "a structure of the file breaks the rules of the format",
    "libhdf5 is a large C library with a history of memory errors on damaged files: it refuses the "
    "file, or reads something else than what is looked at here.",
    "Fetch the file again; if it is the same, distrust it.",
    "CWE-20 CWE-787"};

constexpr Rule kUserBlock = {
    "h5.userblock",
    Severity::kMedium,
    "bytes of another kind stand in front of the file",
    "HDF5 looks for its signature at 0, 512, 1024 and so on, so the file can be a script, an "
    "archive or a pickle for a program that starts at the front. The bytes were scanned on their "
    "own.",
    "Find out what they are, or write the file again without a user block.",
    "CWE-436"};

constexpr Rule kSoftLink = {
    "h5.link.soft",
    Severity::kHigh,
    "a name stands for another path in the file",
    "Model writers give each weight a name of its own; a soft link lets one name read another's "
    "data, or nothing. Keras refuses such files.",
    "Write the weights again with the framework that made them.",
    "CWE-59"};

constexpr Rule kExternalLink = {
    "h5.link.external",
    Severity::kHigh,
    "a name stands for an object in another file",
    "Who opens it opens a file that the author of this one chose: what it holds comes back as "
    "weights, and whatever is checked of this file says nothing of that one.",
    "Distrust the file, unless it is a data set of yours that is split on purpose.",
    "CWE-73 CWE-22"};

constexpr Rule kExternalData = {
    "h5.dataset.external",
    Severity::kHigh,
    "the data of a dataset lies in another file",
    "Reading it reads a file that the author of this one chose, and any file serves: it needs no "
    "format. Its bytes come back as weights.",
    "Distrust the file; Keras refuses it.",
    "CWE-73 CWE-22"};

constexpr Rule kVirtualData = {
    "h5.dataset.virtual",
    Severity::kHigh,
    "a dataset is put together from other files",
    "Reading it opens files that the author of this one chose. Weights are never stored so.",
    "Distrust the file; Keras refuses it.",
    "CWE-73 CWE-22"};

constexpr Rule kShapeBomb = {
    "h5.dataset.shape_bomb",
    Severity::kHigh,
    "a dataset is far larger than what is stored of it",
    "Loaders allocate by the shape before they read, and what is not stored is filled in: a file "
    "of a few kilobytes takes all memory.",
    "Distrust the file: weights are stored whole.",
    "CWE-789 CVE-2026-0897"};

constexpr Rule kUnknownFilter = {
    "h5.filter.unknown",
    Severity::kMedium,
    "a dataset needs a filter that HDF5 does not bring along",
    "libhdf5 looks for it in a folder of plugins and loads what it finds there as a library.",
    "Load the file only where you know which plugins are installed, or store it with gzip.",
    "CWE-426"};

constexpr Rule kLimitStructures = {
    "engine.limit.hdf5_structures",
    Severity::kMedium,
    "the file has more objects and structures than are followed, or the same again and again",
    "What was not looked at is not vouched for.",
    "Scan it by itself with a larger --memory; if that is no help, distrust it.",
    ""};

namespace {

constexpr Rule kEvery[] = {
    kInvalid,     kUserBlock, kSoftLink,      kExternalLink,    kExternalData,
    kVirtualData, kShapeBomb, kUnknownFilter, kLimitStructures,
};

}  // namespace

constexpr std::span<const Rule> kAll = kEvery;

}  // namespace assay::hdf5::rules
