// An archive of hostile origin, read at random and forward: every byte is read once, it ends, and
// where neither way finds anything to say, both found the same members.
//
// Input: a byte for the size of blocks, then the archive.
#include <cstdio>
#include <cstdlib>

#include "scanners/archive/zip.h"
#include "tests/unit/support/recording_context.h"
#include "tests/unit/support/sources.h"

namespace {

using namespace assay;

void fail(const char* what) {
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

struct Outcome {
    test::RecordingContext context;
    bool clean = false;
};

Outcome walk(Bytes bytes, size_t block, bool random) {
    Outcome outcome;
    test::CountingSource source(bytes);
    if (!random) source.only_in_order().without_size();
    test::TestPools pools(block);
    Tape tape(source, pools.pools(), {});
    ZipVisitor visitor;
    Status walked = walk_zip(tape, outcome.context, visitor);
    if (!walked && walked.error().code == Code::kUsage) fail("the tape was misused");
    if (!tape.drain()) fail("the tape failed");
    if (!source.every_byte_once() || source.out_of_order()) fail("not every byte was read once");
    outcome.clean = walked.ok() && outcome.context.rules.empty() &&
                    outcome.context.coverage == Coverage::kFull && outcome.context.all_whole();
    return outcome;
}

bool same_members(const test::RecordingContext& left, const test::RecordingContext& right) {
    return std::ranges::equal(left.children, right.children, [](const auto& a, const auto& b) {
        return a.name == b.name && a.content == b.content;
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    const size_t blocks[] = {1, 7, 64, 4096};
    const Bytes bytes(data + 1, size - 1);
    Outcome random = walk(bytes, blocks[data[0] % 4], true);
    Outcome forward = walk(bytes, blocks[data[0] % 4], false);
    if (random.clean && forward.clean && !same_members(random.context, forward.context)) {
        fail("two ways, two archives, and nothing said");
    }
    return 0;
}
