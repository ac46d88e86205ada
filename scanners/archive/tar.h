// Reads a tar on one tape: dialects, extended headers, sparse members, and everything on which
// readers disagree. A reader of one kind of archive brings a visitor.
#pragma once

#include <memory>
#include <string>

#include "assay/format.h"

namespace assay {

// What an entry is, whatever headers said so.
struct TarEntry {
    std::string name;
    std::string link;     // what it leads to, if it is a link
    char type = '0';      // as in the header; '5' for what all readers take for a folder
    uint64_t size = 0;    // of the data, which holes are no part of
    uint64_t offset = 0;  // of its header

    [[nodiscard]] bool is_file() const { return type == '0' || type == '\0' || type == '7'; }
};

class TarVisitor {
  public:
    virtual ~TarVisitor() = default;

    // An entry with data, in the order of the archive: reads all of `source`, or lets a child do
    // so. Entries of unknown type count as files.
    virtual Status member(const TarEntry& entry, ByteSource& source, ScanContext& context) {
        return context.scan_child(entry.name, source);
    }
    // A link, a folder, a device.
    virtual void other(const TarEntry&, ScanContext&) {}
};

// Reports every tar.* finding and accounts for every byte. May leave the data of members to the
// bulk. An error is kInterrupted or the tape's own.
Status walk_tar(Tape& tape, ScanContext& context, TarVisitor& visitor);

}  // namespace assay
