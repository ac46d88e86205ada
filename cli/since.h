// What --since takes over from an older signature: files whose size, times and inode are what they
// were when that signature was made.
//
// The stat file beside it says what they were. It is local, and signed with the same key, so that
// nobody who can write to the folder can make a changed file pass for unchanged; the times of a
// file itself anybody can set who may write to it, but not its change time. A file that changed in
// the second in which it was signed would look as if it had not, so such files are not in it.
#pragma once

#include <sys/stat.h>

#include <ctime>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "assay/keys.h"
#include "assay/oms.h"
#include "assay/spool.h"

namespace assay::cli {

struct StatLine {
    uint64_t size = 0;
    int64_t modified = 0;  // nanoseconds since 1970
    int64_t changed = 0;
    uint64_t inode = 0;
    uint64_t device = 0;

    static std::optional<StatLine> of(const std::string& path);  // regular files; no link
    bool operator==(const StatLine&) const = default;
};

// Collects lines while a model is signed.
class StatWriter {
  public:
    // What changed after `start` is left out.
    StatWriter(std::time_t start, size_t memory) : start_(start), lines_(memory) {}

    Status add(const std::string& name, const std::string& path);
    // Written whole or not at all. `payload` is that of the signature it belongs to.
    Status write(const std::string& path, const PrivateKey& key, const Sha256Digest& payload);

  private:
    const std::time_t start_;
    Spool lines_;
};

class Since {
  public:
    // kMalformed: not signed with this key, or not beside this payload.
    static Result<Since> read(const std::string& stat_file, const PublicKey& key, Bytes payload,
                              OmsManifest manifest, size_t memory);

    // Whether the file is as it was, and is taken over from now on. Any thread.
    bool takes_over(const std::string& name, const std::string& path);

    // Those that are taken over and come before `name`, in order; all that are left where there is
    // none. One thread, when all files before `name` have been asked for.
    std::vector<OmsResource> due(const std::string* name);

    // Only files whose resource meets this are taken over.
    void require_chunks(uint64_t chunk_size) { chunk_size_ = chunk_size; }

  private:
    struct Known {
        std::string name;
        StatLine line;
    };
    static Result<std::vector<Known>> parse(std::string_view body);

    OmsManifest manifest_;
    std::vector<Known> known_;  // by name
    std::vector<uint8_t> taken_;
    size_t next_ = 0;
    std::optional<uint64_t> chunk_size_;
    std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace assay::cli
