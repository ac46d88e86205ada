#include "tar_sparse.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace assay::tar {

bool fits(const SparseMap& map, uint64_t stored) {
    uint64_t end = 0;
    uint64_t sum = 0;
    for (const Extent& extent : map.extents) {
        if (extent.offset < end || extent.offset > map.real_size) return false;
        if (extent.length > map.real_size - extent.offset) return false;
        end = extent.offset + extent.length;
        sum += extent.length;
    }
    return sum == stored;
}

// The next line as a number; `text` goes on behind it.
static std::optional<uint64_t> number_line(std::string_view& text) {
    uint64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<size_t>(end - text.data());
    if (error != std::errc() || length >= text.size() || *end != '\n') return std::nullopt;
    text.remove_prefix(length + 1);
    return number;
}

std::optional<std::vector<Extent>> map_in_data(std::string_view text, uint64_t& length) {
    std::string_view rest = text;
    std::optional<uint64_t> count = number_line(rest);
    if (!count || *count > rest.size()) return std::nullopt;
    std::vector<Extent> extents;
    for (uint64_t i = 0; i < *count; i++) {
        std::optional<uint64_t> from = number_line(rest);
        std::optional<uint64_t> bytes = from ? number_line(rest) : std::nullopt;
        if (!bytes) return std::nullopt;
        extents.push_back({*from, *bytes});
    }
    length = padded(text.size() - rest.size());
    return extents;
}

Result<Lent> SparseSource::hole(uint64_t length, BlockPool& pool) {
    BlockRef zeros = pool.get(kBlockAlign);
    if (!zeros) return Error{Code::kLimit, "no memory for a hole"};
    auto n = static_cast<size_t>(std::min<uint64_t>(length, kBlockAlign));
    std::memset(zeros->data(), 0, n);
    Bytes bytes(zeros->data(), n);
    return Lent{std::move(zeros), bytes};
}

Result<Lent> SparseSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    while (next_ < map_.extents.size()) {
        const Extent& extent = map_.extents[next_];
        if (extent.length > 0 && offset < extent.offset + extent.length) break;
        next_++;
    }
    const bool behind = next_ == map_.extents.size();
    const uint64_t until = behind ? map_.real_size : map_.extents[next_].offset;
    if (offset < until) return hole(std::min<uint64_t>(max, until - offset), pool);
    if (behind) return Lent{};
    const Extent& extent = map_.extents[next_];
    const uint64_t left = extent.offset + extent.length - offset;
    Result<Lent> lent =
        stored_.read(taken_, static_cast<size_t>(std::min<uint64_t>(max, left)), pool);
    if (lent) taken_ += lent->bytes.size();
    return lent;
}

}  // namespace assay::tar
