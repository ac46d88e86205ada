// What can be wrong with a compressed stream. gzip and zstd have ids of their own for what layers
// of images are packed with; of all others one set of ids says it.
//
// A stream that unpacks to far more than it takes is engine.limit.ratio where that cut it, as for
// any container, and compress.ratio.bomb where it was packed.
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
    {"compress.ratio.bomb", Severity::kHigh,
     "it unpacks to far more than real data does, and was not unpacked to its end",
     "A file of a few megabytes that becomes terabytes fills the memory or the disk of whoever "
     "unpacks it; weights hardly shrink at all when they are packed.",
     "Do not unpack it anywhere without a quota. If it is legitimate, ask for it uncompressed, or "
     "raise --max-ratio.",
     "CWE-409"},
    {"compress.nested", Severity::kMedium, "what comes out is compressed once more",
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
    {"gzip.header.method", Severity::kHigh,
     "a gzip header names another method than deflate, the only one there is",
     "Readers refuse the member, or take what follows for trailing bytes and say nothing. Its "
     "content was not unpacked.",
     "Fetch the file again, or ask what wrote it.", "CWE-436"},
    {"gzip.header.fname", Severity::kInfo, "the gzip header carries the name of the packed file",
     "It tells what the file once was. Loaders ignore it, and nothing vouches for it.", "Nothing.",
     ""},
    {"gzip.header.fname_traversal", Severity::kCritical, "the name in the gzip header is a path",
     "An unpacker that restores names writes outside of the folder it was started in; gzip itself "
     "once did (CVE-2005-1228). The format allows no folders in this name, so no compressor writes "
     "one.",
     "Do not unpack it with the names restored; distrust its origin.", "CWE-22, CVE-2005-1228"},
    {"gzip.header.fcomment", Severity::kInfo, "the gzip header carries a comment",
     "It is part of no content. What it says stands in this finding.", "Nothing.", ""},
    {"gzip.header.fextra", Severity::kInfo, "the gzip header carries fields of its own",
     "They are part of no content and were not looked into. Block-wise compressors and eStargz "
     "layers keep an index there.",
     "Nothing.", ""},
    {"gzip.hcrc.mismatch", Severity::kMedium, "the gzip header does not have the checksum it gives",
     "Only gzip itself looks at it, so readers disagree on whether the file is good.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"gzip.crc.mismatch", Severity::kHigh,
     "what came out of a gzip member does not have the CRC-32 that its trailer gives",
     "The data was changed after it was packed, by accident or by somebody who counts on readers "
     "that do not check (libarchive, and what is built on it).",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"gzip.crc.isize_mismatch", Severity::kHigh,
     "what came out of a gzip member has another size than its trailer gives",
     "Readers that trust the size cut the data or allocate too little for it.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-131"},
    {"gzip.truncated", Severity::kHigh, "the gzip data ends before its member does",
     "The end is missing, and with it the checksum over the whole. What is there was scanned.",
     "Fetch the file again.", "CWE-354"},
    // No more than that, for layers made to be fetched in parts (eStargz) consist of them. That a
    // new archive starts in a later one is tar.eof.data_after_eof, and high.
    {"gzip.member.multiple", Severity::kMedium, "several gzip members follow each other",
     "All were unpacked and scanned as one. Some readers stop after the first and see less than "
     "what was scanned here.",
     "Nothing, if a parallel compressor or one for seekable layers made the file; otherwise pack "
     "it as one member.",
     "CWE-436"},
    {"gzip.trailing.garbage", Severity::kHigh, "bytes that are no gzip member follow the last one",
     "gzip warns, Python refuses the file, libarchive says nothing; and what follows can be a file "
     "of its own for those that look for one from the end. It was scanned as a part of its own.",
     "Find out what they are; pack the file again without them.", "CWE-436"},
    {"gzip.trailing.zeros", Severity::kLow, "zeros follow the last gzip member",
     "Padding, as tapes and some copying tools leave it. Readers ignore it, some with a warning.",
     "Nothing; or pack the file again.", ""},
    {"zstd.frame.truncated", Severity::kHigh, "the zstd data ends before its frame does",
     "The end is missing, and with it the checksum over the whole. What is there was scanned.",
     "Fetch the file again.", "CWE-354"},
    {"zstd.frame.multiple", Severity::kMedium, "several zstd frames follow each other",
     "All were unpacked and scanned as one. Some readers stop after the first and see less than "
     "what was scanned here.",
     "Nothing, if a parallel or seekable compressor made the file (pzstd, zstd:chunked layers); "
     "otherwise pack it as one frame.",
     "CWE-436"},
    // Medium: parallel and seekable zstd write them, for indexes of a few bytes a frame.
    {"zstd.frame.skippable", Severity::kMedium,
     "the file carries bytes that every unpacker steps over",
     "Such frames hold indexes, or anything at all: their content is not part of what comes out "
     "and was hashed but not looked into.",
     "Nothing, if a parallel or seekable compressor made the file; otherwise pack it again.",
     "CWE-506"},
    {"zstd.frame.checksum_mismatch", Severity::kHigh,
     "what came out of a zstd frame does not have the checksum that the frame gives",
     "The data was changed after it was packed, by accident or by somebody who counts on readers "
     "that do not check.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"zstd.frame.content_size_mismatch", Severity::kHigh,
     "what came out of a zstd frame has another size than its header gives",
     "Readers that trust the size cut the data or allocate too little for it.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-131"},
    {"zstd.frame.reserved_bit", Severity::kHigh,
     "a zstd frame's header sets a bit that must be zero",
     "The library refuses the frame; a lenient reader unpacks it. What is in it was not scanned.",
     "Fetch the file again, or ask what wrote it.", "CWE-436"},
    {"zstd.frame.dict_id", Severity::kHigh,
     "a zstd frame needs a dictionary that is not in the file",
     "It can only be unpacked by somebody who has the dictionary, and unpacks to different things "
     "with different ones. Its content was not scanned.",
     "Ask for the file packed without a dictionary.", "CWE-436"},
    {"zstd.frame.window_too_large", Severity::kHigh,
     "unpacking a zstd frame needs more memory for earlier output than any model file does",
     "The header asks whoever unpacks it for a window of more than 128 MiB, up to terabytes: a "
     "few bytes that exhaust the memory of a reader. It was not unpacked.",
     "Do not unpack it without a memory limit. If it is legitimate, ask for it packed with an "
     "ordinary window.",
     "CWE-789"},
    {"zstd.frame.trailing", Severity::kHigh, "bytes that are no zstd frame follow the last one",
     "Some readers stop here in silence, others refuse the file, and what follows can be a file of "
     "its own for those that look for one from the end. It was scanned as a part of its own.",
     "Find out what they are; pack the file again without them.", "CWE-436"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

inline constexpr const Rule& kCorrupt = rule("compress.stream.corrupt");
inline constexpr const Rule& kBomb = rule("compress.ratio.bomb");
inline constexpr const Rule& kNested = rule("compress.nested");

// What the kinds of streams have in common, by the ids of one of them.
struct StreamRules {
    const Rule& truncated = rule("compress.stream.truncated");
    const Rule& multiple = rule("compress.stream.multiple");
    const Rule& checksum = rule("compress.checksum.mismatch");
    const Rule& size = rule("compress.size.mismatch");
    const Rule& garbage = rule("compress.trailing.garbage");
    const Rule& zeros = rule("compress.trailing.zeros");
    const Rule& skippable = rule("compress.frame.skippable");
    const Rule& dictionary = rule("compress.dictionary.missing");
    const Rule& window = rule("compress.window.too_large");
};

inline constexpr StreamRules kAnyStream{};
inline constexpr StreamRules kGzip{.truncated = rule("gzip.truncated"),
                                   .multiple = rule("gzip.member.multiple"),
                                   .checksum = rule("gzip.crc.mismatch"),
                                   .size = rule("gzip.crc.isize_mismatch"),
                                   .garbage = rule("gzip.trailing.garbage"),
                                   .zeros = rule("gzip.trailing.zeros")};
inline constexpr StreamRules kZstd{.truncated = rule("zstd.frame.truncated"),
                                   .multiple = rule("zstd.frame.multiple"),
                                   .checksum = rule("zstd.frame.checksum_mismatch"),
                                   .size = rule("zstd.frame.content_size_mismatch"),
                                   .garbage = rule("zstd.frame.trailing"),
                                   .skippable = rule("zstd.frame.skippable"),
                                   .dictionary = rule("zstd.frame.dict_id"),
                                   .window = rule("zstd.frame.window_too_large")};

}  // namespace assay::compress
