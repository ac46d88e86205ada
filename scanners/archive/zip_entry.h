// One member that the directory of an archive lists, read where a tape stands.
#pragma once

#include "zip_walk.h"

namespace assay {

class EntryReader : public ZipWalk {
  public:
    // The tape has a size. Borrows everything.
    using ZipWalk::ZipWalk;

    // Header, data and descriptor, compared with the entry. Precondition: the tape stands at the
    // entry's header, which lies in the file.
    Status read(const ZipEntry& entry);

    // Says that the member is not read, and why.
    void skip(ZipRule rule, const ZipEntry& entry, std::string_view detail);

    // For a member whose data is left to the bulk: what a reader would say of its header, and of
    // what stands around the data.
    void confirm(const ZipEntry& entry, const LocalHeader& local, size_t descriptor);

  private:
    Status judge_link(const ZipEntry& entry, const MemberPlan& plan);
    Status read_data_of(const ZipEntry& entry, const LocalHeader& local);
    Status pass_unknown(const ZipEntry& entry, const MemberPlan& plan, bool descriptor);
    Status read_packed(const ZipEntry& entry, const MemberPlan& plan, bool descriptor);
    uint64_t packed_in_file(const ZipEntry& entry);
    [[nodiscard]] uint64_t file_size() const { return tape_.size().value_or(0); }
};

}  // namespace assay
