// The texts of the rules that belong to no format: what the engine itself can say of any artifact.
#include "assay/rules.h"

namespace assay::rules {

// engine.io: the bytes could not be had, or not the same bytes throughout.

const Rule kUnreadable = {
    "engine.io.unreadable",
    Severity::kMedium,
    "the system refused to open or read this artifact",
    "Nothing is known of bytes that were not read. A file that only some accounts can read may "
    "still be loaded by one of them.",
    "Run as an account that can read the file, or repair the storage it lies on, and scan again.",
    ""};

const Rule kTruncated = {
    "engine.io.truncated",
    Severity::kHigh,
    "the artifact ended before the size it had when it was opened",
    "The file became shorter while it was read, or the storage lost its end. A digest of what was "
    "left would not be the digest of any file, so none is given.",
    "Find out what writes to the file, wait until it has finished, and scan again.",
    ""};

const Rule kChanged = {
    "engine.io.changed_during_scan",
    Severity::kHigh,
    "the file was written to, or replaced, while it was read",
    "What was scanned may be a mixture of two contents that never existed together, and what is "
    "loaded later need not be what was scanned. Changing a file between check and use is a way to "
    "slip past a scanner.",
    "Scan a copy or a snapshot that nobody writes to, and load that same copy.",
    "CWE-367"};

// engine.limit: a limit ended the work on a part of the artifact. What lies behind it is unknown.

const Rule kLimitFolder = {
    "engine.limit.folder",
    Severity::kMedium,
    "the folder has more names than the memory budget has room for",
    "The names of a folder are put in order before any of its files is opened, so that the report "
    "is the same on every machine. Nothing in this folder was looked at.",
    "Give more memory (--memory), or split the folder.",
    "CWE-770"};

const Rule kLimitChunks = {"engine.limit.chunk_tree",
                           Severity::kMedium,
                           "the file has too many chunks of this size for the memory budget",
                           "All nodes of a chunk tree are in memory while it is built. No tree was "
                           "made; digests that were "
                           "asked for besides it are not affected.",
                           "Use larger chunks (--chunk-size) or more memory (--memory).",
                           "CWE-770"};

const Rule kLimitPinned = {
    "engine.limit.pinned",
    Severity::kMedium,
    "the artifact's structure needs more of it held in memory than the budget allows",
    "Some formats refer back and forth over the whole file. What could not be held was not "
    "inspected, though it was hashed.",
    "Raise --memory and scan again.",
    "CWE-770"};

const Rule kLimitHeader = {
    "engine.limit.header",
    Severity::kMedium,
    "the file's header lists more than the memory budget has room for",
    "What the entries say has to be compared with each other, so each takes some memory until the "
    "last is read. Those behind the limit were not looked at.",
    "Raise --memory and scan again; distrust a header of that size if its model is not huge.",
    "CWE-770"};

const Rule kLimitDepth = {
    "engine.limit.depth",
    Severity::kMedium,
    "containers are nested deeper than the limit",
    "What lies below was not looked at. Honest artifacts nest a few levels; deep nesting hides a "
    "payload from scanners, or exhausts the stack of those that recurse.",
    "Unpack the outer levels by hand in a safe place and scan what comes out.",
    "CWE-674"};

const Rule kLimitMembers = {
    "engine.limit.members",
    Severity::kMedium,
    "the container holds more members than the limit",
    "Members beyond the limit were not looked at. A huge number of tiny members costs a reader "
    "far more than the file's size suggests.",
    "If that many members are expected here, scan the unpacked folder instead.",
    "CWE-770"};

const Rule kLimitRatio = {
    "engine.limit.ratio",
    Severity::kMedium,
    "the data expands far more than real model data does",
    "This is the shape of a decompression bomb: a small file fills the memory or the disk of "
    "whoever unpacks it. What was not unpacked was not looked at.",
    "Do not unpack it anywhere without a quota. If it is legitimate, ask for it uncompressed.",
    "CWE-409"};

const Rule kLimitTotal = {
    "engine.limit.total",
    Severity::kMedium,
    "the members of this file unpack to more bytes than the limit",
    "What came after the limit was not looked at. Many members that each expand a little can "
    "exhaust a disk as surely as a single one.",
    "Do not unpack it anywhere without a quota. If it is legitimate, scan its parts one by one.",
    "CWE-409"};

const Rule kLimitWalkDepth = {
    "engine.limit.walk_depth",
    Severity::kMedium,
    "folders are nested deeper than the limit",
    "Files below were not looked at. Trees this deep are made to break tools that recurse or that "
    "build whole paths.",
    "Name the deep folder itself as a target, or find out what made the tree.",
    "CWE-674"};

// engine, the rest

const Rule kFormatFailed = {
    "engine.format.failed",
    Severity::kHigh,
    "the inspection of this format stopped at an unexpected fault",
    "The fault is in the scanner and not proven to be in the file, but a file that stops a scanner "
    "is exactly what somebody with something to hide would make. The rest was not inspected.",
    "Treat the file as unscanned, and report the fault with the file's digest.",
    ""};

const Rule kWalkLoop = {
    "engine.walk.loop",
    Severity::kMedium,
    "this folder contains itself, by a link or a mount",
    "It was entered once and not again. Tools that follow links run in circles here, or see the "
    "same file under endlessly many names.",
    "Remove the link, or scan without --follow.",
    "CWE-835"};

// file.link and file.type: names in the tree that are no regular files.

const Rule kLinkNotFollowed = {
    "file.link.not_followed",
    Severity::kInfo,
    "a symbolic link that was not followed",
    "What it points at was not looked at under this name. Where the link is loaded, its "
    "destination is loaded.",
    "Use --follow, or see that the destination is scanned too.",
    ""};

const Rule kLinkOutside = {
    "file.link.outside",
    Severity::kMedium,
    "a symbolic link leads out of the target",
    "Whoever copies, packs or serves the folder may take along a file that was never part of the "
    "model, or load one that somebody else controls.",
    "Replace the link by the file it stands for, or remove it.",
    "CWE-59"};

const Rule kLinkDangling = {
    "file.link.dangling",
    Severity::kLow,
    "a symbolic link to something that does not exist",
    "The model may be incomplete, and whoever can create the missing file decides what will be "
    "loaded here.",
    "Restore what the link points at, or remove the link.",
    ""};

const Rule kSpecial = {
    "file.type.special",
    Severity::kMedium,
    "a device, pipe or socket where a file is expected",
    "It was not opened: reading it could block for ever or act on hardware. It has no place in a "
    "model folder.",
    "Remove it, and find out how it got there.",
    ""};

const Rule kUnknownType = {
    "file.type.unknown",
    Severity::kInfo,
    "the content fits no format that is known here",
    "It was hashed and searched for what is dangerous in any file, but its structure could not be "
    "checked.",
    "Nothing, if the file is expected; otherwise find out what it is before you use it.",
    ""};

// file, the rest: content that is suspicious whatever the format.

const Rule kEmpty = {
    "file.empty",
    Severity::kLow,
    "the file holds no bytes",
    "Often what an interrupted download or a full disk leaves behind. All empty files have the "
    "same digest, so the digest says nothing.",
    "Fetch it again, or remove it if it means nothing.",
    ""};

const Rule kExtMismatch = {
    "file.ext.mismatch",
    Severity::kMedium,
    "the content is not of the kind that the file's name promises",
    "Programs that trust the name treat the file as harmless, while those that look at the content "
    "load it as what it is: a pickle named like tensors still runs its code.",
    "Find out which is meant. Rename the file, or distrust its origin.",
    "CWE-646"};

const Rule kExecutable = {
    "file.embedded.executable",
    Severity::kHigh,
    "a program or script where only model data is expected",
    "Model data needs no executable. One that travels along may be run by an installer, a loader "
    "hook or a user who trusts the model.",
    "Remove it unless you know why it is there and who built it; then scan it with the tools for "
    "programs.",
    "AML.T0010.003 AML.T0011.000"};

const Rule kPicklePrefix = {
    "file.polyglot.pickle_prefix",
    Severity::kCritical,
    "the file is valid as another format and runs as a pickle, too",
    "A pickle needs no magic number: the first bytes of nearly any format can be made to be "
    "instructions. Whoever loads the file by the wrong function runs the program in it.",
    "Do not load it. No tool writes such a file by accident; ask its author, or convert the part "
    "you need into a fresh file.",
    "CWE-436 CWE-502 AML.T0010.003"};

const Rule kPolyglot = {
    "file.polyglot.multi_format",
    Severity::kCritical,
    "the file is valid as more than one format",
    "Two readers see two different things in the same bytes: one that a scanner looks at and "
    "another that the loader uses.",
    "Do not load it. No tool writes such a file by accident; ask its author, or convert the part "
    "you need into a fresh file.",
    "CWE-436 AML.T0010.003"};

}  // namespace assay::rules
