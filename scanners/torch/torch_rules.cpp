#include "torch_rules.h"

namespace assay::torch::rules {

namespace {

constexpr std::string_view kDecide =
    "Find out who wrote the file and with what; ask for the weights as safetensors.";
constexpr std::string_view kAgain =
    "Fetch the file again and compare its digest with the publisher's; if it is the same there, do "
    "not load it.";

}  // namespace

constexpr Rule kPersid = {
    "pytorch.persid.not_storage",
    Severity::kHigh,
    "the pickle asks the loader for something that is no tensor storage",
    "Persistent ids are answered by the loader's own code. torch writes one kind of them, tuples "
    "that name a storage; any other is meant for another loader, or for a fault in this one.",
    "Show the id with `assay inspect`; do not load the file unless you know what asks for it.",
    "CWE-502 AML.T0010.002"};

constexpr Rule kPersidPath = {
    "pytorch.persid.key_path_like",
    Severity::kHigh,
    "a storage's key looks like a path",
    "The key becomes part of the name of the record that is read. torch writes numbers; a key with "
    "separators or dots leads elsewhere.",
    "Do not load it. Show the key with `assay inspect`.",
    "CWE-22"};

constexpr Rule kStorageMissing = {
    "pytorch.storage.missing",
    Severity::kHigh,
    "a tensor's storage is not in the archive",
    "The file is incomplete, or its pickle and its data were not written together.",
    kAgain,
    "CWE-20"};

constexpr Rule kStorageSize = {
    "pytorch.storage.size_mismatch",
    Severity::kHigh,
    "a tensor or its storage does not have the size that the pickle says",
    "Some versions of torch trust the pickle and read past the end of what is there: memory of the "
    "process ends up in a tensor, or is overwritten later.",
    kAgain,
    "CWE-125 CWE-787 CVE-2026-24747"};

constexpr Rule kStorageUnused = {
    "pytorch.storage.unreferenced",
    Severity::kMedium,
    "no tensor uses this storage record",
    "torch writes a record for each storage that its pickle names. Data that nothing names was put "
    "there by something else, for another reader.",
    "Look at the record. Load the file in a safe place and save it again to drop it.",
    "CWE-506"};

constexpr Rule kStorageAlign = {
    "pytorch.storage.misaligned",
    Severity::kLow,
    "a storage record is not aligned",
    "torch aligns storages so that they can be mapped. The archive was packed by something else.",
    "Nothing, if you packed it yourself; otherwise fetch the original.",
    ""};

constexpr Rule kStoragePacked = {
    "pytorch.storage.compressed",
    Severity::kLow,
    "a storage record is compressed",
    "torch stores storages as they are. The archive was packed by something else.",
    "Nothing, if you packed it yourself; otherwise fetch the original.",
    ""};

constexpr Rule kStorageLimit = {
    "engine.limit.torch_storages",
    Severity::kMedium,
    "the file names more storages than memory allows to remember",
    "Those that were not kept could not be compared with the data, so that a mismatch may be "
    "missed.",
    "Scan the file again with a larger --memory.",
    "CWE-400"};

constexpr Rule kNoDataPkl = {
    "pytorch.layout.no_data_pkl",
    Severity::kHigh,
    "the checkpoint has storages but no data.pkl",
    "torch starts with data.pkl. Without it the archive is damaged, or meant for another reader.",
    kAgain,
    "CWE-20"};

constexpr Rule kManyDataPkl = {
    "pytorch.layout.multiple_data_pkl",
    Severity::kHigh,
    "there is more than one data.pkl",
    "Which one is loaded depends on the reader and its version: a scanner may judge one and the "
    "loader run the other.",
    "Do not load it. Ask for the file as torch wrote it.",
    "CWE-436 AML.T0010.002"};

constexpr Rule kNoVersion = {"pytorch.layout.no_version",
                             Severity::kHigh,
                             "the checkpoint does not say which version of the format it has",
                             "torch always writes it and refuses archives without it.",
                             kAgain,
                             "CWE-20"};

constexpr Rule kBadVersion = {"pytorch.layout.bad_version",
                              Severity::kHigh,
                              "the version of the checkpoint is none that torch knows",
                              "torch reads versions 1 to 10. Another one was not written by torch, "
                              "and may be there to make a "
                              "reader fall back to another.",
                              kAgain,
                              "CWE-20"};

constexpr Rule kTwoTops = {
    "pytorch.layout.two_toplevel_dirs",
    Severity::kHigh,
    "the checkpoint's records lie in more than one folder",
    "torch takes the folder of the first entry of the directory for the archive and sees nothing "
    "else; other readers see all of it.",
    "Do not load it unless you know what put the other records there.",
    "CWE-436"};

constexpr Rule kByteorder = {"pytorch.byteorder.invalid",
                             Severity::kMedium,
                             "the byte order is neither little nor big",
                             "torch refuses the file, or takes its own byte order for the file's.",
                             kAgain,
                             "CWE-20"};

constexpr Rule kIdMismatch = {
    "pytorch.serialization_id.crc_mismatch",
    Severity::kMedium,
    "the records are not those that torch signed for",
    "Half of the serialization id is made of the checksums of all records in the order in which "
    "they were written. Some record was changed, added, removed or moved since.",
    "Ask who changed the file; compare its digest with the publisher's.",
    "CWE-353"};

constexpr Rule kIdMissing = {"pytorch.serialization_id.missing",
                             Severity::kLow,
                             "the serialization id is missing",
                             "Versions of torch that write the other records of this file write "
                             "this one, too. Something removed it.",
                             "Compare the file's digest with the publisher's.",
                             "CWE-353"};

constexpr Rule kScriptCode = {
    "pytorch.torchscript.code_present",
    Severity::kMedium,
    "the archive carries a program",
    "TorchScript is code that runs when the model is used. What it can do is limited to torch's "
    "operators, some of which read and write files.",
    "Use it only if you want a program; ask for the weights as safetensors otherwise.",
    "AML.T0011.000 CVE-2025-32434"};

constexpr Rule kScriptDispatch = {
    "pytorch.torchscript.dispatch",
    Severity::kHigh,
    "what is named like weights is a TorchScript program",
    "torch.load hands archives with a constants.pkl to the TorchScript reader; before torch 2.6 it "
    "did so even where only weights were asked for.",
    "Do not load it as weights. Ask for the weights as safetensors.",
    "CVE-2025-32434 CWE-502"};

constexpr Rule kScriptOp = {
    "pytorch.torchscript.suspicious_op",
    Severity::kHigh,
    "the TorchScript program uses an operator that reaches files or other hosts",
    "Models compute. Operators that read or write files, or call other hosts, have no place in one "
    "that is passed on.",
    "Read the code in the archive before you use it.",
    "CWE-502 CWE-73 AML.T0011.000"};

constexpr Rule kPython = {
    "pytorch.extra_member.python",
    Severity::kMedium,
    "the archive carries Python code",
    "Packages and served models bring modules that are imported when they are loaded, with the "
    "loader's rights.",
    "Read the code before you load it; nothing in it is limited.",
    "CWE-829 AML.T0010.002"};

constexpr Rule kLegacyMagic = {
    "pytorch.legacy.magic_computed",
    Severity::kHigh,
    "the file's magic number is computed",
    "torch compares the first object of the file with its magic number. A number is written as a "
    "number; making it by a call hides the file's kind from scanners and runs the call.",
    "Do not load it. Show the call with `assay inspect`.",
    "CWE-502 AML.T0010.002"};

constexpr Rule kLegacySequence = {
    "pytorch.legacy.bad_sequence",
    Severity::kHigh,
    "the file starts like an old torch file and does not go on like one",
    "Behind the magic number come the protocol's version, a description of the system, the object, "
    "the list of storages and their data. What was found instead was scanned as it came.",
    kDecide,
    "CWE-20"};

constexpr Rule kLegacyTrailing = {
    "pytorch.legacy.trailing",
    Severity::kHigh,
    "bytes follow the last storage",
    "torch stops there. Bytes behind it are there for another reader.",
    kDecide,
    "CWE-506 CWE-436"};

constexpr Rule kLegacyTruncated = {"pytorch.legacy.truncated_storage",
                                   Severity::kHigh,
                                   "the file ends inside a storage",
                                   "The file is incomplete, or it lies about its storages.",
                                   kAgain,
                                   "CWE-20"};

constexpr Rule kLegacySource = {
    "pytorch.legacy.source_code",
    Severity::kLow,
    "the file carries the source of a class",
    "torch compares it with the installed class and warns where they differ; it does not run it. "
    "The class itself is imported.",
    "Nothing; the file stores a whole module, so prefer its weights alone.",
    ""};

constexpr Rule kTarForm = {
    "pytorch.tar.legacy_format",
    Severity::kHigh,
    "the file has the form of torch 0.1",
    "torch tries this form before any other, and before 2.6 it read it with a plain unpickler even "
    "where only weights were asked for.",
    "Convert it with a torch that you do not use for anything else, or take another source.",
    "CVE-2025-32434 CWE-502"};

constexpr Rule kTarMember = {
    "pytorch.tar.member_not_regular",
    Severity::kCritical,
    "a member of the old torch archive is no plain file",
    "The loader extracts members by name and opens what it gets: a link leads it to a file of "
    "somebody else's choice.",
    "Do not load it.",
    "CWE-59 CWE-22"};

namespace {

constexpr Rule kEvery[] = {
    kPersid,       kPersidPath,     kStorageMissing, kStorageSize,     kStorageUnused,
    kStorageAlign, kStoragePacked,  kStorageLimit,   kNoDataPkl,       kManyDataPkl,
    kNoVersion,    kBadVersion,     kTwoTops,        kByteorder,       kIdMismatch,
    kIdMissing,    kScriptCode,     kScriptDispatch, kScriptOp,        kPython,
    kLegacyMagic,  kLegacySequence, kLegacyTrailing, kLegacyTruncated, kLegacySource,
    kTarForm,      kTarMember,
};

}  // namespace

constexpr std::span<const Rule> kAll = kEvery;

}  // namespace assay::torch::rules
