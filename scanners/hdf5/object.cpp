#include "object.h"

#include <algorithm>
#include <array>

#include "lookup3.h"

namespace assay::hdf5 {

namespace {

constexpr size_t kMostOfOne = 16 * kMiB;  // of messages of one object
constexpr size_t kMostBlocks = 1000;      // of an object that is looked up
constexpr size_t kMessageCost = 2 * sizeof(Message);

// Shared and never to be; unknown to a writer that was to fail, or was not to leave a mark.
bool are_flags(uint8_t flags) {
    const bool unknown = (flags & 0x20) != 0;
    return (flags & 6) != 6 && !(unknown && (flags & 8) != 0) && !(unknown && (flags & 16) == 0);
}

// Whether messages of the type may be shared, where they are said to be shareable. Types that the
// library has not got are not asked.
bool may_be_shared(uint16_t type, uint8_t flags) {
    constexpr std::array<uint16_t, 7> kShareable = {1, 3, 4, 5, 9, 11, 12};
    const bool known = type <= static_cast<uint16_t>(MessageType::kLast);
    return (flags & 0x40) == 0 || !known ||
           std::find(kShareable.begin(), kShareable.end(), type) != kShareable.end();
}

class ObjectReader {
  public:
    ObjectReader(File& file, Object& object, Owner owner)
        : file_(file), object_(object), owned_(owner == Owner::kThis) {}
    Status run();

  private:
    struct Block {
        uint64_t address;
        uint64_t size;
    };

    Status read_version_1();
    Status read_version_2();
    Result<Block> first_block_2();
    Status read_continuations();
    Status messages(uint64_t address, uint64_t size);
    Status message(Fields& at, uint64_t block_end);
    Status keep(MessageType type, uint8_t flags, uint64_t address, Bytes data);
    Status note_continuation(const Message& message);
    Status read_continuation(const Block& block);
    Status check_seal(uint64_t address, uint64_t size);
    Status claim(uint64_t address, uint64_t size) {
        return owned_ ? file_.claim(address, size) : Status(Done{});
    }

    File& file_;
    Object& object_;
    const bool owned_;
    bool newer_ = false;
    bool ordered_ = false;
    size_t expected_ = SIZE_MAX;  // messages, of version 1
    size_t met_ = 0;
    std::vector<Block> continuations_;
};

Status ObjectReader::run() {
    Result<Bytes> head = file_.bytes(object_.address, 4);
    if (!head) return head.error();
    newer_ = starts_with(*head, "OHDR");
    Status read = newer_ ? read_version_2() : read_version_1();
    return read ? read_continuations() : read;
}

Status ObjectReader::read_version_1() {
    const uint64_t address = object_.address;
    Result<Fields> at = file_.fields(address, 16);
    if (!at) return at.error();
    if (at->u8() != 1) return file_.invalid(address, "no object header where there should be one");
    at->skip(1);
    const uint16_t count = at->le16();
    at->skip(4);
    const uint32_t size = at->le32();
    if ((count == 0) != (size == 0)) {
        return file_.invalid(address,
                             "an object header without messages, or without room for them");
    }
    expected_ = count;
    Status claimed = claim(address, 16 + uint64_t{size});
    return claimed ? messages(address + 16, size) : claimed;
}

Status ObjectReader::read_version_2() {
    Result<Block> block = first_block_2();
    if (!block) return block.error();
    return messages(block->address, block->size);
}

// The messages of the header itself, when its checksum is good.
Result<ObjectReader::Block> ObjectReader::first_block_2() {
    const uint64_t address = object_.address;
    Result<Fields> at = file_.fields(address, std::min<uint64_t>(file_.end() - address, 48));
    if (!at) return at.error();
    at->skip(4);
    const uint8_t version = at->u8();
    const uint8_t flags = at->u8();
    if (version != 2 || (flags & 0xc0) != 0) {
        return file_.invalid(address, "an object header has an unknown version");
    }
    ordered_ = (flags & 4) != 0;
    at->skip((flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0));
    const uint64_t size = at->sized(size_t{1} << (flags & 3));
    if (!at->ok()) return file_.invalid(address, "an object header is cut off");
    const uint64_t begin = at->offset() - file_.base();
    if (size > file_.end() || begin + size + 4 > file_.end()) {
        return file_.invalid(address, "an object header is longer than the file");
    }
    Status sealed = check_seal(address, begin - address + size + 4);
    if (!sealed) return sealed.error();
    return Block{begin, size};
}

Status ObjectReader::check_seal(uint64_t address, uint64_t size) {
    if (size > kMostOfOne) return file_.unsupported(address, "an object header is too large");
    Result<Bytes> all = file_.bytes(address, size);
    if (!all) return all.error();
    const Bytes body = all->first(static_cast<size_t>(size) - 4);
    if (load_le<uint32_t>(body.data() + body.size()) != lookup3(body)) {
        return file_.invalid(address, "an object header's checksum is wrong");
    }
    return claim(address, size);
}

Status ObjectReader::read_continuations() {
    for (size_t i = 0; i < continuations_.size(); i++) {
        const Block block = continuations_[i];
        Result<bool> first = owned_ ? file_.enter(block.address) : i < kMostBlocks;
        if (!first) return first.error();
        if (!*first) return file_.invalid(block.address, "an object header goes on in a circle");
        Status read = read_continuation(block);
        if (!read) return read;
    }
    return Done{};
}

Status ObjectReader::read_continuation(const Block& block) {
    if (!newer_) {
        Status claimed = claim(block.address, block.size);
        return claimed ? messages(block.address, block.size) : claimed;
    }
    if (block.size < 8) return file_.invalid(block.address, "a header has no room to go on");
    Result<Bytes> head = file_.bytes(block.address, 4);
    if (!head) return head.error();
    if (!starts_with(*head, "OCHK")) {
        return file_.invalid(block.address, "an object header goes on where it does not");
    }
    Status sealed = check_seal(block.address, block.size);
    return sealed ? messages(block.address + 4, block.size - 8) : sealed;
}

Status ObjectReader::messages(uint64_t address, uint64_t size) {
    const uint64_t end = address + size;
    const size_t head = newer_ ? (ordered_ ? 6 : 4) : 8;
    while (address < end) {
        const bool gap = newer_ && end - address < head;
        if (gap) return Done{};
        if (end - address < head)
            return file_.invalid(address, "an object header ends in a message");
        Result<Fields> at = file_.fields(address, std::min<uint64_t>(end - address, head + 65535));
        if (!at) return at.error();
        Status read = message(*at, end);
        if (!read) return read;
        address = at->offset() - file_.base();
    }
    return Done{};
}

Status ObjectReader::message(Fields& at, uint64_t block_end) {
    const uint64_t start = at.offset() - file_.base();
    if (++met_ > expected_) return file_.invalid(start, "more messages than the header says");
    const uint16_t type = newer_ ? at.u8() : at.le16();
    const uint16_t size = at.le16();
    const uint8_t flags = at.u8();
    at.skip(newer_ ? (ordered_ ? 2 : 0) : 3);
    if (size > at.remaining() || at.offset() - file_.base() + size > block_end) {
        return file_.invalid(start, "a message is longer than its header");
    }
    if (!newer_ && size % 8 != 0) return file_.invalid(start, "a message of an odd length");
    if (!are_flags(flags) || !may_be_shared(type, flags)) {
        return file_.invalid(start, "a message contradicts itself");
    }
    const uint64_t where = at.offset();
    Bytes data = at.bytes(size);
    if (type > static_cast<uint16_t>(MessageType::kLast)) {
        const bool must = (flags & 0x80) != 0;
        if (must) return file_.invalid(start, "a message that must be understood, and is unknown");
        file_.context().incomplete(Coverage::kUnsupported, "a message of unknown type");
        return Done{};
    }
    return keep(static_cast<MessageType>(type), flags, where, data);
}

Status ObjectReader::keep(MessageType type, uint8_t flags, uint64_t address, Bytes data) {
    if (type == MessageType::kNil) return Done{};
    if (object_.bytes.size() + data.size() > kMostOfOne) {
        return file_.unsupported(object_.address, "an object has too many messages");
    }
    Status paid = file_.pay(2 * data.size() + kMessageCost);
    if (!paid) return paid;
    Message message{type, flags, address, object_.bytes.size(), data.size()};
    object_.bytes.insert(object_.bytes.end(), data.begin(), data.end());
    object_.messages.push_back(message);
    return type == MessageType::kContinuation ? note_continuation(message) : Done{};
}

Status ObjectReader::note_continuation(const Message& message) {
    Fields at = object_.fields(message);
    const uint64_t address = at.address();
    const uint64_t size = at.length();
    if (!at.ok() || address == kNowhere || size == 0) {
        return file_.invalid(object_.address, "an object header goes on nowhere");
    }
    continuations_.push_back({address, size});
    return Done{};
}

}  // namespace

const Message* Object::find(MessageType type) const {
    auto found = std::find_if(messages.begin(), messages.end(),
                              [&](const Message& message) { return message.type == type; });
    return found == messages.end() ? nullptr : &*found;
}

size_t cost_of(const Object& object) {
    return 2 * object.bytes.size() + object.messages.size() * kMessageCost;
}

Result<Object> read_object(File& file, uint64_t address, std::string path, Owner owner) {
    Object object;
    object.address = address;
    object.path = std::move(path);
    object.widths = file.super().widths;
    Status read = ObjectReader(file, object, owner).run();
    if (read) return object;
    file.context().release(cost_of(object));
    return read.error();
}

// A reference is a version, a kind and, for a committed type, the address of its object; the first
// version has six bytes more, the third one may lead into a heap of messages instead.
Result<std::vector<uint8_t>> read_shared(File& file, Fields& reference, MessageType type) {
    const uint64_t here = reference.offset() - file.base();
    const uint8_t version = reference.u8();
    const uint8_t kind = reference.u8();
    if (version == 1) reference.skip(6);
    const uint64_t address = reference.address();
    const bool known = version >= 1 && version <= 3;
    if (!known) return file.invalid(here, "a shared message of unknown version");
    if (version == 3 && kind == 1) return file.unsupported(here, "messages shared through a heap");
    if (!reference.ok() || address == kNowhere) {
        return file.invalid(here, "a shared message that is nowhere");
    }
    Result<Object> object = read_object(file, address, "", Owner::kOther);
    if (!object) return object.error();
    const Message* found = object->find(type);
    const bool good = found && !found->shared();
    std::vector<uint8_t> data;
    if (good) {
        const Bytes bytes = Bytes(object->bytes).subspan(found->begin, found->size);
        data.assign(bytes.begin(), bytes.end());
    }
    file.context().release(cost_of(*object));
    if (!good) return file.invalid(address, "a shared message leads to an object without one");
    return data;
}

}  // namespace assay::hdf5
