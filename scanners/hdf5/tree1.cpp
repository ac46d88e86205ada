#include "tree1.h"

namespace assay::hdf5 {

Result<Tree1Node> Tree1::root(uint64_t address) {
    Result<Bytes> head = file_.bytes(address, 6);
    if (!head) return head.error();
    return Tree1Node{address, (*head)[5]};
}

Result<Tree1::Entries> Tree1::enter(const Tree1Node& node) {
    const uint64_t width = file_.super().widths.address;
    const uint64_t size = 8 + 2 * width + most_ * width + (most_ + 1) * key_;
    Status claimed = file_.claim_node(node.address, size);
    if (!claimed) return claimed.error();
    Result<Fields> at = file_.fields(node.address, size);
    if (!at) return at.error();
    const bool good = at->le32() == 0x45455254 && at->u8() == static_cast<uint8_t>(kind_) &&
                      at->u8() == node.level;
    const uint16_t count = at->le16();
    const uint64_t left = at->address();
    const uint64_t right = at->address();
    if (!good || count > most_ || (count == 0 && node.level > 0)) {
        return file_.invalid(node.address, "no node of a tree where there should be one");
    }
    Status chained = chain(node, left, right);
    return chained ? Result<Entries>(Entries{*at, count}) : chained.error();
}

Status Tree1::chain(const Tree1Node& node, uint64_t left, uint64_t right) {
    auto last = last_.find(node.level);
    const bool first = last == last_.end();
    const bool good = first ? left == kNowhere
                            : left == last->second.address && last->second.right == node.address;
    last_.insert_or_assign(node.level, Last{node.address, right});
    return good ? Status(Done{})
                : file_.invalid(node.address, "the neighbours of a tree's node are others");
}

Status Tree1::close() {
    for (const auto& [level, last] : last_) {
        if (last.right == kNowhere) continue;
        return file_.invalid(last.address, "the last node of a tree has a neighbour");
    }
    return Done{};
}

}  // namespace assay::hdf5
