// One worker: opens files, inspects them, and sweeps their bulk side by side so that every lane of
// its lane set has a stream.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "artifact.h"
#include "oci/targets.h"
#include "own_cpu.h"
#include "walk.h"

namespace assay {

inline Walker::Links links_of(const VisitOptions& options) {
    return {options.follow, options.follow_cache, options.within_target};
}

// Entries between the walk and the workers, in places that are used again and again: memory that
// one worker takes and another gives back is what both would wait for.
class EntryRing {
  public:
    explicit EntryRing(size_t places) : places_(places) {}

    [[nodiscard]] size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const WalkEntry& front() const { return places_[first_]; }
    [[nodiscard]] const WalkEntry& back() const { return places_[place(size_ - 1)]; }
    // Precondition: there is a free place.
    void push(WalkEntry entry) { places_[place(size_++)] = std::move(entry); }
    WalkEntry pop() {
        WalkEntry entry = std::move(places_[first_]);
        first_ = place(1);
        size_--;
        return entry;
    }

  private:
    [[nodiscard]] size_t place(size_t at) const { return (first_ + at) % places_.size(); }

    std::vector<WalkEntry> places_;
    size_t first_ = 0;
    size_t size_ = 0;
};

// Hands the walk's entries to workers. Thread-safe.
class Feed {
  public:
    // `roots`: where stores are announced; null where none are recognised.
    Feed(const VisitOptions& options, unsigned workers, FileSlots& slots, RecordOrder& order,
         std::stop_token stop, StoreRoots* roots)
        : walker_(
              options.targets, links_of(options), options.memory / 8, stop,
              [&options, stop](const std::string& target) {
                  return oci::expand_target(target, options, stop);
              },
              roots),
          read_bulk_(options.read_bulk),
          workers_(workers),
          slots_(slots),
          order_(order),
          stop_(std::move(stop)) {
        walker_.set_patient(true);
    }

    // Entries for a worker that has `open` files open: several while many are left, one by one
    // towards the end; none when it has its fair share of what is left, when records would have to
    // wait for too long, when the walk needs a descriptor that others have, or when it is over.
    // Waits for records and descriptors only when the worker has nothing else to do.
    std::vector<WalkEntry> next(size_t open);
    void closed(size_t files);

    // Of the walk, for somebody who found no descriptor left.
    void close_folders() { walker_.pool().close_all(); }

    // Whether all there is to do is one entry that is not worth a second thread: it is small, or
    // only its structure is read, which takes one.
    bool is_for_one_thread();

    // Whether no entry is left and `open` files are all that are open anywhere.
    bool only_these_left(size_t open);

  private:
    static constexpr size_t kAhead = 128;

    void look_ahead();
    void wait_for_descriptors(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    Walker walker_;
    const bool read_bulk_;
    const unsigned workers_;
    FileSlots& slots_;
    RecordOrder& order_;
    const std::stop_token stop_;
    EntryRing ahead_{kAhead};
    size_t files_ahead_ = 0;  // of these; links cost nothing and do not count
    size_t open_total_ = 0;
    bool walked_ = false;
};

class Worker {
  public:
    // `cpu`: where it goes back to for a while.
    Worker(Session& session, Feed& feed, FileSlots& slots, RecordOrder& order, OwnCpu& cpu);
    ~Worker();

    // Until nothing is left, a stop is requested, or records can't be kept.
    Status run();

  private:
    struct OpenFile;
    struct OpenSource {
        std::unique_ptr<ByteSource> source;
        FileSource* file = nullptr;  // the source, when it is one
    };

    bool admit();
    bool take_entries();
    Result<OpenSource> open_source(const WalkEntry& entry) const;
    Result<OpenSource> open_source_with_room(const WalkEntry& entry);
    // Takes the entry unless it says no.
    bool open(WalkEntry& entry, FileSlot slot);
    [[nodiscard]] bool is_passed_over(const WalkEntry& entry) const;
    [[nodiscard]] bool is_left_out(const WalkEntry& entry, const OpenSource& source) const;
    void begin(WalkEntry entry, FileSlot slot, OpenSource source);
    void finish_now();
    void read_alone(OpenFile& file);
    void read_on_all_threads(OpenFile& file);
    void sweep_round();
    void retire();
    void close(OpenFile& file, std::vector<std::pair<uint64_t, FileRecords>>& closed);
    void store_unopened(const WalkEntry& entry, const Rule* rule, Coverage coverage,
                        const std::string& reason);
    Status tell_stores(const StoreEntry& entry, Record& record);
    Status tell_facts(const WalkEntry& entry, const Record& record);
    void look_into(Artifact& artifact, const WalkEntry& entry);
    void put(uint64_t file, FileRecords records);
    void put(std::vector<std::pair<uint64_t, FileRecords>> files);
    [[nodiscard]] bool stopping() const;

    Session& session_;
    Feed& feed_;
    FileSlots& slots_;
    RecordOrder& order_;
    OwnCpu& cpu_;
    std::vector<WalkEntry> mine_;  // taken from the feed, not opened yet; the last is the next
    std::vector<std::unique_ptr<OpenFile>> open_;
    std::vector<std::unique_ptr<OpenFile>> finished_;
    Status failed_ = Done{};
};

}  // namespace assay
