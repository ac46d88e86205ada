// A tar of hostile origin, read forward, at random and ahead of its bulk: it ends, and all three
// ways say the same and see the same members.
//
// Input: a byte for the size of blocks, then the archive.
#include <cstdio>
#include <cstdlib>

#include "tests/unit/support/tar_walks.h"

namespace {

using namespace assay;

void fail(const char* what) {
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

std::unique_ptr<test::TarOutcome> walk(Bytes bytes, size_t block, test::TarWay way) {
    test::CountingSource source(bytes);
    if (way == test::TarWay::kForward) source.only_in_order().without_size();
    auto outcome = test::walk_tar_source(source, block, way == test::TarWay::kAhead);
    if (!outcome->walked && outcome->walked.error().code == Code::kUsage) fail("misused tape");
    if (!outcome->closed) fail("what passed is not what was looked at");
    if (way != test::TarWay::kAhead && !source.every_byte_once()) fail("not every byte once");
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    const size_t blocks[] = {1, 7, 512, 4096};
    const Bytes bytes(data + 1, size - 1);
    const size_t block = blocks[data[0] % 4];
    auto random = walk(bytes, block, test::TarWay::kRandom);
    auto ahead = walk(bytes, block, test::TarWay::kAhead);
    auto forward = walk(bytes, block, test::TarWay::kForward);
    if (!test::same_members(*random, *ahead)) fail("other members ahead");
    if (random->context.rules != ahead->context.rules) fail("other findings ahead");
    if (random->clean != forward->clean) fail("clean one way and not the other");
    if (random->clean && !test::same_members(*random, *forward)) fail("other members in a stream");
    return 0;
}
