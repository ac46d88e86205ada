// What names and links do together: who unpacks a tar makes one after the other, each through what
// those before it have made.
//
// Names are kept as hashes, three to a name at most (as a path, with its case folded, and with its
// letters taken apart), so an archive of a million members needs some 50 MB.
#pragma once

#include <string>
#include <vector>

#include "tar.h"

namespace assay::tar {

class NameTable {
  public:
    explicit NameTable(ScanContext& context) : context_(context) {}

    // The next entry. False when there is no memory for another name.
    bool add(const TarEntry& entry);
    // Behind the last one.
    void finish();

    // Whether an entry has this path, and not only one below it.
    [[nodiscard]] bool has(std::string_view path);

    // Whether the archive looks like the files of a system, where links count from its root and
    // programs have rights.
    [[nodiscard]] bool is_system() const { return system_; }

  private:
    // kCrossed: a link goes through this name and back up again.
    enum class Kind : uint8_t { kNone, kFile, kFolder, kImplied, kSymlink, kHardlink, kCrossed };
    struct Slot {
        uint64_t key = 0;  // 0: free
        uint32_t exact = 0;
        uint32_t path = 0;
        uint32_t folded = 0;
        Kind kind = Kind::kNone;
    };
    struct Name {
        uint32_t exact = 0;
        uint64_t path = 0;
        uint64_t folded = 0;
        uint64_t apart = 0;
    };
    struct Pending {
        uint64_t path = 0;
        uint64_t offset = 0;
        std::string detail;
    };

    static Name name_of(std::string_view exact, std::string_view path);
    static Kind kind_of(char type);
    Slot* find(uint64_t key);
    bool put(uint64_t key, const Slot& slot, bool over);
    bool put(const Name& name, Kind kind);
    bool grow();

    bool add_parents(const TarEntry& entry, std::string_view path);
    bool add_parent(const TarEntry& entry, const Name& name);
    void compare(const TarEntry& entry, const Name& name, Kind kind);
    void compare_path(const TarEntry& entry, const Slot& before, const Name& name, Kind kind);
    void check_symlink(const TarEntry& entry, std::string_view path);
    void check_crossed(const TarEntry& entry, std::string_view folder);
    void check_hardlink(const TarEntry& entry, std::string_view path);
    void note_system(const TarEntry& entry, std::string_view path);
    void report(const Rule& rule, const TarEntry& entry,
                std::optional<Severity> severity = std::nullopt);

    ScanContext& context_;
    std::vector<Slot> slots_;
    size_t used_ = 0;
    std::vector<Pending> pending_;
    bool system_ = false;
};

// The part that needs no other names. `what` says where the name comes from, or nothing.
void check_name(std::string_view name, uint64_t offset, ScanContext& context);

}  // namespace assay::tar
