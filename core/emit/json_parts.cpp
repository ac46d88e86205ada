#include "json_parts.h"

namespace assay {

static std::string_view name_of(EntryKind kind) {
    static constexpr std::string_view kNames[] = {"file", "member", "link", "special"};
    return kNames[static_cast<size_t>(kind)];
}

// Left out where there is nothing to say.
static void put_texts(JsonText& json, std::string_view key, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    json.key(key).open('[');
    for (const std::string& text : texts) json.text(text);
    json.close(']');
}

void put_header(JsonText& json, const ReportHeader& header) {
    json.key("schema").text("assay.report/1");
    json.key("tool").open('{');
    json.key("name").text("assay");
    json.key("version").text(header.version);
    json.key("rules").text("sha256:" + header.rules_digest());
    json.close('}');
    json.key("targets").open('[');
    for (const std::string& target : header.targets) json.text(target);
    json.close(']');
    put_texts(json, "allowed", header.allowed);
    put_texts(json, "modes", header.modes);
}

std::string_view why_no_digest(const TensorRecord& tensor) {
    if (tensor.end == 0) return "its values are packed, or lie in pieces";
    return "it was known after its bytes, or shares them with another";
}

static void put_tensor(JsonText& json, const TensorRecord& tensor, bool digests_wanted) {
    json.open('{');
    json.key("name").text(tensor.name);
    json.key("dtype").text(tensor.dtype);
    json.key("shape").open('[');
    for (uint64_t extent : tensor.shape) json.number(extent);
    json.close(']');
    json.key("begin").number(tensor.begin);
    json.key("end").number(tensor.end);
    const bool has_digest = !tensor.sha256.empty();
    if (has_digest) json.key("sha256").text(tensor.sha256);
    if (!has_digest && digests_wanted) json.key("no_digest").text(why_no_digest(tensor));
    json.close('}');
}

static void put_evidence(JsonText& json, const Finding& finding) {
    json.key("evidence").open('{');
    for (const auto& [name, value] : finding.evidence) json.key(name).text(value);
    json.close('}');
}

static void put_finding(JsonText& json, const std::string& path, const Finding& finding) {
    json.open('{');
    json.key("rule").text(finding.rule->id);
    json.key("severity").text(name_of(finding.severity));
    json.key("offset").number(finding.offset);
    json.key("length").number(finding.length);
    json.key("count").number(finding.count);
    json.key("message").text(finding.rule->message);
    json.key("detail").text(finding.detail);
    put_evidence(json, finding);
    json.key("fingerprint").text(fingerprint(path, finding));
    json.close('}');
}

static void put_digests(JsonText& json, const Record& record) {
    json.key("digests").open('{');
    for (const Digest& digest : record.digests) json.key(name_of(digest.kind)).text(digest.hex());
    json.close('}');
    if (!record.chunks) return;
    json.key("chunks").open('{');
    json.key("size").number(record.chunks->chunk_size);
    json.key("root").text("sha256:" + record.chunks->root);
    json.close('}');
}

static void put_coverage(JsonText& json, const Record& record) {
    json.key("coverage").text(name_of(record.coverage));
    json.key("reason").text(record.reason);
    json.key("accounted").open('{');
    json.key("hashed").number(record.accounted.hashed);
    json.key("parsed").number(record.accounted.parsed);
    json.key("gaps").number(record.accounted.gaps);
    json.close('}');
}

void put_record(JsonText& json, const Record& record, bool digests_wanted) {
    json.key("target").number(record.place.target);
    json.key("path").text(record.path);
    json.key("kind").text(name_of(record.kind));
    json.key("format").text(record.format);
    json.key("size").number(record.size);
    put_coverage(json, record);
    put_digests(json, record);
    json.key("tensors").open('[');
    for (const TensorRecord& tensor : record.tensors) put_tensor(json, tensor, digests_wanted);
    json.close(']');
    json.key("findings").open('[');
    for (const Finding& finding : record.findings) put_finding(json, record.path, finding);
    json.close(']');
}

std::string json_of(const Record& record, bool digests_wanted) {
    std::string text;
    JsonText json(text);
    json.open('{');
    put_record(json, record, digests_wanted);
    json.close('}');
    return text;
}

static void put_texts_of(JsonText& json, const StoreBlob& blob) {
    json.open('{');
    json.key("path").text(blob.path);
    json.key("state").text(name_of(blob.state));
    if (!blob.expected.empty()) json.key("expected").text(blob.expected);
    if (!blob.actual.empty()) json.key("actual").text(blob.actual);
    json.key("breaks").open('[');
    for (const std::string& name : blob.breaks) json.text(name);
    json.close(']');
    json.key("breaks_total").number(blob.breaks_total);
    json.close('}');
}

static void put_model(JsonText& json, const StoreModel& model) {
    json.open('{');
    json.key("name").text(model.name);
    json.key("state").text(model.damaged ? "damaged" : "intact");
    json.key("parts").number(model.parts);
    json.key("damaged_parts").number(model.damaged_parts);
    json.close('}');
}

static void put_blob_counts(JsonText& json, const StoreReport& store) {
    json.key("blobs").open('{');
    json.key("ok").number(store.ok);
    json.key("corrupt").number(store.corrupt);
    json.key("missing").number(store.missing);
    json.key("partial").number(store.partial);
    json.key("unchecked").number(store.unchecked);
    json.key("orphaned").number(store.orphaned);
    json.close('}');
}

static void put_store(JsonText& json, const StoreReport& store) {
    json.open('{');
    json.key("kind").text(name_of(store.kind));
    json.key("target").number(store.target);
    json.key("path").text(store.path);
    put_blob_counts(json, store);
    json.key("bad").open('[');
    for (const StoreBlob& blob : store.bad) put_texts_of(json, blob);
    json.close(']');
    if (store.cut) json.key("cut").boolean(true);
    json.key("models_total").number(store.models_total);
    json.key("models_damaged").number(store.models_damaged);
    json.key("models").open('[');
    for (const StoreModel& model : store.models) put_model(json, model);
    json.close(']');
    json.close('}');
}

void put_stores(JsonText& json, const std::vector<StoreReport>& stores) {
    if (stores.empty()) return;
    json.key("stores").open('[');
    for (const StoreReport& store : stores) put_store(json, store);
    json.close(']');
}

void put_summary(JsonText& json, const Summary& summary) {
    json.key("verdict").text(name_of(verdict_of(summary)));
    if (summary.interrupted) json.key("interrupted").boolean(true);
    json.key("files").number(summary.files);
    json.key("bytes").number(summary.bytes);
    json.key("findings").open('{');
    for (size_t i = summary.findings.size(); i-- > 0;) {
        json.key(name_of(static_cast<Severity>(i))).number(summary.findings[i]);
    }
    json.close('}');
    json.key("coverage").open('{');
    for (size_t i = 0; i < kCoverageKinds; i++) {
        json.key(name_of(static_cast<Coverage>(i))).number(summary.coverage[i]);
    }
    json.close('}');
}

}  // namespace assay
