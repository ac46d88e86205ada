#include "dataset.h"

#include <fmt/format.h>

#include <algorithm>

#include "chunks.h"
#include "heaps.h"
#include "unpack.h"
#include "variable.h"

namespace assay::hdf5 {

namespace {

// Above this a dataset has to have something to show for its size; Keras draws the same lines.
constexpr uint64_t kLarge = uint64_t{4} << 30;
constexpr uint64_t kMostRatio = 1000;

class DatasetReader {
  public:
    DatasetReader(File& file, const Object& object) : file_(file), object_(object) {}
    Status run();

  private:
    Status read_messages();
    Status read_message(const Message& message);
    Status judge_fill(const Message& message);
    Status judge_size();
    Status judge_filters();
    Status judge_external(const Message& message);
    Status judge_virtual();
    Status judge_data();
    Status judge_contiguous();
    Result<uint64_t> judge_chunks();
    Status judge_told(uint32_t used);
    Status judge_values(const ChunkPlan& plan);
    Status judge_packed_values(const ChunkPlan& plan, const ChunkPlace& place);
    void judge_stored(uint64_t stored);
    void say();
    Error bad(const char* what) { return file_.invalid(object_.address, what); }
    void report(const Rule& rule, std::string_view detail) {
        file_.context().report(rule, file_.in_file(object_.address), 0, detail);
    }

    File& file_;
    const Object& object_;
    std::optional<Type> type_;
    std::optional<Shape> shape_;
    std::optional<Layout> layout_;
    std::vector<Filter> filters_;
    bool external_ = false;
    uint64_t bytes_ = 0;  // of all elements
};

Status DatasetReader::read_message(const Message& message) {
    Fields at = object_.fields(message);
    const bool needed = message.type == MessageType::kDataspace ||
                        message.type == MessageType::kLayout ||
                        message.type == MessageType::kFilters;
    if (needed && message.shared()) {
        return file_.unsupported(object_.address, "a dataset that shares its messages");
    }
    auto take = [](auto result, auto& to) -> Status {
        if (!result) return result.error();
        to = std::move(*result);
        return Done{};
    };
    switch (message.type) {
        case MessageType::kDatatype:
            return take(type_of(file_, object_, message), type_);
        case MessageType::kDataspace:
            return take(read_shape(file_, at), shape_);
        case MessageType::kLayout:
            return take(read_layout(file_, at), layout_);
        case MessageType::kFilters:
            return take(read_filters(file_, at), filters_);
        case MessageType::kOldFill:
        case MessageType::kFill:
            return judge_fill(message);
        case MessageType::kExternalFiles:
            return judge_external(message);
        default:
            return Done{};
    }
}

Status DatasetReader::run() {
    for (const Message& message : object_.messages) {
        Status read = read_message(message);
        if (!read) return read;
    }
    if (!type_ || !shape_ || !layout_) return bad("a dataset lacks its type, shape or layout");
    Status judged = judge_size();
    if (judged) judged = judge_filters();
    if (judged) judged = judge_data();
    if (judged) say();
    return judged;
}

// The value of what was never written, behind its size, if there is one.
Status DatasetReader::judge_fill(const Message& message) {
    if (message.shared()) return Done{};
    Fields at = object_.fields(message);
    const bool old = message.type == MessageType::kOldFill;
    const uint8_t version = old ? 0 : at.u8();
    bool has_size = true;
    if (version == 1 || version == 2) {
        at.skip(2);
        has_size = at.u8() != 0 || version == 1;
    } else if (version == 3) {
        has_size = (at.u8() & 0x20) != 0;
    }
    const uint32_t size = has_size ? at.le32() : 0;
    at.skip(size == UINT32_MAX ? 0 : size);
    return at.ok() && version < 4 ? Status(Done{}) : bad("a fill value that is cut off");
}

Status DatasetReader::judge_size() {
    const std::optional<uint64_t> count = shape_->count();
    const bool overflow = !count || __builtin_mul_overflow(*count, type_->size, &bytes_);
    if (!overflow && bytes_ <= INT64_MAX) return Done{};
    report(rules::kShapeBomb, fmt::format("{}: its size does not fit into 64 bits", object_.path));
    return Error{Code::kMalformed, rules::kShapeBomb.message.data(), 0};
}

Status DatasetReader::judge_filters() {
    for (const Filter& filter : filters_) {
        if ((filter.id >= kDeflate && filter.id <= kScaleOffset) || filter.id == kLzf) continue;
        report(rules::kUnknownFilter,
               fmt::format("{}: filter {} {}", object_.path, filter.id, filter.name));
    }
    return Done{};
}

// Version, three zeros, slots u16, used u16, heap of names; a slot is name, offset, size.
Status DatasetReader::judge_external(const Message& message) {
    Fields at = object_.fields(message);
    const uint8_t version = at.u8();
    at.skip(5);
    const uint16_t used = at.le16();
    const uint64_t heap_at = at.address();
    if (!at.ok() || version != 1) return bad("a list of external files is cut off");
    external_ = true;
    Result<LocalHeap> heap = LocalHeap::open(file_, heap_at);
    if (!heap) return heap.error();
    std::string detail = object_.path + ":";
    for (uint16_t i = 0; i < used && detail.size() < 1024; i++) {
        const uint64_t name = at.length();
        at.length();
        at.length();
        if (!at.ok()) return bad("a list of external files is cut off");
        Result<std::string> text = heap->text(file_, name);
        if (!text) return text.error();
        detail += " " + *text;
    }
    report(rules::kExternalData, detail);
    return Done{};
}

// In the heap: version 0, entries, then for each the file, the dataset, two selections.
Status DatasetReader::judge_virtual() {
    std::string detail = object_.path;
    if (layout_->address != kNowhere) {
        Result<HeapObject> found = find_in_collection(file_, layout_->address, layout_->heap_index);
        if (!found) return found.error();
        Result<Fields> at = file_.fields(found->address, std::min<uint64_t>(found->size, 1024));
        if (!at) return at.error();
        at->skip(1);
        at->length();
        const std::string_view source = at->text();
        const std::string_view dataset = at->text();
        if (at->ok()) detail += fmt::format(": {}:{}", source, dataset);
    }
    report(rules::kVirtualData, detail);
    return Done{};
}

Status DatasetReader::judge_data() {
    if (layout_->kind == LayoutClass::kVirtual) return judge_virtual();
    if (layout_->kind == LayoutClass::kCompact) {
        const bool fits = shape_->null || *layout_->size >= bytes_;
        if (!fits) return bad("a dataset is larger than the room in its header");
        return check_stored_variables(file_, *type_, layout_->address, bytes_);
    }
    if (layout_->kind == LayoutClass::kContiguous) return judge_contiguous();
    Result<uint64_t> stored = judge_chunks();
    if (!stored) return stored.error();
    judge_stored(*stored);
    return Done{};
}

Status DatasetReader::judge_contiguous() {
    if (!filters_.empty()) return bad("filters on data that has no chunks");
    if (layout_->address == kNowhere) {
        if (!external_) judge_stored(0);
        return Done{};
    }
    const uint64_t size = layout_->size.value_or(bytes_);
    if (size < bytes_) return bad("a dataset is larger than its data");
    if (bytes_ == 0 && !external_) return bad("a dataset of nothing has data");
    Status claimed = file_.claim(layout_->address, size);
    if (!claimed) return claimed;
    return check_stored_variables(file_, *type_, layout_->address, bytes_);
}

Result<uint64_t> DatasetReader::judge_chunks() {
    ChunkPlan plan{*layout_, *shape_, !filters_.empty(), layout_->item, 1, nullptr};
    if (plan.layout.chunk.size() != shape_->dimensions.size() || layout_->item != type_->size) {
        return bad("chunks that do not fit the dataset");
    }
    bool overflow = false;
    for (size_t i = 0; i < plan.layout.chunk.size(); i++) {
        const uint64_t side = plan.layout.chunk[i];
        const uint64_t length = shape_->dimensions[i];
        overflow |= __builtin_mul_overflow(plan.chunk_bytes, side, &plan.chunk_bytes);
        const uint64_t across = length / side + (length % side == 0 ? 0 : 1);
        overflow |= __builtin_mul_overflow(plan.chunks, across, &plan.chunks);
    }
    if (overflow || plan.chunk_bytes > UINT32_MAX) return bad("chunks that are too large");
    uint32_t used = 0;
    plan.used = &used;
    std::vector<ChunkPlace> places;
    if (!type_->variables.empty()) plan.places = &places;
    Result<uint64_t> stored = walk_chunks(file_, plan);
    Status judged = stored ? judge_told(used) : stored.error();
    if (judged) judged = judge_values(plan);
    file_.context().release(2 * sizeof(ChunkPlace) * places.size());
    return judged ? stored : judged.error();
}

// A filter that no chunk has passed through is not asked: h5py writes such, without what they need.
Status DatasetReader::judge_told(uint32_t used) {
    for (size_t i = 0; i < filters_.size(); i++) {
        if ((used >> i & 1) == 0 || is_told_enough(filters_[i])) continue;
        return bad("a filter is not told what it needs to know");
    }
    return Done{};
}

Status DatasetReader::judge_values(const ChunkPlan& plan) {
    if (!plan.places) return Done{};
    const bool packed = !filters_.empty();
    if (packed && (!can_unpack(filters_) || layout_->plain_edges)) {
        file_.context().incomplete(Coverage::kUnsupported,
                                   "values of varying length behind a filter");
        return Done{};
    }
    for (const ChunkPlace& place : *plan.places) {
        Status judged = packed ? judge_packed_values(plan, place)
                               : check_stored_variables(file_, *type_, place.address, place.size);
        if (!judged) return judged;
    }
    return Done{};
}

// What is packed, and its copies as one filter after the other is undone.
Status DatasetReader::judge_packed_values(const ChunkPlan& plan, const ChunkPlace& place) {
    const uint64_t room = 2 * place.size + 2 * plan.chunk_bytes;
    Status judged = file_.pay(room);
    if (!judged) return judged;
    Result<Bytes> stored = file_.bytes(place.address, place.size);
    if (stored) {
        Result<std::vector<uint8_t>> data =
            unpack_chunk(file_, filters_, place.mask, *stored, plan.chunk_bytes, place.address);
        judged = data ? check_variables(file_, *type_, *data, place.address) : data.error();
    } else {
        judged = stored.error();
    }
    file_.context().release(room);
    return judged;
}

void DatasetReader::judge_stored(uint64_t stored) {
    if (bytes_ <= kLarge || stored >= bytes_ / kMostRatio) return;
    report(rules::kShapeBomb,
           fmt::format("{}: {} bytes, {} are stored", object_.path, bytes_, stored));
}

void DatasetReader::say() {
    TensorRecord tensor;
    tensor.name = escape_path(object_.path);
    tensor.dtype = type_->name;
    tensor.shape = shape_->dimensions;
    const bool in_one_piece =
        layout_->kind == LayoutClass::kContiguous || layout_->kind == LayoutClass::kCompact;
    if (in_one_piece && layout_->address != kNowhere) {
        tensor.begin = file_.in_file(layout_->address);
        tensor.end = tensor.begin + bytes_;
    }
    file_.context().tensor(std::move(tensor));
}

}  // namespace

Status read_dataset(File& file, const Object& object) { return DatasetReader(file, object).run(); }

}  // namespace assay::hdf5
