// RFC 3161 timestamps: a third party's word that a signature existed at a time, which lets a
// certificate be used after it has expired.
//
// A timestamp is a TimeStampResp in DER. What it covers is the digest of the raw signature bytes.
// Its signer is trusted by anchors that the caller gives, valid at the time that it states; that
// time means nothing until all of this holds. There is no network here: requests and answers are
// files.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "assay/certificate.h"

namespace assay {

// The text of the error where it is not known whose timestamp it is, or not trusted.
inline constexpr const char* kForeignTimestamp = "the timestamp is not by a trusted authority";
inline constexpr size_t kMaxTimestamp = 65'536;

struct TimestampTrust {
    std::vector<Certificate> anchors;
    std::vector<Certificate> between;  // of the authority, for tokens that bring none along
};

// When the signature existed, in seconds since 1970.
Result<int64_t> verified_time(Bytes response, Bytes signature, const TimestampTrust& trust);

// What all of these say, as `time_of` verifies one. Those of authorities that are not trusted prove
// nothing beside one that is, and could have been left out: they fail only where they stand alone.
Result<std::vector<int64_t>> stamped_times(const std::vector<std::vector<uint8_t>>& timestamps,
                                           const std::function<Result<int64_t>(Bytes)>& time_of);

// A TimeStampReq in DER for `openssl ts`, or for a server (application/timestamp-query). Asks for
// the authority's certificate.
Result<std::vector<uint8_t>> timestamp_request(Bytes signature);

// Whether `response` grants a timestamp of this very signature; says nothing about who signed it.
Status is_timestamp_of(Bytes response, Bytes signature);

// Whether it is the answer to this request: the same digest, and the nonce that was asked with.
Status is_answer_to(Bytes response, Bytes request);

}  // namespace assay
