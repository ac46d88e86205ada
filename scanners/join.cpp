#include "join.h"

#include <algorithm>

#include "assay/cursor.h"
#include "assay/rules.h"

namespace assay {

namespace {

// Length-prefixed text; what is read back is our own, yet it is read like anything else.
void put_text(std::vector<uint8_t>& out, std::string_view text) {
    uint8_t length[4];
    store_le(length, static_cast<uint32_t>(text.size()));
    out.insert(out.end(), length, length + 4);
    out.insert(out.end(), text.begin(), text.end());
}

void put_number(std::vector<uint8_t>& out, uint64_t number) {
    uint8_t bytes[8];
    store_le(bytes, number);
    out.insert(out.end(), bytes, bytes + 8);
}

// Rules live as long as the program, so a claim may keep their address.
void put_rule(std::vector<uint8_t>& out, const Rule* rule) {
    put_number(out, reinterpret_cast<uintptr_t>(rule));
}

std::string get_text(Cursor& cursor) {
    uint32_t length = cursor.le32();
    return std::string(as_text(cursor.bytes(length)));
}

const Rule* get_rule(Cursor& cursor) {
    return reinterpret_cast<const Rule*>(static_cast<uintptr_t>(cursor.le64()));  // NOLINT
}

void put_claim(std::vector<uint8_t>& out, const Claim& claim) {
    put_text(out, claim.path);
    put_number(out, claim.offset);
    put_text(out, claim.kind);
    put_text(out, claim.name);
    put_number(out, claim.value ? 1 : 0);
    put_text(out, claim.value.value_or(""));
    for (const Rule* rule :
         {claim.if_outside, claim.if_no_file, claim.if_no_fact, claim.if_other_value}) {
        put_rule(out, rule);
    }
}

Claim get_claim(Cursor& cursor) {
    Claim claim;
    claim.path = get_text(cursor);
    claim.offset = cursor.le64();
    claim.kind = get_text(cursor);
    claim.name = get_text(cursor);
    bool has_value = cursor.le64() == 1;
    std::string value = get_text(cursor);
    if (has_value) claim.value = std::move(value);
    claim.if_outside = get_rule(cursor);
    claim.if_no_file = get_rule(cursor);
    claim.if_no_fact = get_rule(cursor);
    claim.if_other_value = get_rule(cursor);
    return claim;
}

uint64_t key_of(std::string_view path, uint64_t salt) {
    std::vector<uint8_t> bytes;
    put_number(bytes, salt);
    bytes.insert(bytes.end(), path.begin(), path.end());
    return load_le<uint64_t>(sha256_of(bytes).data());
}

uint64_t place_key(const Record& record, uint32_t number) {
    return key_of(std::to_string(number), record.place.file);
}

}  // namespace

Status FactStore::append(Index& index, uint64_t key, const std::vector<uint8_t>& bytes) {
    index.push_back({key, spool_.size(), bytes.size()});
    return spool_.append(bytes);
}

Status FactStore::put(const Record& record, uint32_t number, const std::vector<Fact>& facts,
                      const std::vector<Claim>& claims) {
    std::vector<uint8_t> facts_bytes;
    put_text(facts_bytes, record.path);
    for (const Fact& fact : facts) {
        put_text(facts_bytes, fact.kind);
        put_text(facts_bytes, fact.name);
        put_text(facts_bytes, fact.value);
    }
    std::vector<uint8_t> claims_bytes;
    for (const Claim& claim : claims) put_claim(claims_bytes, claim);

    std::lock_guard lock(mutex_);
    Status kept = append(by_path_, key_of(record.path, record.place.target), facts_bytes);
    if (!kept || claims.empty()) return kept;
    return append(by_place_, place_key(record, number), claims_bytes);
}

void FactStore::freeze() {
    auto by_key = [](const Entry& a, const Entry& b) { return a.key < b.key; };
    std::sort(by_path_.begin(), by_path_.end(), by_key);
    std::sort(by_place_.begin(), by_place_.end(), by_key);
}

Result<std::vector<uint8_t>> FactStore::load(const Entry& entry) const {
    std::vector<uint8_t> bytes(entry.size);
    Status read = spool_.read(entry.offset, bytes);
    if (!read) return read.error();
    return bytes;
}

Result<std::optional<std::vector<Fact>>> FactStore::facts_of(uint32_t target,
                                                             const std::string& path) const {
    using Found = std::optional<std::vector<Fact>>;
    auto [from, to] =
        std::equal_range(by_path_.begin(), by_path_.end(), Entry{key_of(path, target), 0, 0},
                         [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (; from != to; ++from) {
        Result<std::vector<uint8_t>> bytes = load(*from);
        if (!bytes) return bytes.error();
        Cursor cursor(*bytes);
        if (get_text(cursor) != path) continue;
        std::vector<Fact> facts;
        while (cursor.remaining() > 0) {
            std::string kind = get_text(cursor);
            std::string name = get_text(cursor);
            facts.push_back({std::move(kind), std::move(name), get_text(cursor)});
        }
        return Found(std::move(facts));
    }
    return Found();
}

static void add_finding(const Rule* rule, const Claim& claim, std::string detail,
                        std::vector<Finding>& findings) {
    if (!rule) return;
    Finding finding;
    finding.rule = rule;
    finding.severity = rule->severity;
    finding.offset = claim.offset;
    finding.detail = std::move(detail);
    findings.push_back(std::move(finding));
}

Status FactStore::judge(const Claim& claim, const Record& record,
                        std::vector<Finding>& findings) const {
    std::string shown = escape_path(claim.path);
    std::string about;
    if (!resolve_within(record.path, claim.path, about)) {
        add_finding(claim.if_outside, claim, shown, findings);
        return Done{};
    }
    auto facts = facts_of(record.place.target, about);
    if (!facts) return facts.error();
    if (!*facts) {
        add_finding(claim.if_no_file, claim, shown, findings);
        return Done{};
    }
    if (claim.kind.empty()) return Done{};
    std::string what = shown + ": " + claim.kind + " " + escape_path(claim.name);
    for (const Fact& fact : **facts) {
        if (fact.kind != claim.kind || fact.name != claim.name) continue;
        if (claim.value && fact.value != *claim.value) {
            what += " is " + escape_path(fact.value) + ", not " + escape_path(*claim.value);
            add_finding(claim.if_other_value, claim, what, findings);
        }
        return Done{};
    }
    add_finding(claim.if_no_fact, claim, what, findings);
    return Done{};
}

Result<std::vector<Finding>> FactStore::findings_for(const Record& record, uint32_t number) const {
    std::vector<Finding> findings;
    auto [from, to] =
        std::equal_range(by_place_.begin(), by_place_.end(), Entry{place_key(record, number), 0, 0},
                         [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (; from != to; ++from) {
        Result<std::vector<uint8_t>> bytes = load(*from);
        if (!bytes) return bytes.error();
        Cursor cursor(*bytes);
        while (cursor.remaining() > 0) {
            Status judged = judge(get_claim(cursor), record, findings);
            if (!judged) return judged.error();
        }
    }
    return findings;
}

}  // namespace assay
