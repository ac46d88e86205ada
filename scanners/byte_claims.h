// Claims about the bytes of another file: that they have a checksum.
//
// The bytes are read again when claims are judged, from the file that was scanned, if that has not
// changed since (reread.h). if_other_value: the checksum differs; if_no_fact: the bytes can't be
// had, since the file is inside another one, or came in a stream. Where the bulk is not read, such
// a claim is not judged.
//
// A claim says so in its kind, and in its name which bytes and what they are called.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assay/facts.h"

namespace assay {

enum class Checksum : uint8_t { kCrc32c, kSha1 };

struct ByteRange {
    uint64_t offset = 0;
    uint64_t length = 0;
};

struct ByteClaim {
    Checksum checksum = Checksum::kCrc32c;
    std::optional<ByteRange> range;  // absent: all of the file
    std::string_view called;         // borrows the claim
};

// Makes it a claim that these bytes have the checksum `value`, in lower-case hex.
void claim_bytes(Claim& claim, const ByteClaim& bytes, std::string value);

// What such a claim is about; nothing if it is another one.
std::optional<ByteClaim> bytes_of(const Claim& claim);

}  // namespace assay
