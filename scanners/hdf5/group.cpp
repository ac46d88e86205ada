#include "group.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "heaps.h"
#include "tree1.h"
#include "tree2.h"

namespace assay::hdf5 {

namespace {

constexpr uint8_t kTree2Names = 5;
constexpr size_t kNameCost = 80;

// ------------------------------------------------------------------------------------------------
// Old groups
//
//   a tree whose keys are offsets of names, and whose leaves lead to
//   "SNOD", 1, 0, entries u16, then: name, header, cache u32, 0 u32, 16 bytes

class OldGroup {
  public:
    OldGroup(File& file, const LocalHeap& names, const LinkSink& sink)
        : file_(file),
          names_(names),
          sink_(sink),
          tree_(file, Tree1Kind::kNames, file.super().widths.length, file.super().node_k) {}
    Status run(uint64_t tree);

  private:
    // What names are found between: behind the first one, as far as the last one.
    struct Range {
        std::string behind;
        std::optional<std::string> last;
    };
    struct Child {
        uint64_t address;
        uint64_t keys[2];
    };
    Status read_tree(const Tree1Node& node, const Range& range);
    Status read_child(const Tree1Node& node, const Child& child, const Range& range);
    Status read_symbols(uint64_t address, const Range& range);
    Status read_symbol(Fields& at, const Range& range);

    File& file_;
    const LocalHeap& names_;
    const LinkSink& sink_;
    Tree1 tree_;
    std::optional<std::string> last_;
};

Status OldGroup::run(uint64_t tree) {
    Result<Tree1Node> root = tree_.root(tree);
    if (!root) return root.error();
    Status read = read_tree(*root, {"", std::nullopt});
    return read ? tree_.close() : read;
}

// As deep as the levels are many, 255 at most.
Status OldGroup::read_tree(const Tree1Node& node, const Range& range) {
    Result<Tree1::Entries> entries = tree_.enter(node);
    if (!entries) return entries.error();
    std::vector<Child> children;
    uint64_t key = entries->at.length();
    for (uint16_t i = 0; i < entries->count; i++) {
        const uint64_t child = entries->at.address();
        children.push_back({child, {key, entries->at.length()}});
        key = children.back().keys[1];
    }
    for (const Child& child : children) {
        Status read = read_child(node, child, range);
        if (!read) return read;
    }
    return Done{};
}

// The keys are names, too: who looks for one goes by them.
Status OldGroup::read_child(const Tree1Node& node, const Child& child, const Range& range) {
    Result<std::string> behind = names_.text(file_, child.keys[0]);
    if (!behind) return behind.error();
    Result<std::string> last = names_.text(file_, child.keys[1]);
    if (!last) return last.error();
    const size_t size = behind->size() + last->size();
    Status read = file_.pay(size);
    if (!read) return read;
    Range within{std::max(range.behind, *behind), std::min(range.last.value_or(*last), *last)};
    read = node.level == 0
               ? read_symbols(child.address, within)
               : read_tree({child.address, static_cast<uint8_t>(node.level - 1)}, within);
    file_.context().release(size);
    return read;
}

Status OldGroup::read_symbols(uint64_t address, const Range& range) {
    const Widths widths = file_.super().widths;
    const uint64_t entry = 24 + 2 * uint64_t{widths.address};
    const uint64_t most = 2 * uint64_t{file_.super().leaf_k};
    Status claimed = file_.claim_node(address, 8 + most * entry);
    if (!claimed) return claimed;
    Result<Fields> head = file_.fields(address, 8);
    if (!head) return head.error();
    const bool good = head->le32() == 0x444f4e53 && head->u8() == 1;
    head->skip(1);
    const uint16_t entries = head->le16();
    if (!good || entries > most) return file_.invalid(address, "no names where a group has some");
    for (uint64_t i = 0; i < entries; i++) {
        Result<Fields> at = file_.fields(address + 8 + i * entry, entry);
        if (!at) return at.error();
        Status read = read_symbol(*at, range);
        if (!file_.absorb(read)) return read;
    }
    return Done{};
}

Status OldGroup::read_symbol(Fields& at, const Range& range) {
    Link link;
    link.where = at.offset();
    const uint64_t name = at.length();
    link.address = at.address();
    const uint32_t cache = at.le32();
    at.skip(4);
    const uint32_t target = at.le32();
    if (cache > 2) return file_.invalid(link.where - file_.base(), "a name of unknown kind");
    Result<std::string> text = names_.text(file_, name);
    if (!text) return text.error();
    link.name = std::move(*text);
    // Names are searched for by halves, so one out of order is there for some readers only.
    if (last_ && *last_ >= link.name) {
        return file_.invalid(link.where - file_.base(), "names of a group out of order, or twice");
    }
    last_ = link.name;
    if (link.name <= range.behind || (range.last && link.name > *range.last)) {
        return file_.invalid(link.where - file_.base(), "a name that nobody finds in its tree");
    }
    if (cache != 2) return sink_(link);
    link.kind = LinkKind::kSoft;
    Result<std::string> path = names_.text(file_, target);
    if (!path) return path.error();
    link.target = std::move(*path);
    return sink_(link);
}

Status read_old(File& file, const Object& object, const Message& message, const LinkSink& sink) {
    Fields at = object.fields(message);
    const uint64_t tree = at.address();
    const uint64_t heap = at.address();
    if (!at.ok() || tree == kNowhere || heap == kNowhere) {
        return file.invalid(object.address, "a group without names");
    }
    Result<LocalHeap> names = LocalHeap::open(file, heap);
    return names ? OldGroup(file, *names, sink).run(tree) : names.error();
}

// ------------------------------------------------------------------------------------------------
// Newer groups

Status read_target(File& file, Fields& at, uint8_t kind, Link& link) {
    if (kind == 0) {
        link.address = at.address();
        return Done{};
    }
    link.kind = kind == 1 ? LinkKind::kSoft : kind == 64 ? LinkKind::kExternal : LinkKind::kOther;
    const uint16_t length = at.le16();
    Fields target(at.bytes(length), at.offset(), at.widths());
    if (kind != 64) {
        link.target = as_text(target.bytes(kind == 1 ? length : 0));
        return Done{};
    }
    target.skip(1);
    const std::string_view named = target.text();
    const std::string_view path = target.text();
    link.target = fmt::format("{}:{}", named, path);
    return target.ok() ? Status(Done{})
                       : file.invalid(link.where - file.base(), "an external link is cut off");
}

Status read_link(File& file, Fields at, const LinkSink& sink) {
    Link link;
    link.where = at.offset();
    const uint64_t here = at.offset() - file.base();
    const uint8_t version = at.u8();
    const uint8_t flags = at.u8();
    if (version != 1 || flags > 31) return file.invalid(here, "a link of unknown version");
    const uint8_t kind = (flags & 8) != 0 ? at.u8() : 0;
    if (kind > 1 && kind < 64) return file.invalid(here, "a link of unknown kind");
    at.skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
    const uint64_t length = at.sized(size_t{1} << (flags & 3));
    link.name = as_text(at.bytes(length));
    if (!at.ok() || length == 0) return file.invalid(here, "a link without a name");
    Status target = read_target(file, at, kind, link);
    if (!target) return target;
    return at.ok() ? sink(link) : file.invalid(here, "a link is cut off");
}

// Links that are too many for the header: records of hash and id lead to messages in a heap.
Status read_dense(File& file, const Object& object, const Message& message, const LinkSink& sink) {
    Fields at = object.fields(message);
    const uint8_t version = at.u8();
    const uint8_t flags = at.u8();
    if (version != 0 || flags > 3) return file.invalid(object.address, "links of unknown version");
    at.skip((flags & 1) != 0 ? 8 : 0);
    const uint64_t heap_at = at.address();
    const uint64_t tree = at.address();
    const uint64_t in_order = (flags & 2) != 0 ? at.address() : kNowhere;
    if (!at.ok()) return file.invalid(object.address, "the links of a group are cut off");
    if (heap_at == kNowhere) return Done{};
    Result<FractalHeap> heap = FractalHeap::open(file, heap_at);
    if (!heap) return heap.error();
    if (tree == kNowhere) return file.invalid(object.address, "links without an index");
    Status read = walk_tree2(file, tree, [&](const Tree2& kind, Bytes record) -> Status {
        if (kind.kind != kTree2Names || record.size() != 4 + size_t{heap->id_length()}) {
            return file.invalid(tree, "an index of links holds something else");
        }
        Result<std::vector<uint8_t>> found = heap->object(file, record.subspan(4));
        if (!found) return found.error();
        return read_link(file, Fields(*found, file.in_file(heap_at), at.widths()), sink);
    });
    return read && in_order != kNowhere ? check_tree2(file, in_order) : read;
}

}  // namespace

Status read_links(File& file, const Object& object, const LinkSink& sink) {
    std::set<std::string> names;
    size_t paid = 0;
    const LinkSink each_once = [&](const Link& link) -> Status {
        Status pays = file.pay(link.name.size() + kNameCost);
        if (!pays) return pays;
        paid += link.name.size() + kNameCost;
        if (names.insert(link.name).second) return sink(link);
        return file.invalid(link.where - file.base(), "two links of a group have one name");
    };
    Status read = Done{};
    for (const Message& message : object.messages) {
        if (!file.absorb(read)) break;
        if (message.type == MessageType::kSymbolTable) {
            read = read_old(file, object, message, sink);
        } else if (message.type == MessageType::kLinkInfo) {
            read = read_dense(file, object, message, each_once);
        } else if (message.type == MessageType::kLink) {
            read = read_link(file, object.fields(message), each_once);
        }
    }
    file.context().release(paid);
    return file.absorb(read) ? Status(Done{}) : read;
}

}  // namespace assay::hdf5
