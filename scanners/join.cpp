#include "join.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "artifact.h"
#include "assay/rules.h"
#include "path_key.h"
#include "spool_text.h"

namespace assay {

namespace {

// Rules live as long as the program, so a claim may keep their address.
void put_rule(std::vector<uint8_t>& out, const Rule* rule) {
    put_number(out, reinterpret_cast<uintptr_t>(rule));
}

const Rule* get_rule(Cursor& cursor) {
    return reinterpret_cast<const Rule*>(static_cast<uintptr_t>(cursor.le64()));  // NOLINT
}

// After its length, too.
void put_claim(std::vector<uint8_t>& to, const Claim& claim) {
    std::vector<uint8_t> out;
    put_text(out, claim.path);
    put_number(out, claim.offset);
    put_text(out, claim.kind);
    put_text(out, claim.name);
    put_number(out, claim.value ? 1 : 0);
    put_text(out, claim.value.value_or(""));
    for (const Rule* rule :
         {claim.if_outside, claim.if_no_file, claim.if_no_fact, claim.if_other_value, claim.if_file,
          claim.if_unnamed, claim.if_named_elsewhere, claim.if_other_sum, claim.if_less,
          claim.if_more}) {
        put_rule(out, rule);
    }
    put_text(to, as_text(out));
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
    claim.if_file = get_rule(cursor);
    claim.if_unnamed = get_rule(cursor);
    claim.if_named_elsewhere = get_rule(cursor);
    claim.if_other_sum = get_rule(cursor);
    claim.if_less = get_rule(cursor);
    claim.if_more = get_rule(cursor);
    return claim;
}

// After its length, so that it can be read alone.
void put_fact(std::vector<uint8_t>& out, const Fact& fact) {
    put_length(out, 3 * kLengthBytes + fact.kind.size() + fact.name.size() + fact.value.size());
    put_text(out, fact.kind);
    put_text(out, fact.name);
    put_text(out, fact.value);
}

Fact get_fact(Bytes bytes) {
    Cursor cursor(bytes);
    std::string kind = get_text(cursor);
    std::string name = get_text(cursor);
    return {std::move(kind), std::move(name), get_text(cursor)};
}

// Facts that the engine keeps for itself: how a file was opened, and what it was then.
constexpr std::string_view kOpened = "engine opened";
constexpr std::string_view kStamp = "engine stamp";

std::string_view type_of(EntryKind kind) {
    if (kind == EntryKind::kLink) return "link";
    return kind == EntryKind::kSpecial ? "special" : "file";
}

uint64_t fact_key(std::string_view kind, std::string_view name) {
    return key_of(name, kind.size());
}

std::optional<uint64_t> number_in(const std::string& text) {
    uint64_t number = 0;
    const char* end = text.data() + text.size();
    auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stopped == end && !text.empty() ? std::optional(number)
                                                                   : std::nullopt;
}

std::string sha256_in(const Record& record) {
    for (const Digest& digest : record.digests) {
        if (digest.kind == DigestKind::kSha256) return digest.hex();
    }
    return {};
}

uint64_t place_key(const Record& record, uint32_t number) {
    return key_of(std::to_string(number), record.place.file);
}

}  // namespace

namespace rules {

const Rule kCompanionNotGiven = {
    "file.companion.not_given",
    Severity::kLow,
    "it refers to a file that was not given to be scanned",
    "Whoever loads this file loads the other one, too, and what this file says of it was not "
    "compared.",
    "Scan the folder in which both lie, or name both.",
    ""};

}  // namespace rules

std::span<const Rule> join_rules() { return {&rules::kCompanionNotGiven, 1}; }

FactStore::FactStore(size_t in_memory, const std::vector<std::string>& targets, bool rereads,
                     std::stop_token stop)
    : spool_(in_memory / 2),
      names_(in_memory / 2),
      targets_(targets),
      lone_(targets.size()),
      rereads_(rereads),
      reread_(std::move(stop)) {}

void FactStore::note_lone(uint32_t target) {
    std::lock_guard lock(mutex_);
    if (target < lone_.size()) lone_[target] = 1;
}

bool FactStore::is_lone(uint32_t target) const {
    std::lock_guard lock(mutex_);
    return target < lone_.size() && lone_[target] != 0;
}

// Which artifacts are joined: those of a target, or of all files that were named in one folder.
uint64_t FactStore::group_of(uint32_t target) const {
    if (!is_lone(target)) return target;
    std::string_view folder = targets_[target];
    folder = folder.substr(0, folder.rfind('/') + 1);
    return key_of(folder, UINT64_MAX);
}

Status FactStore::append(Index& index, uint64_t key, const std::vector<uint8_t>& bytes) {
    index.push_back({key, spool_.size(), bytes.size()});
    return spool_.append(bytes);
}

Status FactStore::put_name(const Record& record, const FileStamp* stamp) {
    constexpr size_t kUsual = 512;
    std::vector<uint8_t> bytes;
    bytes.reserve(kUsual);
    put_number(bytes, group_of(record.place.target));
    put_text(bytes, record.path);
    put_number(bytes, record.size);
    put_text(bytes, type_of(record.kind));
    put_text(bytes, record.format);
    put_text(bytes, name_of(record.coverage));
    put_text(bytes, sha256_in(record));
    put_text(bytes, stamp ? record.user_path : "");
    put_text(bytes, stamp ? Reread::bytes_of(*stamp) : "");
    std::lock_guard lock(mutex_);
    return names_.append(bytes);
}

Status FactStore::put_facts(const Record& record, const std::vector<Fact>& facts) {
    std::vector<uint8_t> bytes;
    put_text(bytes, record.path);
    for (const Fact& fact : facts) put_fact(bytes, fact);
    const uint64_t key = key_of(record.path, group_of(record.place.target));
    std::lock_guard lock(mutex_);
    return append(by_path_, key, bytes);
}

constexpr const char* kSame = "the same as";

Status FactStore::put_same(const Record& record, std::string_view as) {
    want(record.place.target, as);
    return put_facts(record, {{kSame, "", std::string(as)}});
}

Status FactStore::put_claims(const Record& record, uint32_t number,
                             const std::vector<Claim>& claims) {
    std::vector<uint8_t> bytes;
    std::vector<uint64_t> wanted;
    const uint64_t group = group_of(record.place.target);
    for (const Claim& claim : claims) {
        put_claim(bytes, claim);
        std::string about;
        if (!resolve_within(record.path, claim.path, about)) continue;
        uint64_t key = key_of(about, group);
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

void FactStore::want(uint32_t target, std::string_view path) {
    const uint64_t key = key_of(path, group_of(target));
    std::lock_guard lock(mutex_);
    want(key);
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

// Goes through the names of all artifacts for those that claims are about: each gets a part with
// what is known of any file.
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
        const uint64_t group = cursor.le64();
        std::string path = get_text(cursor);
        const uint64_t size = cursor.le64();
        std::string type = get_text(cursor);
        std::string format = get_text(cursor);
        std::string coverage = get_text(cursor);
        std::string sha256 = get_text(cursor);
        std::string opened = get_text(cursor);
        std::string stamp = get_text(cursor);
        if (!cursor.ok()) break;
        used = cursor.offset();
        uint64_t key = key_of(path, group);
        if (!std::binary_search(wanted_.begin(), wanted_.end(), key)) continue;
        std::vector<uint8_t> bytes;
        put_text(bytes, path);
        // A link's own size is no file's.
        if (type != "link") put_fact(bytes, {"file", "size", std::to_string(size)});
        put_fact(bytes, {"file", "type", std::move(type)});
        put_fact(bytes, {"file", "format", std::move(format)});
        put_fact(bytes, {"file", "coverage", std::move(coverage)});
        if (!sha256.empty()) put_fact(bytes, {"file", "sha256", std::move(sha256)});
        if (!stamp.empty()) {
            put_fact(bytes, {std::string(kOpened), "", std::move(opened)});
            put_fact(bytes, {std::string(kStamp), "", std::move(stamp)});
        }
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
Status FactStore::learn(uint64_t group, const std::string& path) const {
    if (known_.group == group && known_.path == path) return Done{};
    known_ = {group, path, false, false, {}};
    Status learned = learn_parts(path);
    if (!learned) return learned;
    std::sort(known_.facts.begin(), known_.facts.end());
    Result<std::optional<Fact>> same = find(kSame, "");
    Result<std::optional<Fact>> type = find("file", "type");
    if (!same || !type) return (same ? type : same).error();
    const bool link = *type && (*type)->value == "link";
    if (*same) learned = learn_same((*same)->value);
    Result<std::optional<Fact>> size = find("file", "size");
    if (!size) return size.error();
    known_.unfollowed = link && !*size;
    return learned;
}

// What is known of it by its own name goes before.
Status FactStore::learn_same(const std::string& path) const {
    const auto own = std::exchange(known_.facts, {});
    Status learned = learn_parts(path);
    std::erase_if(known_.facts, [&](const auto& fact) {
        const auto at =
            std::lower_bound(own.begin(), own.end(), std::pair(fact.first, uint64_t{0}));
        return at != own.end() && at->first == fact.first;
    });
    known_.facts.insert(known_.facts.end(), own.begin(), own.end());
    std::sort(known_.facts.begin(), known_.facts.end());
    return learned;
}

Status FactStore::learn_parts(const std::string& path) const {
    auto [from, to] =
        std::equal_range(by_path_.begin(), by_path_.end(), Entry{key_of(path, known_.group), 0, 0},
                         [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (; from != to; ++from) {
        Result<std::vector<uint8_t>> part = load(from->offset, from->size);
        if (!part) return part.error();
        learn_part(*part, from->offset, path);
    }
    return Done{};
}

void FactStore::learn_part(Bytes part, uint64_t offset, std::string_view path) const {
    Cursor cursor(part, offset);
    if (get_text(cursor) != path) return;
    known_.exists = true;
    while (cursor.remaining() > 0) {
        uint64_t at = cursor.offset();
        Cursor fact(cursor.bytes(cursor.le32()));
        std::string kind = get_text(fact);
        known_.facts.emplace_back(fact_key(kind, get_text(fact)), at);
    }
}

Result<Fact> FactStore::load_fact(uint64_t offset) const {
    uint8_t length[4];
    Status read = spool_.read(offset, length);
    if (!read) return read.error();
    auto bytes = load(offset + sizeof length, load_le<uint32_t>(length));
    if (!bytes) return bytes.error();
    return get_fact(*bytes);
}

// Of what is known; the first that was stated, when there are several.
Result<std::optional<Fact>> FactStore::find(const std::string& kind,
                                            const std::string& name) const {
    const std::pair<uint64_t, uint64_t> wanted{fact_key(kind, name), 0};
    auto at = std::lower_bound(known_.facts.begin(), known_.facts.end(), wanted);
    for (; at != known_.facts.end() && at->first == wanted.first; ++at) {
        Result<Fact> fact = load_fact(at->second);
        if (!fact) return fact.error();
        if (fact->kind == kind && fact->name == name) return std::optional(std::move(*fact));
    }
    return std::optional<Fact>();
}

Result<bool> FactStore::exists(uint32_t target, const std::string& path) const {
    Status learned = learn(group_of(target), path);
    if (!learned) return learned.error();
    return known_.exists;
}

Result<std::optional<std::string>> FactStore::value(uint32_t target, const std::string& path,
                                                    const std::string& kind,
                                                    const std::string& name) const {
    Status learned = learn(group_of(target), path);
    if (!learned) return learned.error();
    Result<std::optional<Fact>> fact = find(kind, name);
    if (!fact) return fact.error();
    return *fact ? std::optional((*fact)->value) : std::nullopt;
}

// ------------------------------------------------------------------------------------------------
// Claims

// The claims of one record: judged file by file, so that no file's facts are learned twice, and
// reported in their own order.
class FactStore::Judge {
  public:
    Judge(const FactStore& store, const Record& record) : store_(store), record_(record) {}

    // Part by part, in order.
    void add(Bytes part, uint64_t offset);
    Result<std::vector<Finding>> judge();

  private:
    struct Place {
        uint64_t path;  // a hash of it
        bool last;      // of its file: asks whether all facts are named
        uint32_t size;
        uint64_t offset;  // in the spool
        size_t order;
        bool operator<(const Place& other) const {
            return std::tie(path, last, order) < std::tie(other.path, other.last, other.order);
        }
    };

    Status judge(const Place& place);
    Status judge(const Claim& claim);
    Status judge_fact(const Claim& claim, const std::string& shown);
    void judge_absent(const Claim& claim, const std::string& about, const std::string& shown);
    void not_given(const Claim& claim, const std::string& about, const std::string& shown);
    Status judge_bytes(const Claim& claim, const ByteClaim& bytes, const std::string& shown);
    Status judge_links(const Claim& claim, const std::string& shown);
    Result<bool> reopen(const Claim& claim, const std::string& shown);
    void say_moved(const Claim& claim, const std::string& shown, const Error& error);
    Result<std::string> known(std::string_view kind) const;
    Status judge_unnamed(const Claim& claim, const std::string& shown);
    Status add_up(const Claim& claim);
    void judge_sum();
    void report(const Rule* rule, const Claim& claim, std::string detail);
    std::vector<Finding> in_order();

    const FactStore& store_;
    const Record& record_;
    std::vector<Place> places_;
    std::vector<uint64_t> named_;  // facts that are claimed, of whatever file
    std::vector<uint64_t> here_;   // of the file that is judged
    uint64_t path_ = 0;
    size_t order_ = 0;
    std::optional<Claim> sum_;  // the last of those that are added up
    size_t sum_order_ = 0;
    uint64_t total_ = 0;
    bool summed_ = true;  // all that was to be added was there
    std::string absent_;  // the last file that was not given
    std::string moved_;   // the last file that is not what it was
    std::string opened_;  // the file that is open
    FindingList list_;
    std::vector<Finding> kept_;
    std::vector<std::pair<size_t, size_t>> orders_;  // of those: of the claim, in kept_
};

void FactStore::Judge::add(Bytes part, uint64_t offset) {
    Cursor cursor(part, offset);
    while (cursor.remaining() > 0) {
        const uint32_t size = cursor.le32();
        const uint64_t at = cursor.offset();
        Cursor one(cursor.bytes(size));
        const Claim claim = get_claim(one);
        const bool last = claim.if_unnamed || claim.if_named_elsewhere;
        places_.push_back({key_of(claim.path, 0), last, size, at, places_.size()});
        const bool names = !claim.kind.empty() && !last && !claim.if_other_sum;
        if (names) named_.push_back(fact_key(claim.kind, claim.name));
    }
}

Result<std::vector<Finding>> FactStore::Judge::judge() {
    std::sort(named_.begin(), named_.end());
    std::sort(places_.begin(), places_.end());
    for (const Place& place : places_) {
        Status judged = judge(place);
        if (!judged) return judged.error();
    }
    judge_sum();
    return in_order();
}

Status FactStore::Judge::judge(const Place& place) {
    Result<std::vector<uint8_t>> bytes = store_.load(place.offset, place.size);
    if (!bytes) return bytes.error();
    if (place.path != path_) here_.clear();
    path_ = place.path;
    order_ = place.order;
    Cursor cursor(*bytes);
    return judge(get_claim(cursor));
}

Status FactStore::Judge::judge(const Claim& claim) {
    const std::string shown = escape_path(claim.path);
    std::string about;
    if (!resolve_within(record_.path, claim.path, about)) {
        report(claim.if_outside, claim, shown);
        return Done{};
    }
    Status learned = store_.learn(store_.group_of(record_.place.target), about);
    if (!learned) return learned;
    if (!store_.known_.exists) judge_absent(claim, about, shown);
    if (store_.known_.exists) {
        // A claim about the file alone may have a word for what it is about.
        const bool word = claim.kind.empty() && !claim.name.empty();
        report(claim.if_file, claim, word ? escape_text(claim.name) : shown);
    }
    // What it leads to was not given. What it is, its name says.
    const bool of_link = claim.kind == "file" && claim.name == "type";
    if (store_.known_.unfollowed && !of_link && !claim.kind.empty()) {
        not_given(claim, about, shown);
        return Done{};
    }
    if (claim.if_other_sum) return add_up(claim);
    if (!store_.known_.exists || claim.kind.empty()) return Done{};
    if (const auto bytes = bytes_of(claim)) return judge_bytes(claim, *bytes, shown);
    if (claim.kind == "file" && claim.name == "links") return judge_links(claim, shown);
    const bool last = claim.if_unnamed || claim.if_named_elsewhere;
    return last ? judge_unnamed(claim, shown) : judge_fact(claim, shown);
}

// Beside a file that was named alone others may lie that nobody looked for. What is inside of an
// archive is all there.
void FactStore::Judge::judge_absent(const Claim& claim, const std::string& about,
                                    const std::string& shown) {
    const bool given =
        about.find('!') != std::string::npos || !store_.is_lone(record_.place.target);
    if (given) return report(claim.if_no_file, claim, shown);
    if (claim.if_no_file) not_given(claim, about, shown);
}

// Once for each file.
void FactStore::Judge::not_given(const Claim& claim, const std::string& about,
                                 const std::string& shown) {
    if (claim.if_other_sum) summed_ = false;
    if (about == absent_) return;
    absent_ = about;
    report(&rules::kCompanionNotGiven, claim, shown);
}

// Of the file that is judged; empty where nothing of the kind is known.
Result<std::string> FactStore::Judge::known(std::string_view kind) const {
    auto fact = store_.find(std::string(kind), "");
    if (!fact) return fact.error();
    return *fact ? (*fact)->value : std::string();
}

// False where it can't be had, which is said.
Result<bool> FactStore::Judge::reopen(const Claim& claim, const std::string& shown) {
    if (opened_ == store_.known_.path) return true;
    opened_.clear();
    Result<std::string> path = known(kOpened);
    Result<std::string> stamp = known(kStamp);
    if (!path || !stamp) return (path ? stamp : path).error();
    if (stamp->empty()) {
        report(claim.if_no_fact, claim, shown);
        return false;
    }
    Status opened = store_.reread_.open(*path, *stamp);
    if (!opened) say_moved(claim, shown, opened.error());
    if (opened) opened_ = store_.known_.path;
    return opened.ok();
}

// Once for each file.
void FactStore::Judge::say_moved(const Claim& claim, const std::string& shown, const Error& error) {
    if (moved_ == shown) return;
    moved_ = shown;
    const bool unreadable = error.code == Code::kIo;
    report(unreadable ? &rules::kUnreadable : &rules::kChanged, claim,
           shown + ": " + describe(error));
}

Status FactStore::Judge::judge_bytes(const Claim& claim, const ByteClaim& bytes,
                                     const std::string& shown) {
    if (!store_.rereads_) return Done{};
    Result<bool> there = reopen(claim, shown);
    if (!there || !*there) return there ? Status(Done{}) : there.error();
    Reread& file = store_.reread_;
    Result<std::string> sum =
        bytes.range ? file.checksum(bytes.checksum, *bytes.range) : file.checksum(bytes.checksum);
    if (!sum && sum.error().code == Code::kInterrupted) return sum.error();
    if (!sum && sum.error().code == Code::kTruncated) return Done{};  // as other claims say
    if (!sum) say_moved(claim, shown, sum.error());
    if (!sum || *sum == claim.value.value_or("")) return Done{};
    std::string what = shown + ": ";
    if (!bytes.called.empty()) what += escape_path(bytes.called) + ": ";
    report(claim.if_other_value, claim, what + *sum + ", not " + escape_path(*claim.value));
    return Done{};
}

Status FactStore::Judge::judge_links(const Claim& claim, const std::string& shown) {
    Result<bool> there = reopen(claim, shown);
    if (!there || !*there) return there ? Status(Done{}) : there.error();
    Result<uint64_t> links = store_.reread_.links();
    if (!links) say_moved(claim, shown, links.error());
    if (!links || std::to_string(*links) == claim.value.value_or("")) return Done{};
    report(claim.if_other_value, claim, shown + " has " + std::to_string(*links) + " names");
    return Done{};
}

// Decimal numbers without leading zeros.
static bool is_less(std::string_view number, std::string_view than) {
    return number.size() != than.size() ? number.size() < than.size() : number < than;
}

Status FactStore::Judge::judge_fact(const Claim& claim, const std::string& shown) {
    here_.push_back(fact_key(claim.kind, claim.name));
    auto fact = store_.find(claim.kind, claim.name);
    if (!fact) return fact.error();
    std::string what = shown + ": " + claim.kind + " " + escape_path(claim.name);
    if (!*fact) {
        report(claim.if_no_fact, claim, what);
    } else if (claim.if_less || claim.if_more) {
        const std::string value = claim.value.value_or("");
        what += " is " + escape_path((*fact)->value) + ", not " + value;
        if (is_less((*fact)->value, value)) report(claim.if_less, claim, what);
        if (is_less(value, (*fact)->value)) report(claim.if_more, claim, what);
    } else if (claim.value && (*fact)->value != *claim.value) {
        what += " is " + escape_path((*fact)->value) + ", not " + escape_path(*claim.value);
        report(claim.if_other_value, claim, what);
    }
    return Done{};
}

Status FactStore::Judge::judge_unnamed(const Claim& claim, const std::string& shown) {
    std::sort(here_.begin(), here_.end());
    for (const auto& [key, offset] : store_.known_.facts) {
        if (std::binary_search(here_.begin(), here_.end(), key)) continue;
        Result<Fact> fact = store_.load_fact(offset);
        if (!fact) return fact.error();
        if (fact->kind != claim.kind) continue;
        const bool elsewhere = std::binary_search(named_.begin(), named_.end(), key);
        report(elsewhere ? claim.if_named_elsewhere : claim.if_unnamed, claim,
               shown + ": " + fact->kind + " " + escape_path(fact->name));
    }
    return Done{};
}

Status FactStore::Judge::add_up(const Claim& claim) {
    if (!sum_ || order_ > sum_order_) {
        sum_ = claim;
        sum_order_ = order_;
    }
    auto fact = store_.find(claim.kind, claim.name);
    if (!fact) return fact.error();
    const std::optional<uint64_t> number = *fact ? number_in((*fact)->value) : std::nullopt;
    summed_ &= number && !__builtin_add_overflow(total_, *number, &total_);
    return Done{};
}

void FactStore::Judge::judge_sum() {
    if (!sum_ || !summed_ || !sum_->value) return;
    order_ = sum_order_;
    const std::string total = std::to_string(total_);
    if (total == *sum_->value) return;
    report(sum_->if_other_sum, *sum_, total + ", not " + escape_path(*sum_->value));
}

void FactStore::Judge::report(const Rule* rule, const Claim& claim, std::string detail) {
    if (!rule) return;
    Finding finding;
    finding.rule = rule;
    finding.severity = rule->severity;
    finding.offset = claim.offset;
    finding.detail = std::move(detail);
    const size_t before = kept_.size();
    list_.add(kept_, std::move(finding));
    if (kept_.size() > before) orders_.emplace_back(order_, before);
}

std::vector<Finding> FactStore::Judge::in_order() {
    std::sort(orders_.begin(), orders_.end());
    std::vector<Finding> findings;
    findings.reserve(kept_.size());
    for (const auto& [order, at] : orders_) findings.push_back(std::move(kept_[at]));
    return findings;
}

Result<std::vector<Finding>> FactStore::findings_for(const Record& record, uint32_t number) const {
    if (by_place_.empty()) return std::vector<Finding>();
    Judge judge(*this, record);
    auto [from, to] =
        std::equal_range(by_place_.begin(), by_place_.end(), Entry{place_key(record, number), 0, 0},
                         [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (; from != to; ++from) {
        Result<std::vector<uint8_t>> bytes = load(from->offset, from->size);
        if (!bytes) return bytes.error();
        judge.add(*bytes, from->offset);
    }
    return judge.judge();
}

}  // namespace assay
