// Members of an archive whose data is left to the bulk: it passes when the file is swept. Here it
// is compared with what the directory says of it, and with what was read of it before.
#pragma once

#include <memory>
#include <vector>

#include "crc32.h"
#include "early_source.h"
#include "zip.h"

namespace assay {

// What an archive's members need for as long as they pass.
struct ZipArchive {
    ZipArchive(ZipDirectory its_directory, std::unique_ptr<ZipVisitor> its_visitor)
        : directory(std::move(its_directory)), visitor(std::move(its_visitor)) {}

    ZipDirectory directory;
    std::unique_ptr<ZipVisitor> visitor;
};

class LeftMembers final : public Closing, public EarlyWitness {
  public:
    struct Member {
        uint64_t data = 0;        // where it starts
        uint32_t index = 0;       // in the directory
        uint32_t header = 0;      // how long the header is, which stands before the data
        uint32_t looked = 0;      // how much of the data was read before it passes,
        uint32_t looked_crc = 0;  // and the checksum of header and that
        uint32_t crc = 0;         // of the data, once it has passed
        bool passed = false;
    };

    // `start` is where the tape stands.
    LeftMembers(std::shared_ptr<ZipArchive> archive, uint64_t start)
        : archive_(std::move(archive)), at_(start) {}

    // In the order of the data, ahead of what passes.
    void add(const Member& member) { members_.push_back(member); }
    // The next bytes of the latest member, which have not passed.
    void look(Bytes bytes) override;
    // The walk has come to its end.
    void complete() { complete_ = true; }

    void feed(const BlockRef& block, Bytes bytes) override;
    Status close(ScanContext& context) override;

  private:
    [[nodiscard]] const ZipEntry& entry_of(const Member& member) const {
        return archive_->directory.entries()[member.index];
    }
    void settle(Member& member);
    void sum_up(Bytes bytes);

    std::shared_ptr<ZipArchive> archive_;
    std::vector<Member> members_;
    size_t next_ = 0;  // the first that has not passed
    uint64_t at_;
    Crc32 looked_;
    uint32_t data_ = 0;                    // the checksum of the member's data so far,
    std::unique_ptr<Crc32Pieces> pieces_;  // or who computes it
    bool changed_ = false;
    bool complete_ = false;
};

}  // namespace assay
