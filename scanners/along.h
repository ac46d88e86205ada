// A second framing of the same bytes: reads what the first one's tape passes, on a thread of its
// own over a fork of the tape. It can find, but not go inside. What it says of other files is heard
// only where it turns out to be the one that the bytes are of.
//
// Where nobody else wants the bytes it is not followed for ever: weights of zeros, say, are one
// line to a reader that looks for its end. That it was cut off is a finding.
//
// Threads: everything but the scan itself belongs to the tape's thread.
#pragma once

#include <atomic>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "artifact.h"

namespace assay {

namespace rules {
extern const Rule kLimitSecondReading;  // engine.limit.second_reading
}
std::span<const Rule> along_rules();

// So many bytes of what nobody else wants are read for framings that read along.
inline constexpr uint64_t kMostForAlong = 16 * kMiB;

// What a second framing's format is given.
class AlongContext final : public ScanContext {
  public:
    // `first` is the framing that keeps the tape.
    AlongContext(const Session& session, std::string_view path, std::string_view first)
        : session_(session), path_(path), first_(first) {}

    Result<ChildOutcome> child(std::string_view name, ByteSource& source,
                               const ChildRequest& request) override;
    void fact(Fact fact) override;
    void claim(Claim claim) override;
    void tensor(TensorRecord tensor) override;
    void parsed(uint64_t) override {}
    void gap(uint64_t, uint64_t) override {}
    void incomplete(Coverage to, std::string_view why) override;
    bool reserve(size_t bytes) override { return hold.charge(bytes).ok(); }
    void release(size_t bytes) override { hold.refund(bytes); }
    void disown() override { disowned = true; }
    [[nodiscard]] const InspectOptions& options() const override {
        return session_.options.inspection;
    }
    [[nodiscard]] std::string_view path() const override { return path_; }
    [[nodiscard]] bool is_read_as(std::string_view format) const override {
        return format == first_;
    }
    [[nodiscard]] bool stop_requested() const override { return session_.stop.stop_requested(); }

    PinBudget budget{kMiB, kMiB};
    PinHold hold{budget, 0};
    std::vector<Finding> findings;
    Coverage coverage = Coverage::kFull;
    std::string reason;
    bool disowned = false;
    std::vector<Fact> facts;
    std::vector<Claim> claims;
    std::vector<TensorRecord> tensors;
    bool unheard = false;  // more of them than are kept

  private:
    static constexpr size_t kMostHeard = 1000;  // of each kind

    template <class T>
    void keep(std::vector<T>& kept, T said);
    void add(Finding finding) override { found_.add(findings, std::move(finding)); }

    const Session& session_;
    const std::string_view path_;
    const std::string first_;
    FindingList found_;
};

class Along {
  public:
    // Starts at once. Borrows both until join().
    Along(const Framing& framing, Artifact& artifact);

    // That the tape stops where it stands, and not because the bytes end there.
    void cut() { cut_ = true; }

    [[nodiscard]] bool reading() const { return reading_; }

    // Ends the reading where the tape stands, and gives the artifact what was found. False when the
    // bytes are not of this framing after all. `alone`: no framing before it took them.
    bool join(bool alone);

    [[nodiscard]] std::string_view name() const { return framing_.name; }

  private:
    void scan();
    void say_cut();
    void hand_over(bool alone);

    Artifact& artifact_;
    const Framing& framing_;
    Fork fork_;
    AlongContext context_;
    bool cut_ = false;
    bool ran_dry_ = false;  // it wanted more than there was
    std::atomic<bool> reading_{true};
    std::thread thread_;
};

}  // namespace assay
