// HDF5: real files are read whole; whatever is cut or damaged is seen or makes no difference.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "scanners/formats.h"
#include "scanners/hdf5/lookup3.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;

std::string file_named(const std::string& name) {
    std::ifstream in(std::string(ASSAY_TESTDATA) + "/" + name, std::ios::binary);
    EXPECT_TRUE(in) << name;
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

const std::string kEmpty = "hdf5/benign_h5py/input/empty.h5";
const std::string kOld = "hdf5/benign_h5py/input/layouts_earliest.h5";
const std::string kNew = "hdf5/benign_h5py/input/layouts_latest.h5";
const std::string kGroups = "hdf5/benign_h5py/input/groups_latest.h5";

bool is_silent(const Scanned& scanned) {
    return scanned.context.findings.empty() && scanned.context.lacks.empty() &&
           scanned.fault.empty();
}

TEST(Hdf5, ChecksumsAreJenkinss) {
    EXPECT_EQ(hdf5::lookup3({}), 0xdeadbeefu);
    EXPECT_EQ(hdf5::lookup3(as_bytes("Four score and seven years ago")), 0x17770551u);
}

TEST(Hdf5, RealFilesAreReadWholeForAnyBlocks) {
    for (const std::string& name : {kEmpty, kOld, kNew, kGroups}) {
        const std::string file = file_named(name);
        for (size_t block : {size_t{7}, size_t{4096}, kMiB}) {
            Scanned scanned = scan_bytes(kHdf5Format, file, {block});
            EXPECT_TRUE(is_silent(scanned)) << name << "\n" << scanned.context.text();
            EXPECT_TRUE(scanned.read_once) << name;
            EXPECT_EQ(scanned.context.parsed_bytes + scanned.context.gap_bytes, file.size());
        }
    }
}

TEST(Hdf5, CutAnywhereIsSeen) {
    const std::string small = file_named(kEmpty);
    for (size_t size = 8; size < small.size(); size++) {
        EXPECT_FALSE(is_silent(scan_bytes(kHdf5Format, small.substr(0, size), {}))) << size;
    }
    const std::string large = file_named(kNew);
    for (size_t size = 8; size < large.size(); size += 97) {
        EXPECT_FALSE(is_silent(scan_bytes(kHdf5Format, large.substr(0, size), {}))) << size;
    }
}

// Newer structures have checksums: what is damaged in one is seen, whichever it is.
TEST(Hdf5, DamageIsSeenOrHarmless) {
    for (const std::string& name : {kOld, kNew, kGroups}) {
        const std::string whole = file_named(name);
        for (uint64_t seed : seeds(20)) {
            SCOPED_TRACE(seed_text(seed));
            Dice dice(seed);
            std::string file = whole;
            for (uint64_t n = 1 + dice.below(8); n > 0; n--) {
                file[dice.size_below(file.size())] = static_cast<char>(dice.below(256));
            }
            Scanned large = scan_bytes(kHdf5Format, file, {4096});
            Scanned small = scan_bytes(kHdf5Format, file, {13});
            EXPECT_EQ(large.context.text(), small.context.text());
            EXPECT_EQ(large.fault, small.fault);
        }
    }
}

TEST(Hdf5, DamagedSuperblockAndRootAreSeen) {
    const std::string whole = file_named(kNew);
    for (size_t at = 8; at < 48; at++) {
        std::string file = whole;
        file[at] = static_cast<char>(file[at] ^ 0x5a);
        EXPECT_FALSE(is_silent(scan_bytes(kHdf5Format, file, {}))) << at;
    }
}

TEST(Hdf5, MemoryIsALimitThatShows) {
    const std::string file = file_named(kGroups);
    CountingSource source(as_bytes(file));
    TestPools pools(4096);
    Tape tape(source, pools.pools(), {});
    RecordingContext context(4096);
    context.memory = 20'000;
    Status scanned = kHdf5Format.scan(tape, context);
    EXPECT_FALSE(scanned.ok());
    EXPECT_TRUE(context.found("engine.limit.hdf5_structures"));
}

}  // namespace
}  // namespace assay
