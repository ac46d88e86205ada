#include "tree2.h"

#include <bit>

#include "lookup3.h"

namespace assay::hdf5 {

namespace {

constexpr uint64_t kLargestNode = kMiB;
constexpr size_t kHead = 6;
constexpr size_t kSeal = 4;

size_t width_for(uint64_t most) { return most == 0 ? 1 : (std::bit_width(most) - 1) / 8 + 1; }

class Walk {
  public:
    Walk(File& file, const RecordSink2& sink) : file_(file), sink_(sink) {}
    Status run(uint64_t address);

  private:
    struct Node {
        uint64_t address;
        uint64_t records;
        uint16_t depth;
    };

    Status read_header(uint64_t address);
    Status measure(uint64_t address);
    Status read_node(const Node& node);
    Status read_children(const Node& node, Fields& at);

    File& file_;
    const RecordSink2& sink_;
    Tree2 tree_;
    uint64_t node_size_ = 0;
    uint16_t depth_ = 0;
    size_t count_width_ = 0;
    std::vector<size_t> total_widths_;  // by depth of the child
    std::vector<uint64_t> most_;        // records of a node, by depth
    std::vector<Node> todo_;
};

Status Walk::read_header(uint64_t address) {
    const Widths widths = file_.super().widths;
    const uint64_t size = 22 + uint64_t{widths.address} + widths.length;
    Result<Fields> at = file_.sealed(address, size, "BTHD");
    if (!at) return at.error();
    tree_.kind = at->u8();
    node_size_ = at->le32();
    tree_.record_size = at->le16();
    depth_ = at->le16();
    at->skip(2);
    const uint64_t root = at->address();
    const uint64_t records = at->le16();
    if (root != kNowhere) todo_.push_back({root, records, depth_});
    return file_.claim_once(address, size);
}

// How wide the numbers in nodes are follows from how many records a node can hold at most.
Status Walk::measure(uint64_t address) {
    if (tree_.record_size == 0 || node_size_ > kLargestNode || depth_ > 32 ||
        node_size_ < kHead + kSeal + uint64_t{tree_.record_size}) {
        return file_.invalid(address, "a tree has impossible sizes");
    }
    uint64_t total = (node_size_ - kHead - kSeal) / tree_.record_size;
    most_.push_back(total);
    total_widths_.push_back(0);
    count_width_ = width_for(total);
    for (uint16_t level = 1; level <= depth_; level++) {
        const uint64_t pointer =
            file_.super().widths.address + count_width_ + total_widths_[level - 1];
        if (node_size_ < kHead + kSeal + 2 * pointer + tree_.record_size) {
            return file_.invalid(address, "a tree has impossible sizes");
        }
        const uint64_t most =
            (node_size_ - kHead - kSeal - pointer) / (tree_.record_size + pointer);
        most_.push_back(most);
        uint64_t below = 0;
        bool overflow = __builtin_mul_overflow(most + 1, total, &below);
        overflow |= __builtin_add_overflow(below, most, &total);
        if (overflow) return file_.invalid(address, "a tree is deeper than its size allows");
        total_widths_.push_back(width_for(total));
    }
    return Done{};
}

Status Walk::read_children(const Node& node, Fields& at) {
    const uint16_t below = node.depth - 1;
    for (uint64_t i = 0; i <= node.records; i++) {
        const uint64_t address = at.address();
        const uint64_t records = at.sized(count_width_);
        at.skip(total_widths_[below]);
        if (!at.ok() || address == kNowhere) {
            return file_.invalid(node.address, "a tree's node has a missing child");
        }
        todo_.push_back({address, records, below});
    }
    return Done{};
}

Status Walk::read_node(const Node& node) {
    if (node.records > most_[node.depth]) {
        return file_.invalid(node.address, "a tree's node holds more than fits into it");
    }
    const bool leaf = node.depth == 0;
    const size_t pointer =
        leaf ? 0 : file_.super().widths.address + count_width_ + total_widths_[node.depth - 1];
    const uint64_t used = kHead + node.records * tree_.record_size +
                          (leaf ? 0 : (node.records + 1) * pointer) + kSeal;
    Result<Fields> at = file_.sealed(node.address, used, leaf ? "BTLF" : "BTIN");
    if (!at) return at.error();
    if (at->u8() != tree_.kind) return file_.invalid(node.address, "a node of another tree");
    const Bytes lent = at->bytes(node.records * tree_.record_size);
    std::vector<uint8_t> records(lent.begin(), lent.end());
    Status read = leaf ? Status(Done{}) : read_children(node, *at);
    if (read) read = file_.claim_node(node.address, node_size_);
    for (uint64_t i = 0; read && i < node.records; i++) {
        read = sink_(tree_, Bytes(records).subspan(i * tree_.record_size, tree_.record_size));
        read = file_.absorb(read) ? Status(Done{}) : read;
    }
    return read;
}

Status Walk::run(uint64_t address) {
    Status read = read_header(address);
    if (read) read = measure(address);
    while (read && !todo_.empty()) {
        const Node node = todo_.back();
        todo_.pop_back();
        read = read_node(node);
    }
    return read;
}

}  // namespace

Status walk_tree2(File& file, uint64_t address, const RecordSink2& sink) {
    return Walk(file, sink).run(address);
}

Status check_tree2(File& file, uint64_t address) {
    return walk_tree2(file, address, [](const Tree2&, Bytes) -> Status { return Done{}; });
}

}  // namespace assay::hdf5
