// Indexes of chunks.
//
//   B-tree 1        "TREE", 1, level, entries u16, left, right, then keys (size u32, mask u32, an
//                   offset u64 for each dimension and one more) and children by turns
//   B-tree 2        records of address, (size, mask if filtered), scaled offsets
//   fixed array     "FAHD", 0, client, entry size, page bits, entries, address of "FADB"
//   extensible      "EAHD" leads to "EAIB", that to "EADB" and "EASB", those to "EADB"
//   implicit        all chunks lie one after the other; single: there is but one
#include "chunks.h"

#include <algorithm>
#include <bit>

#include "lookup3.h"
#include "tree1.h"
#include "tree2.h"

namespace assay::hdf5 {

namespace {

constexpr size_t kSeal = 4;
constexpr uint64_t kLargestBlock = kMiB;

class ChunkWalk {
  public:
    ChunkWalk(File& file, const ChunkPlan& plan)
        : file_(file), plan_(plan), widths_(file.super().widths) {}
    Result<uint64_t> run();

  private:
    // What headers of arrays say of their entries.
    struct Array {
        uint64_t header = 0;
        uint8_t client = 0;
        uint8_t entry = 0;
        uint8_t page_bits = 0;
    };
    // Which pages were ever written, from the first one of a block on.
    struct Written {
        Bytes bits;
        uint64_t first = 0;
        [[nodiscard]] bool page(uint64_t number) const {
            const uint64_t bit = first + number;
            return bit / 8 < bits.size() && (bits[bit / 8] & (0x80 >> bit % 8)) != 0;
        }
    };

    Status single();
    Status implicit();
    Status tree_1();
    Status tree_1_node(Tree1& tree, const Tree1Node& node);
    [[nodiscard]] bool offsets_fit(Fields& at) const;
    Status tree_2();
    Status fixed_array();
    Status extensible();
    Status read_index_block(const Array& array, uint64_t address, Fields& header);
    Status read_super_block(const Array& array, uint64_t address, size_t level);
    Status read_data_block(const Array& array, uint64_t address, uint64_t entries);
    Status read_paged_block(const Array& array, uint64_t address, uint64_t count,
                            const Written& written);
    Status read_pages(const Array& array, uint64_t address, uint64_t entries, const Written& bits);
    Status entries(const Array& array, Fields& at, uint64_t count);
    Status entry(const Array& array, Fields& at);
    Status chunk(uint64_t address, uint64_t size, uint32_t mask = 0);
    Status note(const ChunkPlace& place);
    Status check_array(const Array& array) const;
    Status same_header(const Array& array, Fields& at, uint64_t address);

    File& file_;
    const ChunkPlan& plan_;
    const Widths widths_;
    uint64_t stored_ = 0;
    uint64_t seen_ = 0;
    // Of an extensible array.
    uint64_t least_entries_ = 0;
    size_t offset_width_ = 0;
};

Result<uint64_t> ChunkWalk::run() {
    Status walked = Done{};
    if (plan_.layout.address == kNowhere) return stored_;
    switch (plan_.layout.index) {
        case ChunkIndex::kTree1:
            walked = tree_1();
            break;
        case ChunkIndex::kSingle:
            walked = single();
            break;
        case ChunkIndex::kImplicit:
            walked = implicit();
            break;
        case ChunkIndex::kFixedArray:
            walked = fixed_array();
            break;
        case ChunkIndex::kExtensible:
            walked = extensible();
            break;
        case ChunkIndex::kTree2:
            walked = tree_2();
            break;
    }
    return walked ? Result<uint64_t>(stored_) : walked.error();
}

Status ChunkWalk::chunk(uint64_t address, uint64_t size, uint32_t mask) {
    if (address == kNowhere) return Done{};
    if (++seen_ > plan_.chunks) {
        return file_.invalid(plan_.layout.address, "more chunks than the shape has");
    }
    if (!plan_.filtered && size != plan_.chunk_bytes) {
        return file_.invalid(plan_.layout.address, "a chunk of another size than chunks have");
    }
    stored_ += std::min(size, file_.end());
    if (plan_.used) *plan_.used |= ~mask;
    Status noted = note({address, size, mask});
    return noted ? file_.claim(address, size) : noted;
}

Status ChunkWalk::note(const ChunkPlace& place) {
    if (!plan_.places) return Done{};
    Status paid = file_.pay(2 * sizeof(ChunkPlace));
    if (paid) plan_.places->push_back(place);
    return paid;
}

Status ChunkWalk::single() {
    return chunk(plan_.layout.address, plan_.layout.size.value_or(plan_.chunk_bytes),
                 plan_.layout.mask);
}

Status ChunkWalk::implicit() {
    uint64_t bytes = 0;
    if (__builtin_mul_overflow(plan_.chunks, plan_.chunk_bytes, &bytes)) bytes = UINT64_MAX;
    stored_ = std::min(bytes, file_.end());
    Status claimed = file_.claim(plan_.layout.address, bytes);
    return claimed ? note({plan_.layout.address, bytes, 0}) : claimed;
}

// ------------------------------------------------------------------------------------------------
// Trees

Status ChunkWalk::tree_1() {
    const uint64_t key = 8 + 8 * (plan_.layout.chunk.size() + 1);
    Tree1 tree(file_, Tree1Kind::kChunks, key, file_.super().chunk_k);
    Result<Tree1Node> root = tree.root(plan_.layout.address);
    if (!root) return root.error();
    Status read = tree_1_node(tree, *root);
    return read ? tree.close() : read;
}

// As deep as the levels are many, 255 at most.
Status ChunkWalk::tree_1_node(Tree1& tree, const Tree1Node& node) {
    Result<Tree1::Entries> entries = tree.enter(node);
    if (!entries) return entries.error();
    std::vector<uint64_t> children;
    for (uint16_t i = 0; i < entries->count; i++) {
        const uint32_t bytes = entries->at.le32();
        const uint32_t mask = entries->at.le32();
        if (!offsets_fit(entries->at)) {
            return file_.invalid(node.address, "a chunk that is off the grid");
        }
        const uint64_t child = entries->at.address();
        if (node.level > 0) children.push_back(child);
        Status taken = node.level > 0 ? Status(Done{}) : chunk(child, bytes, mask);
        if (!taken) return taken;
    }
    entries->at.skip(8);  // of the last key, behind all chunks
    if (entries->count > 0 && !offsets_fit(entries->at)) {
        return file_.invalid(node.address, "a chunk that is off the grid");
    }
    for (uint64_t child : children) {
        Status read = tree_1_node(tree, {child, static_cast<uint8_t>(node.level - 1)});
        if (!read) return read;
    }
    return Done{};
}

// A chunk begins at multiples of its sides; the last offset is within an element.
bool ChunkWalk::offsets_fit(Fields& at) const {
    bool fits = true;
    for (uint64_t side : plan_.layout.chunk) fits &= at.sized(8) % side == 0;
    return at.sized(8) % plan_.layout.item == 0 && fits;
}

Status ChunkWalk::tree_2() {
    const size_t scaled = 8 * plan_.layout.chunk.size();
    return walk_tree2(file_, plan_.layout.address, [&](const Tree2& tree, Bytes record) -> Status {
        Fields at(record, file_.in_file(plan_.layout.address), widths_);
        const uint64_t address = at.address();
        if (tree.kind == 10 && !plan_.filtered) return chunk(address, plan_.chunk_bytes);
        const size_t fixed = widths_.address + 4 + scaled;
        if (tree.kind != 11 || !plan_.filtered || record.size() <= fixed ||
            record.size() > fixed + 8) {
            return file_.invalid(plan_.layout.address, "an index of chunks holds something else");
        }
        const uint64_t size = at.sized(record.size() - fixed);
        return chunk(address, size, at.le32());
    });
}

// ------------------------------------------------------------------------------------------------
// Arrays

Status ChunkWalk::check_array(const Array& array) const {
    const size_t plain = widths_.address;
    const bool good = array.client == (plan_.filtered ? 1 : 0) &&
                      (plan_.filtered ? array.entry > plain + 4 && array.entry <= plain + 12
                                      : array.entry == plain);
    return good && array.page_bits < 32
               ? Status(Done{})
               : file_.invalid(array.header, "an array of chunks has impossible sizes");
}

Status ChunkWalk::entry(const Array& array, Fields& at) {
    const uint64_t address = at.address();
    if (!plan_.filtered) return chunk(address, plan_.chunk_bytes);
    const uint64_t size = at.sized(size_t{array.entry} - widths_.address - 4);
    return chunk(address, size, at.le32());
}

Status ChunkWalk::entries(const Array& array, Fields& at, uint64_t count) {
    for (uint64_t i = 0; i < count; i++) {
        Status read = entry(array, at);
        if (!read) return read;
    }
    return at.ok() ? Status(Done{}) : file_.invalid(array.header, "an array of chunks is cut off");
}

// Behind the signature of everything that a header leads to.
Status ChunkWalk::same_header(const Array& array, Fields& at, uint64_t address) {
    if (at.u8() == array.client && at.address() == array.header) return Done{};
    return file_.invalid(address, "a block of another array");
}

Status ChunkWalk::fixed_array() {
    const uint64_t address = plan_.layout.address;
    const uint64_t size = 8 + uint64_t{widths_.length} + widths_.address + kSeal;
    Result<Fields> at = file_.sealed(address, size, "FAHD");
    if (!at) return at.error();
    Array array{address, at->u8(), at->u8(), at->u8()};
    const uint64_t count = at->length();
    const uint64_t block = at->address();
    Status good = check_array(array);
    if (good) good = file_.claim_node(address, size);
    if (!good || block == kNowhere) return good;
    if (count != plan_.chunks) return file_.invalid(address, "an array of another size");
    const uint64_t head = 6 + uint64_t{widths_.address};
    const uint64_t page = uint64_t{1} << array.page_bits;
    if (count > file_.end()) return file_.invalid(address, "an array longer than the file");
    const bool paged = count > page;
    const uint64_t bitmap = paged ? ((count + page - 1) / page + 7) / 8 : 0;
    const uint64_t all = head + (paged ? bitmap : count * array.entry) + kSeal;
    Result<Fields> data = file_.sealed(block, all, "FADB");
    if (!data) return data.error();
    Fields copy = *data;
    Status same = same_header(array, copy, block);
    if (same) same = file_.claim_node(block, all);
    if (!same) return same;
    if (!paged) return entries(array, copy, count);
    const Bytes lent = copy.bytes(bitmap);
    const std::vector<uint8_t> bits(lent.begin(), lent.end());
    return read_pages(array, block + all, count, {bits, 0});
}

// Pages that were never written are not looked at: they may hold anything.
Status ChunkWalk::read_pages(const Array& array, uint64_t address, uint64_t entries_left,
                             const Written& bits) {
    const uint64_t page = uint64_t{1} << array.page_bits;
    for (uint64_t i = 0; entries_left > 0; i++) {
        const uint64_t count = std::min(page, entries_left);
        const uint64_t size = count * array.entry + kSeal;
        if (bits.page(i)) {
            Result<Bytes> all = file_.bytes(address, size);
            if (!all) return all.error();
            const Bytes body = all->first(size - kSeal);
            if (load_le<uint32_t>(body.data() + body.size()) != lookup3(body)) {
                return file_.invalid(address, "the checksum of a page of chunks is wrong");
            }
            Fields at(body, file_.in_file(address), widths_);
            Status read = entries(array, at, count);
            if (!read) return read;
        }
        Status claimed = file_.claim(address, size);
        if (!claimed) return claimed;
        address += size;
        entries_left -= count;
    }
    return Done{};
}

// The index block holds the first entries, then the addresses of the blocks of the first levels,
// then those of the super blocks, which hold the addresses of the blocks of one level each.
Status ChunkWalk::extensible() {
    const uint64_t address = plan_.layout.address;
    const uint64_t size = 12 + 6 * uint64_t{widths_.length} + widths_.address + kSeal;
    Result<Fields> at = file_.sealed(address, size, "EAHD");
    if (!at) return at.error();
    Array array;
    array.header = address;
    array.client = at->u8();
    array.entry = at->u8();
    Fields header = *at;
    header.skip(4);
    array.page_bits = header.u8();
    header.skip(6 * size_t{widths_.length});
    const uint64_t block = header.address();
    Status good = check_array(array);
    if (good) good = file_.claim_node(address, size);
    if (!good || block == kNowhere) return good;
    return read_index_block(array, block, *at);
}

Status ChunkWalk::read_index_block(const Array& array, uint64_t address, Fields& header) {
    const uint8_t bits = header.u8();
    const uint8_t direct = header.u8();
    least_entries_ = header.u8();
    const uint8_t least_blocks = header.u8();
    offset_width_ = (size_t{bits} + 7) / 8;
    const bool powers = std::has_single_bit(least_entries_) && std::has_single_bit(least_blocks);
    const size_t log_entries = powers ? std::bit_width(least_entries_) - 1 : 0;
    const size_t log_blocks = powers ? std::bit_width(least_blocks) - 1U : 0;
    const size_t levels = 1 + size_t{bits} - log_entries;
    if (!powers || bits > 64 || bits < log_entries || levels < 2 * log_blocks) {
        return file_.invalid(array.header, "an array of chunks has impossible sizes");
    }
    const size_t blocks = 2 * (size_t{least_blocks} - 1);
    const size_t supers = levels - 2 * log_blocks;
    const uint64_t size = 6 + uint64_t{widths_.address} + uint64_t{direct} * array.entry +
                          (blocks + supers) * widths_.address + kSeal;
    Result<Fields> at = file_.sealed(address, size, "EAIB");
    if (!at) return at.error();
    Fields data = *at;
    Status read = same_header(array, data, address);
    if (read) read = entries(array, data, direct);
    std::vector<uint64_t> addresses;
    for (size_t i = 0; i < blocks + supers; i++) addresses.push_back(data.address());
    if (read) read = file_.claim_node(address, size);
    size_t next = 0;
    for (size_t level = 0; level < 2 * log_blocks; level++) {
        for (size_t i = 0; read && i < size_t{1} << (level / 2); i++) {
            read = read_data_block(array, addresses[next++], least_entries_ << (level + 1) / 2);
        }
    }
    for (size_t i = 0; read && i < supers; i++) {
        read = read_super_block(array, addresses[next++], 2 * log_blocks + i);
    }
    return read;
}

Status ChunkWalk::read_super_block(const Array& array, uint64_t address, size_t level) {
    if (address == kNowhere) return Done{};
    const uint64_t blocks = uint64_t{1} << (level / 2);
    const uint64_t count = least_entries_ << (level + 1) / 2;
    const uint64_t page = uint64_t{1} << array.page_bits;
    const uint64_t pages = count > page ? count / page : 0;  // of each block
    const uint64_t bits = blocks * ((pages + 7) / 8);
    const uint64_t size =
        6 + uint64_t{widths_.address} + offset_width_ + bits + blocks * widths_.address + kSeal;
    if (level > 48 || size > kLargestBlock) {
        return file_.unsupported(address, "an array of chunks is too large");
    }
    Result<Fields> at = file_.sealed(address, size, "EASB");
    if (!at) return at.error();
    Fields data = *at;
    Status read = same_header(array, data, address);
    data.skip(offset_width_);
    const Bytes lent = data.bytes(bits);
    const std::vector<uint8_t> written(lent.begin(), lent.end());
    std::vector<uint64_t> addresses;
    for (uint64_t i = 0; i < blocks; i++) addresses.push_back(data.address());
    if (read) read = file_.claim_node(address, size);
    for (uint64_t i = 0; read && i < blocks; i++) {
        read = pages == 0 ? read_data_block(array, addresses[i], count)
                          : read_paged_block(array, addresses[i], count, {written, i * pages});
    }
    return read;
}

// The pages of all blocks of a level are counted through.
Status ChunkWalk::read_paged_block(const Array& array, uint64_t address, uint64_t count,
                                   const Written& written) {
    if (address == kNowhere) return Done{};
    const uint64_t head = 6 + uint64_t{widths_.address} + offset_width_ + kSeal;
    Result<Fields> at = file_.sealed(address, head, "EADB");
    if (!at) return at.error();
    Status read = same_header(array, *at, address);
    if (read) read = file_.claim_node(address, head);
    return read ? read_pages(array, address + head, count, written) : read;
}

Status ChunkWalk::read_data_block(const Array& array, uint64_t address, uint64_t count) {
    if (address == kNowhere) return Done{};
    const uint64_t head = 6 + uint64_t{widths_.address} + offset_width_;
    const uint64_t page = uint64_t{1} << array.page_bits;
    if (count > page) return file_.invalid(address, "pages that nothing says are written");
    const uint64_t size = head + count * array.entry + kSeal;
    Result<Fields> at = file_.sealed(address, size, "EADB");
    if (!at) return at.error();
    Fields data = *at;
    Status read = same_header(array, data, address);
    data.skip(offset_width_);
    if (read) read = entries(array, data, count);
    return read ? file_.claim_node(address, size) : read;
}

}  // namespace

Result<uint64_t> walk_chunks(File& file, const ChunkPlan& plan) {
    return ChunkWalk(file, plan).run();
}

}  // namespace assay::hdf5
