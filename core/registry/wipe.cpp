#include <openssl/crypto.h>

#include "assay/registry_login.h"

namespace assay::registry {

void wipe(std::string& text) {
    text.resize(text.capacity());
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

}  // namespace assay::registry
