// Bytes that nobody else shall see: a password, a private key on its way.
//
// They lie in OpenSSL's secure heap (locked in memory, left out of core dumps) as far as the system
// allows one, and are wiped when they are freed. A Secret is moved, never copied, and has no way
// into a log: no operator<<, no conversion to a string. Threads: as any value.
#pragma once

#include <cstddef>
#include <functional>

#include "assay/bytes.h"
#include "assay/result.h"

namespace assay {

class Secret {
  public:
    Secret() = default;
    explicit Secret(size_t size);  // zeros
    static Secret copy_of(Bytes bytes);

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(); }

    [[nodiscard]] uint8_t* data() { return data_; }
    [[nodiscard]] Bytes bytes() const { return {data_, size_}; }
    [[nodiscard]] std::string_view text() const { return as_text(bytes()); }
    [[nodiscard]] size_t size() const { return size_; }

    void shrink(size_t size);  // precondition: at most size(); the rest is wiped

  private:
    void wipe();

    uint8_t* data_ = nullptr;
    size_t size_ = 0;
    size_t room_ = 0;
};

// Wipes bytes that lie elsewhere (a read buffer, a string).
void wipe(void* data, size_t size);

// Asked for a password only where a key turns out to need one, at most once per key.
using PasswordSource = std::function<Result<Secret>()>;

}  // namespace assay
