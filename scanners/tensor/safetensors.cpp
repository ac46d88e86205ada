// safetensors: tensors and nothing else, so that loading runs no code.
//
//   u64 N; N bytes of JSON; the data
//
//   {"__metadata__": {text: text, …},
//    name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, …}
//
// Numbers are little-endian, offsets count from the start of the data, and the tensors cover the
// data without a hole or an overlap, whatever their order in the header, which is padded with
// spaces so that the data is aligned. Nothing else belongs into the file. The reference reader (in
// Rust) checks nearly all of that; many others, written for a browser, a GPU or a language of its
// own, check less.
//
// How it is bent: names that come twice, also with escapes, of which one reader loads the first and
// another the last; numbers that one reader rounds and another refuses; shapes whose size wraps, or
// would but for a zero; tensors that share bytes, so that a small header describes terabytes; JSON
// that only some parsers take; what follows the data, which makes the file an archive, too; and a
// length whose first byte is an instruction of pickle, so that the very same bytes are a program.
// The format holds no code, but its name is what makes people load it without a thought.
#include "safetensors.h"

#include <fmt/core.h>

#include <algorithm>

#include "formats.h"
#include "rest_source.h"
#include "safetensors_header.h"
#include "safetensors_rules.h"

namespace assay::safetensors {

namespace {

constexpr size_t kPrefix = 8;

Error refuse(ScanContext& context, const Rule& found, std::string_view detail = "") {
    context.report(found, 0, kPrefix, detail);
    return {Code::kMalformed, found.message.data(), 0, 0};
}

// The length of the header, which can be had.
Result<uint64_t> read_prefix(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(kPrefix);
    if (!head) return head.error();
    if (head->size() < kPrefix) return refuse(context, rule("file.too_small"));
    const uint64_t length = load_le<uint64_t>(head->data());
    if (length == 0) return refuse(context, rule("header.len_zero"));
    if (length > kMaxHeader) {
        return refuse(context, rule("header.len_too_large"), fmt::format("{} bytes", length));
    }
    if (tape.size() && length > *tape.size() - kPrefix) {
        return refuse(context, rule("header.len_exceeds_file"), fmt::format("{} bytes", length));
    }
    if (length % 8 != 0) context.report(rule("header.not_aligned8"), 0, kPrefix, "");
    Status moved = tape.advance(kPrefix);
    if (!moved) return moved.error();
    return length;
}

// The data behind the header, at whose start the tape stands unless the header was cut.
class DataCheck {
  public:
    DataCheck(Tape& tape, ScanContext& context, Header& header, uint64_t start)
        : tape_(tape), context_(context), header_(header), start_(start) {}

    // Whether the tensors cover the data without a hole or an overlap.
    bool check_layout();
    Status run();

  private:
    void check_range(uint64_t available);
    Status truncated(uint64_t available);
    Status scan_rest();
    std::string range(uint64_t from, uint64_t to) {
        return fmt::format("bytes {} to {} of the data", from, to);
    }

    Tape& tape_;
    ScanContext& context_;
    Header& header_;
    const uint64_t start_;
    uint64_t covered_ = 0;
};

Status DataCheck::run() {
    const bool tight = check_layout();
    const uint64_t end = header_.extents.end();
    const uint64_t most = tape_.size() ? *tape_.size() - start_ : UINT64_MAX - start_;
    context_.parsed(start_ + std::min(covered_, most));
    if (!header_.complete) {
        context_.incomplete(Coverage::kMalformed, "where a tensor lies cannot be told");
        return Done{};
    }
    if (end > most && !(tight && tape_.size())) {
        check_range(most);
        return Done{};
    }
    if (end > most) return truncated(most);
    // Reaching behind the data means reading it here and now instead of in the sweep.
    if (tape_.size() && end == most) return Done{};
    context_.tensors_told();
    Status moved = tape_.skip(end);
    if (moved) return scan_rest();
    const bool cut = moved.error().code == Code::kTruncated;
    return cut ? truncated(tape_.offset() - start_) : moved;
}

bool DataCheck::check_layout() {
    bool tight = true;
    if (!header_.extents.in_order()) {
        context_.report(rule("offset.noncanonical_order"), kPrefix, 0, "");
    }
    ExtentVisitor visitor;
    visitor.gap = [&](uint64_t from, uint64_t to) {
        tight = false;
        if (!header_.complete) return;  // it may be that of a tensor whose place is unknown
        const uint64_t at = from > UINT64_MAX - start_ ? UINT64_MAX : start_ + from;
        context_.report(rule("offset.hole"), at, to - from, range(from, to));
        if (!tape_.size() || at < *tape_.size()) context_.gap(at, to - from);
    };
    visitor.overlap = [&](const Extent& later, uint64_t to) {
        tight = false;
        context_.report(rule("offset.overlap"), later.where, 0,
                        range(later.begin, std::min(later.end, to)));
    };
    covered_ = header_.extents.walk(visitor);
    return tight;
}

// Where not even the layout holds, each tensor is told apart.
void DataCheck::check_range(uint64_t available) {
    header_.extents.each_beyond(available, [&](const Extent& extent) {
        context_.report(rule("offset.out_of_range"), extent.where, 0,
                        range(extent.begin, extent.end));
    });
    context_.incomplete(Coverage::kMalformed, rule("offset.out_of_range").message);
}

Status DataCheck::truncated(uint64_t available) {
    const std::string detail = fmt::format("{} of {} bytes", available, header_.extents.end());
    context_.report(rule("data.truncated"), start_ + available, 0, detail);
    context_.incomplete(Coverage::kMalformed, rule("data.truncated").message);
    return Done{};
}

Status DataCheck::scan_rest() {
    Result<Bytes> more = tape_.peek(1);
    if (!more || more->empty()) return more ? Status(Done{}) : more.error();
    const uint64_t from = tape_.offset();
    const uint64_t known = tape_.size().value_or(from) - from;
    const bool only = header_.tensors == 0;
    context_.report(only ? rule("data.no_tensors_but_data") : rule("data.trailing"), from, known,
                    "");
    Status scanned = Done{};
    if (tape_.size()) {
        MemberSource member(tape_, known);
        scanned = context_.scan_child("trailing", member);
    } else {
        RestSource rest(tape_);
        scanned = context_.scan_child("trailing", rest);
    }
    context_.gap(from, tape_.size().value_or(tape_.offset()) - from);
    return scanned;
}

void tell(const Header& header, uint64_t length, ScanContext& context) {
    context.fact({"format", "safetensors", ""});
    context.fact({"tensor_bytes", "", std::to_string(header.extents.end())});
    if (!context.options().properties) return;
    context.property("header bytes", std::to_string(length));
    context.property("tensors", std::to_string(header.tensors));
}

Status scan_safetensors(Tape& tape, ScanContext& context) {
    Result<uint64_t> length = read_prefix(tape, context);
    if (!length) return length.error();
    Result<Header> header = read_header(tape, context, *length);
    if (!header) return header.error();
    DataCheck check(tape, context, *header, kPrefix + *length);
    if (header->cut) {
        check.check_layout();
        return Done{};
    }
    tell(*header, *length, context);
    return check.run();
}

bool is_safetensors(const Probe& probe) { return probe.promised || begins_like_one(probe.head); }

constexpr std::string_view kExtensions[] = {"safetensors"};

}  // namespace

bool begins_like_one(Bytes head) {
    if (head.size() < kPrefix + 1) return false;
    // Text would have something in the upper bytes. Lengths that no reader takes are told, too.
    const uint64_t length = load_le<uint64_t>(head.data());
    if (length < 2 || length >= uint64_t{1} << 40) return false;
    std::string_view json = as_text(head.subspan(kPrefix));
    if (json.starts_with("\xef\xbb\xbf")) json.remove_prefix(3);
    const size_t first = json.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return head.size() == kProbeHead;
    if (json[first] != '{') return false;
    const size_t second = json.find_first_not_of(" \t\r\n", first + 1);
    return second == std::string_view::npos || json[second] == '"' || json[second] == '}';
}

}  // namespace assay::safetensors

namespace assay {

const Format kSafetensorsFormat{
    "safetensors",
    false,
    0,
    safetensors::kExtensions,
    safetensors::kRules,
    safetensors::is_safetensors,
    safetensors::scan_safetensors,
};

}  // namespace assay
