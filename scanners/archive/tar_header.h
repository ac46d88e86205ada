// One block of 512 bytes that starts a member of a tar.
//
//   name 0/100  mode 100/8  uid 108/8  gid 116/8  size 124/12  mtime 136/12  checksum 148/8
//   type 156    link 157/100           magic 257/8             user 265/32   group 297/32
//   major 329/8 minor 337/8            prefix 345/155          (GNU: times, sparse map, ...)
//
// Numbers are octal digits, or, with the highest bit of the field set, binary.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/format.h"

namespace assay::tar {

inline constexpr size_t kBlock = 512;

constexpr uint64_t padded(uint64_t size) { return (size + kBlock - 1) / kBlock * kBlock; }

// A numeric field. `strict`: every reader takes this number from it.
struct Number {
    std::optional<uint64_t> value;  // absent: negative, too large for a file, or no number
    bool strict = true;
    bool negative = false;
    bool huge = false;
    bool binary = false;
    bool blank = false;
};
Number number_in(std::string_view field);

// kOld: before there was a magic. kOther: one that is not known.
enum class Dialect : uint8_t { kOld, kUstar, kGnu, kOther };

// The part of a sparse file that is stored.
struct Extent {
    uint64_t offset = 0;
    uint64_t length = 0;
};

// What GNU's own form of sparse files has in the header: the first extents.
struct OldSparse {
    std::vector<Extent> extents;
    Number real_size;
    bool more = false;  // another block of extents follows
    bool good = true;
};
struct Header {
    std::string name;    // up to its NUL, without prefix
    std::string prefix;  // what stands in the field, whether the dialect has it or not
    std::string link;
    bool name_tail = false;  // more than zeros stand behind the end of name or link
    char type = '0';
    Number size;
    Number mode;
    Dialect dialect = Dialect::kOld;
    bool numbers_strict = true;  // those besides the size
    OldSparse sparse;            // of type S
    bool stray_map = false;      // GNU's, of a member that is not sparse
    bool checksum_old = false;   // right only for readers that take bytes as signed

    // As most readers see it: the prefix where the dialect has one.
    [[nodiscard]] std::string full_name() const;
};

// Whether a reader takes `block` for a header. Precondition of both: a whole block.
bool checksum_fits(Bytes block);
Header header_in(Bytes block);

bool all_zero(Bytes bytes);

// Whether a file that starts like this is a tar. An empty one is zeros, of the sizes that writers
// make. A header with a magic counts wherever it stands in the head: readers search for it.
bool starts_tar(const Probe& probe);

// Takes what a block behind the header adds; `more` is set anew.
void add_old_sparse(Bytes block, OldSparse& sparse);

}  // namespace assay::tar
