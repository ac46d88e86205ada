// What can be found where joblib puts arrays into a pickle. Part of the pickle format's rules.
#pragma once

#include "assay/rules.h"

namespace assay::joblib::rules {

inline constexpr Rule kNotDrained = {
    "joblib.frame.not_drained",
    Severity::kCritical,
    "instructions stand in a frame behind an array's wrapper",
    "joblib runs them and takes the array's bytes from behind the frame; a scanner that steps over "
    "the array here jumps over them. joblib itself ends the frame with the wrapper, so somebody "
    "built this by hand.",
    "Do not load the file. `assay inspect` shows the instructions.",
    "CWE-436 CWE-502 AML.T0010.002"};

inline constexpr Rule kUnresolved = {
    "joblib.array.dtype_unresolved",
    Severity::kHigh,
    "how many bytes an array takes cannot be told",
    "Its type or shape is none that joblib writes. What follows was read as instructions, and "
    "where that fails every later pickle is looked for, but the array's place stays unknown.",
    "Distrust the file, or write it again with joblib.dump.",
    "CWE-436"};

inline constexpr Rule kTypeLies = {
    "joblib.array.dtype_contradiction",
    Severity::kHigh,
    "an array's type says both that it holds objects and that it does not",
    "numpy believes the flags: numbers with the flag of objects are read as a pickle, objects "
    "without it as addresses in memory. No array that was made is of such a type.",
    "Do not load the file: both readings give its author power.",
    "CWE-502 CWE-843"};

inline constexpr Rule kOverflow = {
    "joblib.array.size_overflow",
    Severity::kHigh,
    "an array has a size that no array has",
    "A dimension is below zero, or the product does not fit into 64 bits. Loaders allocate what "
    "has wrapped, or give up; a scanner that believes it steps anywhere.",
    "Distrust the file: numpy makes no such array.",
    "CWE-190"};

inline constexpr Rule kTruncated = {
    "joblib.array.truncated",
    Severity::kHigh,
    "the file ends inside the bytes of an array",
    "The file is cut, or its shape lies about how much follows.",
    "Fetch the file again; if it is the same there, do not load it.",
    "CWE-130"};

inline constexpr Rule kProgram = {
    "joblib.array.program",
    Severity::kHigh,
    "an array's items are a program for whoever reads the file without joblib",
    "joblib steps over them; pickle.load runs them. The detail says what they come to. Items that "
    "run that far are no chance.",
    "Do not load the file, least of all with pickle.load.",
    "CWE-436 CWE-502 AML.T0010.002"};

inline constexpr Rule kMisplaced = {
    "joblib.array.misplaced",
    Severity::kHigh,
    "a wrapper stands where no loader puts an array",
    "joblib reads the objects of an array with a plain unpickler, for which a wrapper is an object "
    "like any other. Whoever steps over bytes behind it misses instructions.",
    "Distrust the file: joblib writes no such wrapper.",
    "CWE-436"};

inline constexpr Rule kTooMany = {
    "engine.limit.joblib_arrays",
    Severity::kMedium,
    "one frame announces more arrays than are kept in mind",
    "joblib ends a frame with every array. Where the later ones lie was not followed.",
    "Distrust the file: joblib writes no such frame.",
    "CWE-770"};

inline constexpr Rule kLookedEnough = {
    "engine.limit.joblib_items",
    Severity::kMedium,
    "the items of too many arrays look like programs",
    "Items were no longer run to see what pickle.load would make of them, since that took longer "
    "than the file itself.",
    "Load the file with joblib alone, if at all: items of an honest array end a program at once.",
    "CWE-400"};

inline constexpr Rule kPadding = {
    "joblib.pad.invalid",
    Severity::kMedium,
    "the padding in front of an array is not what joblib writes",
    "A byte says how many bytes of ff follow, 1 to 16. joblib skips as many as it says without a "
    "look, so anything can be carried along there.",
    "Write the file again with joblib.dump.",
    ""};

inline constexpr Rule kTraversal = {
    "joblib.companion.traversal",
    Severity::kCritical,
    "an array is to be read from a file in another folder",
    "joblib opens the file and unpickles it where it is a pickle. A dump of joblib's names files "
    "beside itself, without a path.",
    "Do not load the file.",
    "CWE-22 CWE-502"};

inline constexpr Rule kAbsolute = {
    "joblib.companion.absolute",
    Severity::kCritical,
    "an array is to be read from an absolute path",
    "joblib opens the file, wherever it is, and unpickles it where it is a pickle. A dump of "
    "joblib's names files beside itself, without a path.",
    "Do not load the file.",
    "CWE-36 CWE-502"};

inline constexpr Rule kMissing = {
    "joblib.companion.missing",
    Severity::kHigh,
    "the file of an array is not there",
    "The model cannot be loaded as it is, and whoever puts a file there decides what is loaded: "
    "joblib unpickles it.",
    "Fetch the files that belong to the model, and scan them together.",
    "CWE-502"};

inline constexpr Rule kUnnamed = {
    "joblib.companion.unresolved",
    Severity::kHigh,
    "the name of an array's file cannot be told",
    "The name is not written down as joblib writes it, so nobody can say what will be opened.",
    "Distrust the file, or write it again with joblib.dump.",
    "CWE-502"};

}  // namespace assay::joblib::rules
