#include "unpack.h"

#include <zlib.h>

#include <algorithm>

namespace assay::hdf5 {

namespace {

constexpr size_t kFletcherSum = 4;

using Data = std::vector<uint8_t>;

// By the library that libhdf5 takes, so that both unpack the same streams. What follows the stream
// nobody looks at.
bool inflate_all(Data& data, uint64_t most) {
    Data out(most);
    uLongf produced = static_cast<uLongf>(most);
    auto taken = static_cast<uLong>(data.size());
    const int done = uncompress2(out.data(), &produced, data.data(), &taken);
    out.resize(produced);
    data = std::move(out);
    return done == Z_OK;
}

// First came the first byte of every element, then the second ones; what is left over is behind.
void unshuffle(Data& data, size_t item) {
    const size_t count = item == 0 ? 0 : data.size() / item;
    if (item < 2 || count < 2) return;
    const Data mixed(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(count * item));
    for (size_t byte = 0; byte < item; byte++) {
        for (size_t i = 0; i < count; i++) data[i * item + byte] = mixed[byte * count + i];
    }
}

// Fletcher's checksum is taken off and not computed: it is against accidents, which show in what
// the chunk leads to.
bool undo(const Filter& filter, Data& data, uint64_t most) {
    if (filter.id == kDeflate) return inflate_all(data, most);
    if (filter.id == kShuffle) {
        unshuffle(data, filter.values[0]);
        return true;
    }
    if (data.size() < kFletcherSum) return false;
    data.resize(data.size() - kFletcherSum);
    return true;
}

}  // namespace

bool can_unpack(const std::vector<Filter>& filters) {
    return std::all_of(filters.begin(), filters.end(), [](const Filter& filter) {
        return filter.id == kDeflate || filter.id == kShuffle || filter.id == kFletcher;
    });
}

Result<std::vector<uint8_t>> unpack_chunk(File& file, const std::vector<Filter>& filters,
                                          uint32_t mask, Bytes stored, uint64_t size,
                                          uint64_t here) {
    // A checksum may come before what is packed.
    const uint64_t most = size + kFletcherSum * filters.size();
    Data data(stored.begin(), stored.end());
    for (size_t i = filters.size(); i-- > 0;) {
        if ((mask >> i & 1) != 0) continue;
        if (!undo(filters[i], data, most)) return file.invalid(here, "a chunk does not unpack");
    }
    if (data.size() == size) return data;
    return file.invalid(here, "a chunk unpacks to another size than chunks have");
}

}  // namespace assay::hdf5
