// Old torch files: five pickles, one behind the other, then the storages as they are in memory.
//
//   1  the number 0x1950a86a20f9469cfc6c     4  the object; storages are persistent ids
//   2  the number 1001                       5  the list of the storages' keys
//   3  a dict that describes the system      for each key: i64 length in elements, the elements
//
// All five are unpickled with the same rights, so each may carry the payload; and since they are
// compared only after that, the magic number itself can be the result of a call. Nothing says where
// a storage ends but the object's pickle: to know that nothing hides behind or between them they
// have to be stepped over exactly.
#include "torch_legacy.h"

#include <fmt/format.h>

#include <algorithm>

#include "pickle/probe.h"
#include "pickle/stream.h"
#include "torch_rules.h"
#include "torch_verdict.h"

namespace assay::torch {

using pickle::Heap;
using pickle::Kind;
using pickle::Machine;
using pickle::Outcome;
using pickle::Run;
using pickle::Value;

namespace {

constexpr int64_t kProtocol = 1001;
constexpr size_t kPickles = 5;
constexpr size_t kHead = 512;

// What a pickler writes before and behind a constant.
std::string_view without_prologue(std::string_view text) {
    constexpr size_t kFrame = 9;
    if (text.size() >= 2 && text[0] == '\x80' && text[1] <= 5) text.remove_prefix(2);
    if (text.size() >= kFrame && text[0] == '\x95') text.remove_prefix(kFrame);
    return text;
}

bool starts_with_magic(Bytes head) {
    constexpr std::string_view kBinary("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 13);
    constexpr std::string_view kText = "L119547037146038801333356L\n.";
    std::string_view number = without_prologue(as_text(head));
    return number.starts_with(kBinary) || number.starts_with(kText);
}

// Whether a pickle ends here and one follows that is torch's second number and nothing else: the
// first number may be computed. A tensor that was pickled without torch.save has both numbers
// inside a value.
bool protocol_follows(Bytes head) {
    constexpr std::string_view kNumbers[] = {
        {"M\xe9\x03.", 4}, {"J\xe9\x03\0\0.", 6}, {"I1001\n.", 7}};
    const auto is_there = [text = as_text(head)](std::string_view known) {
        return text.find(known) != std::string_view::npos;
    };
    // To look for it is less work than to follow the pickle.
    if (std::ranges::none_of(kNumbers, is_there)) return false;
    const size_t first = pickle::length_of_first(head);
    if (first == 0) return false;
    const std::string_view number = without_prologue(as_text(head.subspan(first)));
    return std::ranges::any_of(kNumbers,
                               [&](std::string_view known) { return number.starts_with(known); });
}

// Keys of the fifth pickle, which is small for its number of storages.
constexpr uint32_t kMostKeys = 1u << 20;

class LegacyScan {
  public:
    LegacyScan(Tape& tape, ScanContext& context)
        : tape_(tape),
          context_(context),
          storages_(context),
          verdict_(context, Form::kLegacy, storages_, "") {}

    Status run();

  private:
    Result<bool> pickle(size_t number);
    [[nodiscard]] bool fits(size_t number, Machine& machine);
    bool is_magic(const Machine& machine);
    bool take_keys(Machine& machine);
    Status storages();
    Result<bool> storage(const std::string& key);
    Status sweep(uint64_t pickles);
    Status end();

    uint64_t second_ = 0;  // where the second pickle begins
    Tape& tape_;
    ScanContext& context_;
    StorageTable storages_;
    TorchVerdict verdict_;
    std::vector<std::string> keys_;
    bool keys_complete_ = true;
    bool starts_with_magic_ = false;
    bool is_torch_ = true;
};

Status LegacyScan::run() {
    Result<Bytes> head = tape_.peek(kHead);
    if (!head) return head.error();
    starts_with_magic_ = starts_with_magic(*head);
    for (size_t number = 0; number < kPickles; number++) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        if (number == 1) second_ = tape_.offset();
        Result<bool> good = pickle(number);
        if (!good) return good.error();
        if (!*good) return sweep(number + 1);
        context_.refine("pytorch-legacy");
    }
    return storages();
}

// False when the file is no torch file from there on.
Result<bool> LegacyScan::pickle(size_t number) {
    bool fitting = false;
    bool overflowed = false;  // it may have been what it should
    Result<Run> run = run_pickle(
        tape_, context_, verdict_,
        [&](Machine& machine) {
            if (number + 1 == kPickles) machine.heap().keep_items(kMostKeys);
        },
        [&](Machine& machine) {
            fitting = fits(number, machine);
            overflowed = machine.overflowed();
        });
    if (!run) return run.error();
    context_.parsed(run->end - run->begin);
    const bool broken = run->outcome == Outcome::kFault || run->faulted;
    if (broken) context_.incomplete(Coverage::kMalformed, "a pickle of the file is broken");
    if (fitting && !broken) return true;
    if (is_torch_ && !overflowed) {
        context_.report(rules::kLegacySequence, run->begin, run->end - run->begin,
                        fmt::format("pickle {} of {}", number + 1, kPickles));
    }
    return false;
}

bool LegacyScan::fits(size_t number, Machine& machine) {
    const Value result = machine.result();
    switch (number) {
        case 0:
            return is_magic(machine);
        case 1:
            return result == Value::of_int(kProtocol);
        case 2:
            return result.is(Kind::kDict);
        case 4:
            return take_keys(machine);
        default:
            return true;
    }
}

// A computed number may be the right one; a constant is, or is not.
bool LegacyScan::is_magic(const Machine& machine) {
    if (starts_with_magic_) return true;
    const Value result = machine.result();
    is_torch_ = result.is(Kind::kMade) || result.is(Kind::kPersistent) ||
                result.is(Kind::kExtension) || result.is(Kind::kUnknown) || result.is(Kind::kLost);
    if (is_torch_) context_.report(rules::kLegacyMagic, 0, 0, "");
    return is_torch_;
}

bool LegacyScan::take_keys(Machine& machine) {
    const Heap& heap = machine.heap();
    const pickle::Items* items = heap.items_of(machine.result());
    if (!machine.result().is(Kind::kList)) return false;
    keys_complete_ = items->kept == items->total && !machine.overflowed();
    size_t bytes = 0;
    for (Value value : heap.kept_items(machine.result())) {
        pickle::Text text = heap.text_of(value);
        if (!value.is(Kind::kText) && !value.is(Kind::kBytes)) return false;
        bytes += sizeof(std::string) + text.kept.size();
        keys_.emplace_back(text.kept);
    }
    return context_.reserve(bytes);
}

Status LegacyScan::storages() {
    for (const std::string& key : keys_) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        Result<bool> passed = storage(key);
        if (!passed) return passed.error();
        if (!*passed) return sweep(kPickles);
    }
    if (keys_complete_ && !storages_.incomplete()) return end();
    context_.report(rules::kStorageLimit, tape_.offset(), 0, "");
    context_.incomplete(Coverage::kCutByLimit, rules::kStorageLimit.message);
    return sweep(kPickles);
}

// False when the file no longer says where the storages are.
Result<bool> LegacyScan::storage(const std::string& key) {
    const uint64_t at = tape_.offset();
    const Storage* known = storages_.find(key);
    if (!known) {
        if (storages_.incomplete()) {
            keys_complete_ = false;
            return false;
        }
        context_.report(rules::kLegacySequence, at, 0, fmt::format("no tensor names {}", key));
        context_.incomplete(Coverage::kMalformed, rules::kLegacySequence.message);
        return false;
    }
    Result<Bytes> length = tape_.peek(sizeof(uint64_t));
    if (!length) return length.error();
    const std::optional<uint64_t> bytes = known->bytes();
    const uint64_t left = tape_.size() ? *tape_.size() - at : UINT64_MAX;
    const bool whole = length->size() == sizeof(uint64_t);
    if (whole && load_le<uint64_t>(length->data()) != known->numel) {
        context_.report(rules::kStorageSize, at, sizeof(uint64_t),
                        fmt::format("{}: {} elements, the pickle says {}", key,
                                    load_le<uint64_t>(length->data()), known->numel));
        context_.incomplete(Coverage::kMalformed, rules::kStorageSize.message);
        return false;
    }
    if (!bytes) {
        context_.incomplete(Coverage::kUnsupported, "a storage has elements of unknown size");
        return false;
    }
    bool cut = !whole || left - sizeof(uint64_t) < *bytes;
    if (!cut) {
        Status moved = tape_.skip(sizeof(uint64_t) + *bytes);
        cut = !moved && moved.error().code == Code::kTruncated;
        if (!moved && !cut) return moved.error();
    }
    if (cut) {
        context_.report(rules::kLegacyTruncated, at, 0, key);
        context_.incomplete(Coverage::kMalformed, rules::kLegacyTruncated.message);
        return false;
    }
    context_.parsed(sizeof(uint64_t) + *bytes);
    return true;
}

Status LegacyScan::end() {
    Result<Bytes> more = tape_.peek(1);
    if (!more) return more.error();
    if (more->empty()) return Done{};
    context_.report(rules::kLegacyTrailing, tape_.offset(), 0, "");
    return sweep(kPickles);
}

// Whatever is left, as if it could be anything.
Status LegacyScan::sweep(uint64_t pickles) {
    return scan_rest(tape_, context_, verdict_, pickles, second_);
}

}  // namespace

bool is_legacy(Bytes head, bool certain) {
    head = head.first(std::min(head.size(), kHead));
    return starts_with_magic(head) || (certain && protocol_follows(head));
}

Status scan_legacy(Tape& tape, ScanContext& context) { return LegacyScan(tape, context).run(); }

}  // namespace assay::torch
