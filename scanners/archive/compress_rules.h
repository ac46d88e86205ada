// What can be wrong with a compressed stream. One set of ids for all kinds: who sorts findings
// cares that what came out is not what was packed, and not which checksum said so.
//
// A stream that unpacks to far more than it takes is engine.limit.ratio, as for any container.
#pragma once

#include "assay/rules.h"

namespace assay::compress {

inline constexpr Rule kRules[] = {
    {"compress.stream.corrupt", Severity::kHigh, "the compressed data is damaged",
     "What came out before the damage was scanned; what lies behind it is unknown. Readers differ "
     "in how much they deliver of a damaged stream, so a payload may hide where this one stopped.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"compress.stream.truncated", Severity::kHigh,
     "the compressed data ends before its stream does",
     "The end is missing, and with it the checksum over the whole. What is there was scanned.",
     "Fetch the file again.", "CWE-354"},
    // Low, for parallel compressors and layered images write many streams as a matter of course.
    {"compress.stream.multiple", Severity::kLow, "several compressed streams follow each other",
     "All were unpacked and scanned as one. Some readers stop after the first and see less than "
     "what was scanned here.",
     "Nothing, if a parallel compressor made the file; otherwise pack it as one stream.",
     "CWE-436"},
    {"compress.stream.nested", Severity::kMedium, "what comes out is compressed once more",
     "Compressing twice saves nothing. It multiplies the ratio of a bomb, and hides content from "
     "scanners that unpack one level.",
     "Find out why, and pack it once.", "CWE-409"},
    {"compress.checksum.mismatch", Severity::kHigh,
     "what came out does not have the checksum that the stream gives",
     "The data was changed after it was packed, by accident or by somebody who counts on readers "
     "that do not check.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"compress.size.mismatch", Severity::kHigh,
     "what came out has another size than the stream gives",
     "Readers that trust the size cut the data or allocate too little for it.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-131"},
    {"compress.trailing.garbage", Severity::kHigh, "bytes that are no stream follow the last one",
     "Some readers stop here in silence, others refuse the file, and what follows can be a file of "
     "its own for those that look for one from the end. It was scanned as a part of its own.",
     "Find out what they are; pack the file again without them.", "CWE-436"},
    {"compress.trailing.zeros", Severity::kLow, "zeros follow the last stream",
     "Padding, as tapes and some copying tools leave it. Readers ignore it, some with a warning.",
     "Nothing; or pack the file again.", ""},
    // Medium: parallel and seekable zstd write them, for indexes of a few bytes a stream.
    {"compress.frame.skippable", Severity::kMedium,
     "the file carries bytes that every unpacker steps over",
     "Such frames hold indexes, or anything at all: their content is not part of what comes out "
     "and was hashed but not looked into.",
     "Nothing, if a parallel or seekable compressor made the file; otherwise pack it again.",
     "CWE-506"},
    {"compress.dictionary.missing", Severity::kMedium,
     "the stream needs a dictionary that is not in the file",
     "It can only be unpacked by somebody who has the dictionary, and unpacks to different things "
     "with different ones. Its content was not scanned.",
     "Ask for the file packed without a dictionary.", ""},
    {"compress.window.too_large", Severity::kHigh,
     "unpacking needs more memory for earlier output than any model file does",
     "The header asks whoever unpacks it for a window of more than 128 MiB, up to gigabytes: a "
     "few bytes that exhaust the memory of a reader. It was not unpacked.",
     "Do not unpack it without a memory limit. If it is legitimate, ask for it packed with an "
     "ordinary window.",
     "CWE-789"},
    {"gzip.header.reserved_flag", Severity::kHigh, "the gzip header uses flags that mean nothing",
     "Python's reader ignores them, gzip refuses the file: readers disagree on whether there is "
     "anything in it. No compressor sets them.",
     "Fetch the file again, or ask what wrote it.", "CWE-436"},
    {"gzip.header.checksum", Severity::kMedium,
     "the gzip header does not have the checksum it gives",
     "Only gzip itself looks at it, so readers disagree on whether the file is good.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"gzip.header.name", Severity::kInfo, "the gzip header carries the name of the packed file",
     "It tells what the file once was. Loaders ignore it, and nothing vouches for it.", "Nothing.",
     ""},
    // Not critical: unpackers that use the name at all take its last component.
    {"gzip.header.name_path", Severity::kHigh, "the name in the gzip header is a path",
     "An unpacker that restores names writes outside of the folder it was started in. The format "
     "allows no folders in this name, so no compressor writes one.",
     "Do not unpack it with the names restored; distrust its origin.", "CWE-22"},
    {"gzip.header.extra", Severity::kInfo, "the gzip header carries a comment or fields of its own",
     "They are part of no content and were not looked into.", "Nothing.", ""},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

inline constexpr const Rule& kCorrupt = rule("compress.stream.corrupt");
inline constexpr const Rule& kTruncated = rule("compress.stream.truncated");
inline constexpr const Rule& kMultiple = rule("compress.stream.multiple");
inline constexpr const Rule& kNested = rule("compress.stream.nested");
inline constexpr const Rule& kChecksum = rule("compress.checksum.mismatch");
inline constexpr const Rule& kSize = rule("compress.size.mismatch");
inline constexpr const Rule& kGarbage = rule("compress.trailing.garbage");
inline constexpr const Rule& kZeros = rule("compress.trailing.zeros");
inline constexpr const Rule& kSkippable = rule("compress.frame.skippable");
inline constexpr const Rule& kDictionary = rule("compress.dictionary.missing");
inline constexpr const Rule& kWindow = rule("compress.window.too_large");
inline constexpr const Rule& kGzipReserved = rule("gzip.header.reserved_flag");
inline constexpr const Rule& kGzipChecksum = rule("gzip.header.checksum");
inline constexpr const Rule& kGzipName = rule("gzip.header.name");
inline constexpr const Rule& kGzipNamePath = rule("gzip.header.name_path");
inline constexpr const Rule& kGzipExtra = rule("gzip.header.extra");

}  // namespace assay::compress
