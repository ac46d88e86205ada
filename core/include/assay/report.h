// From records that are finished in any order to one report in place order, in bounded memory.
#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "assay/record.h"
#include "assay/spool.h"
#include "assay/stores.h"

namespace assay {

// The records of one file of a target and of everything inside it. Numbers are given when an
// artifact is entered, so they are in place order although the outermost record is finished last.
// One thread at a time.
class FileRecords {
  public:
    explicit FileRecords(size_t in_memory = 65536) : spool_(in_memory) {}

    uint32_t enter();
    Status put(uint32_t number, const Record& record);

    [[nodiscard]] size_t count() const { return where_.size(); }
    // Bytes of all records together.
    [[nodiscard]] uint64_t size() const { return spool_.size(); }
    // Empty when put() was not called for this number.
    Result<std::vector<uint8_t>> encoded(uint32_t number) const;

  private:
    struct Extent {
        uint64_t offset = 0;
        uint64_t size = 0;
    };
    Spool spool_;
    std::vector<Extent> where_;
};

// Gives the records of files to a sink in place order, whatever order the files finish in. What
// waits is kept in memory up to `in_memory` bytes, then in a temporary file; beyond that a file
// that overtook another costs 24 bytes, and none once all before it have been put.
//
// Threads: put() from any; the sink is called under a lock, by whichever thread closes a gap. The
// first fault of the sink or of a temporary file is final: every put(), those that wait included,
// and release() return it.
class RecordOrder {
  public:
    // May change a record just before it leaves: the join adds its findings here. `number` is the
    // record's number within its file.
    using Amend = std::function<void(uint64_t file, uint32_t number, Record& record)>;

    enum class When {
        kAsFinished,  // a record leaves as soon as all before it have left
        kAtRelease,   // all records wait for release()
    };

    RecordOrder(const Rulebook& book, RecordSink& sink, When when, size_t in_memory);
    ~RecordOrder();
    RecordOrder(const RecordOrder&) = delete;
    RecordOrder& operator=(const RecordOrder&) = delete;

    // Every file number, from 0 on, is put exactly once. Never blocks.
    Status put(uint64_t file, FileRecords records);
    // The same for files that end together: others wait once for all of them.
    Status put(std::vector<std::pair<uint64_t, FileRecords>> files);

    // Whether `file` is at most kMaxAhead ahead of the first one that was not put: only then may
    // work on it start, or what waits would grow without end.
    bool has_room(uint64_t file);
    // Waits for it; the caller must have no unfinished file. Returns at a stop or a failure, too.
    void wait_for_room(uint64_t file, const std::stop_token& stop);

    // Somebody cannot go on: put() fails from now on, and nobody waits any longer.
    void fail(const Error& error);

    // No more files will be put; called once. Sends what is left, through `amend` if there is one.
    // Numbers that were never put (the run was interrupted) are passed over.
    Status release(const Amend& amend = {});

    static constexpr uint64_t kMaxAhead = 1 << 18;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

struct Summary {
    uint64_t files = 0;                  // regular files, members not counted
    uint64_t bytes = 0;                  // of those files
    uint64_t records = 0;                // all
    std::array<uint64_t, 5> findings{};  // by Severity, each counted as often as it occurred
    std::array<uint64_t, kCoverageKinds> coverage{};  // records by Coverage
    uint64_t failing = 0;                             // findings at or above --fail-on
    uint64_t mismatches = 0;                          // digests that are not what a list says
    bool interrupted = false;
    bool not_applicable = false;      // only images were asked for, and none of them holds models
    bool stores_damaged = false;      // only stores were asked for, and a model of theirs is broken
    std::vector<StoreReport> stores;  // in walk order

    void count(const Record& record, Severity fail_on);
};

// clean: all was looked at, and nothing found that fails; findings: something fails, or a digest
// does not match, whatever else; incomplete: not all was looked at, or the run was interrupted;
// nothing: there was no regular file, or nothing that a verdict about models could be about.
enum class Verdict : uint8_t { kClean, kFindings, kIncomplete, kNothing };

std::string_view name_of(Verdict verdict);
Verdict verdict_of(const Summary& summary);

inline constexpr int kExitClean = 0;
inline constexpr int kExitFindings = 1;
inline constexpr int kExitIncomplete = 2;
inline constexpr int kExitNothing = 3;
inline constexpr int kExitUsage = 4;
inline constexpr int kExitInterrupted = 75;

// An interrupted run is told to be run again, whatever it found so far.
int exit_code_of(const Summary& summary);

}  // namespace assay
