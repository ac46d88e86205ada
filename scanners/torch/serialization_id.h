// The serialization id of a torch archive: 40 digits, of which the second half is made of the
// checksums of all records in the order in which they were written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::torch {

class SerializationId {
  public:
    // The next record; empty ones and the id itself are left out.
    void add(uint32_t crc) { seed_ ^= crc + uint64_t{0x9e3779b9} + (seed_ << 6) + (seed_ >> 2); }
    // Twenty digits.
    [[nodiscard]] std::string digits() const;
    [[nodiscard]] bool confirms(std::string_view id) const {
        return id.size() == 40 && id.substr(20) == digits();
    }

  private:
    uint64_t seed_ = 0;
};

}  // namespace assay::torch
