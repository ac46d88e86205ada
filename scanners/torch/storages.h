// The storages that a torch pickle names, and the arithmetic of the tensors that view them.
//
// A tensor is a view of a storage: so many elements along each dimension, so many steps apart, from
// an offset on. The pickle says how long the storage is, the file how much of it is there, and
// nobody compares the two.
//
// Threads: one. Borrows the context whose memory it uses.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "assay/context.h"

namespace assay::torch {

struct Dimension {
    int64_t size = 0;
    int64_t stride = 0;
};

// How many elements from the start of its storage a view reaches; nullopt for one that can't be:
// negative, or beyond 64 bits.
std::optional<uint64_t> elements_reached(int64_t offset, std::span<const Dimension> dimensions);

// Bytes of one element of a storage class ("FloatStorage"), or of a dtype ("float32"); 0 if it is
// none that torch has.
uint32_t element_size_of_storage(std::string_view name);
uint32_t element_size_of_dtype(std::string_view name);
// Elements of a tensor that share one of a storage: more than one where they are packed.
uint32_t elements_per_unit(std::string_view storage_name);

// Whether a key is one that torch would make: no path, and not empty.
bool is_plain_key(std::string_view key);

struct Storage {
    uint64_t numel = 0;
    uint32_t element = 0;  // bytes, 0 if unknown
    uint32_t packed = 1;   // see elements_per_unit
    bool no_data = false;  // of a device that holds none

    // nullopt when unknown, or beyond 64 bits.
    [[nodiscard]] std::optional<uint64_t> bytes() const;
};

class StorageTable {
  public:
    explicit StorageTable(ScanContext& context) : context_(context) {}

    // Takes the first of each name, and makes it longer where a later one is; false when it was
    // there with another length.
    bool add(const std::string& name, const Storage& storage);
    [[nodiscard]] const Storage* find(const std::string& name) const;
    [[nodiscard]] const std::map<std::string, Storage>& all() const { return storages_; }

    // Some storage is not in it, for lack of memory or because its name was not kept.
    [[nodiscard]] bool incomplete() const { return incomplete_; }
    void lose_one() { incomplete_ = true; }

  private:
    bool make_room(size_t bytes);

    ScanContext& context_;
    std::map<std::string, Storage> storages_;
    size_t room_ = 0;
    bool incomplete_ = false;
};

}  // namespace assay::torch
