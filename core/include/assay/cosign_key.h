// cosign's encrypted private keys: PEM of a type of their own around JSON around a NaCl secret box
// (XSalsa20-Poly1305) of PKCS#8, the box's key made by scrypt.
//
// What an attacker bends are the parameters of scrypt: N = 2^40 would take a terabyte. cosign
// writes three sets of them; nothing else is computed.
#pragma once

#include <string>
#include <string_view>

#include "assay/keys.h"

namespace assay {

// "ENCRYPTED SIGSTORE PRIVATE KEY", or the older "ENCRYPTED COSIGN PRIVATE KEY".
bool is_cosign_key(std::string_view pem);

// The PKCS#8 inside. A wrong password and a damaged file cannot be told apart.
Result<Secret> open_cosign_key(std::string_view pem, Bytes password);

// As cosign 2 and 3 write it. The password may be empty, which cosign allows, too.
Result<std::string> seal_cosign_key(const PrivateKey& key, Bytes password);

}  // namespace assay
