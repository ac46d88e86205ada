// Keys in tokens (PKCS#11), named by RFC 7512 URIs: "pkcs11:token=…;object=…". Debian 12 has the
// engine of libp11 and no provider, so it is by OpenSSL's engine, whose interface is deprecated:
// all of that lies in one file, and the engine is loaded when a key is first named so.
#pragma once

#include <string>
#include <string_view>

#include "assay/keys.h"

namespace assay {

bool is_pkcs11_uri(std::string_view name);

// The module is the URI's module-path, or the engine's own choice (PKCS11_MODULE_PATH, p11-kit). A
// PIN is asked for unless the URI has pin-source; pin-value in the URI is refused, since a command
// line is no place for it.
Result<PrivateKey> open_pkcs11_key(const std::string& uri, const PasswordSource& pin);

}  // namespace assay
