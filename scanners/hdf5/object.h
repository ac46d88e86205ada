// Objects: a header that says everything of a group, a dataset or a named type, in messages.
//
//   version 1: 01, 0, count of messages u16, references u32, size u32, 0 u32, then messages of
//              type u16, size u16, flags u8, 0 u24, data; sizes are multiples of 8
//   version 2: "OHDR", 02, flags, times, limits, size of 1 to 8 bytes, then messages of type u8,
//              size u16, flags u8, order u16 (if tracked), data; a gap, a checksum
//
// A continuation message names another block of messages; with version 2 that has a signature and a
// checksum of its own.
#pragma once

#include "file.h"

namespace assay::hdf5 {

enum class MessageType : uint16_t {
    kNil = 0,
    kDataspace = 1,
    kLinkInfo = 2,
    kDatatype = 3,
    kOldFill = 4,
    kFill = 5,
    kLink = 6,
    kExternalFiles = 7,
    kLayout = 8,
    kFilters = 11,
    kAttribute = 12,
    kContinuation = 16,
    kSymbolTable = 17,
    kTreeK = 19,
    kDriver = 20,
    kAttributeInfo = 21,
    kLast = 23,
};

struct Message {
    MessageType type = MessageType::kNil;
    uint8_t flags = 0;
    uint64_t address = 0;  // of its data
    size_t begin = 0;      // in Object::bytes
    size_t size = 0;

    // Instead of the data stands where it is.
    [[nodiscard]] bool shared() const { return (flags & 2) != 0; }
};

struct Object {
    uint64_t address = 0;
    std::string path;
    Widths widths;
    std::vector<uint8_t> bytes;  // of all messages
    std::vector<Message> messages;

    [[nodiscard]] const Message* find(MessageType type) const;
    [[nodiscard]] Fields fields(const Message& message) const {
        return {Bytes(bytes).subspan(message.begin, message.size), message.address, widths};
    }
};

// Whether the bytes are claimed: an object that is only looked up is read by somebody else, too.
enum class Owner : uint8_t { kThis, kOther };

// Reads header and continuations. What the object holds is paid for: give back cost_of() when it is
// gone.
Result<Object> read_object(File& file, uint64_t address, std::string path, Owner owner);
size_t cost_of(const Object& object);

// The data of a message that another object shares: a committed type. Checks that it is one.
Result<std::vector<uint8_t>> read_shared(File& file, Fields& reference, MessageType type);

}  // namespace assay::hdf5
