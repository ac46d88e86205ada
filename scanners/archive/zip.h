// ZIP archives: torch checkpoints, npz, Keras, skops, wheels, anything that calls itself zip.
//
// walk_zip() reads an archive once, in order, whether its tape can be read at random (the directory
// first, then the members in the order of their data) or not (forward, and the directory confirms
// at the end what was found). A reader of one kind of archive brings a visitor.
#pragma once

#include <memory>

#include "assay/format.h"
#include "zip_directory.h"
#include "zip_members.h"

namespace assay {

class ZipVisitor {
  public:
    virtual ~ZipVisitor() = default;

    // Before the first member where the archive can be read at random, behind the last one in a
    // stream; never, where there is no directory. It lives until end() returns.
    virtual void directory(const ZipDirectory&, ScanContext&) {}

    // One member, in the order of the data: reads all of `source`, or lets a child do so (which
    // may leave the rest of it to the bulk; see ByteSource::passes_by_itself). In a stream `entry`
    // says what is known before the data: crc and sizes may be zero. `entry` is the directory's own
    // where there is one; its name lives until member_done() returns.
    virtual Status member(const ZipEntry& entry, ByteSource& source, ScanContext& context) {
        return context.scan_child(entry.name, source);
    }

    // What the member came to: its true checksum and size. Of stored members that may be when the
    // archive's bulk has passed, after the scan, and behind other members: the context is another
    // one then, so keep none.
    virtual void member_done(const ZipEntry&, const ZipMember&, ScanContext&) {}

    // Behind the last member_done(), also after the scan.
    virtual void end(ScanContext&) {}
};

// Reports every zip.* finding and accounts for every byte. An error is kInterrupted, kLimit for a
// directory that is too large (the members were walked all the same), or the tape's own.
//
// The first form may leave the data of members to the bulk, and keeps the visitor until it has
// passed; with the other one all is done when it returns.
Status walk_zip(Tape& tape, ScanContext& context, std::unique_ptr<ZipVisitor> visitor);
Status walk_zip(Tape& tape, ScanContext& context, ZipVisitor& visitor);

// Whether these are the first or last bytes of an archive.
bool is_zip_archive(const Probe& probe);

}  // namespace assay
