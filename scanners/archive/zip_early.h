// Members that need not wait for the tape to come by.
//
// An archive's bulk is swept beside that of other files, or by several threads, once the archive is
// inspected; so inspection must not pass it. Of a stored member the first part is read twice: now,
// as far as the formats want it, and when it passes. Small packed ones are pinned. Only a format
// that wants more makes the tape catch up.
#pragma once

#include <algorithm>
#include <optional>

#include "zip_entry.h"
#include "zip_left.h"

namespace assay {

class EarlyMembers {
  public:
    // The tape has random access and a size. `archive` is empty where nothing may be left.
    EarlyMembers(Tape& tape, ScanContext& context, std::shared_ptr<ZipArchive> archive);
    ~EarlyMembers();
    EarlyMembers(const EarlyMembers&) = delete;
    EarlyMembers& operator=(const EarlyMembers&) = delete;

    // Up to where everything is dealt with: never before the tape.
    [[nodiscard]] uint64_t position() const { return std::max(tape_.offset(), behind_); }
    [[nodiscard]] bool any_left() const { return behind_ > tape_.offset(); }

    // Deals with the member whose header stands at position(), unless it must be read in order.
    Result<bool> take(const ZipEntry& entry);

    // Structure at position() that was looked at before. Precondition: any_left().
    void pass_over(uint64_t length) { behind_ += length; }

    // Moves the tape to position().
    Status catch_up();

    // The walk is complete; true when the visitor's end() comes with the last member.
    bool complete();

  private:
    struct Looked;
    class Scout;

    std::optional<Looked> look_at(const ZipEntry& entry);
    Result<bool> leave(const ZipEntry& entry, const Looked& looked);
    Status read_stored(const ZipEntry& entry, const Looked& looked);
    bool make_room();
    void note(const ZipEntry& entry, const Looked& looked);
    Result<bool> read_ahead(const ZipEntry& entry, const Looked& looked);

    Tape& tape_;
    ScanContext& context_;
    std::shared_ptr<ZipArchive> archive_;
    LeftMembers* left_ = nullptr;  // the context keeps it
    std::unique_ptr<Scout> scout_;
    std::vector<uint8_t> header_;
    BlockPool pool_{kBlockAlign, SIZE_MAX};  // of what is read twice
    uint64_t behind_ = 0;
    uint64_t ahead_ = 0;  // what pins cost that were read ahead
    size_t count_ = 0;    // members that were left,
    size_t room_ = 0;     // and for how many there is memory
};

}  // namespace assay
