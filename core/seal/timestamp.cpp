#include "assay/timestamp.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include <ctime>
#include <optional>
#include <string_view>

#include "openssl.h"
#include "x509.h"

namespace assay {

namespace {

using ResponsePtr = std::unique_ptr<TS_RESP, FreeBy<TS_RESP_free>>;
using ContextPtr = std::unique_ptr<TS_VERIFY_CTX, FreeBy<TS_VERIFY_CTX_free>>;
using RequestPtr = std::unique_ptr<TS_REQ, FreeBy<TS_REQ_free>>;
using ImprintPtr = std::unique_ptr<TS_MSG_IMPRINT, FreeBy<TS_MSG_IMPRINT_free>>;
using AlgorithmPtr = std::unique_ptr<X509_ALGOR, FreeBy<X509_ALGOR_free>>;

Result<ResponsePtr> parsed(Bytes response) {
    if (response.size() > kMaxTimestamp) return Error{Code::kLimit, "the timestamp is too large"};
    const uint8_t* at = response.data();
    ResponsePtr parsed(d2i_TS_RESP(nullptr, &at, static_cast<long>(response.size())));
    ERR_clear_error();
    if (!parsed || at != response.data() + response.size()) {
        return Error{Code::kMalformed, "not a timestamp (TimeStampResp, DER)"};
    }
    if (!TS_RESP_get_tst_info(parsed.get())) {
        return Error{Code::kMalformed, "the timestamp was not granted"};
    }
    return parsed;
}

Result<int64_t> stated_time(const TS_RESP& response) {
    const TS_TST_INFO* info = TS_RESP_get_tst_info(const_cast<TS_RESP*>(&response));
    std::tm parts{};
    if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &parts) != 1) {
        return Error{Code::kMalformed, "the timestamp's time cannot be read"};
    }
    return timegm(&parts);
}

// MD5 and SHA-1 would let somebody find another signature for the same timestamp.
bool is_strong(const TS_RESP& response) {
    TS_TST_INFO* info = TS_RESP_get_tst_info(const_cast<TS_RESP*>(&response));
    const ASN1_OBJECT* digest = nullptr;
    X509_ALGOR_get0(&digest, nullptr, nullptr,
                    TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info)));
    int id = OBJ_obj2nid(digest);
    return id == NID_sha256 || id == NID_sha384 || id == NID_sha512;
}

// A context that compares the imprint with that of `data`, which it borrows.
ContextPtr context_for(Bytes data, unsigned flags) {
    ContextPtr context(TS_VERIFY_CTX_new());
    TS_VERIFY_CTX_set_flags(context.get(), static_cast<int>(flags | TS_VFY_VERSION | TS_VFY_DATA));
    TS_VERIFY_CTX_set_data(context.get(), bio_of(data).release());
    return context;
}

// The context that OpenSSL frees owns its store and its certificates.
void add_trust(TS_VERIFY_CTX* context, const TimestampTrust& trust, int64_t time) {
    TS_VERIFY_CTX_set_store(context, store_of(trust.anchors, time).release());
    TS_VERIFY_CTX_set_certs(context, stack_of(trust.between).release());
}

ImprintPtr imprint_of(Bytes signature) {
    std::vector<uint8_t> digest = MessageHash::of(MessageDigest::kSha256, signature);
    AlgorithmPtr algorithm(X509_ALGOR_new());
    ImprintPtr imprint(TS_MSG_IMPRINT_new());
    X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
    TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get());
    TS_MSG_IMPRINT_set_msg(imprint.get(), digest.data(), static_cast<int>(digest.size()));
    return imprint;
}

bool add_nonce(TS_REQ* request) {
    using IntegerPtr = std::unique_ptr<ASN1_INTEGER, FreeBy<ASN1_INTEGER_free>>;
    uint64_t number = 0;
    if (RAND_bytes(reinterpret_cast<uint8_t*>(&number), sizeof number) != 1) return false;
    IntegerPtr nonce(ASN1_INTEGER_new());
    return ASN1_INTEGER_set_uint64(nonce.get(), number) == 1 &&
           TS_REQ_set_nonce(request, nonce.get()) == 1;
}

}  // namespace

Result<int64_t> verified_time(Bytes response, Bytes signature, const TimestampTrust& trust) {
    Result<ResponsePtr> held = parsed(response);
    if (!held) return held.error();
    if (!is_strong(**held)) return Error{Code::kUnsupported, "the timestamp's digest is weak"};
    Result<int64_t> time = stated_time(**held);
    if (!time) return time;
    ContextPtr context = context_for(signature, TS_VFY_SIGNER | TS_VFY_SIGNATURE);
    add_trust(context.get(), trust, *time);
    bool good = TS_RESP_verify_response(context.get(), held->get()) == 1;
    bool other = ERR_GET_REASON(ERR_peek_last_error()) == TS_R_MESSAGE_IMPRINT_MISMATCH;
    ERR_clear_error();
    if (good) return time;
    return Error{Code::kMalformed,
                 other ? "the timestamp is of another signature" : kForeignTimestamp};
}

Result<std::vector<int64_t>> stamped_times(const std::vector<std::vector<uint8_t>>& timestamps,
                                           const std::function<Result<int64_t>(Bytes)>& time_of) {
    std::vector<int64_t> times;
    std::optional<Error> foreign;
    for (const std::vector<uint8_t>& timestamp : timestamps) {
        Result<int64_t> time = time_of(timestamp);
        if (time) times.push_back(*time);
        if (!time && time.error().text != std::string_view(kForeignTimestamp)) return time.error();
        if (!time) foreign = time.error();
    }
    if (foreign && times.empty()) return *foreign;
    return times;
}

Status is_timestamp_of(Bytes response, Bytes signature) {
    Result<ResponsePtr> held = parsed(response);
    if (!held) return held.error();
    ContextPtr context = context_for(signature, 0);
    bool good = TS_RESP_verify_response(context.get(), held->get()) == 1;
    ERR_clear_error();
    if (good) return Done{};
    return Error{Code::kMalformed, "the timestamp is of another signature"};
}

Status is_answer_to(Bytes response, Bytes request) {
    const uint8_t* at = request.data();
    RequestPtr asked(d2i_TS_REQ(nullptr, &at, static_cast<long>(request.size())));
    ContextPtr context(asked ? TS_REQ_to_TS_VERIFY_CTX(asked.get(), nullptr) : nullptr);
    ERR_clear_error();
    if (!context) return Error{Code::kMalformed, "not a timestamp request (TimeStampReq, DER)"};
    Result<ResponsePtr> held = parsed(response);
    if (!held) return held.error();
    // Nothing about the signer, whom OpenSSL would look for where no signature is verified.
    unsigned flags = TS_VFY_VERSION | TS_VFY_IMPRINT;
    if (TS_REQ_get_nonce(asked.get())) flags |= TS_VFY_NONCE;
    TS_VERIFY_CTX_set_flags(context.get(), static_cast<int>(flags));
    bool good = TS_RESP_verify_response(context.get(), held->get()) == 1;
    ERR_clear_error();
    if (good) return Done{};
    return Error{Code::kMalformed, "the timestamp answers another request"};
}

Result<std::vector<uint8_t>> timestamp_request(Bytes signature) {
    RequestPtr request(TS_REQ_new());
    bool made = TS_REQ_set_version(request.get(), 1) == 1 &&
                TS_REQ_set_msg_imprint(request.get(), imprint_of(signature).get()) == 1 &&
                add_nonce(request.get()) && TS_REQ_set_cert_req(request.get(), 1) == 1;
    std::vector<uint8_t> der = made ? der_of(i2d_TS_REQ, request.get()) : std::vector<uint8_t>();
    ERR_clear_error();
    if (der.empty()) return Error{Code::kIo, "the timestamp request cannot be made"};
    return der;
}

}  // namespace assay
