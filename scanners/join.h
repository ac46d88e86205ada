// Facts and claims of all artifacts, kept until the sweep is over and then joined.
//
// Everything lies in spools, facts and claims in parts of an artifact's. In memory are 24 bytes a
// part, 8 bytes for each file that some claim is about, and, while claims are judged, 16 bytes for
// each fact of the file that the last one was about and 48 for each claim of that record; nothing
// for artifacts that nobody asks about.
//
// Files that are targets themselves and lie in one folder, as a shell spells `assay scan dir/*`,
// are joined as if they were a target's. About a file that was not given nothing is claimed to be
// missing: it was not looked for.
//
// Threads: the puts from any; freeze() when all of them are done; findings_for() from one thread at
// a time after that.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "assay/facts.h"
#include "assay/finding.h"
#include "assay/place.h"
#include "assay/record.h"
#include "assay/spool.h"
#include "reread.h"

namespace assay {

namespace rules {
extern const Rule kCompanionNotGiven;  // file.companion.not_given
}
// What the join finds itself.
std::span<const Rule> join_rules();

class FactStore {
  public:
    // `targets` as the user spelled them, and whether claims about bytes are judged at all: each
    // means that a file is read again.
    FactStore(size_t in_memory, const std::vector<std::string>& targets, bool rereads,
              std::stop_token stop);

    // The target is a file, and not a folder. Before anything is put of it.
    void note_lone(uint32_t target);
    // Whether no other artifact can make claims about this one: it is all that was named.
    [[nodiscard]] bool is_alone(const Record& record) const {
        return targets_.size() == 1 && record.place.is_file() && is_lone(record.place.target);
    }

    // That there is such an artifact; its facts and claims, in any number of parts. `path` is the
    // record's, escaped; parts of one artifact are put in order. `stamp` is that of a file.
    Status put_name(const Record& record, const FileStamp* stamp = nullptr);
    // That an artifact holds what another one holds, or leads there: the other's facts are its own,
    // too, but for what it is.
    Status put_same(const Record& record, std::string_view as);
    Status put_facts(const Record& record, const std::vector<Fact>& facts);
    Status put_claims(const Record& record, uint32_t number, const std::vector<Claim>& claims);

    // Somebody will ask about this artifact once all is frozen. `path` is escaped.
    void want(uint32_t target, std::string_view path);

    Status freeze();

    // What an artifact that is wanted says of itself; nothing where there is none.
    Result<std::optional<std::string>> value(uint32_t target, const std::string& path,
                                             const std::string& kind,
                                             const std::string& name) const;
    // Whether there is such an artifact.
    Result<bool> exists(uint32_t target, const std::string& path) const;

    // What the claims of this record come to.
    Result<std::vector<Finding>> findings_for(const Record& record, uint32_t number) const;

  private:
    struct Entry {
        uint64_t key;  // of the artifact's path, or of its place
        uint64_t offset;
        uint64_t size;
    };
    using Index = std::vector<Entry>;
    class Judge;

    // Where the facts of one artifact lie, by a hash of what they are about.
    struct Known {
        uint64_t group = 0;
        std::string path;
        bool exists = false;
        bool unfollowed = false;                           // a link to what was not given
        std::vector<std::pair<uint64_t, uint64_t>> facts;  // hash, offset in the spool
    };

    [[nodiscard]] uint64_t group_of(uint32_t target) const;
    [[nodiscard]] bool is_lone(uint32_t target) const;
    Status append(Index& index, uint64_t key, const std::vector<uint8_t>& bytes);
    void want(uint64_t key);
    Status find_wanted();
    Status add_wanted(Bytes names, uint64_t& used);
    Status learn(uint64_t group, const std::string& path) const;
    Status learn_parts(const std::string& path) const;
    Status learn_same(const std::string& path) const;
    void learn_part(Bytes part, uint64_t offset, std::string_view path) const;
    Result<std::optional<Fact>> find(const std::string& kind, const std::string& name) const;
    Result<Fact> load_fact(uint64_t offset) const;
    Result<std::vector<uint8_t>> load(uint64_t offset, uint64_t size) const;

    mutable std::mutex mutex_;
    Spool spool_;
    Spool names_;  // of all artifacts: target, path
    Index by_path_;
    Index by_place_;
    std::vector<uint64_t> wanted_;  // keys of what claims are about
    size_t compacted_ = 0;          // how many of them are known to differ
    mutable Known known_;           // the file that was last asked about
    const std::vector<std::string>& targets_;
    std::vector<uint8_t> lone_;  // by target
    const bool rereads_;
    mutable Reread reread_;
};

}  // namespace assay
