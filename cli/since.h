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
#include <map>
#include <memory>
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
    [[nodiscard]] uint64_t too_fresh() const { return too_fresh_; }  // that were left out
    // Written whole or not at all. `payload` is that of the signature it belongs to.
    Status write(const std::string& path, const PrivateKey& key, const Sha256Digest& payload);

  private:
    const std::time_t start_;
    uint64_t too_fresh_ = 0;
    Spool lines_;
};

// One file of a stat file.
struct Known {
    std::string name;
    StatLine line;
};
// Of what stands behind the line that says which payload it belongs to; sorted by name.
Result<std::vector<Known>> read_stat_lines(std::string_view body);

class Since {
  public:
    struct Extras {
        bool tensors = false;
        std::optional<uint64_t> chunk_size;
        std::string chunks_dir;  // where the new signature's trees lie
    };

    // kMalformed: not signed with this key, or not beside this payload.
    static Result<Since> read(const std::string& stat_file, const PublicKey& key, Bytes payload,
                              OmsManifest manifest, size_t memory);

    // Whether the file is as it was, and is taken over from now on. Any thread.
    bool takes_over(const std::string& name, const std::string& path);

    // What is taken over of one file: one resource, or all its parts.
    struct Taken {
        std::vector<OmsResource> resources;
        OmsExtras extras;  // as required
        uint64_t size = 0;
    };
    // Those that are taken over and come before `name`, in order; all that are left where there is
    // none. One thread, when all files before `name` have been asked for.
    Result<std::vector<Taken>> due(const std::string* name);

    // The new signature shall have more than digests: from now on only files of which the old one
    // has that, too, are taken over. Once, before takes_over(); `signature` is the old one's path.
    Status require(const Extras& wanted, const std::string& signature, Bytes payload,
                   size_t memory);

  private:
    // A line that says of a file what is no digest, as oms_extras() writes it.
    struct Line {
        uint64_t offset = 0;
        size_t length = 0;
        std::optional<ChunkRoot> chunks;
    };
    [[nodiscard]] const Known* find_known(const std::string& name) const;
    Status keep_line(std::string_view line);
    Status read_side_file(const std::string& signature, size_t memory);
    [[nodiscard]] bool has_extras(const std::string& name) const;
    Result<Taken> taken(size_t begin, size_t end) const;

    OmsManifest manifest_;
    std::vector<Known> known_;  // by name
    std::vector<uint8_t> taken_;
    size_t next_ = 0;
    std::optional<Extras> wanted_;
    bool has_tensors_ = false;  // of any file
    std::map<std::string, Line> lines_;
    std::unique_ptr<Spool> text_;  // of the lines
    std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace assay::cli
