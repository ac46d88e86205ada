#include "assay/secret.h"

#include <openssl/crypto.h>

#include <cstring>
#include <mutex>

namespace assay {

// Enough for keys and passwords. Where memory cannot be locked (RLIMIT_MEMLOCK), OpenSSL hands out
// ordinary memory, which is wiped all the same.
static void make_secure_heap() {
    constexpr size_t kHeap = 65'536;
    constexpr size_t kLeast = 32;
    static std::once_flag once;
    std::call_once(once, [] { CRYPTO_secure_malloc_init(kHeap, kLeast); });
}

Secret::Secret(size_t size) : size_(size), room_(size) {
    if (size == 0) return;
    make_secure_heap();
    data_ = static_cast<uint8_t*>(OPENSSL_secure_zalloc(size));
    if (!data_) data_ = static_cast<uint8_t*>(OPENSSL_zalloc(size));
    if (!data_) std::abort();  // as operator new would end us
}

Secret Secret::copy_of(Bytes bytes) {
    Secret copy(bytes.size());
    if (copy.data_) std::memcpy(copy.data_, bytes.data(), bytes.size());
    return copy;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      room_(std::exchange(other.room_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    room_ = std::exchange(other.room_, 0);
    return *this;
}

void Secret::shrink(size_t size) {
    if (size < size_) OPENSSL_cleanse(data_ + size, size_ - size);
    size_ = size;
}

// Frees to the heap that it came from, whichever that was.
void Secret::wipe() {
    if (data_) OPENSSL_secure_clear_free(data_, room_);
    data_ = nullptr;
    size_ = room_ = 0;
}

void wipe(void* data, size_t size) { OPENSSL_cleanse(data, size); }

}  // namespace assay
