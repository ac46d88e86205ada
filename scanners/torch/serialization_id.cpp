#include "serialization_id.h"

#include <fmt/format.h>

namespace assay::torch {

std::string SerializationId::digits() const { return fmt::format("{:020}", seed_); }

}  // namespace assay::torch
