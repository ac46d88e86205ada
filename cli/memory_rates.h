// Rates of one thing at a time over bytes in memory: what a core can do when nothing is read.
#pragma once

#include <vector>

#include "assay/bytes.h"

namespace assay::cli {

// Bytes a second, each measured for at least `seconds` on `threads` threads at once. `data` is what
// each of them works on: at least 1 MiB.
struct MemoryWork {
    Bytes data;
    unsigned threads = 1;
    double seconds = 0.1;
};

double copy_rate(const MemoryWork& work);
double evp_rate(const MemoryWork& work);    // OpenSSL's EVP, one stream a thread
double lanes_rate(const MemoryWork& work);  // the lane kernel, all lanes busy

// Bytes that no one can predict or compress.
std::vector<uint8_t> noise(size_t size);

}  // namespace assay::cli
