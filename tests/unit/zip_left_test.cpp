// Members whose data is left to the bulk: walks over a context that keeps closings, and visits.
#include "scanners/archive/zip_left.h"

#include <gtest/gtest.h>

#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"
#include "tests/unit/support/sources.h"
#include "tests/unit/support/visits.h"
#include "tests/unit/support/zip_maker.h"

namespace assay {
namespace {

using namespace test;

std::string noise(size_t n, uint64_t seed) { return std::string(as_text(random_bytes(n, seed))); }

// ------------------------------------------------------------------------------------------------
// Walks.

// Keeps one closing, as the engine does, and reads of each child what it is told to.
class KeepingContext final : public RecordingContext {
  public:
    KeepingContext(Tape& tape, uint64_t enough) : tape_(tape), enough_(enough) {}

    bool afterwards(std::unique_ptr<Closing> closing) override {
        tape_.attach(*closing);
        closing_ = std::move(closing);
        return true;
    }
    Status take_child(std::string_view name, ByteSource& source) override {
        children.push_back({std::string(name), {}, Done{}});
        std::string& content = children.back().content;
        BlockPool pool(4096, kPlenty);
        while (!source.passes_by_itself() || content.size() < enough_) {
            Result<Lent> lent = source.read(content.size(), 1000, pool);
            if (!lent) children.back().ended = lent.error();
            if (!lent) return Done{};
            if (lent->bytes.empty()) break;
            content += as_text(lent->bytes);
        }
        children.back().ended = source.settle();
        return Done{};
    }

    std::unique_ptr<Closing> closing_;

  private:
    Tape& tape_;
    const uint64_t enough_;
};

class Notes final : public ZipVisitor {
  public:
    explicit Notes(std::string& notes) : notes_(notes) {}
    void member_done(const ZipEntry& entry, const ZipMember& member, ScanContext&) override {
        notes_ += std::string(entry.name) + (member.whole ? " " : " cut ") +
                  std::to_string(member.size) + "; ";
    }
    void end(ScanContext&) override { notes_ += "end"; }

  private:
    std::string& notes_;
};

// As torch writes them: a pickle, the data, and a few words behind it.
std::string sample() {
    ZipMaker zip;
    zip.add("first", "a few words", kStored);
    zip.add("data/0", noise(100'000, 1), kStored);
    zip.add_streamed("data/1", noise(70'000, 2), kStored);
    zip.add("folder/", "", kStored);
    zip.add("version", "3", kStored);
    zip.add("packed", std::string(5000, 'p'), kDeflated);
    return zip.finish();
}

struct Walked {
    std::vector<std::string> rules;
    std::vector<RecordingContext::Child> children;
    std::string before;      // what the visitor had been told when the walk was over,
    std::string notes;       // and in the end
    uint64_t passed = 0;     // of the bytes, by then
    uint64_t accounted = 0;  // as structure and as gaps
    Coverage coverage = Coverage::kFull;
    Status walked = Done{};
    Status closed = Done{};
    bool every_byte_once = false;
};

Walked walk(CountingSource& source, size_t block, uint64_t most) {
    Walked walked;
    TestPools pools(block);
    Tape tape(source, pools.pools(), {});
    KeepingContext context(tape, most);
    walked.walked = walk_zip(tape, context, std::make_unique<Notes>(walked.notes));
    walked.before = walked.notes;
    walked.passed = tape.offset();
    EXPECT_TRUE(tape.drain().ok());
    if (context.closing_) walked.closed = context.closing_->close(context);
    walked.rules = context.rules;
    walked.coverage = context.coverage;
    walked.accounted = context.parsed_bytes + context.gap_bytes;
    walked.children = context.children;
    walked.every_byte_once = source.every_byte_once() && !source.out_of_order();
    return walked;
}

Walked walk_any(const std::string& bytes, uint64_t most) {
    CountingSource source(as_bytes(bytes));
    return walk(source, 512, most);
}

TEST(ZipLeft, WhatNobodyReadsPassesWithTheBulkAndEveryByteOnce) {
    const std::string bytes = sample();
    for (size_t block : {size_t{7}, size_t{4096}, size_t{1} << 20}) {
        CountingSource source(as_bytes(bytes));
        Walked seen = walk(source, block, 10);
        EXPECT_TRUE(seen.every_byte_once) << block;
        EXPECT_LT(seen.passed, 100u) << "the walk read on";
        EXPECT_EQ(seen.before, "first 11; packed 5000; ");
        EXPECT_EQ(seen.notes, "first 11; packed 5000; data/0 100000; data/1 70000; version 1; end");
        EXPECT_TRUE(seen.closed.ok());
        EXPECT_TRUE(seen.rules.empty()) << seen.rules.front();
        ASSERT_EQ(seen.children.size(), 5u);
        EXPECT_EQ(seen.children[1].content.size(), 1000u);
        EXPECT_EQ(seen.children[4].content, std::string(5000, 'p'));
    }
}

TEST(ZipLeft, WhoWantsMoreGetsItInOrder) {
    ZipMaker zip;
    zip.add("data/0", noise(70'000, 3), kStored);
    zip.add("long", noise(3 << 20, 4), kStored);
    zip.add("data/1", noise(70'000, 5), kStored);
    const std::string bytes = zip.finish();
    for (uint64_t most : {uint64_t{1} << 20, uint64_t{2} << 20}) {
        CountingSource source(as_bytes(bytes));
        Walked seen = walk(source, 4096, most);
        EXPECT_TRUE(seen.every_byte_once);
        EXPECT_EQ(seen.passed > 3 << 20, most > 1 << 20);
        EXPECT_EQ(seen.notes, "data/0 70000; long 3145728; data/1 70000; end");
        ASSERT_EQ(seen.children.size(), 3u);
        EXPECT_TRUE(noise(3 << 20, 4).starts_with(seen.children[1].content));
        EXPECT_GE(seen.children[1].content.size(), most);
        EXPECT_EQ(seen.children[2].content, noise(70'000, 5));
        EXPECT_TRUE(seen.rules.empty());
    }
}

TEST(ZipLeft, AWrongChecksumIsFoundWhenTheDataHasPassed) {
    std::string bytes = sample();
    bytes[bytes.find("data/0") + 50'000] ^= 1;
    CountingSource source(as_bytes(bytes));
    Walked seen = walk(source, 4096, 10);
    EXPECT_EQ(seen.rules, std::vector<std::string>{"zip.crc.mismatch"});
    EXPECT_TRUE(seen.closed.ok());
    EXPECT_TRUE(seen.every_byte_once);
}

TEST(ZipLeft, WhatDoesNotPassIsNotJudged) {
    const std::string bytes = sample();
    CountingSource source(as_bytes(bytes));
    TestPools pools(4096);
    Tape tape(source, pools.pools(), {});
    KeepingContext context(tape, 10);
    std::string notes;
    EXPECT_TRUE(walk_zip(tape, context, std::make_unique<Notes>(notes)).ok());
    EXPECT_TRUE(tape.advance(120'000).ok());
    EXPECT_TRUE(context.closing_->close(context).ok());
    EXPECT_EQ(notes, "first 11; packed 5000; data/0 100000; data/1 cut 70000; version cut 1; end");
    EXPECT_TRUE(context.rules.empty());
}

// Shows other bytes to who looks ahead than to the tape.
class TwoFaced final : public ByteSource {
  public:
    TwoFaced(Bytes first, Bytes later) : first_(first), later_(later) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return later_.size(); }
    [[nodiscard]] bool random_access() const override { return true; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        return MemorySource(later_).read(offset, max, pool);
    }
    Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) override {
        return MemorySource(first_).read(offset, max, pool);
    }

  private:
    Bytes first_;
    Bytes later_;
};

TEST(ZipLeft, OtherBytesThanWereLookedAtAreAChange) {
    const std::string later = sample();
    const size_t data = later.find("data/0") + 6;
    for (size_t at : {data - 10, data, data + 999, data + 1000, data + 50'000}) {
        std::string first = later;
        first[at] ^= 1;
        TwoFaced source(as_bytes(first), as_bytes(later));
        TestPools pools(64);
        Tape tape(source, pools.pools(), {});
        KeepingContext context(tape, 10);
        std::string notes;
        ASSERT_TRUE(walk_zip(tape, context, std::make_unique<Notes>(notes)).ok());
        ASSERT_TRUE(tape.drain().ok());
        Status closed = context.closing_->close(context);
        EXPECT_EQ(closed.ok(), at >= data + 1000) << at - data;
        EXPECT_TRUE(closed.ok() || closed.error().code == Code::kChanged);
    }
}

// Whatever is damaged: who leaves members says the same, though not in the same order.
TEST(ZipLeft, DamagedArchivesAreJudgedTheSame) {
    ZipMaker zip;
    zip.add("data/0", noise(66'000, 9), kStored);
    zip.add_streamed("late", noise(300, 10), kStored);
    zip.add("folder/", "", kStored);
    zip.add("packed", std::string(500, 'p'), kDeflated);
    zip.add_streamed("last", std::string(200, 'l'), kDeflated);
    zip.add("small", "some", kStored);
    const std::string whole = zip.finish();
    size_t left = 0;
    for (uint64_t seed : seeds(1000)) {
        Dice dice(seed);
        std::string bytes = whole;
        for (uint64_t i = 1 + dice.below(4); i > 0; i--) {
            bool front = dice.below(3) == 0;
            size_t at =
                front ? dice.size_below(200) : 65'900 + dice.size_below(whole.size() - 65'900);
            if (dice.below(2) == 0) bytes[at] = static_cast<char>(dice.bits());
            bytes[at] ^= 1;
        }
        CountingSource source(as_bytes(bytes));
        TestPools pools(512);
        Tape tape(source, pools.pools(), {});
        RecordingContext plain;
        ZipVisitor visitor;
        Status walked = walk_zip(tape, plain, visitor);
        Walked seen = walk_any(bytes, dice.below(2) == 0 ? 10 : 1 << 20);
        left += seen.passed == 0 ? 1 : 0;
        EXPECT_EQ(seen.walked.ok(), walked.ok()) << seed_text(seed);
        EXPECT_TRUE(seen.every_byte_once && seen.closed.ok()) << seed_text(seed);
        std::sort(seen.rules.begin(), seen.rules.end());
        std::sort(plain.rules.begin(), plain.rules.end());
        EXPECT_EQ(seen.rules, plain.rules) << seed_text(seed);
        EXPECT_EQ(seen.coverage, plain.coverage) << seed_text(seed);
        EXPECT_EQ(seen.accounted, plain.parsed_bytes + plain.gap_bytes) << seed_text(seed);
        EXPECT_TRUE(std::equal(seen.children.begin(), seen.children.end(), plain.children.begin(),
                               plain.children.end(),
                               [](const auto& a, const auto& b) {
                                   return a.name == b.name && b.content.starts_with(a.content);
                               }))
            << seed_text(seed);
    }
    EXPECT_GT(left, 100u);
}

// ------------------------------------------------------------------------------------------------
// Visits.

// Loading it calls os.system.
const std::string kEvil = "cos\nsystem\n(S'true'\ntR.";

std::string archive(const std::string& first_bytes = "") {
    ZipMaker zip;
    zip.add("notes.txt", "a few words", kStored);
    zip.add("data/0", first_bytes + noise(300'000, 6), kStored);
    zip.add_streamed("data/1", noise(200'000, 7), kStored);
    zip.add("late.pkl", kEvil, kStored);
    zip.add("packed.pkl", kEvil + std::string(1000, ' '), kDeflated);
    zip.add("long.pkl", "(S'" + std::string(2'000'000, 'x') + "'\n0" + kEvil, kStored);
    zip.add("data/2", noise(100'000, 8), kStored);
    zip.add("version", "3", kStored);
    return zip.finish();
}

VisitOptions zip_options(const VisitFolder& folder) {
    VisitOptions options;
    options.targets = {folder.path()};
    options.formats = all_formats();
    options.threads = 2;
    return options;
}

TEST(ZipLeft, AVisitReadsEveryByteOnceAndFindsWhatIsBehindTheBulk) {
    VisitFolder folder;
    const std::string file = archive();
    folder.write("f.zip", file);
    Collect sink;
    VisitStats stats;
    must_visit(zip_options(folder), sink, &stats);
    EXPECT_EQ(stats.bytes_read, file.size());
    EXPECT_EQ(sink.at("f.zip").digests.at(0).hex(), sha256_hex(file));
    ASSERT_EQ(sink.records.size(), 9u);
    for (const Record& record : sink.records) {
        EXPECT_EQ(record.coverage, Coverage::kFull) << record.path << ": " << record.reason;
        if (!record.path.ends_with(".pkl")) continue;
        auto ids = rules_of(record);
        EXPECT_NE(std::find(ids.begin(), ids.end(), "pickle.call.dangerous"), ids.end())
            << record.path;
    }
    EXPECT_EQ(sink.at("f.zip!data/0").size, 300'000u);
    EXPECT_EQ(sink.at("f.zip!data/0").format, "unknown");
}

TEST(ZipLeft, TheReportDoesNotDependOnTheMachine) {
    VisitFolder folder;
    for (int i = 0; i < 6; i++) folder.write(std::to_string(i) + ".zip", archive());
    std::string damaged = archive();
    damaged[damaged.find("data/1") + 70'000] ^= 1;
    folder.write("damaged.zip", damaged);
    VisitOptions options = zip_options(folder);
    const std::string report = report_text(options);
    EXPECT_NE(report.find("zip.crc.mismatch"), std::string::npos);
    for (unsigned threads : {1u, 8u}) {
        for (size_t block : {size_t{4096}, size_t{1} << 18}) {
            options.threads = threads;
            options.block_size = block;
            EXPECT_TRUE(report_text(options) == report) << threads << " " << block;
        }
    }
}

// All members are read in order then.
TEST(ZipLeft, DigestsOfMembersChangeNothingElse) {
    VisitFolder folder;
    folder.write("f.zip", archive());
    VisitOptions options = zip_options(folder);
    Collect left;
    must_visit(options, left);
    options.member_digests = true;
    Collect read;
    must_visit(options, read);
    EXPECT_EQ(read.at("f.zip!data/0").digests.at(0).hex(), sha256_hex(noise(300'000, 6)));
    ASSERT_EQ(left.records.size(), read.records.size());
    for (size_t i = 0; i < left.records.size(); i++) {
        Record other = read.records[i];
        if (other.kind == EntryKind::kMember) {
            other.digests.clear();
            other.accounted.hashed = 0;
        }
        EXPECT_TRUE(left.records[i].findings == other.findings) << other.path;
        EXPECT_EQ(left.records[i].accounted, other.accounted) << other.path;
        EXPECT_EQ(left.records[i].size, other.size);
    }
}

TEST(ZipLeft, LimitsCountWhatIsLeft) {
    VisitFolder folder;
    folder.write("f.zip", archive());
    VisitOptions options = zip_options(folder);
    options.limits.total_out = 400'000;
    Collect sink;
    must_visit(options, sink);
    EXPECT_EQ(sink.at("f.zip!data/0").coverage, Coverage::kFull);
    EXPECT_EQ(sink.at("f.zip!data/1").coverage, Coverage::kCutByLimit);
    EXPECT_EQ(rules_of(sink.at("f.zip!late.pkl")), std::vector<std::string>{"engine.limit.total"});
}

TEST(ZipLeft, WithoutTheBulkOnlyTheStructureIsRead) {
    VisitFolder folder;
    const std::string file = archive();
    folder.write("f.zip", file);
    VisitOptions options = zip_options(folder);
    options.read_bulk = false;
    options.block_size = 4096;
    Collect sink;
    VisitStats stats;
    must_visit(options, sink, &stats);
    EXPECT_LT(stats.bytes_read, 2'100'000u) << "the pickles, and little else";
    EXPECT_EQ(sink.at("f.zip").coverage, Coverage::kStructureOnly);
}

}  // namespace
}  // namespace assay
