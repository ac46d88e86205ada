// Whatever Git's index holds, its entries are the same however it is cut into blocks, and no path
// is longer than any system takes.
//
// Input: one byte for the size of the blocks, then the file.
#include <cstdlib>
#include <string>
#include <vector>

#include "scanners/stores/git_index.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

static std::vector<std::string> entries(Bytes file, size_t block_size) {
    test::CountingSource source(file);
    test::TestPools pools(block_size);
    Tape tape(source, pools.pools(), {});
    std::vector<std::string> all;
    const Status done = each_index_entry(tape, [&](const GitIndexEntry& entry) {
        if (entry.path.empty() || entry.path.size() > 4096 || entry.id.size() != 20) std::abort();
        all.push_back(std::string(entry.path) + std::string(as_text(entry.id)) +
                      std::to_string(entry.size) + (entry.is_file ? "f" : ""));
        return all.size() < 10'000;
    });
    all.push_back(done ? "" : done.error().text);
    if (!tape.drain().ok() || !source.every_byte_once()) std::abort();
    return all;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    const Bytes file(data + 1, size - 1);
    if (entries(file, kMiB) != entries(file, size_t{data[0]} + 1)) std::abort();
    return 0;
}
