// The bytes of an HDF5 file as its structures address them: bounded, checked, each part claimed by
// one structure alone.
//
// Addresses count from the superblock. Nothing is moved past: all is read ahead, in pages, so that
// structures that lie together are paid for together. One thread; borrows tape and context.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "assay/context.h"
#include "assay/cursor.h"
#include "hdf5_rules.h"

namespace assay::hdf5 {

inline constexpr uint64_t kNowhere = UINT64_MAX;  // the address of what is not there

// How many bytes an address and a length take in this file.
struct Widths {
    uint8_t address = 8;
    uint8_t length = 8;
};

// Reads fields whose width the file chose.
class Fields : public Cursor {
  public:
    Fields(Bytes bytes, uint64_t base, Widths widths) : Cursor(bytes, base), widths_(widths) {}

    uint64_t sized(size_t width);  // 0 to 8 bytes
    uint64_t address();            // kNowhere where all bits are set
    uint64_t length() { return sized(widths_.length); }
    // As far as the next NUL, which is passed over; fails without one.
    std::string_view text();
    // Passes over bytes up to a multiple of 8, counting from `start`.
    void align(uint64_t start);
    [[nodiscard]] Widths widths() const { return widths_; }

  private:
    Widths widths_;
};

// What the superblock says.
struct Superblock {
    uint8_t version = 0;
    Widths widths;
    uint64_t end = 0;          // of the file, as an address
    uint64_t root = kNowhere;  // object header
    uint64_t extension = kNowhere;
    uint16_t leaf_k = 4;  // half of what nodes hold
    uint16_t node_k = 16;
    uint16_t chunk_k = 32;
};

// Where the objects of a heap of values lie, by their numbers; an address of 0: there is none.
struct HeapObject {
    uint64_t address = 0;
    uint64_t size = 0;
};
// Of the heaps of values that were read last, by their addresses.
struct HeapTables {
    std::map<uint64_t, std::vector<HeapObject>> tables;
    size_t paid = 0;            // for these
    std::set<uint64_t> broken;  // was reported
};

class File {
  public:
    // `base` is where the superblock stands. Precondition: the tape can be read at random.
    File(Tape& tape, ScanContext& context, uint64_t base);

    Status read_superblock();
    [[nodiscard]] const Superblock& super() const { return super_; }
    Superblock& super() { return super_; }
    [[nodiscard]] ScanContext& context() { return context_; }
    [[nodiscard]] uint64_t base() const { return base_; }
    // As far as the superblock says that the file goes, or the bytes do.
    [[nodiscard]] uint64_t end() const { return end_; }
    [[nodiscard]] uint64_t in_file(uint64_t address) const { return base_ + address; }

    // Exactly `n` bytes, until the next call. kMalformed, reported, where they are not all there.
    Result<Bytes> bytes(uint64_t address, uint64_t n);
    // The same as fields.
    Result<Fields> fields(uint64_t address, uint64_t n);
    // The same for a structure that begins with a signature and a version 0 and ends with a
    // checksum, which both are checked.
    Result<Fields> sealed(uint64_t address, uint64_t n, std::string_view signature);

    // Says that [address, address + n) belongs to one structure or dataset.
    Status claim(uint64_t address, uint64_t n);
    // False if a structure there was entered before; objects are not among these.
    Result<bool> enter(uint64_t address);

    // Both at once: for what may be met again, and for what must not be.
    Status claim_once(uint64_t address, uint64_t n);
    Status claim_node(uint64_t address, uint64_t n);

    // Reports h5.structure.invalid and gives the error that ends the reading of one object.
    Error invalid(uint64_t address, const char* what);
    Error unsupported(uint64_t address, const char* what);
    // Whether the scan goes on behind this object: what is wrong with it lowers the coverage.
    bool absorb(const Status& status);

    [[nodiscard]] HeapTables& heap_tables() { return heap_tables_; }

    // Pays for memory; kLimit, reported, when there is no more.
    Status pay(size_t bytes);

    // Behind the last claim: what overlaps, what belongs to nothing.
    void account();

  private:
    struct Extent {
        uint64_t begin;
        uint64_t end;
    };

    Status read_version_0(Fields& at, uint8_t version);
    Status read_version_2(Fields& at);
    Status check_end();
    Error too_much();

    Tape& tape_;
    ScanContext& context_;
    const uint64_t base_;
    uint64_t end_ = 0;
    Superblock super_;
    std::vector<Extent> extents_;
    size_t extents_paid_ = 0;
    std::set<uint64_t> entered_;
    uint64_t work_ = 0;  // that was done so far
    bool limit_reported_ = false;
    HeapTables heap_tables_;
};

}  // namespace assay::hdf5
