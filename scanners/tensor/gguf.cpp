// GGUF: the models of llama.cpp and all that is built on it.
//
//   "GGUF"; version, u32; how many tensors and how many metadata entries, i64 each
//   metadata: name (u64 length, bytes), type, value; strings and arrays have lengths of their own
//   tensors: name, number of dimensions, dimensions, type, offset in the data
//   padding up to the alignment, 32 unless general.alignment says otherwise
//   data: tensor after tensor in the order of the list, each padded to the alignment
//
// Numbers are little-endian, or big-endian throughout but for the magic, which shows in the
// version. Large models come in parts, NAME-00001-of-00003.gguf. Nothing in a file covers its bytes
// with a checksum.
//
// How it is bent: every length and count is 64 bits wide, and readers have added and multiplied
// them until they wrapped, or allocated by them; dimensions whose product wraps; tensors that lie
// behind the end of the file, so that a reader hands out memory that is not the file's; names that
// differ for Python and are one for C; and chat templates, which are programs that servers run.
//
// The file is read once, forward. Vocabularies are stepped over; tensors are listed; their data is
// left for the digests, with an eye on the padding as it passes.
#include <fmt/core.h>

#include "formats.h"
#include "gguf_padding.h"
#include "gguf_rules.h"
#include "gguf_split.h"
#include "gguf_tensors.h"
#include "gguf_values.h"
#include "passing.h"
#include "rest_source.h"

namespace assay {

namespace gguf {

namespace {

constexpr uint64_t kSmallestPair = 13;    // no name, a type, one byte
constexpr uint64_t kSmallestTensor = 24;  // no name, no dimensions
constexpr size_t kZerosLookedAt = 64 * 1024;

// GGML, GGMF, GGJT, GGLA: numbers that were written in the order of the machine.
constexpr std::string_view kLegacy[] = {"lmgg", "fmgg", "tjgg", "algg"};
constexpr std::string_view kMagic = "GGUF";
constexpr std::string_view kSwappedMagic = "FUGG";

bool is_legacy(Bytes head) {
    return std::any_of(std::begin(kLegacy), std::end(kLegacy),
                       [&](std::string_view magic) { return starts_with(head, magic); });
}

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context)
        : tape_(tape),
          context_(context),
          reader_(tape),
          tensors_(reader_, context),
          pads_(context) {}

    Status run();

  private:
    using Layout = TensorList::Layout;
    using Watch = std::unique_ptr<PaddingCheck>;

    Status read_version();
    Status read_counts();
    Status check_count(uint64_t count, uint64_t smallest, uint64_t offset);
    Status read_head();
    Result<Layout> lay_out(uint64_t start);
    Status pass_data(const Layout& layout);
    Status pass_rest(const Layout& layout, bool watched);
    Status pass_unsized(const Layout& layout);
    Result<Watch> watch_padding();
    Status scan_rest(uint64_t start, bool trailing);
    Status scan_child(std::string_view name);
    void tell() const;

    Error refuse(const Rule& found, uint64_t offset, std::string_view detail = "") {
        context_.report(found, offset, 0, detail);
        return {Code::kMalformed, found.message.data(), offset};
    }

    Tape& tape_;
    ScanContext& context_;
    Reader reader_;
    TensorList tensors_;
    PaidVector<Stretch> pads_;
    Metadata metadata_;
    uint32_t version_ = 0;
    uint64_t pair_count_ = 0;
    uint64_t tensor_count_ = 0;
};

// ------------------------------------------------------------------------------------------------
// The head

Status Scan::run() {
    Status head = read_head();
    if (!head) return head;
    const uint64_t end = reader_.offset();
    std::optional<uint64_t> start = tensor_count_ == 0 ? end : align_up(end, metadata_.alignment);
    if (!metadata_.alignment_valid || !start) {
        return Error{Code::kMalformed, rule("align.invalid").message.data(), end};
    }
    Status synced = reader_.sync();
    if (!synced) return synced;
    Result<Layout> layout = lay_out(*start);
    if (!layout) return layout.error();
    context_.parsed(*start + layout->covered);
    if (!layout->sound) context_.incomplete(Coverage::kMalformed, "not all tensors are sound");
    return layout->cut ? Status(Done{}) : pass_data(*layout);
}

Status Scan::read_head() {
    Status version = read_version();
    if (!version) return version;
    Status counts = read_counts();
    if (!counts) return counts;
    tell();
    Status metadata = MetadataReader(reader_, context_).read(pair_count_, metadata_);
    if (!metadata) return metadata;
    check_split(metadata_, tensor_count_, context_);
    Status listed = tensors_.read(tensor_count_);
    if (listed && tensor_count_ > 0) context_.property("tensor types", tensors_.tally());
    return listed;
}

Status Scan::read_version() {
    const uint64_t offset = kMagic.size();
    reader_.skip(kMagic.size());
    version_ = reader_.u32();
    if (!reader_.ok()) return ends_early(reader_, context_, "in the version");
    if (version_ == 0) return refuse(rule("version.zero"), offset);
    if ((version_ & 0xffff) == 0) {
        version_ = __builtin_bswap32(version_);
        reader_.set_big_endian();
        context_.report(rule("version.big_endian"), offset, 4, "");
    }
    if (version_ == 2 || version_ == 3) return Done{};
    context_.report(rule("version.unsupported"), offset, 4, fmt::format("version {}", version_));
    return Error{Code::kUnsupported, rule("version.unsupported").message.data(), offset};
}

Status Scan::read_counts() {
    tensor_count_ = reader_.u64();
    pair_count_ = reader_.u64();
    if (!reader_.ok()) return ends_early(reader_, context_, "in the counts");
    Status tensors = check_count(tensor_count_, kSmallestTensor, 8);
    return tensors ? check_count(pair_count_, kSmallestPair, 16) : tensors;
}

Status Scan::check_count(uint64_t count, uint64_t smallest, uint64_t offset) {
    const std::string shown = fmt::format("{}", static_cast<int64_t>(count));
    if (count > INT64_MAX) return refuse(rule("count.negative"), offset, shown);
    uint64_t bytes = 0;
    bool overflow = __builtin_mul_overflow(count, smallest, &bytes);
    if (overflow || !reader_.may_follow(bytes)) return refuse(rule("count.huge"), offset, shown);
    return Done{};
}

void Scan::tell() const {
    if (!context_.options().properties) return;
    context_.property("GGUF version", fmt::format("{}", version_));
    context_.property("metadata entries", fmt::format("{}", pair_count_));
    context_.property("tensors", fmt::format("{}", tensor_count_));
}

// ------------------------------------------------------------------------------------------------
// The data

Result<TensorList::Layout> Scan::lay_out(uint64_t start) {
    const uint64_t end = tape_.offset();
    if (start > end && !pads_.push_back({end, start})) {
        return Error{Code::kLimit, "there is more padding than memory allows", end};
    }
    Result<Layout> layout = tensors_.lay_out(start, metadata_.alignment, tape_.size(), pads_);
    if (!layout) return layout;
    if (tensor_count_ == 0) {
        layout->padded_end = align_up(start, metadata_.alignment).value_or(start);
    }
    const uint64_t last = std::min(layout->padded_end, tape_.size().value_or(UINT64_MAX));
    if (last > layout->end && !pads_.push_back({layout->end, last})) {
        return Error{Code::kLimit, "there is more padding than memory allows", start};
    }
    return layout;
}

// Empty where somebody else has an eye on it, or it has been looked at.
Result<Scan::Watch> Scan::watch_padding() {
    if (pads_.items().empty()) return Watch();
    auto pads = std::make_shared<const std::vector<Stretch>>(pads_.take());
    if (!rest_will_pass(context_) && tape_.random_access() && tape_.size()) {
        PaddingCheck check(pads, tape_.offset());
        Status looked = check.glance(tape_);
        Status closed = looked ? check.close(context_) : looked;
        context_.release(check.held());
        if (!closed) return closed.error();
        return Watch();
    }
    if (context_.afterwards(std::make_unique<PaddingCheck>(pads, tape_.offset()))) return Watch();
    auto watch = std::make_unique<PaddingCheck>(pads, tape_.offset());
    tape_.attach(*watch);
    return watch;
}

Status Scan::pass_data(const Layout& layout) {
    context_.tensors_told();
    Result<Watch> watching = watch_padding();
    if (!watching) return watching.error();
    const Watch& watch = *watching;
    Status passed = pass_rest(layout, watch != nullptr);
    if (!watch) return passed;
    tape_.detach(*watch);
    Status closed = watch->close(context_);
    context_.release(watch->held());
    return passed ? closed : passed;
}

// Of a file whose size is known the data is left for the sweep, unless something follows it.
Status Scan::pass_rest(const Layout& layout, bool watched) {
    if (!tape_.size()) return pass_unsized(layout);
    const uint64_t end = std::min(layout.padded_end, *tape_.size());
    const bool more = *tape_.size() > layout.padded_end;
    if (!more && !watched) return Done{};
    Status moved = end > tape_.offset() ? tape_.skip(end - tape_.offset()) : Status(Done{});
    return moved && more ? scan_rest(end, layout.sized) : moved;
}

Status Scan::pass_unsized(const Layout& layout) {
    auto pass_to = [&](uint64_t to) {
        return to > tape_.offset() ? tape_.advance(to - tape_.offset()) : Status(Done{});
    };
    Status passed = pass_to(layout.end);
    const bool cut = !passed && passed.error().code == Code::kTruncated;
    if (cut) return refuse(rule("data.truncated"), tape_.offset());
    if (!passed) return passed;
    Status padded = pass_to(layout.padded_end);
    if (!padded) return padded.error().code == Code::kTruncated ? Status(Done{}) : padded;
    Result<Bytes> more = tape_.peek(1);
    if (!more) return more.error();
    return more->empty() ? Status(Done{}) : scan_rest(layout.padded_end, layout.sized);
}

// A few zeros are what a tool left that pads to something larger. Where a tensor's size is not
// known the rest may be its data.
Status Scan::scan_rest(uint64_t start, bool trailing) {
    if (!trailing) return scan_child("rest");
    Result<Bytes> some = tape_.peek(kZerosLookedAt);
    if (!some) return some.error();
    const bool whole =
        tape_.size() ? *tape_.size() - start == some->size() : some->size() < kZerosLookedAt;
    const bool zeros = std::all_of(some->begin(), some->end(), [](uint8_t b) { return b == 0; });
    const uint64_t known = tape_.size().value_or(start) - start;
    context_.report(rule("data.trailing"), start, known, zeros && whole ? "zeros" : "",
                    zeros && whole ? std::optional(Severity::kMedium) : std::nullopt);
    Status scanned = scan_child("trailing");
    context_.gap(start, tape_.size().value_or(tape_.offset()) - start);
    return scanned;
}

Status Scan::scan_child(std::string_view name) {
    if (tape_.size()) {
        MemberSource member(tape_, *tape_.size() - tape_.offset());
        return context_.scan_child(name, member);
    }
    RestSource rest(tape_);
    return context_.scan_child(name, rest);
}

// ------------------------------------------------------------------------------------------------
// The format

bool is_gguf(const Probe& probe) {
    return starts_with(probe.head, kMagic) || starts_with(probe.head, kSwappedMagic) ||
           is_legacy(probe.head) || probe.promised;
}

// What a head of this size needs is more than the file may take.
Status within_limits(const Status& scanned, ScanContext& context) {
    if (scanned || scanned.error().code != Code::kLimit) return scanned;
    context.report(rules::kLimitHeader, scanned.error().offset, 0, scanned.error().text);
    context.incomplete(Coverage::kCutByLimit, rules::kLimitHeader.message);
    return Done{};
}

Status scan_gguf(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(kMagic.size());
    if (!head) return head.error();
    if (starts_with(*head, kMagic)) return within_limits(Scan(tape, context).run(), context);
    if (is_legacy(*head)) {
        context.report(rule("legacy_magic"), 0, kMagic.size(), as_text(*head));
        context.incomplete(Coverage::kUnsupported, rule("legacy_magic").message);
        context.refine("ggml");
        return Done{};
    }
    context.report(rule("magic.bad"), 0, kMagic.size(), as_text(*head));
    context.incomplete(Coverage::kMalformed, rule("magic.bad").message);
    return Done{};
}

constexpr std::string_view kExtensions[] = {"gguf", "ggml"};

}  // namespace

}  // namespace gguf

const Format kGgufFormat{
    "gguf", false, 0, gguf::kExtensions, gguf::kRules, gguf::is_gguf, gguf::scan_gguf,
};

}  // namespace assay
