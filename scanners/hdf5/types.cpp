#include "types.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

namespace assay::hdf5 {

namespace {

constexpr size_t kDepth = 32;
constexpr size_t kRank = 32;

// Follows the types within a type, to see that they are there.
class TypeReader {
  public:
    TypeReader(File& file, Fields& at) : file_(file), at_(at) {}
    Result<Type> read(size_t depth);

  private:
    using Part = std::pair<uint64_t, uint64_t>;  // of a compound type: where it starts and ends

    Status properties(Type& type, uint8_t version, uint32_t bits, size_t depth);
    Result<uint32_t> precision(const Type& type);
    Status integer(const Type& type);
    Status text(uint32_t bits);
    Status base_type(size_t depth);
    Status variable(Type& type, size_t depth);
    void add_variables(Type& type, const Type& inner, uint64_t offset);
    Status floating(const Type& type, uint8_t version, uint32_t bits);
    Status compound(Type& type, uint8_t version, uint32_t members, size_t depth);
    Result<Part> member(Type& type, uint8_t version, std::set<std::string>& names, size_t depth);
    Status enumeration(Type& type, uint8_t version, uint32_t members, size_t depth);
    Status array(Type& type, uint8_t version, size_t depth);
    Result<std::string> padded_text(uint8_t version);
    Error bad(const char* what) { return file_.invalid(at_.offset() - file_.base(), what); }

    File& file_;
    Fields& at_;
};

std::string number_name(char kind, uint32_t bits, uint32_t size) {
    const bool big = (bits & 1) != 0;
    return fmt::format("{}{}{}", size == 1 ? '|' : big ? '>' : '<', kind, size);
}

std::string name_of(const Type& type, uint32_t bits) {
    switch (type.kind) {
        case TypeClass::kInteger:
            return number_name((bits & 8) != 0 ? 'i' : 'u', bits, type.size);
        case TypeClass::kFloat:
            return number_name('f', bits, type.size);
        case TypeClass::kString:
            return fmt::format("|S{}", type.size);
        case TypeClass::kVariable:
            return type.text ? "string" : "sequence";
        case TypeClass::kCompound:
            return "compound";
        case TypeClass::kEnum:
            return "enum";
        case TypeClass::kArray:
            return "array";
        case TypeClass::kReference:
            return "reference";
        case TypeClass::kComplex:
            return number_name('c', bits, type.size);
        default:
            return fmt::format("|V{}", type.size);
    }
}

Result<Type> TypeReader::read(size_t depth) {
    const uint8_t first = at_.u8();
    const auto bits = static_cast<uint32_t>(at_.sized(3));
    Type type;
    type.size = at_.le32();
    const uint8_t version = first >> 4;
    if (!at_.ok()) return bad("a type is cut off");
    if ((first & 15) > static_cast<uint8_t>(TypeClass::kComplex) || version < 1 || version > 5) {
        return bad("a type of unknown class or version");
    }
    if (depth == kDepth) return bad("types lie too deep in each other");
    type.kind = static_cast<TypeClass>(first & 15);
    if (type.size == 0) return bad("a type without size");
    type.text =
        type.kind == TypeClass::kString || (type.kind == TypeClass::kVariable && (bits & 15) == 1);
    type.name = name_of(type, bits);
    Status rest = properties(type, version, bits, depth + 1);
    if (!rest) return rest.error();
    if (!at_.ok()) return bad("a type is cut off");
    return type;
}

Status TypeReader::properties(Type& type, uint8_t version, uint32_t bits, size_t depth) {
    switch (type.kind) {
        case TypeClass::kInteger:
        case TypeClass::kBits:
            return integer(type);
        case TypeClass::kFloat:
            return floating(type, version, bits);
        case TypeClass::kTime:
            at_.skip(2);
            return Done{};
        case TypeClass::kString:
            return text(bits);
        case TypeClass::kOpaque:
            at_.skip(((bits & 0xff) + 7) / 8 * 8);
            return Done{};
        case TypeClass::kCompound:
            return compound(type, version, bits & 0xffff, depth);
        case TypeClass::kEnum:
            return enumeration(type, version, bits & 0xffff, depth);
        case TypeClass::kArray:
            return array(type, version, depth);
        case TypeClass::kVariable: {
            if ((bits & 15) > 1) return bad("a type of varying length that is none");
            Status known = type.text ? text(bits >> 4) : Status(Done{});
            return known ? variable(type, depth) : known;
        }
        case TypeClass::kComplex:
            return base_type(depth);
        default:
            return Done{};
    }
}

// How it is padded, and in which characters it is.
Status TypeReader::text(uint32_t bits) {
    const bool known = (bits & 15) <= 2 && (bits >> 4 & 15) <= 1;
    return known ? Status(Done{}) : bad("a text in unknown characters or with unknown padding");
}

Status TypeReader::base_type(size_t depth) {
    Result<Type> base = read(depth);
    return base ? Status(Done{}) : base.error();
}

Status TypeReader::variable(Type& type, size_t depth) {
    if (type.size != 8 + uint32_t{file_.super().widths.address}) {
        return bad("a type of varying length has another size than an address takes");
    }
    Result<Type> base = read(depth);
    if (!base) return base.error();
    Variable one{0, base->size, nullptr};
    if (!base->variables.empty()) {
        one.inner = std::make_shared<const std::vector<Variable>>(std::move(base->variables));
    }
    type.variables.push_back(std::move(one));
    return Done{};
}

void TypeReader::add_variables(Type& type, const Type& inner, uint64_t offset) {
    constexpr size_t kMost = 1024;
    for (const Variable& one : inner.variables) {
        if (type.variables.size() == kMost) {
            file_.context().incomplete(Coverage::kUnsupported,
                                       "an element with more than a thousand values of its own");
            return;
        }
        type.variables.push_back({offset + one.offset, one.item, one.inner});
    }
}

// How many bits of the element count; they must lie in it.
Result<uint32_t> TypeReader::precision(const Type& type) {
    const uint64_t offset = at_.le16();
    const uint16_t bits = at_.le16();
    const bool good = bits != 0 && offset + bits <= 8 * uint64_t{type.size};
    return good ? Result<uint32_t>(bits) : bad("a number whose bits lie outside of it");
}

Status TypeReader::integer(const Type& type) {
    Result<uint32_t> bits = precision(type);
    return bits ? Status(Done{}) : bits.error();
}

Status TypeReader::floating(const Type& type, uint8_t version, uint32_t bits) {
    const bool vax = version >= 3 && (bits & 0x40) != 0;
    if ((bits >> 4 & 3) == 3 || (vax && (bits & 1) == 0)) {
        return bad("a number of unknown normalization or order");
    }
    Result<uint32_t> found = precision(type);
    if (!found) return found.error();
    const uint32_t exponent = at_.u8();
    const uint32_t exponent_bits = at_.u8();
    const uint32_t mantissa = at_.u8();
    const uint32_t mantissa_bits = at_.u8();
    at_.skip(4);
    const bool apart = exponent + exponent_bits <= mantissa || mantissa + mantissa_bits <= exponent;
    const uint32_t sign = bits >> 8 & 0xff;
    const bool alone = (sign < exponent || sign >= exponent + exponent_bits) &&
                       (sign < mantissa || sign >= mantissa + mantissa_bits);
    const bool within =
        sign < *found && exponent + exponent_bits <= *found && mantissa + mantissa_bits <= *found;
    const bool good = exponent_bits != 0 && mantissa_bits != 0 && apart && alone && within;
    return good ? Status(Done{}) : bad("a number whose bits lie outside of it, or in each other");
}

// Before version 3 names are padded.
Result<std::string> TypeReader::padded_text(uint8_t version) {
    const uint64_t start = at_.offset();
    std::string text(at_.text());
    if (version < 3) at_.align(start);
    return at_.ok() ? Result<std::string>(std::move(text)) : bad("a name within a type has no end");
}

Status TypeReader::compound(Type& type, uint8_t version, uint32_t members, size_t depth) {
    if (members == 0) return bad("a compound type without members");
    std::vector<Part> parts;  // 65,535 of them at most
    std::set<std::string> names;
    for (uint32_t i = 0; i < members; i++) {
        Result<Part> part = member(type, version, names, depth);
        if (!part) return part.error();
        parts.push_back(*part);
    }
    std::sort(parts.begin(), parts.end());
    for (size_t i = 1; i < parts.size(); i++) {
        if (parts[i].first < parts[i - 1].second) return bad("members of a type share bytes");
    }
    return Done{};
}

Result<TypeReader::Part> TypeReader::member(Type& type, uint8_t version,
                                            std::set<std::string>& names, size_t depth) {
    Result<std::string> name = padded_text(version);
    if (!name) return name.error();
    if (!names.insert(std::move(*name)).second) return bad("two members of a type have one name");
    const size_t width = (static_cast<size_t>(std::bit_width(type.size)) + 7) / 8;
    const uint64_t offset = version < 3 ? at_.le32() : at_.sized(width);
    if (version == 1) at_.skip(28);  // dimensions, since there were no array types
    Result<Type> inner = read(depth);
    if (!inner) return inner.error();
    if (offset > type.size || inner->size > type.size - offset) {
        return bad("a member lies outside of its compound type");
    }
    add_variables(type, *inner, offset);
    return Part{offset, offset + inner->size};
}

Status TypeReader::enumeration(Type& type, uint8_t version, uint32_t members, size_t depth) {
    Result<Type> base = read(depth);
    if (!base) return base.error();
    if (base->size != type.size) return bad("an enumeration of another size than its values");
    for (uint32_t i = 0; i < members; i++) {
        Result<std::string> name = padded_text(version);
        if (!name) return name.error();
        if (name->empty()) return bad("a value of an enumeration without a name");
    }
    at_.skip(uint64_t{members} * base->size);
    return Done{};
}

Status TypeReader::array(Type& type, uint8_t version, size_t depth) {
    const uint8_t rank = at_.u8();
    if (rank == 0 || rank > kRank) return bad("an array type of impossible rank");
    if (version < 3) at_.skip(3);
    uint64_t count = 1;
    bool overflow = false;
    for (size_t i = 0; i < rank; i++) overflow |= __builtin_mul_overflow(count, at_.le32(), &count);
    if (version < 3) at_.skip(4 * size_t{rank});
    Result<Type> base = read(depth);
    if (!base) return base.error();
    overflow |= __builtin_mul_overflow(count, base->size, &count);
    if (overflow || count != type.size) return bad("an array type whose size is another one");
    if (base->variables.empty()) return Done{};
    const uint64_t most = std::min<uint64_t>(count, uint64_t{1025} * base->size);
    for (uint64_t at = 0; at < most; at += base->size) add_variables(type, *base, at);
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// Layouts

class LayoutReader {
  public:
    LayoutReader(File& file, Fields& at) : file_(file), at_(at) {}
    Result<Layout> read();

  private:
    Status read_old(uint8_t version);
    Status read_new(uint8_t version);
    Status read_chunks_3();
    Status read_chunks_4();
    Status read_index_4(uint8_t flags);
    void read_compact(uint64_t size);
    Status set_chunk(std::vector<uint64_t> sizes);
    Error bad(const char* what) { return file_.invalid(at_.offset() - file_.base(), what); }

    File& file_;
    Fields& at_;
    Layout layout_;
};

Result<Layout> LayoutReader::read() {
    const uint8_t version = at_.u8();
    if (version < 1 || version > 5) return bad("a layout of unknown version");
    Status read = version < 3 ? read_old(version) : read_new(version);
    if (!read) return read.error();
    if (!at_.ok()) return bad("a layout is cut off");
    return layout_;
}

void LayoutReader::read_compact(uint64_t size) {
    layout_.address = at_.offset() - file_.base();
    layout_.size = size;
    at_.skip(size);
}

// The last size is that of an element.
Status LayoutReader::set_chunk(std::vector<uint64_t> sizes) {
    for (uint64_t size : sizes) {
        if (size == 0) return bad("a chunk without extent");
    }
    layout_.item = sizes.back();
    sizes.pop_back();
    layout_.chunk = std::move(sizes);
    return Done{};
}

Status LayoutReader::read_old(uint8_t version) {
    const uint8_t rank = at_.u8();
    const uint8_t kind = at_.u8();
    at_.skip(5);
    if (rank == 0 || rank > kRank + 1 || kind > 2) return bad("a layout of unknown class or rank");
    layout_.kind = static_cast<LayoutClass>(kind);
    if (layout_.kind != LayoutClass::kCompact) layout_.address = at_.address();
    std::vector<uint64_t> sizes;
    for (size_t i = 0; i < rank; i++) sizes.push_back(at_.le32());
    if (layout_.kind == LayoutClass::kCompact) read_compact(at_.le32());
    if (layout_.kind != LayoutClass::kChunked || !at_.ok()) return Done{};
    if (version == 1 || rank < 2) return bad("chunks of no rank");
    return set_chunk(std::move(sizes));
}

Status LayoutReader::read_new(uint8_t version) {
    const uint8_t kind = at_.u8();
    if (kind > 3 || (kind == 3 && version < 4)) return bad("a layout of unknown class");
    layout_.kind = static_cast<LayoutClass>(kind);
    switch (layout_.kind) {
        case LayoutClass::kCompact:
            read_compact(at_.le16());
            return Done{};
        case LayoutClass::kContiguous:
            layout_.address = at_.address();
            layout_.size = at_.length();
            return Done{};
        case LayoutClass::kVirtual:
            layout_.address = at_.address();
            layout_.heap_index = at_.le32();
            return Done{};
        case LayoutClass::kChunked:
            return version == 3 ? read_chunks_3() : read_chunks_4();
    }
    return Done{};
}

Status LayoutReader::read_chunks_3() {
    const uint8_t rank = at_.u8();
    if (rank < 2 || rank > kRank + 1) return bad("chunks of impossible rank");
    layout_.address = at_.address();
    std::vector<uint64_t> sizes;
    for (size_t i = 0; i < rank; i++) sizes.push_back(at_.le32());
    return at_.ok() ? set_chunk(std::move(sizes)) : Status(Done{});
}

Status LayoutReader::read_chunks_4() {
    const uint8_t flags = at_.u8();
    const uint8_t rank = at_.u8();
    const uint8_t width = at_.u8();
    if (rank < 2 || rank > kRank + 1 || width < 1 || width > 8) {
        return bad("chunks of impossible rank");
    }
    std::vector<uint64_t> sizes;
    for (size_t i = 0; i < rank; i++) sizes.push_back(at_.sized(width));
    Status set = at_.ok() ? set_chunk(std::move(sizes)) : Status(Done{});
    return set ? read_index_4(flags) : set;
}

// What the index says of itself is said again, with a checksum, where it begins.
Status LayoutReader::read_index_4(uint8_t flags) {
    const uint8_t index = at_.u8();
    if (index < 1 || index > 5) return bad("chunks with an unknown index");
    layout_.index = static_cast<ChunkIndex>(index);
    layout_.plain_edges = (flags & 1) != 0;
    switch (layout_.index) {
        case ChunkIndex::kSingle:
            if ((flags & 2) != 0) {
                layout_.size = at_.length();
                layout_.mask = at_.le32();
            }
            break;
        case ChunkIndex::kFixedArray:
            at_.skip(1);
            break;
        case ChunkIndex::kExtensible:
            at_.skip(5);
            break;
        case ChunkIndex::kTree2:
            at_.skip(6);
            break;
        default:
            break;
    }
    layout_.address = at_.address();
    return Done{};
}

}  // namespace

// ------------------------------------------------------------------------------------------------

std::optional<uint64_t> Shape::count() const {
    if (null) return 0;
    uint64_t count = 1;
    bool overflow = false;
    for (uint64_t dimension : dimensions) {
        if (dimension == 0) return 0;
        overflow |= __builtin_mul_overflow(count, dimension, &count);
    }
    return overflow ? std::nullopt : std::optional(count);
}

Result<Type> read_type(File& file, Fields& at) { return TypeReader(file, at).read(0); }

Result<Layout> read_layout(File& file, Fields& at) { return LayoutReader(file, at).read(); }

Result<Shape> read_shape(File& file, Fields& at) {
    const uint64_t here = at.offset() - file.base();
    const uint8_t version = at.u8();
    const uint8_t rank = at.u8();
    const uint8_t flags = at.u8();
    const uint8_t kind = at.u8();
    if (version == 1) at.skip(4);
    if (version < 1 || version > 2 || rank > kRank) {
        return file.invalid(here, "a shape of unknown version or impossible rank");
    }
    if (version == 2 && (kind > 2 || (kind != 1 && rank != 0))) {
        return file.invalid(here, "a shape of unknown kind");
    }
    Shape shape;
    shape.null = version == 2 && kind == 2;
    for (size_t i = 0; i < rank; i++) shape.dimensions.push_back(at.length());
    const bool limited = (flags & 1) != 0;
    for (size_t i = 0; limited && i < rank; i++) {
        const uint64_t most = at.length();
        if (at.ok() && most < shape.dimensions[i]) {
            return file.invalid(here, "a shape is larger than it may become");
        }
    }
    if (!at.ok()) return file.invalid(here, "a shape is cut off");
    return shape;
}

Result<Type> type_of(File& file, const Object& object, const Message& message) {
    Fields at = object.fields(message);
    if (!message.shared()) return read_type(file, at);
    Result<std::vector<uint8_t>> data = read_shared(file, at, MessageType::kDatatype);
    if (!data) return data.error();
    Fields fields(*data, message.address, file.super().widths);
    return read_type(file, fields);
}

}  // namespace assay::hdf5
