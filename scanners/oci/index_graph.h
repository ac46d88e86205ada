// Indexes that lead to indexes. Digests cannot be circular, but contents that do not match theirs
// can, and indexes that all name each other lead down in more ways than anybody can go. So each is
// gone through once, and what lies below it is remembered.
#pragma once

#include <unordered_map>
#include <vector>

#include "assay/result.h"

namespace assay::oci {

struct Noted;
class ImageBook;

class IndexGraph {
  public:
    struct Shape {
        uint32_t depth = 0;  // the longest way down in documents, itself among them
        bool circular = false;
        bool cut = false;  // more is named than is followed
        bool open = false;
    };

    // The shape of an index that the book has. An error is the book's.
    Result<Shape> shape_of(ImageBook& book, const Noted& index);

  private:
    struct Step {
        uint64_t key;
        std::vector<uint64_t> below;  // that are indexes, too
    };
    Result<Step> enter(ImageBook& book, const Noted& index);
    Status descend(ImageBook& book, std::vector<Step>& steps);
    void leave(std::vector<Step>& steps);

    std::unordered_map<uint64_t, Shape> shapes_;
    size_t ways_ = 0;
};

}  // namespace assay::oci
