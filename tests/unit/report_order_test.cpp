#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <random>
#include <thread>

#include "assay/report.h"

namespace assay {
namespace {

using When = RecordOrder::When;

// Keeps what it is given; fails from the record on that it is told.
class Collector final : public RecordSink {
  public:
    Status record(const Record& record) override {
        if (seen.size() >= fail_at) return Error{Code::kIo, "the sink is full", 0, ENOSPC};
        seen.push_back(record.path);
        places.push_back(record.place);
        return Done{};
    }
    std::vector<std::string> seen;
    std::vector<Place> places;
    size_t fail_at = ~size_t{0};
};

std::string path_of(uint64_t file, uint32_t number) {
    return std::to_string(file) + "!" + std::to_string(number);
}

Record record_of(uint64_t file, uint32_t number, size_t weight = 0) {
    Record record;
    record.place.file = file;
    if (number > 0) record.place.members.push_back(number);
    record.path = path_of(file, number);
    record.reason.assign(weight, 'x');
    return record;
}

// A file with so many records, put from the innermost outwards as an engine does.
FileRecords file_of(uint64_t file, uint32_t count = 1, size_t weight = 0) {
    FileRecords records(8192);
    for (uint32_t i = 0; i < count; i++) records.enter();
    for (uint32_t i = count; i-- > 0;) {
        EXPECT_TRUE(records.put(i, record_of(file, i, weight)).ok());
    }
    return records;
}

uint32_t count_of(uint64_t file) { return static_cast<uint32_t>(file % 4); }

std::vector<std::string> all_paths(uint64_t files) {
    std::vector<std::string> paths;
    for (uint64_t file = 0; file < files; file++) {
        for (uint32_t i = 0; i < count_of(file); i++) paths.push_back(path_of(file, i));
    }
    return paths;
}

TEST(FileRecords, NumbersAreGivenOnEntry) {
    FileRecords records(64);
    uint32_t outer = records.enter();
    uint32_t inner = records.enter();
    EXPECT_LT(outer, inner);
    ASSERT_TRUE(records.put(inner, record_of(5, inner, 500)).ok());
    ASSERT_TRUE(records.put(outer, record_of(5, outer)).ok());
    EXPECT_EQ(records.count(), 2U);
    Rulebook book;
    for (uint32_t number : {outer, inner}) {
        Result<std::vector<uint8_t>> bytes = records.encoded(number);
        ASSERT_TRUE(bytes.ok());
        EXPECT_EQ(decode_record(*bytes, book)->path, path_of(5, number));
    }
}

// Every way to wait: in memory, in the overflow, in the log.
class Order : public testing::TestWithParam<std::tuple<When, size_t>> {};

TEST_P(Order, IsThatOfPlacesWhateverTheOrderOfArrival) {
    auto [when, in_memory] = GetParam();
    constexpr uint64_t kFiles = 300;
    std::vector<uint64_t> arrival(kFiles);
    std::iota(arrival.begin(), arrival.end(), 0);
    std::mt19937 random(7);
    Rulebook book;
    for (int round = 0; round < 6; round++) {
        Collector sink;
        RecordOrder order(book, sink, when, in_memory);
        for (uint64_t file : arrival) {
            ASSERT_TRUE(order.put(file, file_of(file, count_of(file), file % 7 * 300)).ok());
        }
        EXPECT_TRUE(when == When::kAsFinished || sink.seen.empty());
        ASSERT_TRUE(order.release().ok());
        EXPECT_EQ(sink.seen, all_paths(kFiles));
        EXPECT_TRUE(std::is_sorted(sink.places.begin(), sink.places.end()));
        round == 0 ? std::reverse(arrival.begin(), arrival.end())
                   : std::shuffle(arrival.begin(), arrival.end(), random);
    }
}

TEST_P(Order, TakesSeveralFilesAtOnce) {
    auto [when, in_memory] = GetParam();
    constexpr uint64_t kFiles = 300;
    std::vector<uint64_t> arrival(kFiles);
    std::iota(arrival.begin(), arrival.end(), 0);
    std::mt19937 random(11);
    std::shuffle(arrival.begin(), arrival.end(), random);
    Rulebook book;
    Collector sink;
    RecordOrder order(book, sink, when, in_memory);
    for (size_t at = 0; at < kFiles;) {
        std::vector<std::pair<uint64_t, FileRecords>> some;
        for (size_t left = random() % 20; left > 0 && at < kFiles; left--, at++) {
            some.emplace_back(arrival[at], file_of(arrival[at], count_of(arrival[at]), 200));
        }
        ASSERT_TRUE(order.put(std::move(some)).ok());
    }
    ASSERT_TRUE(order.release().ok());
    EXPECT_EQ(sink.seen, all_paths(kFiles));
}

TEST_P(Order, HoldsWithManyThreads) {
    auto [when, in_memory] = GetParam();
    constexpr uint64_t kFiles = 2'000;
    Rulebook book;
    Collector sink;
    RecordOrder order(book, sink, when, in_memory);
    std::atomic<uint64_t> next{0};
    std::atomic<int> faults{0};
    auto work = [&] {
        for (uint64_t file = next++; file < kFiles; file = next++) {
            if (!order.put(file, file_of(file, count_of(file), 100))) faults++;
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; i++) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    ASSERT_TRUE(order.release().ok());
    EXPECT_EQ(faults, 0);
    EXPECT_EQ(sink.seen, all_paths(kFiles));
}

INSTANTIATE_TEST_SUITE_P(Waiting, Order,
                         testing::Combine(testing::Values(When::kAsFinished, When::kAtRelease),
                                          testing::Values(0, 4096, 1 << 20)));

TEST(RecordOrder, SendsAsSoonAsAGapCloses) {
    Rulebook book;
    Collector sink;
    RecordOrder order(book, sink, When::kAsFinished, 1 << 20);
    ASSERT_TRUE(order.put(0, file_of(0)).ok());
    EXPECT_EQ(sink.seen.size(), 1U);
    ASSERT_TRUE(order.put(2, file_of(2)).ok());
    EXPECT_EQ(sink.seen.size(), 1U);
    ASSERT_TRUE(order.put(1, file_of(1)).ok());
    EXPECT_EQ(sink.seen.size(), 3U);
}

TEST(RecordOrder, AmendsAtReleaseWithFileAndNumber) {
    for (size_t in_memory : {size_t{0}, kMiB}) {
        Rulebook book;
        Collector sink;
        RecordOrder order(book, sink, When::kAtRelease, in_memory);
        for (uint64_t file : {2U, 0U, 1U}) ASSERT_TRUE(order.put(file, file_of(file, 2)).ok());
        auto amend = [](uint64_t file, uint32_t number, Record& record) {
            EXPECT_EQ(record.path, path_of(file, number));
            record.path += "?";
        };
        ASSERT_TRUE(order.release(amend).ok());
        EXPECT_EQ(sink.seen,
                  (std::vector<std::string>{"0!0?", "0!1?", "1!0?", "1!1?", "2!0?", "2!1?"}));
    }
}

TEST(RecordOrder, PassesOverWhatWasNeverPut) {
    for (When when : {When::kAsFinished, When::kAtRelease}) {
        Rulebook book;
        Collector sink;
        RecordOrder order(book, sink, when, 0);
        for (uint64_t file : {0U, 2U, 5U}) ASSERT_TRUE(order.put(file, file_of(file)).ok());
        ASSERT_TRUE(order.release().ok());
        EXPECT_EQ(sink.seen, (std::vector<std::string>{"0!0", "2!0", "5!0"}));
    }
    Rulebook book;
    Collector sink;
    RecordOrder order(book, sink, When::kAsFinished, 0);
    FileRecords entered = file_of(0);
    entered.enter();
    ASSERT_TRUE(order.put(0, std::move(entered)).ok());
    EXPECT_EQ(sink.seen.size(), 1U);
}

TEST(RecordOrder, TheFirstFaultIsFinal) {
    Rulebook book;
    Collector sink;
    sink.fail_at = 1;
    RecordOrder order(book, sink, When::kAsFinished, 1 << 20);
    EXPECT_TRUE(order.put(0, file_of(0)).ok());
    Status failed = order.put(1, file_of(1));
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().sys, ENOSPC);
    sink.fail_at = ~size_t{0};
    EXPECT_FALSE(order.put(2, file_of(2)).ok());
    EXPECT_FALSE(order.release().ok());
    EXPECT_EQ(sink.seen.size(), 1U);
}

TEST(RecordOrder, AnOverflowThatCannotBeMadeIsAFault) {
    const char* before = std::getenv("TMPDIR");
    std::string saved = before ? before : "";
    setenv("TMPDIR", "/nonexistent/folder", 1);
    Rulebook book;
    Collector sink;
    RecordOrder order(book, sink, When::kAsFinished, 0);
    Status status = Done{};
    for (uint64_t file = 1; file < 100 && status; file++) {
        status = order.put(file, file_of(file, 1, 4000));
    }
    before ? setenv("TMPDIR", saved.c_str(), 1) : unsetenv("TMPDIR");
    EXPECT_FALSE(status.ok());
    EXPECT_FALSE(order.put(0, file_of(0)).ok());
}

// Waits for room for a file that is too far ahead, on a thread of its own.
class FarAhead {
  public:
    FarAhead(RecordOrder& order, std::stop_token stop)
        : thread_([this, &order, stop] {
              order.wait_for_room(RecordOrder::kMaxAhead + 1, stop);
              returned_ = true;
          }) {}
    ~FarAhead() { join(); }

    void join() {
        if (thread_.joinable()) thread_.join();
    }
    void expect_waiting() const {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        EXPECT_FALSE(returned_);
    }

  private:
    std::atomic<bool> returned_{false};
    std::thread thread_;
};

TEST(RecordOrder, RoomComesWithTheFirstUnfinished) {
    for (When when : {When::kAsFinished, When::kAtRelease}) {
        Rulebook book;
        Collector sink;
        RecordOrder order(book, sink, when, 1 << 20);
        EXPECT_TRUE(order.has_room(RecordOrder::kMaxAhead));
        EXPECT_FALSE(order.has_room(RecordOrder::kMaxAhead + 1));
        FarAhead ahead(order, {});
        ahead.expect_waiting();
        EXPECT_TRUE(order.put(RecordOrder::kMaxAhead, file_of(8)).ok());
        EXPECT_TRUE(order.put(0, file_of(0)).ok());
        ahead.join();
        EXPECT_TRUE(order.put(RecordOrder::kMaxAhead + 1, file_of(9)).ok());
        ASSERT_TRUE(order.release().ok());
        EXPECT_EQ(sink.seen, (std::vector<std::string>{"0!0", "8!0", "9!0"}));
    }
}

TEST(RecordOrder, AFaultWakesWhoWaits) {
    Rulebook book;
    Collector sink;
    sink.fail_at = 0;
    RecordOrder order(book, sink, When::kAsFinished, 1 << 20);
    FarAhead ahead(order, {});
    ahead.expect_waiting();
    EXPECT_FALSE(order.put(0, file_of(0)).ok());
    ahead.join();
    EXPECT_FALSE(order.put(1, file_of(1)).ok());
}

TEST(RecordOrder, SomebodyElsesFailureOrAStopWakesWhoWaits) {
    Rulebook book;
    Collector sink;
    RecordOrder order(book, sink, When::kAsFinished, 1 << 20);
    std::stop_source stop;
    FarAhead stopped(order, stop.get_token());
    stopped.expect_waiting();
    stop.request_stop();
    stopped.join();
    FarAhead failed(order, {});
    failed.expect_waiting();
    order.fail({Code::kIo, "on purpose"});
    failed.join();
    EXPECT_FALSE(order.put(0, file_of(0)).ok());
}

Finding finding_of(Severity severity, uint64_t count) {
    return {&rules::kEmpty, severity, 0, 0, count, "", {}};
}

TEST(Summary, CountsFilesBytesFindingsAndCoverage) {
    Summary summary;
    Record file = record_of(0, 0);
    file.size = 100;
    file.findings = {finding_of(Severity::kHigh, 3), finding_of(Severity::kLow, 2)};
    Record member = record_of(0, 1);
    member.kind = EntryKind::kMember;
    member.size = 40;
    member.coverage = Coverage::kMalformed;
    member.findings = {finding_of(Severity::kMedium, 1)};
    summary.count(file, Severity::kMedium);
    summary.count(member, Severity::kMedium);
    EXPECT_EQ(summary.files, 1U);
    EXPECT_EQ(summary.bytes, 100U);
    EXPECT_EQ(summary.records, 2U);
    EXPECT_EQ(summary.failing, 4U);
    EXPECT_EQ(summary.findings, (std::array<uint64_t, 5>{0, 2, 1, 3, 0}));
    EXPECT_EQ(summary.coverage, (std::array<uint64_t, 6>{1, 0, 0, 1, 0, 0}));
}

Summary summary_of(Coverage coverage, bool finding, EntryKind kind = EntryKind::kFile) {
    Summary summary;
    Record record = record_of(0, 0);
    record.kind = kind;
    record.coverage = coverage;
    if (finding) record.findings.push_back(finding_of(Severity::kHigh, 1));
    summary.count(record, Severity::kHigh);
    return summary;
}

TEST(Verdict, NeverCleanForWhatWasNotLookedAt) {
    EXPECT_EQ(exit_code_of(summary_of(Coverage::kFull, false)), 0);
    EXPECT_EQ(exit_code_of(summary_of(Coverage::kFull, true)), 1);
    for (Coverage coverage : {Coverage::kStructureOnly, Coverage::kCutByLimit, Coverage::kMalformed,
                              Coverage::kUnreadable, Coverage::kUnsupported}) {
        EXPECT_EQ(exit_code_of(summary_of(coverage, false)), 2);
        EXPECT_EQ(exit_code_of(summary_of(coverage, true)), 1) << "findings win";
    }
}

TEST(Verdict, NothingIsNotClean) {
    EXPECT_EQ(exit_code_of(Summary{}), 3);
    EXPECT_EQ(name_of(verdict_of(Summary{})), "nothing");
    EXPECT_EQ(exit_code_of(summary_of(Coverage::kFull, false, EntryKind::kLink)), 3);
    EXPECT_EQ(exit_code_of(summary_of(Coverage::kFull, true, EntryKind::kLink)), 1);
    EXPECT_EQ(exit_code_of(summary_of(Coverage::kUnreadable, false, EntryKind::kSpecial)), 2)
        << "a target that cannot be read";
}

TEST(Verdict, MismatchesFailAndInterruptionsAreRunAgain) {
    Summary summary = summary_of(Coverage::kFull, false);
    summary.mismatches = 1;
    EXPECT_EQ(exit_code_of(summary), 1);
    summary.interrupted = true;
    EXPECT_EQ(exit_code_of(summary), 75);
    EXPECT_EQ(name_of(verdict_of(summary)), "findings");
    summary.mismatches = 0;
    EXPECT_EQ(name_of(verdict_of(summary)), "incomplete");
}

}  // namespace
}  // namespace assay
