// Compressed streams: the same bytes and the same findings however the input is cut into blocks.
#include <gtest/gtest.h>

#include "scanners/archive/compress_rules.h"
#include "scanners/formats.h"
#include "tests/unit/support/packers.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;

struct Packed {
    const char* name;
    const Format& format;
    std::string (*pack)(std::string_view text);
};

std::string pack_zstd_window(std::string_view text) { return pack_zstd(text); }
std::string pack_xz_small(std::string_view text) { return pack_xz(text); }

const Packed kAll[] = {
    {"gzip", kGzipFormat, pack_gzip},        {"zlib", kZlibFormat, pack_zlib},
    {"zfile", kZfileFormat, pack_zfile},     {"bzip2", kBzip2Format, pack_bzip2},
    {"xz", kXzFormat, pack_xz_small},        {"lzma", kLzmaFormat, pack_lzma},
    {"lz4", kLz4Format, pack_lz4},           {"lz4 legacy", kLz4Format, pack_lz4_legacy},
    {"zstd", kZstdFormat, pack_zstd_window}, {"zstd one segment", kZstdFormat, pack_zstd_single},
};

const Packed& kOneBlock = std::end(kAll)[-1];

constexpr size_t kBlocks[] = {1, 7, 4096, kMiB};

// Half of it repeats, so that packers have both to store and to refer back.
std::string sample(size_t size, uint64_t seed = 1) {
    Dice dice(seed);
    std::string text;
    while (text.size() < size) {
        if (!text.empty() && dice.below(2) == 0) {
            size_t from = dice.size_below(text.size());
            text += text.substr(from, dice.size_below(2000));
        } else {
            auto fresh = dice.bytes(dice.size_below(300));
            text += as_text(fresh);
        }
    }
    text.resize(size);
    return text;
}

Probe probe_of(std::string_view bytes) {
    return {as_bytes(bytes.substr(0, kProbeHead)), {}, bytes.size()};
}

TEST(Compressed, EveryKindIsRecognisedByItsOwnFormatAlone) {
    for (const Packed& kind : kAll) {
        for (size_t size : {size_t{0}, size_t{1}, size_t{100}, size_t{20'000}}) {
            std::string packed = kind.pack(sample(size));
            for (const Packed& other : kAll) {
                EXPECT_EQ(other.format.matches(probe_of(packed)), &other.format == &kind.format)
                    << kind.name << " of " << size << " as " << other.name;
            }
        }
    }
}

TEST(Compressed, NothingElseIsTakenForOne) {
    Dice dice(3);
    for (int i = 0; i < 5000; i++) {
        auto bytes = dice.bytes(dice.between(200, 6000));
        bytes[0] = i % 2 ? 0x78 : 0x5d;  // as zlib and as lzma begin
        bytes[1] = i % 2 ? 0x9c : 0x00;
        for (const Packed& kind : kAll) {
            EXPECT_FALSE(kind.format.matches(probe_of(as_text(bytes)))) << kind.name << " " << i;
        }
    }
    for (const char* text : {"x", "x^", "x\x9c", "x^ is how a text may begin", "hello", "ZF0x",
                             "ZFS is a filesystem, and this is a text about it.", "BZh9 begins"}) {
        for (const Packed& kind : kAll) {
            EXPECT_FALSE(kind.format.matches(probe_of(text))) << kind.name << ": " << text;
        }
    }
}

TEST(Compressed, WhatComesOutDoesNotDependOnBlocks) {
    const std::string text = sample(300'000);
    for (const Packed& kind : kAll) {
        const std::string packed = kind.pack(text);
        for (size_t block : kBlocks) {
            for (bool stream : {false, true}) {
                Scanned scanned = scan_bytes(kind.format, packed, {block, stream});
                SCOPED_TRACE(fmt::format("{}, blocks of {}", kind.name, block));
                EXPECT_EQ(scanned.fault, "");
                EXPECT_TRUE(scanned.context.findings.empty());
                EXPECT_TRUE(scanned.context.lacks.empty());
                EXPECT_TRUE(scanned.read_once);
                ASSERT_EQ(scanned.context.names(), std::vector<std::string>{"data"});
                EXPECT_EQ(scanned.context.ends()[0], "");
                EXPECT_TRUE(scanned.context.contents()[0] == text);
                EXPECT_EQ(scanned.context.parsed_bytes, packed.size());
            }
        }
    }
}

// gzip and zstd have ids of their own.
const compress::StreamRules& ids_of(const Packed& kind) {
    if (&kind.format == &kGzipFormat) return compress::kGzip;
    return &kind.format == &kZstdFormat ? compress::kZstd : compress::kAnyStream;
}

bool is_single(const Packed& kind) {
    return &kind.format == &kZlibFormat || &kind.format == &kZfileFormat ||
           &kind.format == &kLzmaFormat;
}

TEST(Compressed, StreamsThatFollowEachOtherAreOne) {
    const std::string first = sample(5000, 1);
    const std::string second = sample(6000, 2);
    for (const Packed& kind : kAll) {
        if (is_single(kind)) continue;
        const std::string packed = kind.pack(first) + kind.pack("") + kind.pack(second);
        for (size_t block : kBlocks) {
            Scanned scanned = scan_bytes(kind.format, packed, {block});
            EXPECT_TRUE(scanned.context.contents().at(0) == first + second) << kind.name;
            EXPECT_EQ(scanned.context.findings.size(), 1u) << kind.name;
            EXPECT_TRUE(scanned.context.found(ids_of(kind).multiple.id)) << kind.name;
            EXPECT_TRUE(scanned.read_once);
        }
    }
}

TEST(Compressed, WhatFollowsIsScannedOnItsOwn) {
    const std::string behind("\0\0behind", 8);
    for (const Packed& kind : kAll) {
        const std::string packed = kind.pack("inside");
        for (size_t block : kBlocks) {
            for (bool stream : {false, true}) {
                Scanned scanned = scan_bytes(kind.format, packed + behind, {block, stream});
                SCOPED_TRACE(fmt::format("{}, blocks of {}", kind.name, block));
                EXPECT_TRUE(scanned.context.found(ids_of(kind).garbage.id));
                EXPECT_EQ(scanned.context.names(), (std::vector<std::string>{"data", "trailing"}));
                EXPECT_EQ(scanned.context.contents(),
                          (std::vector<std::string>{"inside", "behind"}));
                EXPECT_EQ(scanned.context.gap_bytes, behind.size());
                EXPECT_EQ(scanned.context.parsed_bytes, packed.size());
                EXPECT_TRUE(scanned.read_once);
            }
        }
    }
}

TEST(Compressed, CutAnywhereIsSeenAndTheStartIsKept) {
    const std::string text = sample(700);
    for (const Packed& kind : kAll) {
        const std::string packed = kind.pack(text);
        std::string longest;
        for (size_t size = 1; size < packed.size(); size++) {
            const std::string cut = packed.substr(0, size);
            if (!kind.format.matches(probe_of(cut))) continue;
            if (cut == pack_lz4_legacy("")) continue;  // which has no end mark
            Scanned scanned = scan_bytes(kind.format, cut, {1});
            SCOPED_TRACE(fmt::format("{}, cut at {}", kind.name, size));
            EXPECT_EQ(scanned.fault, "");
            EXPECT_EQ(scanned.context.findings.size(), 1u);
            EXPECT_TRUE(scanned.context.found(ids_of(kind).truncated.id) ||
                        scanned.context.found(ids_of(kind).garbage.id));
            EXPECT_TRUE(scanned.context.found(ids_of(kind).garbage.id) ||
                        scanned.context.lacks.size() == 1);
            longest = scanned.context.contents().at(0);
            EXPECT_TRUE(text.starts_with(longest));
            for (size_t block : {size_t{7}, kMiB}) {
                Scanned again = scan_bytes(kind.format, cut, {block, block == 7});
                EXPECT_TRUE(again.context.contents() == scanned.context.contents());
                EXPECT_EQ(again.context.findings.size(), 1u);
                EXPECT_EQ(again.context.lacks, scanned.context.lacks);
            }
        }
        // Their only block ends where the stream does.
        if (&kind == &kOneBlock || kind.pack == pack_lz4_legacy) continue;
        EXPECT_FALSE(longest.empty()) << kind.name << " hands out nothing of a cut stream";
    }
}

TEST(Compressed, DamageIsTheSameWhateverTheBlocks) {
    const std::string text = sample(40'000);
    for (uint64_t seed : seeds(60)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        for (const Packed& kind : kAll) {
            std::string damaged = kind.pack(text);
            for (uint64_t flips = dice.between(1, 4); flips > 0; flips--) {
                damaged[dice.size_below(damaged.size())] ^= static_cast<char>(1 << dice.below(8));
            }
            const std::string expected = scan_bytes(kind.format, damaged, {4096}).context.text();
            for (size_t block : {size_t{1}, size_t{7}, size_t{509}, kMiB}) {
                Scanned scanned = scan_bytes(kind.format, damaged, {block});
                EXPECT_TRUE(scanned.context.text() == expected)
                    << kind.name << ", blocks of " << block;
                EXPECT_TRUE(scanned.read_once) << kind.name;
            }
        }
    }
}

TEST(Compressed, AWindowIsPaidForAsItFills) {
    const std::string small = sample(100'000);
    const std::string large = sample(6 * kMiB);
    struct Wide {
        const Format& format;
        std::string small;
        std::string large;
    };
    const Wide wides[] = {{kXzFormat, pack_xz(small, 64 << 20), pack_xz(large, 64 << 20)},
                          {kZstdFormat, pack_zstd(small, 26), pack_zstd(large, 26)}};
    for (const Wide& wide : wides) {
        Scanned fits = scan_bytes(wide.format, wide.small, {4096, false, kMiB});
        EXPECT_TRUE(fits.context.contents().at(0) == small);
        EXPECT_EQ(fits.fault, "");

        Scanned cut = scan_bytes(wide.format, wide.large, {4096, false, 2 * kMiB});
        const std::string came = cut.context.contents().at(0);
        EXPECT_TRUE(large.starts_with(came));
        EXPECT_GT(came.size(), kMiB);
        EXPECT_LT(came.size(), 2 * kMiB);
        EXPECT_NE(cut.fault, "");
        EXPECT_NE(cut.context.ends().at(0), "") << "a member that was cut is not whole";
        Scanned again = scan_bytes(wide.format, wide.large, {kMiB, true, 2 * kMiB});
        EXPECT_EQ(again.context.contents().at(0).size(), came.size());

        Scanned enough = scan_bytes(wide.format, wide.large, {4096, false, 8 * kMiB});
        EXPECT_TRUE(enough.context.contents().at(0) == large);
    }
}

TEST(Compressed, WindowsOfGigabytesAreRefused) {
    std::string zstd = pack_zstd(sample(1000));
    zstd[5] = static_cast<char>(22 << 3);
    Scanned scanned = scan_bytes(kZstdFormat, zstd, {});
    EXPECT_TRUE(scanned.context.found("zstd.frame.window_too_large"));
    EXPECT_EQ(scanned.context.contents().at(0), "");
    EXPECT_EQ(scanned.context.lacks.size(), 1u);

    std::string lzma = pack_lzma(sample(1000));
    lzma.replace(1, 4, "\xff\xff\xff\xff");
    EXPECT_TRUE(kLzmaFormat.matches(probe_of(lzma)));
    EXPECT_TRUE(scan_bytes(kLzmaFormat, lzma, {}).context.found("compress.window.too_large"));
}

TEST(Compressed, AStopEndsStreamsThatYieldNothing) {
    const std::string nothing = pack_gzip("");
    std::string many;
    for (int i = 0; i < 2000; i++) many += nothing;
    EXPECT_EQ(scan_bytes(kGzipFormat, many, {1}).context.contents().at(0), "");
    Scanned stopped = scan_bytes(kGzipFormat, many, {4096, false, kPlenty, true});
    EXPECT_EQ(stopped.fault, "interrupted");
}

TEST(Compressed, SeveralLevelsAreNamed) {
    EXPECT_TRUE(scan_bytes(kGzipFormat, pack_gzip(pack_zstd(sample(100))), {1})
                    .context.found("compress.nested"));
    EXPECT_FALSE(scan_bytes(kGzipFormat, pack_gzip("1f8b08"), {1}).context.found("compress"));
}

}  // namespace
}  // namespace assay
