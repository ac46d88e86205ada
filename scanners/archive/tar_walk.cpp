#include "tar_walk.h"

#include <fmt/format.h>

#include <algorithm>

#include "rest_source.h"
#include "tar_rules.h"
#include "zip_members.h"

namespace assay::tar {

namespace {

constexpr size_t kMostContent = size_t{1} << 20;  // of an extended header or a long name
constexpr size_t kMostOfALongName = 64 * 1024;
constexpr uint64_t kLittleLeft = 64 * 1024;

// Bytes that are no header, up to the next one, or to zeros: where readers that search go on.
class TarGap final : public ByteSource {
  public:
    // The first block belongs to the gap, whatever it looks like, unless it is `headless`.
    TarGap(Tape& tape, bool headless) : tape_(tape), headless_(headless) {}
    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }

    Result<Lent> read(uint64_t offset, size_t max, BlockPool&) override {
        if (offset != out_) return Error{Code::kUsage, "a gap is read in order", offset, 0};
        if (in_block_ == 0) {
            Result<Bytes> block = tape_.peek(kBlock);
            if (!block) return block.error();
            const bool whole = block->size() == kBlock;
            if ((out_ > 0 || headless_) && whole && (checksum_fits(*block) || all_zero(*block)))
                return Lent{};
            in_block_ = block->size();
        }
        Result<Lent> lent = tape_.take(std::min(max, in_block_));
        if (!lent) return lent;
        out_ += lent->bytes.size();
        in_block_ -= lent->bytes.size();
        return lent;
    }
    Status settle() override {
        for (;;) {
            BlockPool none(kBlockAlign, 0);
            Result<Lent> lent = read(out_, SIZE_MAX, none);
            if (!lent) return lent.error();
            if (lent->bytes.empty()) return Done{};
        }
    }

  private:
    Tape& tape_;
    const bool headless_;
    uint64_t out_ = 0;
    size_t in_block_ = 0;
};

}  // namespace

Status TarWalk::run() {
    for (;;) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        Step more = step();
        if (!more) return more.error();
        if (!*more) break;
    }
    if (before_.any()) report(rule("tar.pax.dangling"), before_.offset, "");
    if (global_last_) report(rule("tar.pax.dangling"), *global_last_, "global");
    names_.finish();
    layer_.finish([&](std::string_view path) { return names_.has(path); });
    return Done{};
}

TarWalk::Step TarWalk::step() {
    Result<Bytes> seen = input_.look(2 * kBlock);
    if (!seen) return seen.error();
    if (seen->size() < kBlock) return at_the_end(seen->size());
    Bytes first = seen->first(kBlock);
    if (all_zero(first)) return zeros(seen->size() == 2 * kBlock && all_zero(*seen));
    Status done = Done{};
    if (checksum_fits(first)) {
        const Header head = header_in(first);
        const uint64_t offset = input_.position();
        done = input_.pass(kBlock);
        if (done) done = header(head, offset);
    } else {
        done = no_header();
    }
    if (!done) return done.error();
    return true;
}

// ------------------------------------------------------------------------------------------------
// Ends and gaps.

TarWalk::Step TarWalk::at_the_end(size_t left) {
    if (left == 0 && !cut_) report(rule("tar.eof.missing"), input_.position(), "");
    if (left == 0) return false;
    report(rule("tar.eof.truncated"), input_.position(), "");
    malformed("the archive ends inside a block");
    Status passed = gap(left);
    if (!passed) return passed.error();
    return false;
}

TarWalk::Step TarWalk::zeros(bool two) {
    if (two) {
        Status passed = trailing();
        if (!passed) return passed.error();
        return false;
    }
    const uint64_t offset = input_.position();
    Status passed = input_.pass(kBlock);
    if (!passed) return passed.error();
    Result<Bytes> more = input_.look(1);
    if (!more) return more.error();
    const bool last = more->empty();
    // Where nothing follows, all readers agree on what the members are.
    report(rule("tar.eof.single_zero_block"), offset, "",
           last ? std::optional(Severity::kLow) : std::nullopt);
    return !last;
}

// Of files: without passing what was left to the bulk.
Result<bool> TarWalk::only_zeros_left() {
    std::optional<uint64_t> room = input_.room();
    if (!room || *room > kLittleLeft) return false;
    Result<Bytes> end = input_.look(static_cast<size_t>(*room));
    if (!end) return end.error();
    return all_zero(*end);
}

Status TarWalk::trailing() {
    Result<bool> zeros = only_zeros_left();
    if (!zeros) return zeros.error();
    if (*zeros) return input_.pass(static_cast<size_t>(input_.room().value_or(0)));
    Status moved = input_.catch_up();
    if (!moved) return moved;
    Result<uint64_t> skipped = skip_zeros(input_.tape(), UINT64_MAX);
    if (!skipped) return skipped.error();
    context_.parsed(*skipped);
    Result<Bytes> more = input_.tape().peek(1);
    if (!more) return more.error();
    if (more->empty()) return Done{};
    const uint64_t offset = input_.position();
    report(rule("tar.eof.data_after_eof"), offset, "");
    RestSource rest(input_.tape());
    Status scanned = context_.scan_child(fmt::format("gap@{}", offset), rest);
    context_.gap(offset, input_.position() - offset);
    return scanned;
}

Status TarWalk::gap(uint64_t length) {
    const uint64_t offset = input_.position();
    context_.gap(offset, length);
    return input_.member(length, [&](ByteSource& source) {
        return context_.scan_child(fmt::format("gap@{}", offset), source);
    });
}

Status TarWalk::no_header() {
    const uint64_t offset = input_.position();
    report(rule("tar.header.checksum"), offset, "");
    malformed("no header stands where one should");
    Status moved = input_.catch_up();
    if (!moved) return moved;
    Result<Bytes> block = input_.look(kBlock);
    if (!block) return block.error();
    // What is scanned is what stands behind it: with it, the gap would be a tar of its own.
    const bool header = starts_with(block->subspan(257), "ustar");
    if (header) moved = input_.tape().advance(kBlock);
    if (!moved) return moved;
    TarGap source(input_.tape(), header);
    Status scanned = context_.scan_child(fmt::format("gap@{}", offset), source);
    context_.gap(offset, input_.position() - offset);
    return scanned;
}

// ------------------------------------------------------------------------------------------------
// Headers.

void TarWalk::check_size(const Header& header, uint64_t offset) {
    const Number& size = header.size;
    if (size.negative) report(rule("tar.header.size_negative"), offset, header.name);
    if (size.huge) report(rule("tar.header.size_huge"), offset, header.name);
    if (size.negative || size.huge) malformed("a size is out of range");
    const bool needless = size.binary && size.value && *size.value < kSizeNeedsMore;
    if (needless || (!size.strict && !size.negative && !size.huge)) {
        report(rule("tar.header.number_form"), offset, header.name);
    }
}

void TarWalk::check_header(const Header& header, uint64_t offset) {
    check_size(header, offset);
    if (!header.numbers_strict) report(rule("tar.header.number_form"), offset, header.name);
    if (header.dialect == Dialect::kOther) report(rule("tar.header.magic"), offset, header.name);
    if (header.name_tail) report(rule("tar.name.nul_tail"), offset, header.name);
    if (header.checksum_old) {
        report(rule("tar.header.checksum"), offset, "with bytes as signed numbers",
               Severity::kMedium);
    }
}

Status TarWalk::header(const Header& header, uint64_t offset) {
    check_header(header, offset);
    switch (header.type) {
        case 'x':
        case 'X':
            return extended(header, offset);
        case 'g':
            return global(header, offset);
        case 'L':
        case 'K':
            return long_name(header, offset);
        default:
            return entry(header, offset);
    }
}

// What a header of headers holds; nothing where it is too large or cut off.
Result<std::optional<std::string>> TarWalk::content(const Header& header) {
    const uint64_t size = header.size.value.value_or(0);
    const std::optional<uint64_t> room = input_.room();
    if (size > kMostContent) {
        report(header.type == 'L' || header.type == 'K' ? rule("tar.gnu.long_huge")
                                                        : rule("tar.pax.huge"),
               input_.position(), fmt::format("{} bytes", size));
        malformed("an extended header is too large");
        Status passed = gap(room ? std::min(*room, padded(size)) : padded(size));
        if (!passed) return passed.error();
        return std::optional<std::string>();
    }
    Result<Bytes> bytes = input_.look(static_cast<size_t>(padded(size)));
    if (!bytes) return bytes.error();
    const bool cut = bytes->size() < size;
    std::string text(as_text(*bytes).substr(0, static_cast<size_t>(size)));
    Status passed = input_.pass(bytes->size());
    if (!passed) return passed.error();
    if (!cut) return std::optional(std::move(text));
    report(rule("tar.eof.truncated"), input_.position(), header.name);
    malformed("the archive ends inside a header");
    return std::optional<std::string>();
}

Status TarWalk::extended(const Header& header, uint64_t offset) {
    const uint64_t start = input_.position();
    Result<std::optional<std::string>> text = content(header);
    if (!text) return text.error();
    if (before_.pax) report(rule("tar.pax.two_headers"), offset, "");
    if (before_.name || before_.link) report(rule("tar.gnu.long_vs_pax"), offset, "");
    before_.pax.emplace();
    before_.offset = offset;
    if (*text && !read_pax(**text, start, context_, *before_.pax)) {
        malformed("an extended header is broken");
    }
    return Done{};
}

Status TarWalk::global(const Header& header, uint64_t offset) {
    const uint64_t start = input_.position();
    Result<std::optional<std::string>> text = content(header);
    if (!text) return text.error();
    if (before_.any()) report(rule("tar.pax.two_headers"), offset, "");
    global_last_ = offset;
    if (*text && !read_pax(**text, start, context_, global_)) {
        malformed("an extended header is broken");
    }
    if (global_.path || global_.link || global_.size || global_.whole_size || global_.sparse) {
        report(rule("tar.pax.global_override"), offset, global_.path.value_or(""));
    }
    return Done{};
}

Status TarWalk::long_name(const Header& header, uint64_t offset) {
    Result<std::optional<std::string>> text = content(header);
    if (!text) return text.error();
    if (!*text) return Done{};
    std::string_view name = **text;
    const size_t end = std::min(name.find('\0'), name.size());
    if (name.find_first_not_of('\0', end) != std::string_view::npos) {
        report(rule("tar.name.nul_tail"), offset, name.substr(0, end));
    }
    name = name.substr(0, end);
    if (name.size() > kMostOfALongName) report(rule("tar.gnu.long_huge"), offset, "");
    std::optional<std::string>& to = header.type == 'L' ? before_.name : before_.link;
    if (to) report(rule("tar.gnu.long_dup"), offset, name);
    if (before_.pax) report(rule("tar.gnu.long_vs_pax"), offset, name);
    to = name;
    before_.offset = offset;
    return Done{};
}

}  // namespace assay::tar
