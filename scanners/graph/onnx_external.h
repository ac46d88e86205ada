// External data of ONNX: tensors that lie in files beside the model, told by entries of text.
//
//   location  a path relative to the model's folder        offset, length  decimal
//   checksum  SHA-1 of the file, hardly ever written       basepath        of old versions
//
// What the model says decides which files the runtime opens, which has been bent in every way that
// paths can be. Checked here: that the path stays beside the model in every way of reading it, that
// numbers are numbers, and that the file is among those that were scanned, is none but a file, is
// long enough, has no second name and the checksum that the model gives.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "assay/context.h"

namespace assay::onnx {

// The entries of one tensor.
struct ExternalData {
    std::optional<std::string> location;
    std::optional<std::string> offset;
    std::optional<std::string> length;
    std::optional<std::string> checksum;
    std::optional<std::string> basepath;

    void add(ScanContext& context, uint64_t at, std::string_view key, std::string_view value);
};

// The files of one model. Each has one finding of a kind, whatever the number of its tensors.
class ExternalFiles {
  public:
    explicit ExternalFiles(ScanContext& context) : context_(context) {}

    // `bytes` is what the tensor takes by type and shape, if that can be told.
    Status add(uint64_t at, const ExternalData& data, std::optional<uint64_t> bytes,
               std::string_view tensor);

    // When all tensors are in.
    void end();

  private:
    struct File {
        uint64_t at = 0;
        uint64_t end = 0;  // of the tensor that reaches furthest
        uint64_t tensors = 0;
        uint64_t bytes = 0;
        std::string checksum;  // in lower case
    };
    struct Range {
        uint64_t offset = 0;
        std::optional<uint64_t> length;
    };

    std::optional<Range> range(uint64_t at, const ExternalData& data, std::string_view tensor);
    Result<File*> file(uint64_t at, const std::string& location);
    void check_sum(uint64_t at, const std::string& checksum, File& file);
    void check_path(uint64_t at, const std::string& path);
    void claim(const std::string& path, const File& file);

    ScanContext& context_;
    std::map<std::string, File, std::less<>> files_;
    bool no_checksum_ = false;
};

}  // namespace assay::onnx
