#include "assay/trusted_root.h"

#include "proto_json.h"

namespace assay {

namespace {

constexpr std::string_view kMediaType = "application/vnd.dev.sigstore.trustedroot";
constexpr size_t kMostEntries = 256;  // of one kind

constexpr Error kDamaged{Code::kMalformed, "not a trusted root that can be read"};

bool read_time(const JsonValue* value, std::optional<int64_t>& into) {
    if (!value || value->is_null()) return true;
    into = parse_time(proto::text(value));
    return into.has_value();
}

Result<UsePeriod> period_of(const JsonValue* value) {
    UsePeriod period;
    if (!value) return period;
    bool read =
        read_time(value->find("start"), period.from) && read_time(value->find("end"), period.to);
    if (!read) return Error{Code::kMalformed, "a time in the trusted root cannot be read"};
    return period;
}

// Of "https://host:443/path".
std::string_view host_of(std::string_view url) {
    const size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    url.remove_prefix(url.rfind('@') + 1);
    const size_t port = url.find(':', url.rfind(']') + 1);
    return url.substr(0, port);
}

// Nothing for a key of a kind that we cannot check: what rests on it will not be trusted.
Result<std::optional<TrustedLog>> log_of(const JsonValue& value) {
    std::optional<std::vector<uint8_t>> key =
        proto::bytes(value.find_path({"publicKey", "rawBytes"}));
    std::optional<std::vector<uint8_t>> id = proto::bytes(value.find_path({"logId", "keyId"}));
    Result<UsePeriod> used = period_of(value.find_path({"publicKey", "validFor"}));
    if (!used) return used.error();
    if (!key || !id || id->size() < 4) return kDamaged;
    Result<PublicKey> read = PublicKey::from_spki(*key);
    std::optional<TrustedLog> log;
    if (read) {
        std::string host(host_of(proto::text(value.find("baseUrl"))));
        log = TrustedLog{std::move(*id), std::move(*read), *used, std::move(host)};
    }
    return log;
}

Result<TrustedAuthority> authority_of(const JsonValue& value) {
    const JsonValue* chain = value.find_path({"certChain", "certificates"});
    Result<UsePeriod> used = period_of(value.find("validFor"));
    if (!used) return used.error();
    if (!chain || chain->items().empty() || chain->items().size() > kMaxCertificates)
        return kDamaged;
    TrustedAuthority authority;
    authority.used = *used;
    for (const JsonValue& item : chain->items()) {
        std::optional<std::vector<uint8_t>> der = proto::bytes(item.find("rawBytes"));
        Result<Certificate> one = der ? Certificate::from_der(*der) : Result<Certificate>(kDamaged);
        if (!one) return one.error();
        authority.between.push_back(std::move(*one));
    }
    authority.anchors.push_back(std::move(authority.between.back()));
    authority.between.pop_back();
    return authority;
}

const std::vector<JsonValue>& list_at(const JsonValue& json, std::string_view key) {
    static const std::vector<JsonValue> none;
    const JsonValue* list = json.find(key);
    return list ? list->items() : none;
}

Status read_logs(const JsonValue& json, std::string_view key, std::vector<TrustedLog>& into,
                 size_t& unreadable) {
    const std::vector<JsonValue>& list = list_at(json, key);
    if (list.size() > kMostEntries) return Error{Code::kLimit, "too many logs in the trusted root"};
    for (const JsonValue& item : list) {
        Result<std::optional<TrustedLog>> log = log_of(item);
        if (!log) return log.error();
        if (*log) into.push_back(std::move(**log));
        if (!*log) unreadable++;
    }
    return Done{};
}

Status read_authorities(const JsonValue& json, std::string_view key,
                        std::vector<TrustedAuthority>& into) {
    const std::vector<JsonValue>& list = list_at(json, key);
    if (list.size() > kMostEntries) {
        return Error{Code::kLimit, "too many authorities in the trusted root"};
    }
    for (const JsonValue& item : list) {
        Result<TrustedAuthority> authority = authority_of(item);
        if (!authority) return authority.error();
        into.push_back(std::move(*authority));
    }
    return Done{};
}

}  // namespace

Result<TrustedRoot> TrustedRoot::parse(Bytes bytes) {
    if (bytes.size() > kMaxTrustedRoot) return Error{Code::kLimit, "the trusted root is too large"};
    Result<JsonValue> json = JsonValue::parse(bytes);
    if (!json) return json.error();
    if (!proto::text(json->find("mediaType")).starts_with(kMediaType)) {
        return Error{Code::kMalformed, "not a trusted root: its media type is another one"};
    }
    TrustedRoot root;
    Status done = read_logs(*json, "tlogs", root.logs, root.unreadable);
    if (done) done = read_logs(*json, "ctlogs", root.certificate_logs, root.unreadable);
    if (done) done = read_authorities(*json, "certificateAuthorities", root.authorities);
    if (done) done = read_authorities(*json, "timestampAuthorities", root.timestamp_authorities);
    if (done && !proto::has_known_fields_only(*json, proto::kTrustedRoot)) {
        done = Error{Code::kMalformed, "the trusted root has a field that is not known here"};
    }
    if (!done) return done.error();
    return root;
}

}  // namespace assay
