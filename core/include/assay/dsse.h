// DSSE 1.0, the envelope that statements are signed in.
//
// What is signed is not the payload but PAE, its type and the payload with their lengths before
// them, so that bytes signed for one purpose never pass for another:
//
//   "DSSEv1" SP len(type) SP type SP len(payload) SP payload        lengths decimal, of bytes
//
// The payload that was verified is the payload that is parsed: the envelope carries the bytes
// themselves, and nobody writes them anew.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/json_text.h"
#include "assay/json_value.h"
#include "assay/keys.h"

namespace assay {

inline constexpr std::string_view kInTotoPayload = "application/vnd.in-toto+json";

struct Envelope {
    std::string payload_type = std::string(kInTotoPayload);
    std::vector<uint8_t> payload;
    std::vector<uint8_t> signature;
    std::string keyid;  // a hint that is never used
};

// Exactly one signature: an envelope with two would be verified by one of its readers and used by
// another. The value is what stands behind "dsseEnvelope", or a whole document.
Result<Envelope> read_envelope(const JsonValue& value);

// As an object, at the place where the writer stands.
void write_envelope(JsonText& json, const Envelope& envelope);

// What the signature is made over, but for the payload that follows.
std::string pae_head(std::string_view type, uint64_t payload_size);
std::vector<uint8_t> pae_of(std::string_view type, Bytes payload);

// A payload in pieces: calls its argument with each, in order.
using Pieces = std::function<Status(const std::function<void(Bytes)>& take)>;

// Signs PAE without holding the payload, where the kind of key allows that. `size` is that of all
// pieces together.
Result<std::vector<uint8_t>> sign_pae(const PrivateKey& key, std::string_view type, uint64_t size,
                                      const Pieces& payload);

// Done, or kMalformed: "the signature does not match".
Status verify_envelope(const Envelope& envelope, const PublicKey& key);

// The same; of a larger curve's key also by SHA-256, as cosign signed with every key up to
// version 2.
Status verify_statement_envelope(const Envelope& envelope, const PublicKey& key);

// model_signing 0.2 signed the text of a Python expression: "DSSEV1" and the repr() of the payload,
// by SHA-256 whatever the curve; what reads such signatures of bare keys takes the curve's digest,
// too. Only ever read, and only where that was asked for.
Status verify_envelope_v02(const Envelope& envelope, const PublicKey& key, bool by_certificate);

// base64 of either alphabet, with or without padding, as JSON forms of protocol buffers have it.
std::optional<std::vector<uint8_t>> bytes_of_json(std::string_view text);

}  // namespace assay
