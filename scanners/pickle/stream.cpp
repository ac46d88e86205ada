#include "stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "assay/format.h"
#include "pickle_rules.h"
#include "rest_source.h"
#include "search.h"
#include "tracer.h"

namespace assay::pickle {

namespace {

// What a machine takes from the artifact's budget, until it is gone.
class Reservation {
  public:
    explicit Reservation(ScanContext& context) : context_(context) {}
    ~Reservation() { context_.release(bytes_); }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

    bool take(size_t bytes) {
        if (!context_.reserve(bytes)) return false;
        bytes_ += bytes;
        return true;
    }

  private:
    ScanContext& context_;
    size_t bytes_ = 0;
};

}  // namespace

Result<Run> run_pickle(Tape& tape, ScanContext& context, Verdict& verdict,
                       const MachineHook& prepare, const MachineHook& finished) {
    Reservation reservation(context);
    Run run;
    run.begin = tape.offset();
    PickleTrace* trace = context.options().trace;
    std::optional<Tracer> tracer;
    if (trace) tracer.emplace(verdict, *trace);
    Events& events = tracer ? static_cast<Events&>(*tracer) : verdict;
    Machine* running = nullptr;
    std::optional<uint64_t> full_at;
    Machine machine(tape, events, [&](size_t bytes) {
        const bool taken = reservation.take(bytes);
        if (!taken && !full_at) full_at = running ? running->at() : run.begin;
        return taken;
    });
    running = &machine;
    if (trace || context.options().torch_weights_only) machine.trace();
    verdict.watch(machine);
    if (tracer) {
        tracer->watch(machine);
        tracer->begin(context.path(), run.begin);
    }
    if (prepare) prepare(machine);
    Result<Outcome> outcome = machine.run();
    if (!outcome) return outcome.error();
    run.outcome = *outcome;
    run.end = tape.offset();
    run.instructions = machine.instructions();
    run.faulted = machine.faulted();
    if (tracer) tracer->end(run.end, run.outcome);
    if (machine.overflowed()) {
        verdict.tell();
        const uint64_t from = full_at.value_or(run.begin);
        context.report(rules::kValues, from, run.end - from, "");
        context.incomplete(Coverage::kCutByLimit, rules::kValues.message);
    }
    if (finished) finished(machine);
    return run;
}

namespace {

constexpr size_t kArchiveMagic = 512;  // more than any has

void report_trailing(ScanContext& context, uint64_t from, uint64_t to, bool zeros) {
    if (from == to) return;
    context.gap(from, to - from);
    context.report(rules::kTrailing, from, to - from, fmt::format("{} bytes", to - from),
                   zeros ? std::optional(Severity::kInfo) : std::nullopt);
}

// Runs the pickle that was found, or what is left of it.
Result<Run> resume(Tape& tape, ScanContext& context, Verdict& verdict, const Search::Found& found) {
    context.report(rules::kResumed, found.begin, 0, "");
    if (!found.values) return run_pickle(tape, context, verdict);
    return run_pickle(tape, context, verdict,
                      [&](Machine& machine) { machine.assume(*found.values); });
}

// A single line feed is what editors and shells leave.
bool is_line_end(Bytes rest) { return as_text(rest) == "\n" || as_text(rest) == "\r\n"; }

}  // namespace

namespace {

// What stands behind the pickles that were read, step by step.
class Rest {
  public:
    Rest(Tape& tape, ScanContext& context, Verdict& verdict, uint64_t pickles, uint64_t second)
        : tape_(tape), context_(context), verdict_(verdict), pickles_(pickles), second_(second) {}

    Status scan();

  private:
    Result<bool> more();
    Status run_next();
    Result<bool> scan_archive();
    Status pass_rest();
    Status find_later();
    void settle(const Run& run);

    Tape& tape_;
    ScanContext& context_;
    Verdict& verdict_;
    uint64_t pickles_;
    uint64_t second_;      // where the second one begins
    bool broken_ = false;  // the last pickle did not end, so none starts here
    bool at_end_ = false;
    std::optional<uint64_t> garbage_;  // where what is no pickle started
    bool zeros_ = true;                // and whether it is nothing but zeros
};

Result<bool> Rest::more() {
    Result<Bytes> head = tape_.peek(4);
    if (!head) return head.error();
    return !head->empty() && (garbage_ || !is_line_end(*head)) && !at_end_;
}

void Rest::settle(const Run& run) {
    broken_ = run.outcome == Outcome::kFault;
    if (broken_ || run.faulted) context_.incomplete(Coverage::kMalformed, rules::kFault.message);
    if (pickles_++ == 1) second_ = run.begin;
}

// Behind a STOP the next load would start: what is no pickle there faults without having imported
// anything, and then is no pickle to us, either.
Status Rest::run_next() {
    Result<Bytes> head = tape_.peek(kProbeHead);
    if (!head) return head.error();
    bool zero = (*head)[0] == 0;
    bool complete = head->size() < kProbeHead;
    if (likeness(*head, complete) == Likeness::kNo && !would_import(*head)) {
        broken_ = true;
        return Done{};
    }
    verdict_.hold_back();
    Result<Run> run = run_pickle(tape_, context_, verdict_);
    bool meant = run && ((run->outcome == Outcome::kStop && !run->faulted) || verdict_.imported());
    if (!run || meant) verdict_.tell();
    if (!run) return run.error();
    if (meant) {
        settle(*run);
        return Done{};
    }
    verdict_.forget();
    garbage_ = run->begin;
    zeros_ = zero && run->end - run->begin <= 1;
    broken_ = true;
    return Done{};
}

// An archive behind a pickle is one to whoever looks for it from the end.
Result<bool> Rest::scan_archive() {
    Result<Bytes> head = tape_.peek(kArchiveMagic);
    if (!head) return head.error();
    if (garbage_ || !starts_archive(*head)) return false;
    uint64_t from = tape_.offset();
    // Who reads the archive has its members.
    const bool read = starts_with(*head, "PK") && context_.is_read_as("zip");
    RestSource rest(tape_);
    Status scanned =
        read ? pass_rest() : context_.scan_child(fmt::format("trailing@{}", from), rest);
    if (!scanned) return scanned.error();
    report_trailing(context_, from, tape_.offset(), false);
    at_end_ = true;
    return true;
}

Status Rest::pass_rest() {
    for (;;) {
        Result<Bytes> some = tape_.peek_some();
        if (!some) return some.error();
        if (some->empty()) return Done{};
        Status moved = tape_.advance(some->size());
        if (!moved) return moved;
    }
}

Status Rest::find_later() {
    Result<bool> archive = scan_archive();
    if (!archive) return archive.error();
    if (*archive) return Done{};
    uint64_t from = garbage_.value_or(tape_.offset());
    Result<std::optional<Search::Found>> found = Search(tape_).next(zeros_);
    if (!found) return found.error();
    report_trailing(context_, from, *found ? (*found)->begin : tape_.offset(), zeros_);
    garbage_.reset();
    zeros_ = true;
    at_end_ = !*found;
    if (at_end_) return Done{};
    Result<Run> run = resume(tape_, context_, verdict_, **found);
    if (!run) return run.error();
    settle(*run);
    return Done{};
}

Status Rest::scan() {
    for (;;) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        Result<bool> any = more();
        if (!any) return any.error();
        if (!*any) break;
        Status step = broken_ ? find_later() : run_next();
        if (!step) return step;
    }
    if (garbage_) report_trailing(context_, *garbage_, tape_.offset(), zeros_);
    if (pickles_ > 1) {
        context_.report(rules::kMultiple, second_, 0, fmt::format("{} pickles", pickles_));
    }
    return Done{};
}

}  // namespace

Status scan_rest(Tape& tape, ScanContext& context, Verdict& verdict, uint64_t pickles,
                 uint64_t second) {
    return Rest(tape, context, verdict, pickles, second).scan();
}

namespace {

// Whether what ran was a pickle, or other bytes that happened to run for a while.
bool was_meant(const Run& run, const Verdict& verdict, const Tape& tape, Likeness likely) {
    bool acts = verdict.imported() && verdict.called();
    if (likely == Likeness::kYes || acts) return true;
    if (run.outcome != Outcome::kStop || run.faulted) return false;
    uint64_t size = tape.size().value_or(UINT64_MAX);
    return run.end == size || tape.at_end();
}

// Old protocols have no magic: what ended well may be the first of several pickles in a row.
Result<bool> goes_on(Tape& tape, const Run& run) {
    if (run.outcome != Outcome::kStop || run.faulted) return false;
    Result<Bytes> head = tape.peek(kProbeHead);
    if (!head) return head.error();
    return !head->empty() && likeness(*head, head->size() < kProbeHead) != Likeness::kNo;
}

// What ended well and did nothing may be the harmless front of one that does.
Result<std::optional<Search::Found>> find_later(Tape& tape, ScanContext& context, const Run& run) {
    if (run.outcome != Outcome::kStop || run.faulted) return std::optional<Search::Found>();
    bool zeros = true;
    Result<std::optional<Search::Found>> found = Search(tape).next(zeros);
    if (found && *found) report_trailing(context, run.end, (*found)->begin, zeros);
    return found;
}

}  // namespace

Status scan_pickles(Tape& tape, ScanContext& context, Verdict& verdict, Likeness likely) {
    verdict.hold_back();
    Result<Run> run = run_pickle(tape, context, verdict);
    const uint64_t begin = run ? run->begin : 0;
    uint64_t pickles = 1;
    uint64_t second = 0;
    while (run && !was_meant(*run, verdict, tape, likely)) {
        if (context.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        Result<bool> next = goes_on(tape, *run);
        if (!next) return next.error();
        if (*next) {
            if (pickles++ == 1) second = tape.offset();
            run = run_pickle(tape, context, verdict);
            continue;
        }
        Result<std::optional<Search::Found>> later = find_later(tape, context, *run);
        if (!later) return later.error();
        if (!*later) {
            verdict.forget();
            context.disown();
            return Done{};
        }
        verdict.tell();
        if (pickles++ == 1) second = (*later)->begin;
        run = resume(tape, context, verdict, **later);
        break;
    }
    verdict.tell();
    if (!run) return run.error();
    context.parsed(run->end - begin);
    bool broken = run->outcome == Outcome::kFault || run->faulted;
    if (broken) context.incomplete(Coverage::kMalformed, rules::kFault.message);
    return scan_rest(tape, context, verdict, pickles, second);
}

}  // namespace assay::pickle
