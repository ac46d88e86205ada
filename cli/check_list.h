// A list of digests, read whole: which files it names, what each must be, and what to do about the
// lines that are none.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sums_list.h"

namespace assay::cli {

struct CheckLine {
    uint32_t file = 0;
    uint32_t next = 0;  // the next line about the same file; kNoLine for none
    uint64_t chunk_size = 0;
    KindSet kinds;
    bool supported = true;  // whether there is something to compare
    std::array<uint8_t, 64> digest{};
};

inline constexpr uint32_t kNoLine = UINT32_MAX;

// All that is to be computed of one file; nothing where none of its lines is supported.
struct CheckedFile {
    std::string name;
    uint32_t first_line = kNoLine;
    uint32_t last_line = kNoLine;
    KindSet kinds;
    uint64_t chunk_size = 0;

    [[nodiscard]] bool is_needed() const { return kinds != KindSet() || chunk_size != 0; }
};

class CheckList {
  public:
    struct Options {
        std::optional<DigestKind> plain_kind;
        bool may_name_stdin = true;  // not where the list itself comes from there
        // Each line that is not proper (kMalformed) or not supported (kUnsupported), with its
        // number, as it comes.
        std::function<void(uint64_t number, const Error& why)> on_trouble;
    };

    // Reads the descriptor to its end.
    static Result<CheckList> read(int fd, const Options& options);

    [[nodiscard]] const std::vector<CheckLine>& lines() const { return lines_; }
    [[nodiscard]] const std::vector<CheckedFile>& files() const { return files_; }
    [[nodiscard]] uint64_t improper() const { return improper_; }

  private:
    void take(std::string_view line, SumsListParser& parser, const Options& options);
    void add(const ListedSum& sum);
    uint32_t file_for(const ListedSum& sum);

    std::vector<CheckLine> lines_;
    std::vector<CheckedFile> files_;
    std::unordered_map<std::string, uint32_t> by_name_;
    uint64_t seen_ = 0;
    uint64_t improper_ = 0;
};

}  // namespace assay::cli
