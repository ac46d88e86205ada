// FlatBuffers: what is read of a buffer of which any byte may lie.
#include "scanners/graph/flatbuffer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scanners/formats.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;
using flat::Field;
using flat::Kind;
using flat::Schema;

template <class T>
std::string le(T value) {
    std::string out(sizeof(T), '\0');
    store_le(reinterpret_cast<uint8_t*>(out.data()), value);
    return out;
}

std::string u16(uint16_t value) { return le(value); }
std::string u32(uint32_t value) { return le(value); }

constexpr Field kLeafFields[] = {{0, Kind::kScalar, 4}};
constexpr Schema kLeaf{"Leaf", kLeafFields};
constexpr Field kRootFields[] = {{0, Kind::kScalar, 4},
                                 {1, Kind::kString},
                                 {2, Kind::kScalars, 2},
                                 {3, Kind::kTables, 0, &kLeaf}};
constexpr Schema kRoot{"Root", kRootFields};

// A root with a number, a text, three u16, and two leaves that share a vtable.
std::string sample() {
    return u32(16) + u16(12) + u16(20) + u16(4) + u16(8) + u16(12) + u16(16) +  // vtable at 4
           u32(12) + u32(7) + u32(12) + u32(16) + u32(24) +                     // root at 16
           u32(3) + std::string("abc\0", 4) +                                   // text at 36
           u32(3) + u16(1) + u16(2) + u16(3) + u16(0) +                         // numbers at 44
           u32(2) + u32(16) + u32(20) +                                         // leaves at 56
           u16(6) + u16(8) + u16(4) + u16(0) +    // their vtable at 68
           u32(8) + u32(42) + u32(16) + u32(43);  // at 76 and 84
}

struct Walked {
    std::string seen;
    std::string fault;
    uint64_t extent = 0;
};

Walked walk_bytes(std::string_view bytes, uint64_t base = 0) {
    CountingSource source(as_bytes(bytes));
    TestPools pools(4096);
    Tape tape(source, pools.pools(), {});
    flat::Buffer buffer(tape, base, bytes.size());
    Walked walked;
    flat::walk(buffer, kRoot, [&](const Schema& schema, const flat::Table& table) {
        walked.seen += std::string(schema.name) + " " +
                       std::to_string(buffer.number(table.place(0), 4, 99)) + " ";
        if (&schema == &kRoot) walked.seen += buffer.string_of(table.place(1)) + " ";
    });
    if (!buffer.ok()) walked.fault = buffer.error().text;
    walked.extent = buffer.extent();
    return walked;
}

TEST(FlatBuffer, IsReadAsItWasWritten) {
    const Walked walked = walk_bytes(sample());
    EXPECT_EQ(walked.fault, "");
    EXPECT_EQ(walked.seen, "Root 7 abc Leaf 42 Leaf 43 ");
    EXPECT_EQ(walked.extent, sample().size());
}

TEST(FlatBuffer, MayStartAnywhereInAFile) {
    const Walked walked = walk_bytes("12345678" + sample(), 8);
    EXPECT_EQ(walked.fault, "");
    EXPECT_EQ(walked.seen, "Root 7 abc Leaf 42 Leaf 43 ");
}

TEST(FlatBuffer, OffsetsThatLead) {
    const struct {
        size_t at;
        std::string bytes;
        const char* fault;
    } kCases[] = {
        {0, u32(0), "an offset is zero"},
        {0, u32(18), "a table is not aligned"},
        {0, u32(1000), "an offset leads out of the buffer"},
        {0, u32(0xfffffff0), "an offset leads out of the buffer"},
        {4, u16(2), "a vtable has an impossible length"},
        {4, u16(13), "a vtable has an impossible length"},
        {4, u16(4096), "an offset leads out of the buffer"},
        {6, u16(2), "a table has an impossible length"},
        {6, u16(4096), "an offset leads out of the buffer"},
        {8, u16(20), "a field lies outside its table"},
        {16, u32(13), "a vtable is not aligned"},
        {16, u32(0x7fffffff), "a vtable is not aligned"},
        {16, u32(0x7ffffffe), "an offset leads out of the buffer"},
        {16, u32(0x80000000), "an offset leads out of the buffer"},
        {24, u32(0), "an offset is zero"},
        {24, u32(13), "a vector is not aligned"},
        {36, u32(2), "a string has no end"},
        {36, u32(0xffffffff), "an offset leads out of the buffer"},
        {44, u32(0x7fffffff), "an offset leads out of the buffer"},
        {56, u32(0x40000000), "an offset leads out of the buffer"},
        {60, u32(0), "an offset is zero"},
        {64, u32(400), "an offset leads out of the buffer"},
    };
    for (const auto& lie : kCases) {
        std::string bytes = sample();
        bytes.replace(lie.at, lie.bytes.size(), lie.bytes);
        EXPECT_EQ(walk_bytes(bytes).fault, lie.fault) << lie.at;
    }
}

TEST(FlatBuffer, CutAnywhereIsSeen) {
    for (size_t size = 0; size < sample().size(); size++) {
        EXPECT_NE(walk_bytes(sample().substr(0, size)).fault, "") << size;
    }
}

// Many offsets may lead to one table: what is visited is counted, not what is there.
TEST(FlatBuffer, WorkIsBounded) {
    constexpr uint32_t kMany = 5'000'000;
    std::string bytes = sample().substr(0, 56) + u32(kMany);
    const auto end = static_cast<uint32_t>(60 + 4 * size_t{kMany});
    for (uint32_t i = 0; i < kMany; i++) bytes += u32(end + 8 - (60 + 4 * i));
    bytes += u16(6) + u16(8) + u16(4) + u16(0) + u32(8) + u32(42);
    const Walked walked = walk_bytes(bytes);
    EXPECT_EQ(walked.fault, "there are more objects than readers take");
}

// ------------------------------------------------------------------------------------------------
// The formats

std::string good_file(const char* name) {
    std::ifstream file(std::filesystem::path(ASSAY_TESTDATA) / name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_GT(text.str().size(), 100u) << name;
    return text.str();
}

struct Model {
    const Format& format;
    std::string bytes;
};

std::vector<Model> models() {
    return {{kTfliteFormat, good_file("tflite/benign_made/input/dense.tflite")},
            {kCatboostFormat, good_file("catboost/benign_written/input/ctr.cbm")}};
}

TEST(FlatBufferFormats, GoodModelsHaveNoFindings) {
    for (const Model& model : models()) {
        for (size_t block : {size_t{64}, size_t{4096}, size_t{kMiB}}) {
            Scanned scanned = scan_bytes(model.format, model.bytes, {block});
            EXPECT_EQ(scanned.context.findings, std::vector<std::string>{});
            EXPECT_EQ(scanned.context.lacks, std::vector<std::string>{});
            EXPECT_EQ(scanned.fault, "");
            EXPECT_TRUE(scanned.read_once);
            EXPECT_EQ(scanned.context.memory, 64 * kMiB);
        }
    }
}

TEST(FlatBufferFormats, CutAnywhereIsSeen) {
    for (const Model& model : models()) {
        const size_t step = model.bytes.size() / 2000 + 1;
        for (size_t size = 8; size < model.bytes.size(); size += step) {
            Scanned scanned = scan_bytes(model.format, model.bytes.substr(0, size), {4096});
            EXPECT_NE(scanned.fault, "") << size;
            EXPECT_EQ(scanned.context.findings.size(), 1u) << size;
            EXPECT_TRUE(scanned.read_once);
        }
    }
}

TEST(FlatBufferFormats, AnyDamageEndsWell) {
    for (const Model& model : models()) {
        for (uint64_t seed : seeds(300)) {
            Dice dice(seed);
            std::string file = model.bytes;
            for (uint64_t n = dice.between(1, 4); n > 0; n--) {
                const size_t at = 8 + dice.size_below(file.size() - 12);
                const uint32_t lies[] = {0, 1, 0xff, 0xffff, 0x7fffffff, 0xffffffff, 0xfffffff0};
                file.replace(at, 4, u32(lies[dice.size_below(std::size(lies))]));
            }
            Scanned one = scan_bytes(model.format, file, {4096});
            Scanned two = scan_bytes(model.format, file, {61});
            EXPECT_EQ(one.context.text(), two.context.text()) << seed_text(seed);
            EXPECT_EQ(one.fault, two.fault) << seed_text(seed);
            EXPECT_TRUE(one.read_once && two.read_once) << seed_text(seed);
        }
    }
}

}  // namespace
}  // namespace assay
