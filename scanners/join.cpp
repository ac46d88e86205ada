#include "join.h"

#include <algorithm>
#include <tuple>

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

// After its length, so that it can be read alone.
void put_fact(std::vector<uint8_t>& out, const Fact& fact) {
    std::vector<uint8_t> bytes;
    put_text(bytes, fact.kind);
    put_text(bytes, fact.name);
    put_text(bytes, fact.value);
    put_text(out, as_text(bytes));
}

Fact get_fact(Bytes bytes) {
    Cursor cursor(bytes);
    std::string kind = get_text(cursor);
    std::string name = get_text(cursor);
    return {std::move(kind), std::move(name), get_text(cursor)};
}

uint64_t key_of(std::string_view path, uint64_t salt) {
    std::vector<uint8_t> bytes;
    put_number(bytes, salt);
    bytes.insert(bytes.end(), path.begin(), path.end());
    return load_le<uint64_t>(sha256_of(bytes).data());
}

uint64_t fact_key(std::string_view kind, std::string_view name) {
    return key_of(name, kind.size());
}

uint64_t place_key(const Record& record, uint32_t number) {
    return key_of(std::to_string(number), record.place.file);
}

}  // namespace

Status FactStore::append(Index& index, uint64_t key, const std::vector<uint8_t>& bytes) {
    index.push_back({key, spool_.size(), bytes.size()});
    return spool_.append(bytes);
}

Status FactStore::put_name(const Record& record) {
    std::vector<uint8_t> bytes(4);
    store_le(bytes.data(), record.place.target);
    put_text(bytes, record.path);
    std::lock_guard lock(mutex_);
    return names_.append(bytes);
}

Status FactStore::put_facts(const Record& record, const std::vector<Fact>& facts) {
    std::vector<uint8_t> bytes;
    put_text(bytes, record.path);
    for (const Fact& fact : facts) put_fact(bytes, fact);
    std::lock_guard lock(mutex_);
    return append(by_path_, key_of(record.path, record.place.target), bytes);
}

Status FactStore::put_claims(const Record& record, uint32_t number,
                             const std::vector<Claim>& claims) {
    std::vector<uint8_t> bytes;
    std::vector<uint64_t> wanted;
    for (const Claim& claim : claims) {
        put_claim(bytes, claim);
        std::string about;
        if (!resolve_within(record.path, claim.path, about)) continue;
        uint64_t key = key_of(about, record.place.target);
        if (wanted.empty() || wanted.back() != key) wanted.push_back(key);
    }
    std::lock_guard lock(mutex_);
    for (uint64_t key : wanted) want(key);
    return append(by_place_, place_key(record, number), bytes);
}

static void sort_unique(std::vector<uint64_t>& keys) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

// A million claims may be about a hundred files.
void FactStore::want(uint64_t key) {
    wanted_.push_back(key);
    if (wanted_.size() < 2 * compacted_ + 1024) return;
    sort_unique(wanted_);
    compacted_ = wanted_.size();
}

Status FactStore::freeze() {
    sort_unique(wanted_);
    Status found = find_wanted();
    auto by_key = [](const Entry& a, const Entry& b) {
        return std::tie(a.key, a.offset) < std::tie(b.key, b.offset);
    };
    std::sort(by_path_.begin(), by_path_.end(), by_key);
    std::sort(by_place_.begin(), by_place_.end(), by_key);
    return found;
}

// Goes through the names of all artifacts for those that claims are about: each gets a part without
// facts, so that it is known to exist.
Status FactStore::find_wanted() {
    constexpr uint64_t kStep = 65'536;
    std::vector<uint8_t> buffer;
    uint64_t step = kStep;
    for (uint64_t at = 0; at < names_.size() && !wanted_.empty();) {
        buffer.resize(static_cast<size_t>(std::min(step, names_.size() - at)));
        Status read = names_.read(at, buffer);
        if (!read) return read;
        uint64_t used = 0;
        Status added = add_wanted(buffer, used);
        if (!added) return added;
        at += used;
        step = used == 0 ? step * 2 : kStep;  // a name may be longer than a step
    }
    return Done{};
}

Status FactStore::add_wanted(Bytes names, uint64_t& used) {
    Cursor cursor(names);
    while (cursor.remaining() > 0) {
        uint32_t target = cursor.le32();
        std::string path = get_text(cursor);
        if (!cursor.ok()) break;
        used = cursor.offset();
        uint64_t key = key_of(path, target);
        if (!std::binary_search(wanted_.begin(), wanted_.end(), key)) continue;
        std::vector<uint8_t> bytes;
        put_text(bytes, path);
        Status added = append(by_path_, key, bytes);
        if (!added) return added;
    }
    return Done{};
}

Result<std::vector<uint8_t>> FactStore::load(uint64_t offset, uint64_t size) const {
    std::vector<uint8_t> bytes(size);
    Status read = spool_.read(offset, bytes);
    if (!read) return read.error();
    return bytes;
}

// Claims about one file mostly follow each other, so what is known of the last one is kept.
Status FactStore::learn(uint32_t target, const std::string& path) const {
    if (known_.target == target && known_.path == path) return Done{};
    known_ = {target, path, false, {}};
    auto [from, to] =
        std::equal_range(by_path_.begin(), by_path_.end(), Entry{key_of(path, target), 0, 0},
                         [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (; from != to; ++from) {
        Result<std::vector<uint8_t>> part = load(from->offset, from->size);
        if (!part) return part.error();
        learn_part(*part, from->offset);
    }
    std::sort(known_.facts.begin(), known_.facts.end());
    return Done{};
}

void FactStore::learn_part(Bytes part, uint64_t offset) const {
    Cursor cursor(part, offset);
    if (get_text(cursor) != known_.path) return;
    known_.exists = true;
    while (cursor.remaining() > 0) {
        uint64_t at = cursor.offset();
        Cursor fact(cursor.bytes(cursor.le32()));
        std::string kind = get_text(fact);
        known_.facts.emplace_back(fact_key(kind, get_text(fact)), at);
    }
}

// Of what is known; the first that was stated, when there are several.
Result<std::optional<Fact>> FactStore::find(const std::string& kind,
                                            const std::string& name) const {
    const std::pair<uint64_t, uint64_t> wanted{fact_key(kind, name), 0};
    auto at = std::lower_bound(known_.facts.begin(), known_.facts.end(), wanted);
    for (; at != known_.facts.end() && at->first == wanted.first; ++at) {
        uint8_t length[4];
        Status read = spool_.read(at->second, length);
        if (!read) return read.error();
        auto bytes = load(at->second + sizeof length, load_le<uint32_t>(length));
        if (!bytes) return bytes.error();
        Fact fact = get_fact(*bytes);
        if (fact.kind == kind && fact.name == name) return std::optional(std::move(fact));
    }
    return std::optional<Fact>();
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
    Status learned = learn(record.place.target, about);
    if (!learned) return learned;
    if (!known_.exists) {
        add_finding(claim.if_no_file, claim, shown, findings);
        return Done{};
    }
    if (claim.kind.empty()) return Done{};
    auto fact = find(claim.kind, claim.name);
    if (!fact) return fact.error();
    std::string what = shown + ": " + claim.kind + " " + escape_path(claim.name);
    if (!*fact) {
        add_finding(claim.if_no_fact, claim, what, findings);
    } else if (claim.value && (*fact)->value != *claim.value) {
        what += " is " + escape_path((*fact)->value) + ", not " + escape_path(*claim.value);
        add_finding(claim.if_other_value, claim, what, findings);
    }
    return Done{};
}

Result<std::vector<Finding>> FactStore::findings_for(const Record& record, uint32_t number) const {
    std::vector<Finding> findings;
    auto [from, to] =
        std::equal_range(by_place_.begin(), by_place_.end(), Entry{place_key(record, number), 0, 0},
                         [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (; from != to; ++from) {
        Result<std::vector<uint8_t>> bytes = load(from->offset, from->size);
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
