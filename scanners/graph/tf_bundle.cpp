// The index of a bundle of variables of TensorFlow: variables.index, model.ckpt.index.
//
// A table of LevelDB's (leveldb_table.h) from names to BundleEntryProto{dtype, shape, shard,
// offset, size, CRC-32C}; the empty name has BundleHeaderProto{number of shards, byte order,
// version}. The variables themselves lie in NAME.data-00000-of-00001 and so on, one behind the
// other.
//
// Whoever edits the index moves a variable to the bytes of another one, or behind the end of the
// file. Checked are the checksums of blocks, and that what the entries say can be: that types and
// shapes go with sizes, that nothing overlaps, that the shards are there and long enough, and that
// the bytes of each variable have the checksum that its entry gives (texts excepted, whose checksum
// is of something else than of what is stored).
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

#include "assay/format.h"
#include "byte_claims.h"
#include "crc32c.h"
#include "formats.h"
#include "leveldb_table.h"
#include "tf_rules.h"
#include "tf_schema.h"

namespace assay::tensorflow {

namespace {

using leveldb::Block;
using leveldb::Condition;
using leveldb::Handle;
using protobuf::Event;

constexpr size_t kShown = 200;  // of a name

// Bytes of an element by the number of the type; 0 where that differs or is not known.
uint64_t element_size(uint64_t dtype) {
    constexpr uint8_t kSizes[] = {0, 4, 8, 4, 1, 2,  1, 0, 8, 8, 1, 1, 1,
                                  4, 2, 2, 2, 2, 16, 2, 0, 0, 4, 8, 1, 1};
    return dtype < std::size(kSizes) ? kSizes[dtype] : 0;
}

struct Entry {
    uint64_t dtype = 0;
    int64_t shard = 0;
    int64_t offset = 0;
    int64_t size = 0;
    uint64_t elements = 1;
    bool bad_shape = false;
    std::optional<uint32_t> crc;  // as it is stored
    bool slices = false;
    bool sound = false;
};

Entry parse_entry(Bytes value) {
    Entry entry;
    protobuf::Reader reader(value, schema::kMessages, schema::kBundleEntry, true);
    for (Event event; reader.next(event);) {
        if (event.parent == schema::kDim && event.number == 1) {
            entry.bad_shape |= static_cast<int64_t>(event.value) < 0 ||
                               __builtin_mul_overflow(entry.elements, event.value, &entry.elements);
        }
        if (event.parent != schema::kBundleEntry) continue;
        if (event.number == 1) entry.dtype = event.value;
        if (event.number == 3) entry.shard = static_cast<int64_t>(event.value);
        if (event.number == 4) entry.offset = static_cast<int64_t>(event.value);
        if (event.number == 5) entry.size = static_cast<int64_t>(event.value);
        if (event.number == 6) entry.crc = static_cast<uint32_t>(event.value);
        if (event.number == 7) entry.slices = true;
    }
    entry.sound = !reader.fault();
    return entry;
}

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context) : tape_(tape), context_(context) {}

    Status run();

  private:
    struct Extent {
        int64_t shard;
        int64_t offset;
        int64_t size;
    };

    Status read_index(const Handle& index);
    Result<Bytes> read_block(const Handle& handle, Bytes block);
    Status read_data(const Handle& handle);
    Status take(std::string_view name, Bytes value, uint64_t at);
    void take_header(Bytes value, uint64_t at);
    void check(std::string_view name, const Entry& entry, uint64_t at);
    void check_overlap();
    void claim_crc(std::string_view name, const Entry& entry, uint64_t at);
    void claim_shards();
    [[nodiscard]] std::optional<std::string> shard_name(int64_t shard) const;
    Error refuse(const char* why, uint64_t at);

    Tape& tape_;
    ScanContext& context_;
    uint64_t end_ = 0;  // of blocks
    std::vector<Handle> blocks_;
    std::vector<Extent> extents_;
    std::map<int64_t, uint64_t> shards_;  // that entries name, and how far they reach
    int64_t number_of_shards_ = 0;
    uint64_t bytes_ = 0;
    uint64_t variables_ = 0;
    std::string last_;  // key
};

Error Scan::refuse(const char* why, uint64_t at) {
    context_.report(rule("bundle.invalid"), at, 0, why);
    return {Code::kMalformed, why, at, 0};
}

Status Scan::run() {
    context_.fact({"format", "tf-bundle", ""});
    const uint64_t size = tape_.size().value_or(0);
    if (size < leveldb::kFooter) return refuse("there is no footer", 0);
    end_ = size - leveldb::kFooter;
    Result<Bytes> bytes = tape_.at(end_, leveldb::kFooter);
    if (!bytes) return bytes.error();
    const auto footer = leveldb::parse_footer(*bytes);
    if (!footer) return refuse("the footer is none", end_);
    Status read = read_index(footer->index);
    if (!read) return read;
    uint64_t parsed = leveldb::kFooter + footer->index.size + leveldb::kTrailer;
    for (const Handle& block : blocks_) {
        read = read_data(block);
        if (!read) return read;
        parsed += block.size + leveldb::kTrailer;
    }
    context_.parsed(parsed);
    check_overlap();
    claim_shards();
    context_.property("variables", std::to_string(variables_));
    context_.property("bytes", std::to_string(bytes_));
    context_.property("shards", std::to_string(number_of_shards_));
    return Done{};
}

// The block without its trailer, or an error that was reported.
Result<Bytes> Scan::read_block(const Handle& handle, Bytes block) {
    if (block.size() < handle.size + leveldb::kTrailer) {
        return refuse("a block leads out of the file", handle.offset);
    }
    const Condition condition = leveldb::condition_of(block);
    if (condition == Condition::kCompressed) {
        return Error{Code::kUnsupported, "the table is compressed", handle.offset, 0};
    }
    if (condition == Condition::kChecksum) {
        context_.report(rule("bundle.crc_mismatch"), handle.offset, block.size(), "");
        context_.incomplete(Coverage::kMalformed, rule("bundle.crc_mismatch").message);
    }
    return block.first(static_cast<size_t>(handle.size));
}

Status Scan::read_index(const Handle& index) {
    if (index.offset > end_ || index.size > end_ - index.offset ||
        end_ - index.offset - index.size < leveldb::kTrailer) {
        return refuse("the index leads out of the file", end_);
    }
    Result<Bytes> bytes =
        tape_.at(index.offset, static_cast<size_t>(index.size) + leveldb::kTrailer);
    if (!bytes) return bytes.error();
    Result<Bytes> contents = read_block(index, *bytes);
    if (!contents) return contents.error();
    if (!context_.reserve(contents->size() * sizeof(Handle))) {
        return Error{Code::kLimit, "the table has more blocks than memory allows", index.offset, 0};
    }
    Block block(*contents);
    uint64_t at = 0;
    while (block.next()) {
        Bytes value = block.value();
        Handle handle;
        const bool read = leveldb::take_handle(value, handle) && handle.offset >= at &&
                          handle.offset <= index.offset &&
                          handle.size <= index.offset - handle.offset &&
                          index.offset - handle.offset - handle.size >= leveldb::kTrailer;
        if (!read) return refuse("a block is where none can be", index.offset);
        at = handle.offset + handle.size + leveldb::kTrailer;
        blocks_.push_back(handle);
    }
    return block.sound() ? Status(Done{}) : refuse("the index is damaged", index.offset);
}

Status Scan::read_data(const Handle& handle) {
    Status moved = tape_.advance(handle.offset - tape_.offset());
    if (!moved) return moved;
    Result<Bytes> bytes = tape_.peek(static_cast<size_t>(handle.size) + leveldb::kTrailer);
    if (!bytes) return bytes.error();
    Result<Bytes> contents = read_block(handle, *bytes);
    if (!contents) return contents.error();
    Block block(*contents);
    bool follows = variables_ > 0;  // the last one of the block before
    while (block.next()) {
        const bool ascends = block.ascends() && (!follows || block.key() > last_);
        follows = false;
        if (!ascends) {
            context_.report(rule("bundle.invalid"), handle.offset, 0, "names are not in order");
        }
        Status taken = take(block.key(), block.value(), handle.offset);
        if (!taken) return taken;
    }
    if (!block.key().empty()) last_ = block.key();
    return block.sound() ? Status(Done{}) : refuse("a block is damaged", handle.offset);
}

Status Scan::take(std::string_view name, Bytes value, uint64_t at) {
    if (name.empty()) {
        take_header(value, at);
        return Done{};
    }
    variables_++;
    if (!context_.reserve(sizeof(Extent))) {
        return Error{Code::kLimit, "the bundle has more variables than memory allows", at, 0};
    }
    const Entry entry = parse_entry(value);
    if (!entry.sound) {
        context_.report(rule("bundle.invalid"), at, 0,
                        fmt::format("the entry of {}", name.substr(0, kShown)));
        return Done{};
    }
    check(name, entry, at);
    return Done{};
}

void Scan::take_header(Bytes value, uint64_t at) {
    protobuf::Reader reader(value, schema::kMessages, schema::kBundleHeader, true);
    for (Event event; reader.next(event);) {
        if (event.parent != schema::kBundleHeader) continue;
        if (event.number == 1) number_of_shards_ = static_cast<int64_t>(event.value);
        if (event.number == 2 && event.value != 0) context_.property("byte_order", "big endian");
    }
    if (reader.fault()) context_.report(rule("bundle.invalid"), at, 0, "the header");
}

void Scan::check(std::string_view name, const Entry& entry, uint64_t at) {
    name = name.substr(0, kShown);
    int64_t end = 0;
    if (entry.offset < 0 || entry.size < 0 || entry.bad_shape ||
        __builtin_add_overflow(entry.offset, entry.size, &end)) {
        context_.report(rule("bundle.out_of_range"), at, 0,
                        fmt::format("{}: {} bytes at {}", name, entry.size, entry.offset));
        return;
    }
    if (entry.shard < 0 || entry.shard >= number_of_shards_) {
        context_.report(rule("bundle.missing_shard"), at, 0,
                        fmt::format("{}: shard {} of {}", name, entry.shard, number_of_shards_));
        return;
    }
    if (entry.slices) return;  // its parts have entries of their own
    uint64_t wanted = 0;
    const uint64_t unit = element_size(entry.dtype);
    if (unit != 0 && (__builtin_mul_overflow(entry.elements, unit, &wanted) ||
                      wanted != static_cast<uint64_t>(entry.size))) {
        context_.report(rule("bundle.size_mismatch"), at, 0,
                        fmt::format("{}: {} bytes, not {}", name, entry.size, wanted));
    }
    bytes_ += static_cast<uint64_t>(entry.size);
    uint64_t& reach = shards_[entry.shard];
    reach = std::max(reach, static_cast<uint64_t>(end));
    if (entry.size > 0) extents_.push_back({entry.shard, entry.offset, entry.size});
    // What types without a size of their own are stored as is not what their checksum is of.
    if (unit != 0 && entry.crc) claim_crc(name, entry, at);
}

// That it can't be had is said once for each shard, by claim_shards().
void Scan::claim_crc(std::string_view name, const Entry& entry, uint64_t at) {
    const std::optional<std::string> shard = shard_name(entry.shard);
    if (!shard) return;
    Claim claim;
    claim.path = *shard;
    claim.offset = at;
    const ByteRange range{static_cast<uint64_t>(entry.offset), static_cast<uint64_t>(entry.size)};
    claim_bytes(claim, {Checksum::kCrc32c, range, name},
                fmt::format("{:08x}", unmask_crc32c(*entry.crc)));
    claim.if_other_value = &rule("bundle.variable_crc_mismatch");
    context_.claim(std::move(claim));
}

void Scan::check_overlap() {
    std::sort(extents_.begin(), extents_.end(), [](const Extent& a, const Extent& b) {
        return std::tie(a.shard, a.offset, a.size) < std::tie(b.shard, b.offset, b.size);
    });
    for (size_t i = 1; i < extents_.size(); i++) {
        const Extent& before = extents_[i - 1];
        const Extent& here = extents_[i];
        if (here.shard != before.shard || here.offset >= before.offset + before.size) continue;
        context_.report(rule("bundle.overlap"), 0, 0,
                        fmt::format("at {} of shard {}", here.offset, here.shard));
    }
}

// The shards are named after the index.
std::optional<std::string> Scan::shard_name(int64_t shard) const {
    constexpr std::string_view kSuffix = ".index";
    std::string_view name = context_.path();
    name.remove_prefix(std::min(name.size(), name.find_last_of("/!") + 1));
    if (!name.ends_with(kSuffix)) return std::nullopt;
    name.remove_suffix(kSuffix.size());
    return fmt::format("{}.data-{:05}-of-{:05}", name, shard, number_of_shards_);
}

void Scan::claim_shards() {
    for (const auto& [shard, reach] : shards_) {
        const std::optional<std::string> name = shard_name(shard);
        if (!name) return;
        Claim claim;
        claim.path = *name;
        claim.kind = "file";
        claim.name = "size";
        claim.value = std::to_string(reach);
        claim.if_outside = &rule("bundle.missing_shard");
        claim.if_less = &rule("bundle.out_of_range");
        claim.if_no_file = &rule("bundle.missing_shard");
        context_.claim(claim);
        // Of no byte: only to say where none of the checksums can be compared.
        claim_bytes(claim, {Checksum::kCrc32c, ByteRange{}, ""}, fmt::format("{:08x}", 0));
        claim.if_outside = claim.if_less = claim.if_no_file = nullptr;
        claim.if_no_fact = &rule("bundle.crc_not_compared");
        context_.claim(std::move(claim));
    }
}

// The first entry is the header: an empty key, and a short value that begins with a number.
bool is_bundle(const Probe& probe) {
    return probe.head.size() > 4 && probe.head[0] == 0 && probe.head[1] == 0 &&
           probe.head[2] < 64 && as_text(probe.tail).ends_with(leveldb::kMagic);
}

Status scan(Tape& tape, ScanContext& context) { return Scan(tape, context).run(); }

constexpr std::string_view kExtensions[] = {"index"};

}  // namespace

}  // namespace assay::tensorflow

namespace assay {

const Format kTfBundleFormat{
    "tf-bundle",      true, leveldb::kFooter, tensorflow::kExtensions, {}, tensorflow::is_bundle,
    tensorflow::scan,
};

}  // namespace assay
