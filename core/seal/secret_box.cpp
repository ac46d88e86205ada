#include "secret_box.h"

#include <sodium/crypto_secretbox.h>

namespace assay {

static_assert(kBoxKey == crypto_secretbox_KEYBYTES);
static_assert(kBoxNonce == crypto_secretbox_NONCEBYTES);
static_assert(kBoxTag == crypto_secretbox_MACBYTES);

Result<Secret> open_box(Bytes box, Bytes nonce, Bytes key) {
    if (box.size() < kBoxTag) return Error{Code::kTruncated, "the secret box is too short"};
    Secret message(box.size() - kBoxTag);
    if (crypto_secretbox_open_easy(message.data(), box.data(), box.size(), nonce.data(),
                                   key.data()) != 0) {
        return Error{Code::kMalformed, "wrong password, or a damaged key file"};
    }
    return message;
}

std::vector<uint8_t> seal_box(Bytes message, Bytes nonce, Bytes key) {
    std::vector<uint8_t> box(message.size() + kBoxTag);
    crypto_secretbox_easy(box.data(), message.data(), message.size(), nonce.data(), key.data());
    return box;
}

}  // namespace assay
