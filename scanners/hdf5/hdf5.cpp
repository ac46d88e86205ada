// HDF5: the format of Keras's weights and of much of science; a file system in a file.
//
//   89 "HDF" 0d 0a 1a 0a    the superblock, at 0, 512, 1024, 2048 …; what stands before it is the
//                           user's. It leads to the root, an object; see object.h.
//   groups                  name other objects: in a tree of symbol nodes with a heap of names, or
//                           in link messages, which move to a fractal heap when there are many
//   datasets                have a type, a shape and a layout: in the header, in one piece, in
//                           chunks with one of six indexes, or put together from other files
//   attributes              small values in headers; texts of any length in global heaps. Keras
//                           keeps "model_config" there, JSON that says which classes to make.
//
// Addresses count from the superblock and lead anywhere, in any order; newer structures have
// checksums, old ones have none.
//
// How attackers bend it: links and datasets that lead to other files, which come back as weights
// (/etc/passwd as a dataset); shapes of terabytes of which nothing is stored; filters that make
// libhdf5 load a plugin; a user block that makes the file something else from the front; addresses
// that form circles, share bytes or leave the file, for the sake of a large C library that trusts
// them. The reader here follows what matters to weights and says `unsupported` of the rest: heaps
// of shared messages, packed heaps, files in several parts.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "assay/cursor.h"
#include "attribute.h"
#include "dataset.h"
#include "formats.h"
#include "group.h"
#include "keras/keras_config.h"
#include "rest_source.h"

namespace assay {

namespace hdf5 {

namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
constexpr size_t kLongestPath = 1024;
constexpr size_t kMostConfigs = 16;
constexpr size_t kKnown = 64;    // bytes for an object that was met
constexpr size_t kQueued = 160;  // bytes for an object that waits, besides its path

// The format allows larger user blocks; those are not found by the first bytes.
std::optional<size_t> find_signature(Bytes head) {
    for (size_t at : {0U, 512U, 1024U, 2048U}) {
        if (at < head.size() && starts_with(head.subspan(at), kSignature)) return at;
    }
    return std::nullopt;
}

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context, uint64_t base)
        : tape_(tape), context_(context), file_(tape, context, base) {}
    Status run();

  private:
    struct Waiting {
        uint64_t address;
        std::string path;
    };

    Status structure();
    Status read_extension();
    Status queue(uint64_t address, std::string path);
    Status visit(Waiting next);
    Status visit_parts(const Object& object);
    Status visit_content(const Object& object);
    Status link(const Object& group, const Link& link);
    Status attribute(const Object& object, const Attribute& attribute);
    Status config(std::string_view name, const std::string& text);
    Status around();

    Tape& tape_;
    ScanContext& context_;
    File file_;
    std::vector<Waiting> todo_;
    std::set<uint64_t> objects_;  // that were met
    size_t configs_ = 0;
};

Status Scan::run() {
    Status read = structure();
    if (!file_.absorb(read)) return read;
    file_.account();
    return around();
}

Status Scan::structure() {
    Status read = file_.read_superblock();
    if (!read) return read;
    const Superblock& super = file_.super();
    context_.property("superblock", fmt::format("version {}", super.version));
    read = read_extension();
    if (!file_.absorb(read)) return read;
    Status queued = queue(super.root, "");
    while (queued && !todo_.empty()) {
        Waiting next = std::move(todo_.back());
        todo_.pop_back();
        const size_t cost = kQueued + next.path.size();
        const auto others = static_cast<std::ptrdiff_t>(todo_.size());
        queued = visit(std::move(next));
        std::reverse(todo_.begin() + others, todo_.end());  // as the group has them
        context_.release(cost);
        if (file_.absorb(queued)) queued = Done{};
    }
    return queued;
}

// What newer superblocks have no room for.
Status Scan::read_extension() {
    Superblock& super = file_.super();
    if (super.extension == kNowhere) return Done{};
    Result<Object> object = read_object(file_, super.extension, "", Owner::kThis);
    if (!object) return object.error();
    context_.release(cost_of(*object));
    if (object->find(MessageType::kDriver)) {
        return file_.unsupported(super.extension, "the file is spread over several files");
    }
    const Message* sizes = object->find(MessageType::kTreeK);
    if (!sizes) return Done{};
    Fields at = object->fields(*sizes);
    at.skip(1);
    super.chunk_k = at.le16();
    super.node_k = at.le16();
    super.leaf_k = at.le16();
    const bool good = at.ok() && super.chunk_k != 0 && super.node_k != 0 && super.leaf_k != 0;
    return good ? Status(Done{}) : file_.invalid(super.extension, "nodes that hold nothing");
}

// Each object once, by the first name that leads to it.
Status Scan::queue(uint64_t address, std::string path) {
    if (objects_.contains(address)) return Done{};
    Status paid = file_.pay(kKnown + kQueued + path.size());
    if (!paid) return paid;
    objects_.insert(address);
    todo_.push_back({address, std::move(path)});
    return Done{};
}

Status Scan::visit(Waiting next) {
    Result<Object> object = read_object(file_, next.address, std::move(next.path), Owner::kThis);
    if (!object) return object.error();
    Status read = visit_parts(*object);
    context_.release(cost_of(*object));
    return read;
}

Status Scan::visit_parts(const Object& object) {
    Status read = read_attributes(file_, object,
                                  [&](const Attribute& found) { return attribute(object, found); });
    if (read) read = visit_content(object);
    if (!file_.absorb(read)) return read;
    return read_links(file_, object, [&](const Link& found) { return link(object, found); });
}

// What an object is follows from its messages.
Status Scan::visit_content(const Object& object) {
    const Message* type = object.find(MessageType::kDatatype);
    const bool dataset = type && object.find(MessageType::kDataspace);
    if (dataset || object.find(MessageType::kLayout)) return read_dataset(file_, object);
    if (type) {
        Result<Type> named = type_of(file_, object, *type);
        return named ? Status(Done{}) : named.error();
    }
    const bool group =
        object.find(MessageType::kSymbolTable) || object.find(MessageType::kLinkInfo);
    return group ? Status(Done{}) : file_.invalid(object.address, "an object of no kind");
}

Status Scan::link(const Object& group, const Link& link) {
    std::string path = group.path.empty() ? link.name : group.path + "/" + link.name;
    if (path.size() > kLongestPath) path.resize(kLongestPath);
    switch (link.kind) {
        case LinkKind::kHard:
            if (link.address != kNowhere) return queue(link.address, std::move(path));
            return file_.invalid(link.where - file_.base(), "a link that leads nowhere");
        case LinkKind::kSoft:
            context_.report(rules::kSoftLink, link.where, 0,
                            fmt::format("{} -> {}", path, link.target));
            return Done{};
        case LinkKind::kExternal:
            context_.report(rules::kExternalLink, link.where, 0,
                            fmt::format("{} -> {}", path, link.target));
            return Done{};
        case LinkKind::kOther:
            break;
    }
    return file_.unsupported(link.where - file_.base(), "a link of a kind that a plugin defines");
}

Status Scan::attribute(const Object& object, const Attribute& attribute) {
    constexpr std::string_view kTold[] = {"keras_version", "backend"};
    constexpr std::string_view kConfigs[] = {"model_config", "training_config"};
    auto is_one_of = [&](auto& names) {
        return std::find(std::begin(names), std::end(names), attribute.name) != std::end(names);
    };
    const bool config_text = is_one_of(kConfigs);
    const bool told = object.path.empty() && is_one_of(kTold);
    if (!config_text && !told) return Done{};
    Result<std::optional<std::string>> text = text_of(file_, attribute);
    if (!text) return text.error();
    if (!*text) return Done{};
    if (config_text) return config(attribute.name, **text);
    context_.property(attribute.name, std::string_view(**text).substr(0, 200));
    return Done{};
}

Status Scan::config(std::string_view name, const std::string& text) {
    if (++configs_ > kMostConfigs) return file_.unsupported(0, "the file has many configurations");
    MemorySource source(as_bytes(text));
    if (name != "model_config") return context_.scan_child(name, source);
    const ChildReader reader{"json", keras::scan_config};
    ChildRequest request;
    request.reader = &reader;
    return context_.scan_child(name, source, request);
}

// What lies before the superblock and behind the end that it names.
Status Scan::around() {
    const uint64_t end = file_.base() + file_.end();
    if (file_.base() != 0) {
        context_.report(rules::kUserBlock, 0, file_.base(), "");
        context_.gap(0, file_.base());
        MemberSource front(tape_, file_.base());
        Status scanned = context_.scan_child("userblock", front);
        if (!scanned) return scanned;
    }
    if (!tape_.size() || end >= *tape_.size()) return Done{};
    const uint64_t length = *tape_.size() - end;
    context_.report(rules::kInvalid, end, length, "bytes behind the end of the file",
                    Severity::kMedium);
    context_.gap(end, length);
    Status moved = tape_.skip(end - tape_.offset());
    if (!moved) return moved;
    MemberSource behind(tape_, length);
    return context_.scan_child("trailing", behind);
}

// What begins there is a member of a ZIP archive as it is stored, whose archive reads it: where it
// begins is chance.
bool is_stored_member(Bytes head, size_t place) {
    constexpr size_t kLocalHeader = 30;
    for (size_t at = 0; at + kLocalHeader <= place;) {
        Cursor cursor(head.subspan(at, kLocalHeader));
        if (as_text(cursor.bytes(4)) != "PK\3\4") return false;
        cursor.skip(4);
        const bool stored = cursor.le16() == 0;
        cursor.skip(8);
        const uint64_t size = cursor.le32();
        cursor.skip(4);
        const uint64_t name = cursor.le16();
        const uint64_t begin = at + kLocalHeader + name + cursor.le16();
        if (begin == place) return stored;
        at = static_cast<size_t>(begin + size);
    }
    return false;
}

bool is_hdf5(const Probe& probe) {
    const std::optional<size_t> place = find_signature(probe.head);
    return place && !is_stored_member(probe.head, *place);
}

Status scan_hdf5(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(kProbeHead);
    if (!head) return head.error();
    return Scan(tape, context, find_signature(*head).value_or(0)).run();
}

constexpr std::string_view kExtensions[] = {"h5", "hdf5"};

}  // namespace

}  // namespace hdf5

const Format kHdf5Format{
    "hdf5", true, 0, hdf5::kExtensions, hdf5::rules::kAll, hdf5::is_hdf5, hdf5::scan_hdf5,
};

}  // namespace assay
