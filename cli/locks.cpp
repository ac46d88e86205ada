#include "locks.h"

#include <fstream>
#include <sstream>

#include "assay/emit.h"
#include "commands.h"

namespace assay::cli {

std::optional<RefLock> read_lock(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        complain(file, "cannot be read");
        return std::nullopt;
    }
    Result<RefLock> lock = parse_ref_lock(text.str());
    if (lock) return std::move(*lock);
    complain(file, describe(lock.error()));
    return std::nullopt;
}

bool write_lock(const std::string& file, const RefLock& lock) {
    Result<std::unique_ptr<Output>> output = Output::to_file(file);
    Status written = output ? (*output)->write(text_of(lock)) : Status(output.error());
    if (written) written = (*output)->commit();
    if (!written) complain(file, describe(written.error()));
    return written.ok();
}

}  // namespace assay::cli
