#include "gguf_tensors.h"

#include <fmt/core.h>

#include "assay/place.h"
#include "gguf_rules.h"
#include "gguf_values.h"

namespace assay::gguf {

namespace {

constexpr uint64_t kLongestName = 63;  // ggml keeps 64 bytes, of which one ends it
constexpr size_t kKeptName = 255;

}  // namespace

std::optional<uint64_t> align_up(uint64_t value, uint64_t alignment) {
    uint64_t raised = 0;
    if (__builtin_add_overflow(value, alignment - 1, &raised)) return std::nullopt;
    return raised & ~(alignment - 1);
}

std::string_view TensorList::name_of(const Tensor& tensor) const {
    return {names_.items().data() + tensor.name, tensor.name_length};
}

Error TensorList::refuse(const Rule& found, const Tensor& tensor) {
    report(found, tensor);
    return {Code::kMalformed, found.message.data(), tensor.info};
}

// ------------------------------------------------------------------------------------------------
// The list

Status TensorList::read(uint64_t count) {
    for (uint64_t i = 0; i < count; i++) {
        if (i % 4096 == 0 && context_.stop_requested()) return Error{Code::kInterrupted, ""};
        Status read = read_tensor(i);
        if (!read) return read;
    }
    seen_.each_repeated(
        [&](uint64_t index) { report(rule("tensor.dup_name"), tensors_.items()[index]); });
    return Done{};
}

Status TensorList::read_tensor(uint64_t index) {
    Tensor tensor;
    tensor.info = reader_.offset();
    Status named = read_name(tensor, index);
    if (!named) return named;
    Status shaped = read_shape(tensor);
    if (!shaped) return shaped;
    const uint32_t type = reader_.u32();
    tensor.offset = reader_.u64();
    if (!reader_.ok()) return ends_early(reader_, context_, "in the list of tensors");
    measure(tensor, type);
    if (tensors_.push_back(tensor)) return Done{};
    return Error{Code::kLimit, "there are more tensors than memory allows", tensor.info};
}

Status TensorList::read_name(Tensor& tensor, uint64_t index) {
    const uint64_t length = reader_.u64();
    if (!reader_.ok()) return ends_early(reader_, context_, "in the list of tensors");
    if (!reader_.may_follow(length)) return refuse(rule("string.len_exceeds_file"), tensor);
    const Text text = reader_.text(length, kKeptName);
    tensor.name = names_.items().size();
    tensor.name_length = static_cast<uint16_t>(text.kept.size());
    if (!names_.append(text.kept.data(), text.kept.size()) || !seen_.add(text.hash, index)) {
        return Error{Code::kLimit, "the names of the tensors need more memory than allowed",
                     tensor.info};
    }
    if (reader_.failed()) return *reader_.failed();
    if (!reader_.ok()) return refuse(rule("string.len_exceeds_file"), tensor);
    judge_name(text, tensor);
    return Done{};
}

void TensorList::judge_name(const Text& name, const Tensor& tensor) {
    if (name.length > kLongestName) report(rule("tensor.name_too_long"), tensor);
    if (name.has_nul) report(rule("kv.string_nul"), tensor);
    if (!name.is_utf8) report(rule("kv.string_not_utf8"), tensor);
}

Status TensorList::read_shape(Tensor& tensor) {
    const uint32_t dimensions = reader_.u32();
    if (!reader_.ok()) return ends_early(reader_, context_, "in the list of tensors");
    if (dimensions > tensor.shape.size()) return refuse(rule("tensor.ndims"), tensor);
    tensor.dimensions = static_cast<uint8_t>(dimensions);
    for (uint32_t i = 0; i < dimensions; i++) tensor.shape[i] = reader_.u64();
    if (!reader_.ok()) return ends_early(reader_, context_, "in the list of tensors");
    return Done{};
}

// Its size, with findings where it has none.
void TensorList::measure(Tensor& tensor, uint32_t id) {
    const TensorType* type = tensor_type(id);
    if (!type) return report(rule("tensor.type_invalid"), tensor);
    if (type->block == 0) return report(rule("tensor.type_removed"), tensor);
    tensor.type = static_cast<uint8_t>(id);
    std::optional<uint64_t> numbers = count_numbers(tensor);
    if (!numbers) return;
    const uint64_t row = tensor.dimensions == 0 ? 1 : tensor.shape[0];
    if (row % type->block != 0) return report(rule("tensor.block_misfit"), tensor);
    const uint64_t blocks = *numbers / type->block;
    const uint64_t widest = std::max(type->bytes, type->or_bytes);
    if (blocks > INT64_MAX / widest) return report(rule("tensor.overflow"), tensor);
    tensor.bytes = blocks * type->bytes;
    tensor.or_bytes = blocks * type->or_bytes;
    tensor.sized = true;
}

std::optional<uint64_t> TensorList::count_numbers(const Tensor& tensor) {
    int64_t count = 1;
    bool empty = false;
    for (uint8_t i = 0; i < tensor.dimensions; i++) {
        const auto length = static_cast<int64_t>(tensor.shape[i]);
        if (length < 0) report(rule("tensor.neg_dim"), tensor);
        if (length < 0) return std::nullopt;
        empty |= length == 0;
        if (__builtin_mul_overflow(count, std::max<int64_t>(length, 1), &count)) {
            report(rule("tensor.overflow"), tensor);
            return std::nullopt;
        }
    }
    return empty ? 0 : static_cast<uint64_t>(count);
}

std::string TensorList::tally() const {
    std::array<uint64_t, 256> counts{};
    for (const Tensor& tensor : tensors_.items()) counts[tensor.type] += tensor.sized ? 1 : 0;
    std::string text;
    for (uint32_t id = 0; const TensorType* type = tensor_type(id); id++) {
        if (counts[id] == 0) continue;
        text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", type->name, counts[id]);
    }
    return text;
}

// ------------------------------------------------------------------------------------------------
// The data

Result<TensorList::Layout> TensorList::lay_out(uint64_t start, uint64_t alignment,
                                               std::optional<uint64_t> size,
                                               PaidVector<Stretch>& pads) {
    start_ = layout_.end = layout_.padded_end = start;
    for (size_t i = 0; i < tensors_.items().size(); i++) {
        choose_size(i, alignment, size);
        const Tensor& tensor = tensors_.items()[i];
        check_place(tensor, alignment);
        const bool inside = is_inside(tensor, size);
        if (!step_over(tensor, alignment, pads)) {
            return Error{Code::kLimit, "there is more padding than memory allows", tensor.info};
        }
        if (inside) tell(tensor);
    }
    layout_.sound = sound_;
    return layout_;
}

// Where a type has two sizes, the next tensor says which one is meant, or the file's end.
void TensorList::choose_size(size_t index, uint64_t alignment, std::optional<uint64_t> size) {
    auto& tensors = tensors_.items();
    Tensor& tensor = tensors[index];
    uint64_t end = 0;
    if (tensor.or_bytes == 0) return;
    if (__builtin_add_overflow(tensor.offset, tensor.or_bytes, &end)) return;
    bool chosen = index + 1 < tensors.size() ? tensors[index + 1].offset == align_up(end, alignment)
                                             : size && *size >= start_ && *size - start_ >= end;
    if (chosen) tensor.bytes = tensor.or_bytes;
}

void TensorList::check_place(const Tensor& tensor, uint64_t alignment) {
    if (tensor.offset % alignment != 0) return report(rule("tensor.offset_misaligned"), tensor);
    if (!next_ || tensor.offset == *next_) return;
    report(tensor.offset > *next_ ? rule("tensor.gap") : rule("tensor.overlap"), tensor);
}

// Whether the file has all of it; of a file of unknown size that is seen when its end is reached.
bool TensorList::is_inside(const Tensor& tensor, std::optional<uint64_t> size) {
    uint64_t begin = 0;
    uint64_t end = 0;
    bool wraps = __builtin_add_overflow(start_, tensor.offset, &begin) ||
                 __builtin_add_overflow(begin, tensor.bytes, &end);
    const uint64_t limit = size.value_or(INT64_MAX);
    const bool inside = !wraps && end <= limit;
    if (!inside) {
        const bool starts_inside = !wraps && begin < limit;
        report(starts_inside ? rule("data.truncated") : rule("tensor.out_of_file"), tensor);
        layout_.cut = true;
    }
    return inside && tensor.sized;
}

// Computes where the next one has to start. False where the paddings need too much memory.
bool TensorList::step_over(const Tensor& tensor, uint64_t alignment, PaidVector<Stretch>& pads) {
    uint64_t end = 0;
    next_ = std::nullopt;
    layout_.sized &= tensor.sized;
    if (!tensor.sized) return true;
    if (!__builtin_add_overflow(tensor.offset, tensor.bytes, &end))
        next_ = align_up(end, alignment);
    if (!next_) report(rule("size.sum_overflow"), tensor);
    uint64_t padded_end = 0;
    if (!next_ || __builtin_add_overflow(start_, *next_, &padded_end)) return true;
    const uint64_t begin = start_ + tensor.offset;
    const uint64_t hole = begin > layout_.end ? begin - layout_.end : 0;
    if (hole >= alignment && !layout_.cut) context_.gap(layout_.end, hole);
    if (hole > 0 && hole < alignment && !pads.push_back({layout_.end, begin})) return false;
    const uint64_t first_new = std::max(begin, layout_.end);
    layout_.end = std::max(layout_.end, start_ + end);
    layout_.covered += layout_.end - std::min(first_new, layout_.end);
    layout_.covered += hole < alignment ? hole : 0;
    layout_.padded_end = std::max(layout_.padded_end, padded_end);
    return true;
}

void TensorList::tell(const Tensor& tensor) {
    TensorRecord record;
    record.name = escape_text(name_of(tensor));
    record.dtype = tensor_type(tensor.type)->name;
    record.shape.assign(tensor.shape.begin(), tensor.shape.begin() + tensor.dimensions);
    record.begin = start_ + tensor.offset;
    record.end = record.begin + tensor.bytes;
    context_.tensor(std::move(record));
}

}  // namespace assay::gguf
