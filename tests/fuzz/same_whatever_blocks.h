// What every format owes: the same findings for any size of blocks, and, of one that is read in
// order, every byte once.
//
// Input: one byte for the size of the blocks, then the file.
#pragma once

#include <cstdlib>

#include "scanners/formats.h"
#include "tests/unit/support/recording_context.h"

namespace assay::test {

enum class Reads : uint8_t { kInOrder, kAtRandom };

inline void check_same_whatever_blocks(const Format& format, const uint8_t* data, size_t size,
                                       Reads reads) {
    auto require = [](bool condition) {
        if (!condition) std::abort();
    };
    if (size < 1) return;
    const std::string_view file = as_text({data + 1, size - 1});
    for (bool stream : {false, true}) {
        if (stream && reads == Reads::kAtRandom) continue;
        Scanned whole = scan_bytes(format, file, {4096, stream});
        Scanned pieces = scan_bytes(format, file, {size_t{data[0]} + 1, stream});
        // Who looks around may pass over what nobody wants.
        require(reads == Reads::kAtRandom || (whole.read_once && pieces.read_once));
        require(whole.fault == pieces.fault);
        require(whole.context.text() == pieces.context.text());
    }
}

}  // namespace assay::test
