// The ZIP reader's parts: inflate, records, directory, names, and whole walks over sources that
// count their reads.
#include "scanners/archive/zip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "scanners/archive/inflate.h"
#include "scanners/archive/zip_names.h"
#include "scanners/archive/zip_rules.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"
#include "tests/unit/support/sources.h"
#include "tests/unit/support/taps.h"
#include "tests/unit/support/zip_maker.h"

namespace assay {
namespace {

using test::CountingSource;
using test::RecordingContext;
using test::TestPools;
using test::ZipMaker;

std::string noise(size_t n, uint64_t seed) {
    return std::string(as_text(test::random_bytes(n, seed)));
}

// ------------------------------------------------------------------------------------------------
// Inflate.

std::string drain(ByteSource& source, BlockPool& pool, size_t max) {
    std::string out;
    for (;;) {
        Result<Lent> lent = source.read(out.size(), max, pool);
        EXPECT_TRUE(lent.ok());
        if (!lent || lent->bytes.empty()) return out;
        EXPECT_LE(lent->bytes.size(), max);
        out += as_text(lent->bytes);
    }
}

TEST(Inflate, TakesNotAByteMoreThanTheStreamWhateverTheBlocks) {
    const std::string text = noise(5000, 1) + std::string(70'000, 'z');
    const std::string packed = test::deflated(text);
    const std::string input = packed + "behind";
    for (size_t block : {size_t{1}, size_t{7}, size_t{4096}}) {
        CountingSource source(as_bytes(input));
        TestPools pools(block);
        Tape tape(source, pools.pools(), {});
        InflateSource inflate(tape, UINT64_MAX);
        EXPECT_EQ(drain(inflate, pools.stream_pool, 100), text);
        EXPECT_TRUE(inflate.ended() && inflate.settle().ok());
        EXPECT_EQ(inflate.taken(), packed.size());
        EXPECT_EQ(tape.offset(), packed.size());
        EXPECT_EQ(inflate.crc().size(), text.size());
        EXPECT_EQ(inflate.crc().value(),
                  crc32(0, as_bytes(text).data(), static_cast<uInt>(text.size())));
        EXPECT_TRUE(tape.drain().ok());
        EXPECT_TRUE(source.every_byte_once());
    }
}

TEST(Inflate, WhatComesBeforeTheDamageIsLentAndTheEndTells) {
    const std::string text = "some text that is packed, and packed again " + std::string(300, 'x');
    const std::string packed = test::deflated(text);
    for (size_t kept = 0; kept < packed.size(); kept++) {
        CountingSource source(as_bytes(packed));
        TestPools pools(7);
        Tape tape(source, pools.pools(), {});
        InflateSource inflate(tape, kept);
        const std::string got = drain(inflate, pools.stream_pool, 4096);
        EXPECT_TRUE(text.starts_with(got));
        EXPECT_FALSE(inflate.ended());
        Status settled = inflate.settle();
        ASSERT_FALSE(settled.ok());
        EXPECT_EQ(settled.error().code, Code::kMalformed);
        EXPECT_LE(inflate.taken(), kept);
    }
}

TEST(Inflate, OutOfOrderIsRefusedAndATroubledSourceSaysSo) {
    const std::string packed = test::deflated(std::string(100, 'y') + "and more");
    CountingSource source(as_bytes(packed));
    source.fail_at(5, {Code::kIo, "made to fail", 0, 5});
    TestPools pools(4);
    Tape tape(source, pools.pools(), {});
    InflateSource inflate(tape, packed.size());
    EXPECT_EQ(inflate.read(3, 10, pools.stream_pool).error().code, Code::kUsage);
    EXPECT_EQ(inflate.read(0, 4096, pools.stream_pool).error().code, Code::kIo);
}

// ------------------------------------------------------------------------------------------------
// Records.

std::string extra_field(uint16_t id, const std::string& content) {
    return test::le(id, 2) + test::le(content.size(), 2) + content;
}

TEST(ZipRecords, WideValuesReplaceOnlyWhatIsAllOnes) {
    const std::string extra =
        extra_field(0x4246, "ZZ") + extra_field(1, test::le(5'000'000'000, 8) + test::le(77, 8));
    uint64_t size = 0xffffffff;
    uint64_t packed = 12;
    uint64_t offset = 0xffffffff;
    EXPECT_EQ(apply_zip64(as_bytes(extra), size, packed, &offset), Zip64::kFine);
    EXPECT_EQ(size, 5'000'000'000);
    EXPECT_EQ(packed, 12);
    EXPECT_EQ(offset, 77);

    size = packed = offset = 0xffffffff;
    EXPECT_EQ(apply_zip64(as_bytes(extra), size, packed, &offset), Zip64::kMissing);
    size = 1;
    packed = 2;
    offset = 3;
    EXPECT_EQ(apply_zip64(as_bytes(extra), size, packed, &offset), Zip64::kOverride);
    EXPECT_EQ(size, 1);
}

TEST(ZipRecords, ExtraFieldsThatRunOverAreNotRead) {
    const std::string over = test::le(1, 2) + test::le(100, 2) + std::string(8, 'x');
    EXPECT_FALSE(find_extra(as_bytes(over), 1).has_value());
    EXPECT_FALSE(extra_fits(as_bytes(over)));
    EXPECT_TRUE(extra_fits(as_bytes(extra_field(7, "abc") + "xyz")));  // padding
    EXPECT_TRUE(extra_fits({}));
}

TEST(ZipRecords, DescriptorsOfEveryForm) {
    const std::string sign(kDescriptorSignature);
    const std::string narrow = test::le(9, 4) + test::le(5, 4) + test::le(6, 4);
    const std::string wide = test::le(9, 4) + test::le(5, 8) + test::le(6, 8);
    EXPECT_EQ(match_descriptor(as_bytes(sign + narrow), 9, 5, 6, true), 16);
    EXPECT_EQ(match_descriptor(as_bytes(sign + wide), 9, 5, 6, true), 24);
    EXPECT_EQ(match_descriptor(as_bytes(narrow), 9, 5, 6, false), 12);
    EXPECT_EQ(match_descriptor(as_bytes(wide), 9, 5, 6, false), 20);
    EXPECT_EQ(match_descriptor(as_bytes(narrow), 9, 5, 6, true), 0);
    EXPECT_EQ(match_descriptor(as_bytes(sign + narrow), 9, 5, 7, true), 0);
    EXPECT_EQ(match_descriptor(as_bytes(sign + narrow.substr(1)), 9, 5, 6, true), 0);
    const std::string nothing = sign + std::string(20, '\0');
    EXPECT_EQ(match_descriptor(as_bytes(nothing), 0, 0, 0, true), 24);
    EXPECT_EQ(match_descriptor(as_bytes(nothing.substr(0, 16) + "PK\1\2"), 0, 0, 0, true), 16);
}

// ------------------------------------------------------------------------------------------------
// Directory and names.

CentralEntry named(std::string_view name, uint16_t flags = 0) {
    CentralEntry entry;
    entry.name = as_bytes(name);
    entry.flags = flags;
    return entry;
}

RecordingContext checked_names(const std::vector<std::string>& names) {
    ZipDirectory directory;
    RecordingContext context;
    for (const std::string& name : names) {
        EXPECT_TRUE(directory.add(named(name), 0, context).ok());
    }
    check_names(directory, context);
    return context;
}

TEST(ZipNames, AlikeNamesAreFoundAmongManyOthers) {
    std::vector<std::string> names;
    for (int i = 0; i < 500; i++) names.push_back("dir/file" + std::to_string(i));
    EXPECT_TRUE(checked_names(names).rules.empty());
    names.emplace_back("dir/file77");
    EXPECT_EQ(checked_names(names).rules, std::vector<std::string>{"zip.name.duplicate"});
    names.back() = "Dir/File77";
    EXPECT_EQ(checked_names(names).rules, std::vector<std::string>{"zip.name.case_duplicate"});
    names.back() = "dir/file77/x";
    EXPECT_EQ(checked_names(names).rules, std::vector<std::string>{"zip.name.file_dir_conflict"});
    names.back() = "dir";
    EXPECT_EQ(checked_names(names).rules, std::vector<std::string>{"zip.name.file_dir_conflict"});
    names.back() = "dir/";
    EXPECT_TRUE(checked_names(names).rules.empty());
}

TEST(ZipNames, WhatIsUtf8AndWhatIsNot) {
    auto says = [](std::string_view name, uint16_t flags) {
        RecordingContext context;
        check_name(name, flags, 0, context);
        return context.rules;
    };
    using Rules = std::vector<std::string>;
    for (std::string_view good : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x99\x82", "\xef\xbf\xbf"}) {
        EXPECT_EQ(says(good, kBitUtf8), Rules{}) << good;
        EXPECT_EQ(says(good, 0), Rules{"zip.name.cp437_nonascii"});
    }
    for (std::string_view bad :
         {"\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\x80",
          "\xf0\x80\x80\x80", "\xe2\x82"}) {
        EXPECT_EQ(says(bad, kBitUtf8), Rules{"zip.name.not_utf8"});
    }
}

TEST(ZipDirectory, KeepsNamesAndLimits) {
    ZipDirectory directory(300, 1000);
    RecordingContext context;
    for (int i = 0; i < 200; i++) {
        EXPECT_TRUE(directory.add(named("n" + std::to_string(i % 10)), 0, context).ok());
    }
    EXPECT_EQ(directory.entries()[199].name, "n9");
    EXPECT_EQ(directory.entries()[0].name, "n0");
    const std::string long_name(60'000, 'x');
    EXPECT_TRUE(directory.add(named(long_name), 0, context).ok());
    EXPECT_EQ(directory.entries()[200].name, long_name);
    EXPECT_EQ(directory.entries()[1].name, "n1");
    EXPECT_EQ(directory.add(named("y"), 0, context).error().code, Code::kLimit);
}

TEST(ZipDirectory, TooManyMembersAreAFinding) {
    ZipDirectory directory;
    RecordingContext context;
    for (uint32_t i = 0; i <= 100'000; i++) {
        ASSERT_TRUE(directory.add(named("n"), 0, context).ok());
    }
    EndRecord end;
    end.count = end.count_on_disk = directory.entries().size();
    directory.close(end, 0, 0, 0, context);
    EXPECT_EQ(context.rules, std::vector<std::string>{"zip.count.excess"});
}

TEST(ZipRules, TableAndNamesAgree) {
    EXPECT_EQ(rule_of(ZipRule::kPolyglotPrefix).id, "zip.polyglot.prefix");
    EXPECT_EQ(rule_of(ZipRule::kLhNameMismatch).id, "zip.lh.name_mismatch");
    EXPECT_EQ(rule_of(ZipRule::kEntryOverlap).id, "zip.entry.overlap");
    EXPECT_EQ(rule_of(ZipRule::kNameNul).id, "zip.name.nul");
    EXPECT_EQ(rule_of(ZipRule::kStreamUnconfirmed).id, "zip.stream.unconfirmed");
}

// ------------------------------------------------------------------------------------------------
// Whole walks.

std::string sample() {
    ZipMaker zip;
    zip.add("stored.bin", noise(9000, 3), kStored);
    zip.add("text.txt", std::string(20'000, 't') + "end", kDeflated);
    zip.add_streamed("late.bin", noise(3000, 4), kStored);
    zip.add_streamed("late.txt", std::string(5000, 'l'), kDeflated);
    zip.add("blocks.txt", noise(20'000, 5), kBzip2);
    zip.add_streamed("late.bz2", noise(2000, 6) + std::string(10'000, 'b'), kBzip2);
    zip.add("chain.txt", noise(7000, 7) + std::string(8000, 'c'), kLzma);
    return zip.finish();
}

struct Walk {
    RecordingContext context;
    Status status = Done{};
    bool every_byte_once = false;
};

Walk walk(const std::string& bytes, size_t block, bool random, size_t pins = test::kPlenty) {
    Walk walk;
    CountingSource source(as_bytes(bytes));
    if (!random) source.only_in_order().without_size();
    TestPools pools(block, pins);
    Tape tape(source, pools.pools(), {});
    ZipVisitor visitor;
    walk.status = walk_zip(tape, walk.context, visitor);
    EXPECT_TRUE(tape.drain().ok());
    walk.every_byte_once = source.every_byte_once() && !source.out_of_order();
    return walk;
}

TEST(ZipWalk, EveryByteOnceAndTheSameMembersWhateverTheBlocks) {
    const std::string bytes = sample();
    for (bool random : {true, false}) {
        for (size_t block : {size_t{1}, size_t{7}, size_t{4096}, size_t{1} << 20}) {
            Walk seen = walk(bytes, block, random);
            EXPECT_TRUE(seen.status.ok());
            EXPECT_TRUE(seen.every_byte_once) << block;
            EXPECT_TRUE(seen.context.rules.empty()) << seen.context.rules.front();
            ASSERT_EQ(seen.context.children.size(), 7);
            EXPECT_EQ(seen.context.children[0].content, noise(9000, 3));
            EXPECT_EQ(seen.context.children[1].content, std::string(20'000, 't') + "end");
            EXPECT_EQ(seen.context.children[2].content, noise(3000, 4));
            EXPECT_EQ(seen.context.children[3].content, std::string(5000, 'l'));
            EXPECT_EQ(seen.context.children[4].content, noise(20'000, 5));
            EXPECT_EQ(seen.context.children[5].content, noise(2000, 6) + std::string(10'000, 'b'));
            EXPECT_EQ(seen.context.children[6].content, noise(7000, 7) + std::string(8000, 'c'));
            EXPECT_EQ(seen.context.gap_bytes, 0);
        }
    }
}

class MemberNotes final : public ZipVisitor {
  public:
    void directory(const ZipDirectory& directory, ScanContext&) override {
        notes += "directory of " + std::to_string(directory.entries().size()) + "; ";
    }
    void member_done(const ZipEntry& entry, const ZipMember& member, ScanContext&) override {
        EXPECT_TRUE(member.whole);
        notes += std::string(entry.name) + " " + std::to_string(member.size) + "; ";
        crcs.push_back(member.crc);
    }
    void end(ScanContext&) override { notes += "end"; }

    std::string notes;
    std::vector<uint32_t> crcs;
};

TEST(ZipWalk, AVisitorLearnsChecksumsAndSizes) {
    ZipMaker zip;
    zip.add("a", "hello", kDeflated);
    zip.add_streamed("b", "hello", kStored);
    const std::string bytes = zip.finish();
    const uint32_t crc = static_cast<uint32_t>(crc32(0, as_bytes("hello").data(), 5));
    for (bool random : {true, false}) {
        CountingSource source(as_bytes(bytes));
        if (!random) source.only_in_order().without_size();
        TestPools pools(64);
        Tape tape(source, pools.pools(), {});
        RecordingContext context;
        MemberNotes visitor;
        EXPECT_TRUE(walk_zip(tape, context, visitor).ok());
        EXPECT_EQ(visitor.notes,
                  random ? "directory of 2; a 5; b 5; end" : "a 5; b 5; directory of 2; end");
        EXPECT_EQ(visitor.crcs, (std::vector<uint32_t>{crc, crc}));
    }
}

TEST(ZipWalk, ADirectoryThatMayNotBeHeldIsALimitAndTheMembersAreWalkedAllTheSame) {
    ZipMaker zip;
    for (int i = 0; i < 300; i++) zip.add("member" + std::to_string(i), "x", kStored);
    Walk seen = walk(zip.finish(), 4096, true, 40'000);
    ASSERT_FALSE(seen.status.ok());
    EXPECT_EQ(seen.status.error().code, Code::kLimit);
    EXPECT_EQ(seen.context.children.size(), 300);
}

// Whatever is cut off or damaged: it ends, no byte is read twice, and nothing hides the damage.
TEST(ZipWalk, DamagedArchivesEnd) {
    const std::string whole = sample();
    for (uint64_t seed : test::seeds(300)) {
        test::Dice dice(seed);
        std::string bytes =
            whole.substr(0, dice.size_below(4) == 0 ? dice.size_below(whole.size()) : whole.size());
        for (uint64_t i = dice.below(6); i > 0 && !bytes.empty(); i--) {
            size_t from_end =
                dice.size_below(2) == 0 ? bytes.size() : std::min<size_t>(bytes.size(), 300);
            bytes[bytes.size() - 1 - dice.size_below(from_end)] = static_cast<char>(dice.bits());
        }
        for (bool random : {true, false}) {
            Walk seen = walk(bytes, 1 + dice.size_below(100), random);
            EXPECT_TRUE(seen.every_byte_once) << test::seed_text(seed);
            bool told = !seen.status.ok() || !seen.context.rules.empty() ||
                        seen.context.coverage != Coverage::kFull || !seen.context.all_whole();
            EXPECT_TRUE(told || seen.context.children.size() == 7) << test::seed_text(seed);
        }
    }
}

TEST(ZipMatches, AtTheStartOrByAnEndRecordThatLeadsSomewhere) {
    const std::string bytes = sample();
    auto matches = [](std::string_view head, std::string_view tail) {
        return is_zip_archive({as_bytes(head), as_bytes(tail), head.size()});
    };
    EXPECT_TRUE(matches(bytes, bytes));
    EXPECT_TRUE(matches("text before " + bytes, "text before " + bytes));
    EXPECT_FALSE(matches("text before " + bytes, {}));
    EXPECT_FALSE(matches(std::string(500, 'x'), std::string(500, 'x')));
    std::string chance = std::string(500, 'x') + "PK\5\6" + std::string(100, 'y');
    EXPECT_FALSE(matches(chance, chance));
    std::string tar(10'240, '\0');
    tar.replace(257, 5, "ustar");
    tar.replace(512, bytes.size() > 9000 ? 9000 : bytes.size(), bytes.substr(bytes.size() - 9000));
    EXPECT_FALSE(matches(tar, tar));
}

}  // namespace
}  // namespace assay
