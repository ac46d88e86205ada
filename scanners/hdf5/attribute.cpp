#include "attribute.h"

#include "heaps.h"
#include "tree2.h"
#include "variable.h"

namespace assay::hdf5 {

namespace {

constexpr uint8_t kTree2Attributes = 8;
constexpr uint64_t kLongestText = 16 * kMiB;

// Type and shape may each be shared; what is said of them here is then where they are.
Result<Type> read_attribute_type(File& file, Fields at, bool shared) {
    if (!shared) return read_type(file, at);
    Result<std::vector<uint8_t>> data = read_shared(file, at, MessageType::kDatatype);
    if (!data) return data.error();
    Fields fields(*data, at.offset(), at.widths());
    return read_type(file, fields);
}

Status check_size(File& file, const Attribute& attribute, uint64_t left) {
    const std::optional<uint64_t> count = attribute.shape.count();
    uint64_t bytes = 0;
    bool overflow = !count || __builtin_mul_overflow(*count, attribute.type.size, &bytes);
    if (!overflow && bytes <= left) return Done{};
    return file.invalid(attribute.where - file.base(), "an attribute is longer than its message");
}

Status read_attribute(File& file, Fields at, const AttributeSink& sink) {
    Attribute attribute;
    attribute.where = at.offset();
    const uint64_t here = at.offset() - file.base();
    const uint8_t version = at.u8();
    const uint8_t flags = at.u8();
    if (version < 1 || version > 3) return file.invalid(here, "an attribute of unknown version");
    const uint16_t sizes[] = {at.le16(), at.le16(), at.le16()};
    if (version == 3) at.skip(1);
    Fields parts[] = {at, at, at};
    for (size_t i = 0; i < 3; i++) {
        const uint64_t start = at.offset();
        const Bytes bytes = at.bytes(sizes[i]);
        parts[i] = Fields(bytes, start, at.widths());
        if (version == 1) at.skip((8 - sizes[i] % 8U) % 8);
    }
    if (!at.ok()) return file.invalid(here, "an attribute is cut off");
    attribute.name = parts[0].text();
    if (!parts[0].ok() || attribute.name.size() + 1 != sizes[0]) {
        return file.invalid(here, "an attribute's name has another length than it says");
    }
    if (version > 1 && (flags & 2) != 0) return file.unsupported(here, "a shape that is shared");
    Result<Type> type = read_attribute_type(file, parts[1], version > 1 && (flags & 1) != 0);
    if (!type) return type.error();
    attribute.type = std::move(*type);
    Result<Shape> shape = read_shape(file, parts[2]);
    if (!shape) return shape.error();
    attribute.shape = std::move(*shape);
    Status fits = check_size(file, attribute, at.remaining());
    if (!fits) return fits;
    const Bytes data = at.bytes(at.remaining());
    attribute.data.assign(data.begin(), data.end());
    const uint64_t bytes = attribute.shape.count().value_or(0) * attribute.type.size;
    Status checked =
        check_variables(file, attribute.type, Bytes(attribute.data).first(bytes), here);
    return checked ? sink(attribute) : checked;
}

Status read_dense(File& file, const Object& object, const Message& message,
                  const AttributeSink& sink) {
    Fields at = object.fields(message);
    const uint8_t version = at.u8();
    const uint8_t flags = at.u8();
    if (version != 0 || flags > 3) {
        return file.invalid(object.address, "attributes of unknown version");
    }
    at.skip((flags & 1) != 0 ? 2 : 0);
    const uint64_t heap_at = at.address();
    const uint64_t tree = at.address();
    const uint64_t in_order = (flags & 2) != 0 ? at.address() : kNowhere;
    if (!at.ok()) return file.invalid(object.address, "the attributes of an object are cut off");
    if (heap_at == kNowhere) return Done{};
    Result<FractalHeap> heap = FractalHeap::open(file, heap_at);
    if (!heap) return heap.error();
    if (tree == kNowhere) return file.invalid(object.address, "attributes without an index");
    Status read = walk_tree2(file, tree, [&](const Tree2& kind, Bytes record) -> Status {
        const size_t id = heap->id_length();
        if (kind.kind != kTree2Attributes || record.size() != id + 9) {
            return file.invalid(tree, "an index of attributes holds something else");
        }
        if ((record[id] & 2) != 0) return file.unsupported(tree, "attributes that are shared");
        Result<std::vector<uint8_t>> found = heap->object(file, record.first(id));
        if (!found) return found.error();
        return read_attribute(file, Fields(*found, file.in_file(heap_at), at.widths()), sink);
    });
    return read && in_order != kNowhere ? check_tree2(file, in_order) : read;
}

}  // namespace

Status read_attributes(File& file, const Object& object, const AttributeSink& sink) {
    for (const Message& message : object.messages) {
        Status read = Done{};
        if (message.type == MessageType::kAttributeInfo) {
            read = read_dense(file, object, message, sink);
        } else if (message.type == MessageType::kAttribute) {
            read = message.shared() ? file.unsupported(object.address, "attributes that are shared")
                                    : read_attribute(file, object.fields(message), sink);
        }
        if (!file.absorb(read)) return read;
    }
    return Done{};
}

// A variable text is a length, the address of a collection and an index in it.
Result<std::optional<std::string>> text_of(File& file, const Attribute& attribute) {
    const uint64_t here = attribute.where - file.base();
    if (!attribute.type.text || attribute.shape.count() != 1) return std::optional<std::string>();
    if (attribute.type.kind == TypeClass::kString) {
        std::string_view text = as_text(Bytes(attribute.data).first(attribute.type.size));
        return std::optional(std::string(text.substr(0, text.find('\0'))));
    }
    Fields at(attribute.data, attribute.where, file.super().widths);
    const uint64_t length = at.le32();
    const uint64_t collection = at.address();
    const uint32_t index = at.le32();
    if (!at.ok()) return file.invalid(here, "a text is cut off");
    if (collection == 0) return std::optional<std::string>();
    Result<HeapObject> object = find_in_collection(file, collection, index);
    if (!object) return object.error();
    if (length > object->size) return file.invalid(here, "a text is longer than its room");
    if (length > kLongestText) return file.unsupported(here, "a text is too long to be read");
    Status paid = file.pay(length);
    if (!paid) return paid.error();
    Result<Bytes> bytes = file.bytes(object->address, length);
    if (!bytes) return bytes.error();
    return std::optional(std::string(as_text(*bytes)));
}

}  // namespace assay::hdf5
