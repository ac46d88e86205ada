// What a format leaves behind when its scan ends.
#include <gtest/gtest.h>

#include "tests/unit/support/visits.h"

namespace assay {
namespace {

using namespace test;

constexpr Rule kWord = {"test.word", Severity::kInfo, "last word", "t", "t", ""};
constexpr Rule kWords[] = {kWord};

enum class End { kWell, kChanged, kMalformed, kThrows };

// Reports how much passed, and ends as it is told.
class Ending final : public Closing {
  public:
    explicit Ending(End how) : how_(how) {}
    void feed(const BlockRef&, Bytes bytes) override { passed_ += bytes.size(); }
    Status close(ScanContext& context) override {
        context.report(kWords[0], 0, passed_, "");
        context.release(1000);
        if (how_ == End::kThrows) throw std::runtime_error("on purpose");
        if (how_ == End::kChanged) return Error{Code::kChanged, "it changed", 0, 0};
        if (how_ == End::kMalformed) return Error{Code::kMalformed, "it is bad", 0, 0};
        return Done{};
    }

  private:
    const End how_;
    uint64_t passed_ = 0;
};

End how_it_ends = End::kWell;
bool taken = false;

// Reads three bytes in order, and the last one ahead.
Status leave_one(Tape& tape, ScanContext& context) {
    Status moved = tape.advance(3);
    if (!moved) return moved;
    if (!tape.at(*tape.size() - 1, 1)) return Error{Code::kIo, "no last byte"};
    if (!context.reserve(1000)) return Error{Code::kLimit, "no room"};
    taken = context.afterwards(std::make_unique<Ending>(how_it_ends));
    if (!taken) context.release(1000);
    return Done{};
}

Format leaving() {
    Format format = own_format(leave_one);
    format.rules = kWords;
    return format;
}

Record visited(End how, const std::string& content, bool bulk = true, unsigned threads = 2) {
    static const Format kLeaving = leaving();
    static const Format* const kFormats[] = {&kLeaving};
    how_it_ends = how;
    VisitFolder folder;
    folder.write("f", content);
    VisitOptions options = toy_options(folder);
    options.member_digests = false;
    options.formats = kFormats;
    options.read_bulk = bulk;
    options.threads = threads;
    Collect sink;
    must_visit(options, sink);
    return sink.at("f");
}

// More than 8 MiB are read by several threads.
TEST(Closing, SeesTheRestOnceAndInTheEnd) {
    for (size_t size : {size_t{10}, size_t{300'000}, 9 * kMiB}) {
        const std::string content = "OWN" + random_text(size, 1);
        for (unsigned threads : {1u, 2u}) {
            Record record = visited(End::kWell, content, true, threads);
            EXPECT_TRUE(taken);
            ASSERT_EQ(record.findings.size(), 1u);
            EXPECT_EQ(record.findings[0].length, size);
            EXPECT_EQ(record.coverage, Coverage::kFull);
            EXPECT_EQ(record.digests.at(0).hex(), sha256_hex(content));
        }
    }
}

TEST(Closing, MaySayThatTheBytesAreOthersOrBad) {
    const std::string content = "OWN" + random_text(100'000, 2);
    Record changed = visited(End::kChanged, content);
    EXPECT_EQ(changed.coverage, Coverage::kUnreadable);
    EXPECT_TRUE(changed.digests.empty());
    EXPECT_EQ(rules_of(changed),
              (std::vector<std::string>{"test.word", "engine.io.changed_during_scan"}));
    Record bad = visited(End::kMalformed, content);
    EXPECT_EQ(bad.coverage, Coverage::kMalformed);
    EXPECT_EQ(bad.digests.at(0).hex(), sha256_hex(content));
    Record thrown = visited(End::kThrows, content);
    EXPECT_EQ(thrown.coverage, Coverage::kMalformed);
    EXPECT_EQ(thrown.digests.at(0).hex(), sha256_hex(content));
    EXPECT_EQ(thrown.findings.size(), 2u);
}

TEST(Closing, IsRefusedWhereNothingPassesLater) {
    Record record = visited(End::kWell, "OWN" + random_text(100'000, 3), false);
    EXPECT_FALSE(taken);
    EXPECT_TRUE(record.findings.empty());
    EXPECT_EQ(record.coverage, Coverage::kStructureOnly);
}

}  // namespace
}  // namespace assay
