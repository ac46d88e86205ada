// The fixed records of a ZIP archive, parsed and nothing else: what they mean for each other is
// judged by zip_directory.h and zip.h. All numbers are little-endian.
//
//   local header  "PK\3\4"  30 bytes, name, extra            before each member's data
//   descriptor   ["PK\7\8"] crc, packed, size                behind the data, if bit 3 is set
//   central entry "PK\1\2"  46 bytes, name, extra, comment   in the directory
//   end64         "PK\6\6"  56 bytes or more                 \ only in archives that need 64 bits,
//   locator       "PK\6\7"  20 bytes                         / or whose writer does not care
//   end           "PK\5\6"  22 bytes, comment
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assay/cursor.h"
#include "assay/tape.h"

namespace assay {

inline constexpr std::string_view kLocalSignature{"PK\x03\x04", 4};
inline constexpr std::string_view kCentralSignature{"PK\x01\x02", 4};
inline constexpr std::string_view kEndSignature{"PK\x05\x06", 4};
inline constexpr std::string_view kEnd64Signature{"PK\x06\x06", 4};
inline constexpr std::string_view kLocatorSignature{"PK\x06\x07", 4};
inline constexpr std::string_view kDescriptorSignature{"PK\x07\x08", 4};

inline constexpr size_t kLocalSize = 30;
inline constexpr size_t kCentralSize = 46;
inline constexpr size_t kEndSize = 22;
inline constexpr size_t kEnd64Size = 56;
inline constexpr size_t kLocatorSize = 20;
inline constexpr size_t kMaxDescriptor = 24;
inline constexpr size_t kMaxComment = 65'535;
// A comment is shorter, but Info-ZIP searches so far.
inline constexpr size_t kEndSearch = 66'000;

inline constexpr uint16_t kStored = 0;
inline constexpr uint16_t kDeflated = 8;
inline constexpr uint16_t kBzip2 = 12;
inline constexpr uint16_t kLzma = 14;
inline constexpr uint16_t kZstd = 93;
inline constexpr uint16_t kXz = 95;

// Bits of the flags.
inline constexpr uint16_t kBitEncrypted = 0x0001;
inline constexpr uint16_t kBitEndMark = 0x0002;  // of LZMA, in the data
inline constexpr uint16_t kBitDescriptor = 0x0008;
inline constexpr uint16_t kBitPatched = 0x0020;
inline constexpr uint16_t kBitStrong = 0x0040;
inline constexpr uint16_t kBitUtf8 = 0x0800;
inline constexpr uint16_t kBitMasked = 0x2000;

struct LocalHeader {
    uint64_t offset = 0;
    uint64_t length = 0;  // of the header, with name and extra
    uint64_t packed = 0;
    uint64_t size = 0;
    uint32_t crc = 0;
    uint16_t flags = 0;
    uint16_t method = 0;
    std::string name;

    [[nodiscard]] bool has_descriptor() const { return (flags & kBitDescriptor) != 0; }
    // Writers of streams do not know crc and sizes yet.
    [[nodiscard]] bool length_unknown() const {
        return has_descriptor() && packed == 0 && size == 0 && crc == 0;
    }
};

// What fills a central entry but its name; `name`, `extra` and `comment` are views of the input.
struct CentralEntry {
    uint64_t header_offset = 0;  // as written
    uint64_t packed = 0;
    uint64_t size = 0;
    uint32_t crc = 0;
    uint32_t attributes = 0;
    uint16_t made_by = 0;
    uint16_t flags = 0;
    uint16_t method = 0;
    uint16_t disk = 0;
    Bytes name;
    Bytes extra;
    Bytes comment;
};

struct EndRecord {
    uint64_t disk = 0;
    uint64_t directory_disk = 0;
    uint64_t count_on_disk = 0;
    uint64_t count = 0;
    uint64_t directory_size = 0;
    uint64_t directory_offset = 0;
    uint64_t length = 0;          // end64: the whole record as it says; end: 22 and the comment
    uint64_t comment_length = 0;  // end only
};

struct Locator {
    uint32_t disk = 0;
    uint64_t offset = 0;
    uint32_t disks = 0;
};

// The header at the tape's position; absent where there is none, or its end is cut off. An error is
// the tape's own.
Result<std::optional<LocalHeader>> peek_local_header(Tape& tape);

// The same for bytes that were looked at elsewhere and stand at `offset`.
std::optional<LocalHeader> local_header_in(Bytes bytes, uint64_t offset);

// Whether these bytes start as a header that some writer could have written, for those who find it
// without a directory.
bool plausible_local(Bytes bytes);
bool plausible_central(Bytes bytes);
bool plausible_end(Bytes bytes);

// Each expects its signature at the cursor; a cursor that fails makes the result meaningless.
CentralEntry read_central(Cursor& cursor);
EndRecord read_end(Cursor& cursor);
EndRecord read_end64(Cursor& cursor);
Locator read_locator(Cursor& cursor);

// The first field of that id. Absent, too, where the fields before it do not fit.
std::optional<Bytes> find_extra(Bytes extra, uint16_t id);
// Whether the fields fill the extra exactly; the padding of less than a field's head is allowed.
bool extra_fits(Bytes extra);

enum class Zip64 : uint8_t {
    kFine,
    kMissing,   // a field says "see there", and there is nothing
    kOverride,  // a value is there for a field that needs none, and it is another one
};

// Replaces the values that are all ones by those of the extra field. `offset` may be null, for a
// local header, whose unneeded values count for nothing.
Zip64 apply_zip64(Bytes extra, uint64_t& size, uint64_t& packed, uint64_t* offset);

// How long a descriptor with these values at the start of `bytes` is; 0 when there is none.
size_t match_descriptor(Bytes bytes, uint32_t crc, uint64_t packed, uint64_t size,
                        bool with_signature);

}  // namespace assay
