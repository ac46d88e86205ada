// Facts and claims of all artifacts, kept until the sweep is over and then joined.
//
// Everything but 24 bytes an artifact lies in a spool. Threads: put() from any; freeze() when all
// puts are done; findings_for() from one thread at a time after that.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "assay/facts.h"
#include "assay/finding.h"
#include "assay/place.h"
#include "assay/record.h"
#include "assay/spool.h"

namespace assay {

class FactStore {
  public:
    explicit FactStore(size_t in_memory) : spool_(in_memory) {}

    // `path` is the record's, escaped.
    Status put(const Record& record, uint32_t number, const std::vector<Fact>& facts,
               const std::vector<Claim>& claims);

    void freeze();

    // What the claims of this record come to.
    Result<std::vector<Finding>> findings_for(const Record& record, uint32_t number) const;

  private:
    struct Entry {
        uint64_t key;  // of the artifact's path, or of its place
        uint64_t offset;
        uint64_t size;
    };
    using Index = std::vector<Entry>;

    Status append(Index& index, uint64_t key, const std::vector<uint8_t>& bytes);
    Result<std::optional<std::vector<Fact>>> facts_of(uint32_t target,
                                                      const std::string& path) const;
    Result<std::vector<uint8_t>> load(const Entry& entry) const;
    Status judge(const Claim& claim, const Record& record, std::vector<Finding>& findings) const;

    std::mutex mutex_;
    Spool spool_;
    Index by_path_;
    Index by_place_;
};

}  // namespace assay
