#include "spooled.h"

#include <fmt/format.h>

#include <algorithm>

#include "artifact.h"
#include "assay/spool.h"

namespace assay {

namespace {

constexpr size_t kInMemory = size_t{64} << 10;  // before there is a file

const Rule kRules[] = {
    {"engine.limit.spool", Severity::kMedium,
     "an archive inside a stream does not fit the room that --spool gives",
     "It was read forward instead, without its directory at hand. What a reader that starts from "
     "the directory sees was only compared at the end, and a format that cannot be read forward "
     "was not validated.",
     "Give --spool more room, check that TMPDIR has it, or unpack the outer file and scan what is "
     "in it.",
     "CWE-770"}};

// What was spooled, and behind it what the tape still has. Borrows both.
class SpoolThenTape final : public ByteSource {
  public:
    SpoolThenTape(const Spool& spool, Tape& tape) : spool_(spool), spooled_(spool), tape_(tape) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return tape_.size(); }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        return offset < spool_.size() ? spooled_.read(offset, max, pool) : tape_.take(max);
    }

  private:
    const Spool& spool_;
    SpoolSource spooled_;
    Tape& tape_;
};

class Spooling {
  public:
    Spooling(Tape& tape, EngineContext& context, uint64_t most)
        : tape_(tape), context_(context), artifact_(context.artifact()), most_(most) {}
    ~Spooling() {
        artifact_.scope().spooled -= spool_.size();
        if (paid_) artifact_.release(kInMemory);
    }
    Spooling(const Spooling&) = delete;
    Spooling& operator=(const Spooling&) = delete;

    Status run(const TapeScan& scan);

  private:
    [[nodiscard]] uint64_t room() const { return most_ - artifact_.scope().spooled; }
    [[nodiscard]] bool stopped() const { return context_.stop_requested(); }
    Status take_ticket();
    Status fill();
    void too_small(std::string_view why);
    Status scan_from(ByteSource& source, const TapeScan& scan);

    Tape& tape_;
    EngineContext& context_;
    Artifact& artifact_;
    const uint64_t most_;
    Spool spool_{kInMemory};
    bool paid_ = false;
    bool whole_ = false;  // all that the tape had is in the spool
};

void Spooling::too_small(std::string_view why) {
    context_.report(kRules[0], tape_.offset(), 0, why);
    context_.incomplete(Coverage::kCutByLimit, kRules[0].message);
}

// Whoever has a file has the ticket, so that all files together stay within the room.
Status Spooling::take_ticket() { return artifact_.scope().hold.take_ticket(); }

// An error of the tape ends it; the tape says it again to whoever reads on.
Status Spooling::fill() {
    while (!stopped()) {
        Result<Bytes> next = tape_.peek_some();
        if (!next) return Done{};
        whole_ = next->empty();
        if (whole_) return Done{};
        if (room() == 0) {
            too_small(fmt::format("more than {} bytes", most_));
            return Done{};
        }
        if (spool_.size() + next->size() > kInMemory) {
            Status ticket = take_ticket();
            if (!ticket) return ticket;
        }
        Result<Lent> lent = tape_.take(static_cast<size_t>(std::min<uint64_t>(room(), kInMemory)));
        if (!lent) return Done{};
        artifact_.scope().spooled += lent->bytes.size();
        Status kept = spool_.append(lent->bytes);
        if (!kept) {
            too_small(kept.error().text);
            return Done{};
        }
    }
    return Error{Code::kInterrupted, "interrupted"};
}

// Digests and closings are the outer tape's, which has passed.
Status Spooling::scan_from(ByteSource& source, const TapeScan& scan) {
    Session& session = artifact_.session();
    Tape inner(source, {session.stream, session.held, artifact_.scope().hold}, {});
    const Artifact::Copied copied(artifact_, inner);
    return scan(inner, context_);
}

Status Spooling::run(const TapeScan& scan) {
    if (tape_.size() && *tape_.size() - tape_.offset() > room()) {
        too_small(fmt::format("{} bytes, of {}", *tape_.size(), most_));
        return scan(tape_, context_);
    }
    paid_ = artifact_.reserve(kInMemory).ok();
    if (!paid_) return scan(tape_, context_);
    Status filled = fill();
    if (!filled) return filled;
    SpoolSource all(spool_);
    SpoolThenTape start(spool_, tape_);
    return whole_ ? scan_from(all, scan) : scan_from(start, scan);
}

}  // namespace

Status scan_at_random(Tape& tape, ScanContext& context, const TapeScan& scan) {
    auto* engine = dynamic_cast<EngineContext*>(&context);
    const uint64_t most = engine ? engine->artifact().session().options.spool : 0;
    if (tape.random_access() || most == 0) return scan(tape, context);
    return Spooling(tape, *engine, most).run(scan);
}

std::span<const Rule> spool_rules() { return kRules; }

}  // namespace assay
