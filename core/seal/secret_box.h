// NaCl's secret box (XSalsa20-Poly1305), which OpenSSL does not have: libsodium's.
#pragma once

#include "assay/result.h"
#include "assay/secret.h"

namespace assay {

inline constexpr size_t kBoxKey = 32;
inline constexpr size_t kBoxNonce = 24;
inline constexpr size_t kBoxTag = 16;  // lies in front of the ciphertext

// Preconditions: sizes of key and nonce as above.
Result<Secret> open_box(Bytes box, Bytes nonce, Bytes key);
std::vector<uint8_t> seal_box(Bytes message, Bytes nonce, Bytes key);

}  // namespace assay
