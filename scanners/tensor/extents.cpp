#include "extents.h"

#include <algorithm>
#include <tuple>

namespace assay {

static bool lies_before(const Extent& a, const Extent& b) {
    return std::tie(a.begin, a.end, a.where) < std::tie(b.begin, b.end, b.where);
}

void Extents::add(const Extent& extent) {
    if (!extents_.empty() && lies_before(extent, extents_.back())) in_order_ = false;
    extents_.push_back(extent);
    end_ = std::max(end_, extent.end);
}

uint64_t Extents::walk(const ExtentVisitor& visitor) {
    if (!in_order_) std::sort(extents_.begin(), extents_.end(), lies_before);
    uint64_t reached = 0;
    uint64_t covered = 0;
    for (const Extent& extent : extents_) {
        if (extent.begin > reached) visitor.gap(reached, extent.begin);
        if (extent.begin < reached) visitor.overlap(extent, reached);
        if (extent.end > reached) covered += extent.end - std::max(extent.begin, reached);
        reached = std::max(reached, extent.end);
    }
    return covered;
}

void Extents::each_beyond(uint64_t limit, const std::function<void(const Extent&)>& visit) const {
    for (const Extent& extent : extents_) {
        if (extent.end > limit) visit(extent);
    }
}

}  // namespace assay
