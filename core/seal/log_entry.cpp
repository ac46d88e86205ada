#include "assay/base64.h"
#include "assay/bytes.h"
#include "assay/json_text.h"
#include "assay/transparency.h"
#include "proto_json.h"

namespace assay {

namespace {

constexpr size_t kMostHashes = 64;
constexpr size_t kMostBody = size_t{8} << 20;

constexpr Error kDamaged{Code::kMalformed, "a transparency log entry cannot be read"};

Result<InclusionProof> proof_of(const JsonValue& json) {
    InclusionProof proof;
    std::optional<int64_t> index = proto::integer(json.find("logIndex"));
    std::optional<int64_t> size = proto::integer(json.find("treeSize"));
    std::optional<std::vector<uint8_t>> root = proto::bytes(json.find("rootHash"));
    const JsonValue* hashes = json.find("hashes");
    if (!size || !root || (hashes && hashes->items().size() > kMostHashes)) return kDamaged;
    proof.index = static_cast<uint64_t>(index.value_or(0));  // zero is left out
    proof.tree_size = static_cast<uint64_t>(*size);
    proof.root = std::move(*root);
    if (hashes) {
        for (const JsonValue& item : hashes->items()) {
            std::optional<std::vector<uint8_t>> hash = proto::bytes(&item);
            if (!hash) return kDamaged;
            proof.hashes.push_back(std::move(*hash));
        }
    }
    proof.checkpoint = proto::text(json.find_path({"checkpoint", "envelope"}));
    return proof;
}

// What the log signs for its promise: canonical JSON, whose members come in this order.
std::string promised_text(const LogEntry& entry) {
    std::string out;
    JsonText json(out);
    json.open('{');
    json.key("body").text(to_base64(entry.body));
    json.key("integratedTime").number(static_cast<uint64_t>(entry.integrated.value_or(0)));
    json.key("logID").text(to_hex(entry.log_id));
    json.key("logIndex").number(entry.index);
    json.close('}');
    return out;
}

const TrustedLog* log_named(const std::vector<TrustedLog>& logs, const LogEntry& entry) {
    for (const TrustedLog& log : logs) {
        if (log.id == entry.log_id && (!entry.integrated || log.used.covers(*entry.integrated))) {
            return &log;
        }
    }
    return nullptr;
}

Status included(const LogEntry& entry, const TrustedLog& log) {
    const InclusionProof& proof = *entry.proof;
    Result<Checkpoint> checkpoint = open_checkpoint(proof.checkpoint, log);
    if (!checkpoint) return checkpoint.error();
    if (checkpoint->root != proof.root || checkpoint->tree_size != proof.tree_size) {
        return Error{Code::kMalformed, "the checkpoint is of another tree than the proof"};
    }
    // Rekor 1 counts entries over all of its trees, and promises that number. A log of one tree has
    // no other number than the place in it.
    if (!checkpoint->one_of_several && entry.index != proof.index) {
        return Error{Code::kMalformed, "the log entry states another place than its proof"};
    }
    return verify_inclusion(proof, entry.body);
}

}  // namespace

Result<LogEntry> LogEntry::from_json(const JsonValue& json) {
    LogEntry entry;
    std::optional<std::vector<uint8_t>> id = proto::bytes(json.find_path({"logId", "keyId"}));
    std::optional<std::vector<uint8_t>> body = proto::bytes(json.find("canonicalizedBody"));
    if (!id || id->empty() || !body || body->empty() || body->size() > kMostBody) return kDamaged;
    entry.log_id = std::move(*id);
    entry.body = std::move(*body);
    entry.kind = proto::text(json.find_path({"kindVersion", "kind"}));
    entry.version = proto::text(json.find_path({"kindVersion", "version"}));
    entry.index = static_cast<uint64_t>(proto::integer(json.find("logIndex")).value_or(0));
    entry.integrated = proto::integer(json.find("integratedTime"));
    if (entry.integrated == 0) entry.integrated.reset();  // as protocol buffers say "none"
    const JsonValue* promise = json.find_path({"inclusionPromise", "signedEntryTimestamp"});
    if (promise && !promise->is_null()) {
        std::optional<std::vector<uint8_t>> set = proto::bytes(promise);
        if (!set) return kDamaged;
        entry.promise = std::move(*set);
    }
    const JsonValue* proof = json.find("inclusionProof");
    if (proof && proof->is_object()) {
        Result<InclusionProof> read = proof_of(*proof);
        if (!read) return read.error();
        entry.proof = std::move(*read);
    }
    return entry;
}

Result<LogEntry> LogEntry::from_rekor_bundle(const JsonValue& json) {
    LogEntry entry;
    const JsonValue* payload = json.find("Payload");
    std::optional<std::vector<uint8_t>> set = proto::bytes(json.find("SignedEntryTimestamp"));
    std::optional<std::vector<uint8_t>> body =
        payload ? proto::bytes(payload->find("body")) : std::nullopt;
    if (!set || !body || body->size() > kMostBody) return kDamaged;
    entry.promise = std::move(*set);
    entry.body = std::move(*body);
    std::string_view id = proto::text(payload->find("logID"));
    entry.log_id.resize(id.size() / 2);
    std::optional<int64_t> time = proto::integer(payload->find("integratedTime"));
    std::optional<int64_t> index = proto::integer(payload->find("logIndex"));
    if (id.empty() || !from_hex(id, entry.log_id) || !time || !index) return kDamaged;
    entry.integrated = time;
    entry.index = static_cast<uint64_t>(*index);
    return entry;
}

Result<std::optional<int64_t>> held_by(const LogEntry& entry, const std::vector<TrustedLog>& logs) {
    const TrustedLog* log = log_named(logs, entry);
    if (!log) {
        return Error{Code::kMalformed, "the entry's log is not in the trusted root, or not then"};
    }
    if (entry.promise.empty() && !entry.proof) {
        return Error{Code::kMalformed, "the log entry has neither a promise nor a proof"};
    }
    if (entry.proof) {
        Status there = included(entry, *log);
        if (!there) return there.error();
    }
    if (entry.promise.empty()) return std::optional<int64_t>();
    if (!entry.integrated || !log->key.verify(as_bytes(promised_text(entry)), entry.promise)) {
        return Error{Code::kMalformed, "the log's promise is not signed by the log"};
    }
    return entry.integrated;
}

}  // namespace assay
