#include "tensor_digests.h"

#include <algorithm>
#include <tuple>

namespace assay {

TensorDigests::TensorDigests(const TensorList& tensors, uint64_t offset, LaneSet& lanes)
    : range_of_(tensors.size(), kNone) {
    struct Extent {
        uint64_t begin;
        uint64_t end;
        uint32_t tensor;
    };
    std::vector<Extent> extents;
    uint32_t number = 0;
    for (const TensorRecord& tensor : tensors) {
        if (tensor.end > 0 && tensor.begin >= offset && tensor.end >= tensor.begin) {
            extents.push_back({tensor.begin, tensor.end, number});
        }
        number++;
    }
    std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) {
        return std::tie(a.begin, a.end, a.tensor) < std::tie(b.begin, b.end, b.tensor);
    });
    std::vector<RangeDigests::Range> ranges;
    uint64_t free_from = 0;
    for (const Extent& extent : extents) {
        if (extent.begin < free_from) continue;
        range_of_[extent.tensor] = static_cast<uint32_t>(ranges.size());
        ranges.push_back({extent.begin, extent.end});
        free_from = extent.end;
    }
    count_ = static_cast<uint32_t>(ranges.size());
    ranges_ = std::make_unique<RangeDigests>(lanes, offset, std::move(ranges));
}

void TensorDigests::add(uint64_t begin, uint64_t end) {
    const bool in_one_piece = end > 0 && ranges_->add({begin, end});
    range_of_.push_back(in_one_piece ? count_++ : kNone);
}

TensorList TensorDigests::with_digests(const TensorList& tensors) {
    TensorList digested;
    size_t number = 0;
    for (TensorRecord tensor : tensors) {
        uint32_t range = range_of_[number++];
        std::optional<Sha256Digest> digest = range == kNone ? std::nullopt : ranges_->digest(range);
        if (digest) tensor.sha256 = to_hex(*digest);
        digested.push_back(tensor);
    }
    return digested;
}

}  // namespace assay
