// Certificates as OpenSSL's checks want them.
#pragma once

#include "assay/certificate.h"
#include "openssl.h"

namespace assay {

inline void free_stack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

using X509StackPtr = std::unique_ptr<STACK_OF(X509), FreeBy<free_stack>>;
using X509StorePtr = std::unique_ptr<X509_STORE, FreeBy<X509_STORE_free>>;

X509StackPtr stack_of(const std::vector<Certificate>& certificates);
X509StorePtr store_of(const std::vector<Certificate>& anchors, int64_t time);

}  // namespace assay
