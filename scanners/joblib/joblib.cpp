#include "joblib.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "joblib_rules.h"
#include "pickle/render.h"
#include "pickle/stream.h"

namespace assay::joblib {

using pickle::Machine;
using pickle::Value;

void JoblibVerdict::watch(Machine& machine) {
    Verdict::watch(machine);
    expected_.clear();
    overflowed_ = wraps_ = false;
    searched_ = 0;
}

void JoblibVerdict::global(const pickle::GlobalUse& use) {
    const pickle::Global* type = heap().global_of(use.value);
    wraps_ = wraps_ || !type || is_wrapper_class(heap(), *type);
    Verdict::global(use);
}

void JoblibVerdict::build(uint64_t offset, Value object, Value state) {
    Verdict::build(offset, object, state);
    Wrapper wrapper = is_array(heap(), object) ? Wrapper::kNone : wrapper_of(heap(), object);
    if (wrapper == Wrapper::kNone) return check_other(offset, object);
    if (wrapper == Wrapper::kArray) expect_array(offset, object, state);
    if (wrapper == Wrapper::kCompanion) claim_companion(offset, object, state);
    machine().replace_top(array_in_place_of(machine().heap(), object));
}

// joblib asks the object what it is, however it came to be.
void JoblibVerdict::check_other(uint64_t offset, Value object) {
    constexpr Error kMayBe{Code::kMalformed, "a wrapper may have come out of a call", 0, 0};
    if (!wraps_ || !may_give_wrapper(heap(), object, searched_)) return;
    tell();
    not_understood(offset, kMayBe);
}

// ------------------------------------------------------------------------------------------------
// Arrays that follow

// Whether this is a pickle is settled: something was imported, and made.
void JoblibVerdict::expect_array(uint64_t offset, Value object, Value state) {
    constexpr size_t kMostExpected = 1024;
    tell();
    Result<ArrayBytes> array = array_of(heap(), object, state);
    if (!array) return not_understood(offset, array.error());
    if (array->contradictory) {
        report(rules::kTypeLies, offset,
               array->objects ? "its flags claim objects" : "its flags deny objects");
    }
    if (machine().frame_open() && expected_.empty()) {
        report(rules::kNotDrained, offset,
               fmt::format("{} bytes of the frame are left", machine().frame_left()));
    }
    if (expected_.size() >= kMostExpected) return too_many(offset);
    expected_.push_back({offset, *array});
    machine().expect_raw();
}

void JoblibVerdict::too_many(uint64_t offset) {
    if (!std::exchange(overflowed_, true)) report(rules::kTooMany, offset, "");
    context().incomplete(Coverage::kCutByLimit, rules::kTooMany.message);
}

// A plain unpickler would go on right here, so that is what the machine does, too.
void JoblibVerdict::not_understood(uint64_t offset, const Error& error) {
    const Rule& rule = error.code == Code::kLimit ? rules::kOverflow : rules::kUnresolved;
    report(rule, offset, error.text);
    context().incomplete(Coverage::kMalformed, rule.message);
}

Result<bool> JoblibVerdict::raw(Tape& tape) {
    Expected expected = expected_.front();
    expected_.pop_front();
    return expected.array.objects ? run_objects(tape) : pass_array(tape, expected);
}

// What joblib does not reach: the frame ended in memory, not in the file. Others may.
Status JoblibVerdict::frame_left(Tape& tape, uint64_t length) {
    MemberSource rest(tape, length);
    return context().scan_child(fmt::format("frame@{}", tape.offset()), rest);
}

// ------------------------------------------------------------------------------------------------
// Arrays of objects

namespace {

// The pickle of an array's objects, which a plain unpickler reads: arrays inside are pickled as
// numpy does it.
class ObjectsVerdict final : public pickle::Verdict {
  public:
    using Verdict::Verdict;

    void build(uint64_t offset, Value object, Value state) override {
        Verdict::build(offset, object, state);
        if (wrapper_of(heap(), object) == Wrapper::kNone) return;
        report(rules::kMisplaced, offset, pickle::render(heap(), object));
        context().incomplete(Coverage::kMalformed, rules::kMisplaced.message);
    }
};

}  // namespace

Result<bool> JoblibVerdict::run_objects(Tape& tape) {
    Status looked = look_plainly(tape, Gravity::kDangerousCall);
    if (!looked) return looked.error();
    ObjectsVerdict verdict(context());
    Result<pickle::Run> run = pickle::run_pickle(tape, context(), verdict);
    if (!run) return run.error();
    bool stopped = run->outcome == pickle::Outcome::kStop;
    if (!stopped || run->faulted) {
        context().incomplete(Coverage::kMalformed, "the pickle of an array's objects has faults");
    }
    return stopped;
}

// ------------------------------------------------------------------------------------------------
// Arrays of anything else

Result<bool> JoblibVerdict::cut(const Expected& expected) {
    report(rules::kTruncated, expected.offset, fmt::format("{} bytes", expected.array.bytes));
    context().incomplete(Coverage::kMalformed, rules::kTruncated.message);
    return false;
}

// With a size that is known nothing of a cut array is passed: pickles are looked for in it.
Result<bool> JoblibVerdict::pass_array(Tape& tape, const Expected& expected) {
    Status passed = look_plainly(tape, Gravity::kAnything);
    if (passed && expected.array.padded) passed = pass_padding(tape);
    std::optional<uint64_t> size = tape.size();
    if (passed && size && expected.array.bytes > *size - tape.offset()) return cut(expected);
    if (passed) passed = pass_items(tape, expected);
    if (passed) return true;
    return passed.error().code == Code::kTruncated ? cut(expected) : passed.error();
}

Status JoblibVerdict::pass_padding(Tape& tape) {
    constexpr size_t kAlignment = 16;
    Result<Bytes> bytes = tape.peek(256);
    if (!bytes) return bytes.error();
    if (bytes->empty()) return Error{Code::kTruncated, "no padding", tape.offset(), 0};
    const size_t length = bytes->front();
    Bytes padding = bytes->subspan(1, std::min(length, bytes->size() - 1));
    bool blank = std::all_of(padding.begin(), padding.end(), [](uint8_t b) { return b == 0xff; });
    if (length < 1 || length > kAlignment || !blank) {
        report(rules::kPadding, tape.offset(), fmt::format("{} bytes", length));
    }
    return tape.advance(1 + length);
}

namespace {

// A program without a magic, which only runs in place: look_plainly() has run it.
bool is_bare_code(Bytes items) {
    constexpr uint8_t kProto = 0x80;
    return !items.empty() && items.front() != kProto &&
           pickle::likeness(items, true) == pickle::Likeness::kYes;
}

}  // namespace

Status JoblibVerdict::pass_items(Tape& tape, const Expected& expected) {
    constexpr size_t kHead = 4096;
    const uint64_t length = expected.array.bytes;
    Result<Bytes> head = tape.peek(static_cast<size_t>(std::min<uint64_t>(length, kHead)));
    if (!head) return head.error();
    if (head->size() < std::min<uint64_t>(length, kHead)) {
        return Error{Code::kTruncated, "the array is cut", tape.offset(), 0};
    }
    const uint64_t end = tape.offset() + length;
    if (!is_bare_code(*head) && wants_payload(pickle::Kind::kBytes, *head, length)) {
        MemberSource items(tape, length);
        Result<bool> looked = payload(tape.offset(), items);
        if (!looked) return looked.error();
    }
    return tape.advance(end - tape.offset());
}

// What is read where an array starts by those who do not know that it does.
Status JoblibVerdict::look_plainly(Tape& tape, Gravity gravity) {
    constexpr uint64_t kAlways = 16 * kMiB;
    if (looked_at_ > kAlways + 2 * tape.offset()) {
        if (!std::exchange(looked_enough_, true)) report(rules::kLookedEnough, tape.offset(), "");
        context().incomplete(Coverage::kCutByLimit, rules::kLookedEnough.message);
        return Done{};
    }
    Result<PlainReading> reading = read_plainly(tape, context(), machine(), gravity);
    if (!reading) return reading.error();
    looked_at_ += reading->bytes;
    if (const std::optional<Grave>& grave = reading->grave) {
        report(rules::kProgram, tape.offset(), grave->what, grave->severity);
    }
    return Done{};
}

// ------------------------------------------------------------------------------------------------
// Arrays in files of their own

namespace {

bool is_absolute(std::string_view path) {
    bool drive = path.size() > 1 && path[1] == ':';
    return path.starts_with('/') || path.starts_with('\\') || drive;
}

bool climbs(std::string_view path) {
    for (;;) {
        size_t end = path.find_first_of("/\\");
        if (path.substr(0, end) == "..") return true;
        if (end == std::string_view::npos) return false;
        path.remove_prefix(end + 1);
    }
}

// "." is there, and no file.
bool is_folder(std::string_view path) {
    const std::string_view last = path.substr(path.find_last_of("/\\") + 1);
    return last.empty() || last == ".";
}

}  // namespace

void JoblibVerdict::claim_companion(uint64_t offset, Value object, Value state) {
    Result<std::string_view> name = companion_of(heap(), object, state);
    tell();
    if (!name) {
        report(rules::kUnnamed, offset, name.error().text);
        return context().incomplete(Coverage::kMalformed, rules::kUnnamed.message);
    }
    if (is_absolute(*name)) return report(rules::kAbsolute, offset, *name);
    if (climbs(*name)) return report(rules::kTraversal, offset, *name);
    if (is_folder(*name)) return report(rules::kMissing, offset, *name);
    Claim claim;
    claim.path = *name;
    claim.offset = offset;
    claim.if_outside = &rules::kTraversal;
    claim.if_no_file = &rules::kMissing;
    context().claim(std::move(claim));
}

}  // namespace assay::joblib
