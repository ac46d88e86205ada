// Where HDF5 keeps what varies in length: names of old groups in local heaps, links and attributes
// of newer ones in fractal heaps, strings in global heaps.
#pragma once

#include "file.h"

namespace assay::hdf5 {

// "HEAP", 0, 0 u24, size, free list, address of the texts.
class LocalHeap {
  public:
    static Result<LocalHeap> open(File& file, uint64_t address);
    // The text at `offset`, as far as it is read.
    Result<std::string> text(File& file, uint64_t offset) const;

  private:
    Status check_free(File& file, uint64_t first) const;

    uint64_t data_ = 0;
    uint64_t size_ = 0;
};

// "GCOL", 1, 0 u24, size, then objects: index u16, references u16, 0 u32, size, data to a multiple
// of 8. Index 0 is room that is free.
// All of a heap is checked when it is first met, and remembered while there is room. A broken one
// is reported once.
Result<HeapObject> find_in_collection(File& file, uint64_t collection, uint32_t index);

// "FRHP": a space of up to 2^n bytes in direct blocks whose sizes double from row to row; indirect
// blocks hold the addresses of one row after the other. What is larger than a block lies beside the
// heap and has a number, or its address, for an id; what is tiny is its own id.
class FractalHeap {
  public:
    static Result<FractalHeap> open(File& file, uint64_t address);
    // A copy of the object of that id.
    Result<std::vector<uint8_t>> object(File& file, Bytes id) const;
    [[nodiscard]] uint16_t id_length() const { return id_length_; }

  private:
    struct Block {
        uint64_t address;
        uint64_t offset;  // in the heap's space
        uint64_t size;
    };

    struct Huge {
        uint64_t number;  // 0 if it is known by its address
        uint64_t address;
        uint64_t size;
    };

    Status read_header(File& file, uint64_t address);
    static bool is_before(const Huge& a, const Huge& b);
    Status read_huge(File& file, uint64_t tree);
    Result<std::vector<uint8_t>> managed(File& file, Bytes id) const;
    Result<std::vector<uint8_t>> huge(File& file, Bytes id) const;
    Result<std::vector<uint8_t>> tiny(File& file, Bytes id) const;
    Status check_header(File& file) const;
    Status check_free_space(File& file, uint64_t address) const;
    Result<Block> find_block(File& file, uint64_t offset) const;
    Result<Block> step_down(File& file, const Block& in, uint64_t offset) const;
    Status check_direct(File& file, const Block& block) const;
    [[nodiscard]] uint64_t block_head() const;
    [[nodiscard]] uint64_t rows_of(uint64_t size) const;

    uint64_t address_ = 0;
    uint16_t id_length_ = 0;
    bool sealed_ = false;  // direct blocks have checksums
    uint64_t most_managed_ = 0;
    uint16_t width_ = 0;
    uint64_t start_ = 0;
    uint64_t largest_direct_ = 0;
    uint16_t bits_ = 0;
    size_t offset_width_ = 0;  // bytes of an offset
    uint64_t root_ = kNowhere;
    uint16_t rows_ = 0;
    std::vector<Huge> huge_;  // by number
};

}  // namespace assay::hdf5
