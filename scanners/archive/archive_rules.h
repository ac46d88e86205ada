// What can be wrong with an archive that libarchive unpacks. What the names of its members can do
// is the same as in a tar, and reported by the rules of tar.
#pragma once

#include "assay/rules.h"

namespace assay::foreign {

inline constexpr Rule kRules[] = {
    {"archive.member.encrypted", Severity::kHigh, "a member is encrypted",
     "Nobody without the password knows what is in it, and no scanner has looked. Malware is "
     "packed so to pass scanners.",
     "Ask for the archive without encryption.", "CWE-311"},
    {"archive.member.unreadable", Severity::kHigh, "a member cannot be unpacked to its end",
     "It is damaged, or packed in a way that is not supported here. What came out was scanned, and "
     "other readers may see more.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"archive.structure.damaged", Severity::kHigh, "the archive is damaged",
     "Members before the damage were scanned; what lies behind it is unknown, and other readers "
     "may "
     "find it.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"archive.header.checksum", Severity::kHigh, "a header does not have the checksum it gives",
     "It was changed after it was written, by accident or by somebody who counts on readers that "
     "do "
     "not check.",
     "Fetch the file again and compare its digest with the publisher's.", "CWE-354"},
    {"archive.header.bounds", Severity::kHigh, "a header points out of the archive",
     "The end is missing, or a reader is meant to read where nothing is.", "Fetch the file again.",
     "CWE-125"},
    {"archive.memory.too_large", Severity::kHigh,
     "unpacking needs more memory for earlier output than is allowed",
     "The header asks whoever unpacks it for so much: a few bytes that exhaust the memory of a "
     "reader. It was not unpacked.",
     "Give more with --memory, if you trust it; else do not unpack it without a limit.", "CWE-789"},
    {"archive.trailing.garbage", Severity::kHigh, "bytes that are no part of the archive follow it",
     "Readers ignore them, and what follows can be a file of its own for those that look for one "
     "from the end. They were scanned as a part of their own.",
     "Find out what they are; pack the members again without them.", "CWE-436"},
    {"archive.gap.unused", Severity::kHigh, "the archive has bytes that belong to no member",
     "No reader shows them: a place to hide data. They were hashed, and not looked into.",
     "Find out what wrote the archive; pack the members again.", "CWE-506"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::foreign
