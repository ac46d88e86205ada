#include "tests/unit/support/toy_format.h"

#include <algorithm>
#include <stdexcept>

#include "assay/cursor.h"

namespace assay::toy {

namespace {

constexpr size_t kTrailer = 16;
constexpr std::string_view kExtensions[] = {"toy"};

constexpr Rule kRules[] = {
    {"toy.index.bad", Severity::kHigh, "the index does not fit", "test", "test", ""},
    {"toy.claim.outside", Severity::kCritical, "a claim leaves the target", "test", "test", ""},
    {"toy.claim.no_file", Severity::kHigh, "a claimed file is missing", "test", "test", ""},
    {"toy.claim.no_member", Severity::kHigh, "a claimed member is missing", "test", "test", ""},
    {"toy.member.digest", Severity::kHigh, "a member is not what its name says", "test", "test",
     ""},
    {"toy.count", Severity::kLow, "counted", "test", "test", ""},
};

struct Entry {
    std::string name;
    uint64_t offset = 0;
    uint64_t length = 0;
};

std::string text_of(Cursor& cursor) {
    uint16_t length = cursor.le16();
    return std::string(as_text(cursor.bytes(length)));
}

Status read_claims(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(2048);
    if (!head) return head.error();
    Cursor cursor(*head);
    cursor.skip(4);
    uint16_t count = cursor.le16();
    for (uint16_t i = 0; i < count && cursor.ok(); i++) {
        Claim claim;
        claim.path = text_of(cursor);
        claim.kind = "member";
        claim.name = text_of(cursor);
        claim.offset = cursor.offset();
        claim.if_outside = &kRules[1];
        claim.if_no_file = &kRules[2];
        claim.if_no_fact = &kRules[3];
        if (cursor.ok()) context.claim(claim);
    }
    return cursor.ok() ? Status(Done{}) : cursor.error();
}

Result<std::vector<Entry>> read_index(Tape& tape) {
    uint64_t size = tape.size().value_or(0);
    if (size < kTrailer) return Error{Code::kTruncated, "no trailer"};
    Result<Bytes> trailer = tape.at(size - kTrailer, kTrailer);
    if (!trailer) return trailer.error();
    Cursor end(*trailer);
    uint64_t index_offset = end.le64();
    uint32_t count = end.le32();
    if (index_offset > size - kTrailer) return Error{Code::kMalformed, "index beyond the end"};
    Result<Bytes> index =
        tape.at(index_offset, static_cast<size_t>(size - kTrailer - index_offset));
    if (!index) return index.error();
    Cursor cursor(*index);
    std::vector<Entry> entries;
    for (uint32_t i = 0; i < count && cursor.ok(); i++) {
        Entry entry;
        entry.name = text_of(cursor);
        entry.offset = cursor.le64();
        entry.length = cursor.le64();
        entries.push_back(std::move(entry));
    }
    if (!cursor.ok()) return cursor.error();
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
    return entries;
}

Status scan_member(Tape& tape, const Entry& entry, ScanContext& context) {
    MemberSource member(tape, entry.length);
    constexpr std::string_view kPrefix = "sha256-";
    if (!entry.name.starts_with(kPrefix)) {
        Result<ChildOutcome> outcome = context.child(entry.name, member);
        return outcome ? Status(Done{}) : outcome.error();
    }
    std::string claimed = entry.name.substr(kPrefix.size());
    Result<ChildOutcome> outcome = context.child(entry.name, member, {DigestKind::kSha256});
    if (!outcome) return outcome.error();
    if (!outcome->digest) {
        context.incomplete(outcome->coverage, "a member's digest is not known");
    } else if (outcome->digest->hex() != claimed) {
        context.report(kRules[4], entry.offset, outcome->bytes, entry.name, std::nullopt,
                       {{"claimed", claimed}, {"found", outcome->digest->hex()}});
    }
    return Done{};
}

Status scan_toy(Tape& tape, ScanContext& context) {
    Status claimed = read_claims(tape, context);
    if (!claimed) return claimed;
    Result<std::vector<Entry>> entries = read_index(tape);
    if (!entries) return entries.error();
    for (const Entry& entry : *entries) {
        if (entry.offset < tape.offset()) {
            context.report(kRules[0], entry.offset, entry.length, entry.name);
            return Error{Code::kMalformed, "members overlap"};
        }
        context.gap(tape.offset(), entry.offset - tape.offset());
        Status moved = tape.advance(entry.offset - tape.offset());
        if (!moved) return moved;
        context.fact({"member", entry.name, std::to_string(entry.length)});
        Status scanned = scan_member(tape, entry, context);
        if (!scanned) return scanned;
    }
    context.parsed(tape.size().value_or(0) - tape.offset());
    return Done{};
}

bool is_toy(const Probe& probe) { return starts_with(probe.head, "TOYC"); }

bool is_count(const Probe& probe) { return as_text(probe.tail).ends_with("COUNTME"); }

Status scan_count(Tape& tape, ScanContext& context) {
    uint64_t seen = 0;
    for (;;) {
        Result<Bytes> bytes = tape.peek_some();
        if (!bytes) return bytes.error();
        if (bytes->empty()) break;
        seen += static_cast<uint64_t>(std::count(bytes->begin(), bytes->end(), 'x'));
        Status moved = tape.advance(bytes->size());
        if (!moved) return moved;
    }
    context.report(kRules[5], 0, 0, std::to_string(seen));
    return Done{};
}

class EndlessSource final : public ByteSource {
  public:
    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t, size_t max, BlockPool& pool) override {
        BlockRef block = pool.get(max);
        if (!block) return Error{Code::kLimit, "no block"};
        std::fill_n(block->data(), max, uint8_t{0});
        return Lent{block, Bytes(block->data(), max)};
    }
};

bool is_bomb(const Probe& probe) { return starts_with(probe.head, "BOMB"); }

Status scan_bomb(Tape& tape, ScanContext& context) {
    Status moved = tape.advance(4);
    if (!moved) return moved;
    EndlessSource endless;
    Result<ChildOutcome> outcome = context.child("endless", endless);
    return outcome ? Status(Done{}) : outcome.error();
}

bool is_throw(const Probe& probe) { return starts_with(probe.head, "THRO"); }

Status scan_throw(Tape& tape, ScanContext&) {
    Result<Bytes> head = tape.peek(5);
    if (head && as_text(*head) == "THROW") throw std::runtime_error("thrown on purpose");
    return Error{Code::kMalformed, "malformed on purpose", 3};
}

template <class T>
void put(std::string& out, T value) {
    uint8_t bytes[sizeof(T)];
    store_le(bytes, value);
    out.append(reinterpret_cast<const char*>(bytes), sizeof bytes);
}

void put_text(std::string& out, const std::string& text) {
    put(out, static_cast<uint16_t>(text.size()));
    out += text;
}

}  // namespace

const Format kToy{"toy", true, kTrailer, kExtensions, kRules, is_toy, scan_toy};
const Format kCount{"count", false, 7, {}, {}, is_count, scan_count};
const Format kBomb{"bomb", false, 0, {}, {}, is_bomb, scan_bomb};
const Format kThrow{"throw", false, 0, {}, {}, is_throw, scan_throw};

std::string Toy::encode() const {
    std::string out = "TOYC";
    put(out, static_cast<uint16_t>(claims.size()));
    for (const auto& [path, name] : claims) {
        put_text(out, path);
        put_text(out, name);
    }
    std::string index;
    for (const auto& [name, content] : members) {
        put_text(index, name);
        put(index, static_cast<uint64_t>(out.size()));
        put(index, static_cast<uint64_t>(content.size()));
        out += content + gap;
    }
    auto index_offset = static_cast<uint64_t>(out.size());
    out += index;
    put(out, index_offset);
    put(out, static_cast<uint32_t>(members.size()));
    return out + "TOYE";
}

}  // namespace assay::toy
