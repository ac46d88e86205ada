// What a dataset or an attribute is: its type, its shape, and how it is stored.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "object.h"

namespace assay::hdf5 {

enum class TypeClass : uint8_t {
    kInteger,
    kFloat,
    kTime,
    kString,
    kBits,
    kOpaque,
    kCompound,
    kReference,
    kEnum,
    kVariable,
    kArray,
    kComplex,
};

// A part of an element that says where its value is: length, address of a heap, index there.
struct Variable {
    uint64_t offset = 0;                                 // in the element
    uint64_t item = 0;                                   // size of what the value has `length` of
    std::shared_ptr<const std::vector<Variable>> inner;  // of each of those, if it has any
};

struct Type {
    TypeClass kind = TypeClass::kInteger;
    bool text = false;                // a string, fixed or variable
    uint32_t size = 0;                // of one element
    std::string name;                 // as numpy writes it
    std::vector<Variable> variables;  // of arrays of them the first thousand or so
};

struct Shape {
    bool null = false;
    std::vector<uint64_t> dimensions;

    // Absent where it does not fit into 64 bits.
    [[nodiscard]] std::optional<uint64_t> count() const;
};

enum class LayoutClass : uint8_t { kCompact, kContiguous, kChunked, kVirtual };

enum class ChunkIndex : uint8_t { kTree1, kSingle, kImplicit, kFixedArray, kExtensible, kTree2 };

struct Layout {
    LayoutClass kind = LayoutClass::kCompact;
    uint64_t address = kNowhere;   // of data or index; of compact data, in the file
    std::optional<uint64_t> size;  // of data; of the one chunk, if it is filtered
    uint32_t heap_index = 0;       // of a virtual one
    uint32_t mask = 0;             // of the one chunk: filters that were left out
    bool plain_edges = false;      // chunks that the shape cuts are not filtered
    ChunkIndex index = ChunkIndex::kTree1;
    std::vector<uint64_t> chunk;  // its shape
    uint64_t item = 0;            // size of an element, as the chunks have it
};

// Each fails, reported, where the message breaks the rules.
Result<Type> read_type(File& file, Fields& at);
Result<Shape> read_shape(File& file, Fields& at);
Result<Layout> read_layout(File& file, Fields& at);

// The type of a message, which may be a committed one's.
Result<Type> type_of(File& file, const Object& object, const Message& message);

}  // namespace assay::hdf5
