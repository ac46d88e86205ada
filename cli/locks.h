// --lock and --write-lock: which digest each tag had, and has.
#pragma once

#include "args.h"
#include "assay/ref_lock.h"

namespace assay::cli {

// What --lock says; complains and returns nothing when it cannot be read.
std::optional<RefLock> read_lock(const std::string& file);

// All of it or nothing; complains and returns false when that fails.
bool write_lock(const std::string& file, const RefLock& lock);

}  // namespace assay::cli
