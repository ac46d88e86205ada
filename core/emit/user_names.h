// What a record is called in outputs for people and for other programs: as the user named its
// target, not relative to it. A member is called after its file, which precedes it.
#pragma once

#include "assay/emit.h"

namespace assay {

class UserNames {
  public:
    enum class Spelling {
        kRaw,      // as the system spells it
        kEscaped,  // by escape_path()
    };
    explicit UserNames(Spelling spelling) : spelling_(spelling) {}

    // To be called for every record, in their order.
    std::string of(const Record& record) {
        if (record.kind != EntryKind::kMember) {
            file_path_ = record.path;
            file_name_ = name_of_file(record);
            return file_name_;
        }
        std::string_view inside = record.path;
        if (inside.starts_with(file_path_)) inside.remove_prefix(file_path_.size());
        return file_name_ + std::string(inside);
    }

  private:
    [[nodiscard]] std::string name_of_file(const Record& record) const {
        if (record.user_path.empty()) return record.path;
        return spelling_ == Spelling::kRaw ? record.user_path : escape_path(record.user_path);
    }

    const Spelling spelling_;
    std::string file_path_;
    std::string file_name_;
};

}  // namespace assay
