// A model on disk as a signature sees it: a folder or one file, and the names of what is in it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/oms.h"
#include "assay/result.h"
#include "assay/source.h"

namespace assay::cli {

class ModelFiles {
  public:
    // kUsage when it is neither a file nor a folder; a link only where links are allowed.
    static Result<ModelFiles> open(const std::string& path, bool allow_symlinks);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool is_file() const { return is_file_; }
    [[nodiscard]] const std::string& name() const { return name_; }

    // The name in the model of a file that a visit calls `user_path`.
    [[nodiscard]] std::string name_of(const std::string& user_path) const;

    // The path that leads to a file of that name.
    [[nodiscard]] std::string path_of(const std::string& name) const;

    // The first folder on the way to that file that is a link; empty where none is.
    [[nodiscard]] std::string link_above(const std::string& name) const;

    // That file. Where `links` are not allowed none is followed, of folders neither: what lies
    // behind one is not what was signed.
    [[nodiscard]] Result<std::unique_ptr<FileSource>> open_file(const std::string& name,
                                                                bool links) const;

    // What somebody typed, from the working folder or else as a name in the model; nothing when it
    // is neither.
    [[nodiscard]] std::optional<std::string> name_of_typed(const std::string& typed) const;

    // Where a file of ours lies in the model, if it does.
    [[nodiscard]] std::optional<std::string> name_if_inside(const std::string& path) const;

  private:
    std::string path_;
    std::string real_;  // canonical
    std::string name_;
    bool is_file_ = false;
};

}  // namespace assay::cli
