#include "heaps.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

#include "lookup3.h"
#include "tree2.h"

namespace assay::hdf5 {

namespace {

constexpr uint64_t kLongestText = 65536;
constexpr size_t kMostFree = 10'000;
constexpr uint64_t kLeastCollection = 4096;
constexpr size_t kBrokenCost = 64;
constexpr uint64_t kLargestBlock = 16 * kMiB;

unsigned log2_of(uint64_t value) { return static_cast<unsigned>(std::bit_width(value)) - 1; }

}  // namespace

// ------------------------------------------------------------------------------------------------
// Local heaps

Result<LocalHeap> LocalHeap::open(File& file, uint64_t address) {
    const Widths widths = file.super().widths;
    const uint64_t size = 8 + 2 * uint64_t{widths.length} + widths.address;
    Result<Fields> at = file.fields(address, size);
    if (!at) return at.error();
    if (at->le32() != 0x50414548 || at->u8() != 0) return file.invalid(address, "no heap of names");
    at->skip(3);
    LocalHeap heap;
    heap.size_ = at->length();
    const uint64_t free = at->length();
    heap.data_ = at->address();
    Result<bool> first = file.enter(address);
    if (!first) return first.error();
    if (!*first) return heap;
    Status claimed = file.claim(address, size);
    if (claimed) claimed = file.claim_once(heap.data_, heap.size_);
    if (claimed) claimed = heap.check_free(file, free);
    return claimed ? Result<LocalHeap>(heap) : claimed.error();
}

// What is free is a chain of offset and size, ended by 1.
Status LocalHeap::check_free(File& file, uint64_t first) const {
    const uint64_t head = 2 * uint64_t{file.super().widths.length};
    size_t steps = 0;
    while (first != 1 && steps++ < kMostFree) {
        if (first == 0 || first > size_ || head > size_ - first) {
            return file.invalid(data_, "free room lies outside of a heap of names");
        }
        Result<Fields> at = file.fields(data_ + first, head);
        if (!at) return at.error();
        const uint64_t next = at->length();
        if (at->length() > size_ - first) {
            return file.invalid(data_, "free room lies outside of a heap of names");
        }
        first = next;
    }
    return first == 1 ? Status(Done{}) : file.invalid(data_, "free room without an end");
}

Result<std::string> LocalHeap::text(File& file, uint64_t offset) const {
    if (offset >= size_) return file.invalid(data_, "a name lies outside of its heap");
    const uint64_t most = std::min(size_ - offset, kLongestText);
    for (uint64_t wanted : {std::min<uint64_t>(most, 128), most}) {
        Result<Bytes> found = file.bytes(data_ + offset, wanted);
        if (!found) return found.error();
        const size_t end = as_text(*found).find('\0');
        if (end != std::string_view::npos) return std::string(as_text(*found).substr(0, end));
    }
    return file.invalid(data_ + offset, "a name has no end");
}

// ------------------------------------------------------------------------------------------------
// Global heaps

namespace {

struct Collection {
    uint64_t begin;  // of the first object
    uint64_t end;
};

// Of what heads of objects and of heaps take: a multiple of 8.
uint64_t head_size(const File& file) {
    return (8 + uint64_t{file.super().widths.length} + 7) / 8 * 8;
}

Result<Collection> open_collection(File& file, uint64_t address) {
    const uint64_t head = head_size(file);
    Result<Fields> at = file.fields(address, head);
    if (!at) return at.error();
    if (at->le32() != 0x4c4f4347 || at->u8() != 1) {
        return file.invalid(address, "no heap of strings where there should be one");
    }
    at->skip(3);
    const uint64_t size = at->length();
    if (size < kLeastCollection || size > file.end() - address) {
        return file.invalid(address, "a heap of strings of impossible size");
    }
    Status claimed = file.claim_once(address, size);
    if (!claimed) return claimed.error();
    return Collection{address + head, address + size};
}

constexpr size_t kMostHeld = 32 * kMiB;
constexpr uint64_t kReadWhole = 65536;

void forget_tables(File& file) {
    HeapTables& held = file.heap_tables();
    held.tables.clear();
    file.context().release(std::exchange(held.paid, 0));
}

// Reads one heap into a table. Heaps of usual size are read in one piece, larger ones object by
// object: nobody needs the values.
class CollectionReader {
  public:
    CollectionReader(File& file, uint64_t address) : file_(file), address_(address) {}
    Status run();
    std::vector<HeapObject> objects;
    size_t paid = 0;

  private:
    Result<Fields> head_at(uint64_t at);
    Status keep(uint64_t at, size_t index, HeapObject object);
    Status grow(size_t size);

    File& file_;
    const uint64_t address_;
    Bytes whole_;
};

// Tables of other heaps make room for this one.
Status CollectionReader::grow(size_t size) {
    const size_t bytes = 2 * sizeof(HeapObject) * (size - objects.size());
    if (!file_.context().reserve(bytes)) {
        forget_tables(file_);
        Status paid_now = file_.pay(bytes);
        if (!paid_now) return paid_now;
    }
    paid += bytes;
    objects.resize(size);
    return Done{};
}

Status CollectionReader::keep(uint64_t at, size_t index, HeapObject object) {
    Status room = index < objects.size() ? Status(Done{}) : grow(index + 1);
    if (!room) return room;
    if (objects[index].address != 0) {
        return file_.invalid(at, "two values of a heap have one number");
    }
    objects[index] = object;
    return Done{};
}

Result<Fields> CollectionReader::head_at(uint64_t at) {
    const uint64_t head = head_size(file_);
    if (whole_.empty()) return file_.fields(at, head);
    return Fields(whole_.subspan(at - address_, head), file_.in_file(at), file_.super().widths);
}

// Room that is free says how long it is with its head, and a reader goes on behind it: with a
// length of 0 it would never end.
Status CollectionReader::run() {
    Result<Collection> in = open_collection(file_, address_);
    if (!in) return in.error();
    if (in->end - address_ <= kReadWhole) {
        Result<Bytes> all = file_.bytes(address_, in->end - address_);
        if (!all) return all.error();
        whole_ = *all;
    }
    const uint64_t head = head_size(file_);
    for (uint64_t at = in->begin; in->end - at >= head;) {
        Result<Fields> object = head_at(at);
        if (!object) return object.error();
        const uint16_t index = object->le16();
        object->skip(6);
        const uint64_t size = object->length();
        const uint64_t room = in->end - at - (index == 0 ? 0 : head);
        if (size > room || (index == 0 && size < head)) {
            return file_.invalid(at, "a value is longer than its heap, or free room has no length");
        }
        Status kept = keep(at, index, {at + head, size});
        if (!kept) return kept;
        at += index == 0 ? size : std::min(in->end - at, head + (size + 7) / 8 * 8);
    }
    return Done{};
}

using Table = std::map<uint64_t, std::vector<HeapObject>>::const_iterator;

Result<Table> read_table(File& file, uint64_t collection) {
    HeapTables& held = file.heap_tables();
    if (held.paid > kMostHeld) forget_tables(file);
    CollectionReader reader(file, collection);
    Status read = reader.run();
    if (read) {
        held.paid += reader.paid;
        return Table(held.tables.emplace(collection, std::move(reader.objects)).first);
    }
    file.context().release(reader.paid);
    if (read.error().code != Code::kMalformed) return read.error();
    Status paid = file.pay(kBrokenCost);
    if (!paid) return paid.error();
    held.broken.insert(collection);
    return read.error();
}

}  // namespace

Result<HeapObject> find_in_collection(File& file, uint64_t collection, uint32_t index) {
    if (collection > file.end()) return file.invalid(collection, "a string lies beyond the file");
    HeapTables& held = file.heap_tables();
    if (held.broken.contains(collection)) {
        return Error{Code::kMalformed, "a heap of strings is broken", file.in_file(collection), 0};
    }
    Table found = held.tables.find(collection);
    if (found == held.tables.end()) {
        Result<Table> read = read_table(file, collection);
        if (!read) return read.error();
        found = *read;
    }
    const std::vector<HeapObject>& objects = found->second;
    if (index != 0 && index < objects.size() && objects[index].address != 0) return objects[index];
    return file.invalid(collection, "a string is not in its heap");
}

// ------------------------------------------------------------------------------------------------
// Fractal heaps

Result<FractalHeap> FractalHeap::open(File& file, uint64_t address) {
    FractalHeap heap;
    Status read = heap.read_header(file, address);
    if (read) read = heap.check_header(file);
    return read ? Result<FractalHeap>(heap) : read.error();
}

Status FractalHeap::read_header(File& file, uint64_t address) {
    const Widths widths = file.super().widths;
    Result<Fields> head = file.fields(address, 9);
    if (!head) return head.error();
    head->skip(7);
    if (head->le16() != 0) return file.unsupported(address, "a heap that is packed by filters");
    const uint64_t size = 26 + 12 * uint64_t{widths.length} + 3 * uint64_t{widths.address};
    Result<Fields> at = file.sealed(address, size, "FRHP");
    if (!at) return at.error();
    address_ = address;
    id_length_ = at->le16();
    at->skip(2);
    sealed_ = (at->u8() & 2) != 0;
    most_managed_ = at->le32();
    at->skip(widths.length);
    const uint64_t huge = at->address();
    at->skip(widths.length);
    const uint64_t free_space = at->address();
    at->skip(8 * size_t{widths.length});
    width_ = at->le16();
    start_ = at->length();
    largest_direct_ = at->length();
    bits_ = at->le16();
    offset_width_ = (bits_ + 7U) / 8;
    at->skip(2);
    root_ = at->address();
    rows_ = at->le16();
    Status read = file.claim_once(address, size);
    if (read && free_space != kNowhere) read = check_free_space(file, free_space);
    return read && huge != kNowhere ? read_huge(file, huge) : read;
}

bool FractalHeap::is_before(const Huge& a, const Huge& b) {
    return std::tie(a.number, a.address) < std::tie(b.number, b.address);
}

// A tree of them: records of address, length and, where ids are numbers, the number.
Status FractalHeap::read_huge(File& file, uint64_t tree) {
    constexpr uint8_t kNumbered = 1;
    constexpr uint8_t kAddressed = 3;
    Status read = walk_tree2(file, tree, [&](const Tree2& kind, Bytes record) -> Status {
        if (kind.kind != kNumbered && kind.kind != kAddressed) {
            return file.unsupported(tree, "large objects of a heap that are packed by filters");
        }
        Fields at(record, file.in_file(tree), file.super().widths);
        Huge one{0, at.address(), at.length()};
        if (kind.kind == kNumbered) one.number = at.length();
        if (!at.ok() || at.remaining() != 0 || one.address == kNowhere) {
            return file.invalid(tree, "a list of a heap's large objects holds something else");
        }
        Status paid = file.pay(2 * sizeof(Huge));
        if (paid) huge_.push_back(one);
        return paid ? file.claim_once(one.address, one.size) : paid;
    });
    std::sort(huge_.begin(), huge_.end(), is_before);
    return read;
}

// "FSHD" leads to "FSSE", a list that only writers need; it is read when its heap is measured.
Status FractalHeap::check_free_space(File& file, uint64_t address) const {
    const Widths widths = file.super().widths;
    const uint64_t size = 18 + 7 * uint64_t{widths.length} + widths.address;
    Result<bool> first = file.enter(address);
    if (!first || !*first) return first ? Status(Done{}) : first.error();
    Result<Fields> at = file.sealed(address, size, "FSHD");
    if (!at) return at.error();
    at->skip(9 + 5 * size_t{widths.length});
    const uint64_t list = at->address();
    const uint64_t used = at->length();
    const uint64_t room = at->length();
    Status claimed = file.claim(address, size);
    if (!claimed || list == kNowhere) return claimed;
    if (used > room) return file.invalid(address, "a list of free space is longer than its room");
    Result<Fields> sections = file.sealed(list, used, "FSSE");
    return sections ? file.claim(list, room) : sections.error();
}

Status FractalHeap::check_header(File& file) const {
    const bool powers = std::has_single_bit(width_) && std::has_single_bit(start_) &&
                        std::has_single_bit(largest_direct_);
    if (!powers || largest_direct_ < start_ || bits_ == 0 || bits_ > 64 ||
        largest_direct_ > kLargestBlock || id_length_ == 0 || start_ < block_head()) {
        return file.invalid(address_, "a heap has impossible sizes");
    }
    const uint64_t rows = rows_;
    if (rows > 64 || log2_of(start_) + log2_of(width_) + rows > 64) {
        return file.invalid(address_, "a heap is larger than addresses reach");
    }
    return Done{};
}

// Of a direct block: signature and version, the heap's address, the block's offset, a checksum.
uint64_t FractalHeap::block_head() const { return 5 + uint64_t{8} + offset_width_ + 4; }

// How many rows an indirect block for so much has.
uint64_t FractalHeap::rows_of(uint64_t size) const {
    return size < start_ * width_ ? 0 : log2_of(size / (start_ * width_)) + 1;
}

// Where the block begins that `offset` lies in, or the indirect one on the way to it.
Result<FractalHeap::Block> FractalHeap::step_down(File& file, const Block& in,
                                                  uint64_t offset) const {
    const uint64_t first = start_ * width_;
    const uint64_t rest = offset - in.offset;
    const uint64_t row = rest < first ? 0 : log2_of(rest / first) + 1;
    const uint64_t size = row == 0 ? start_ : start_ << (row - 1);
    const uint64_t row_begin = row == 0 ? 0 : first << (row - 1);
    const uint64_t column = (rest - row_begin) / size;
    const uint64_t rows = in.address == root_ ? rows_ : rows_of(in.size);
    if (row >= rows) return file.invalid(in.address, "an object lies outside of its heap");
    const Widths widths = file.super().widths;
    const uint64_t head = 5 + uint64_t{widths.address} + offset_width_;
    const uint64_t bytes = head + rows * width_ * widths.address + 4;
    Result<Fields> at = file.sealed(in.address, bytes, "FHIB");
    if (!at) return at.error();
    if (at->address() != address_) return file.invalid(in.address, "a block of another heap");
    at->skip(offset_width_ + (row * width_ + column) * widths.address);
    const Block found{at->address(), in.offset + row_begin + column * size, size};
    Status claimed = file.claim_once(in.address, bytes);
    if (!claimed) return claimed.error();
    if (found.address == kNowhere) return file.invalid(in.address, "an object in a missing block");
    return found;
}

Result<FractalHeap::Block> FractalHeap::find_block(File& file, uint64_t offset) const {
    if (root_ == kNowhere) return file.invalid(address_, "an object in an empty heap");
    Block block{root_, 0, start_};
    if (rows_ == 0) return block;
    block.size = UINT64_MAX;
    do {
        Result<Block> next = step_down(file, block, offset);
        if (!next) return next.error();
        block = *next;
    } while (block.size > largest_direct_);
    return block;
}

// The checksum stands in the block and counts as zeros.
Status FractalHeap::check_direct(File& file, const Block& block) const {
    const Widths widths = file.super().widths;
    Result<Fields> at = file.fields(block.address, block_head());
    if (!at) return at.error();
    Fields head = *at;
    if (head.le32() != 0x42444846 || head.u8() != 0 || head.address() != address_) {
        return file.invalid(block.address, "a block of another heap, or none");
    }
    Result<bool> first = file.enter(block.address);
    if (!first) return first.error();
    if (!*first) return Done{};
    if (sealed_) {
        const size_t place = 5 + size_t{widths.address} + offset_width_;
        Result<Bytes> all = file.bytes(block.address, block.size);
        if (!all) return all.error();
        std::vector<uint8_t> copy(all->begin(), all->end());
        const auto stored = load_le<uint32_t>(copy.data() + place);
        store_le<uint32_t>(copy.data() + place, 0);
        if (lookup3(copy) != stored) {
            return file.invalid(block.address, "a block's checksum is wrong");
        }
    }
    return file.claim(block.address, block.size);
}

// An id is its kind, then for most objects offset and length.
Result<std::vector<uint8_t>> FractalHeap::object(File& file, Bytes id) const {
    if (id.empty() || id[0] >> 6 != 0) return file.invalid(address_, "an id of unknown version");
    switch (id[0] >> 4 & 3) {
        case 0:
            return managed(file, id);
        case 1:
            return huge(file, id);
        case 2:
            return tiny(file, id);
        default:
            return file.invalid(address_, "an id of an unknown kind");
    }
}

// The object is behind the first byte, which holds its length less one; or behind the second one,
// where four bits are too few.
Result<std::vector<uint8_t>> FractalHeap::tiny(File& file, Bytes id) const {
    constexpr size_t kLongestShort = 16;
    const bool extended = id.size() - 1 > kLongestShort;
    size_t length = (id[0] & 15U) + 1;
    if (extended) length = ((id[0] & 15U) << 8 | id[1]) + 1U;
    const Bytes object = id.subspan(extended ? 2 : 1);
    if (length > object.size()) return file.invalid(address_, "an object is longer than its id");
    return std::vector<uint8_t>(object.begin(),
                                object.begin() + static_cast<std::ptrdiff_t>(length));
}

// An id has room for address and length, or for a number that the heap's list leads on from.
Result<std::vector<uint8_t>> FractalHeap::huge(File& file, Bytes id) const {
    const Widths widths = file.super().widths;
    Fields at(id.subspan(1), file.in_file(address_), widths);
    const bool addressed = id.size() - 1 >= size_t{widths.address} + widths.length;
    const uint64_t key = addressed ? at.address() : at.sized(std::min<size_t>(8, id.size() - 1));
    const Huge wanted{addressed ? 0 : key, addressed ? key : 0, 0};
    const auto found = std::lower_bound(huge_.begin(), huge_.end(), wanted, is_before);
    const bool good = found != huge_.end() && found->number == wanted.number &&
                      (!addressed || (found->address == key && found->size == at.length()));
    if (!good) return file.invalid(address_, "a large object is not in the list of its heap");
    Status paid = file.pay(2 * found->size);
    if (!paid) return paid.error();
    Result<Bytes> bytes = file.bytes(found->address, found->size);
    if (!bytes) return bytes.error();
    return std::vector<uint8_t>(bytes->begin(), bytes->end());
}

Result<std::vector<uint8_t>> FractalHeap::managed(File& file, Bytes id) const {
    const size_t length_width =
        std::min<size_t>((log2_of(largest_direct_) + 7) / 8, log2_of(most_managed_ | 1) / 8 + 1);
    Fields at(id.subspan(1), file.in_file(address_), file.super().widths);
    const uint64_t offset = at.sized(offset_width_);
    const uint64_t length = at.sized(length_width);
    if (!at.ok() || length == 0) return file.invalid(address_, "an id of no object");
    Result<Block> block = find_block(file, offset);
    if (!block) return block.error();
    Status checked = check_direct(file, *block);
    if (!checked) return checked.error();
    const uint64_t within = offset - block->offset;
    if (within > block->size || length > block->size - within) {
        return file.invalid(block->address, "an object leaves its block");
    }
    Result<Bytes> found = file.bytes(block->address + within, length);
    if (!found) return found.error();
    return std::vector<uint8_t>(found->begin(), found->end());
}

}  // namespace assay::hdf5
