// Lists of digests, line by line: what sha256sum, b2sum and their kin write, and the tagged form of
// BSD, which is also what assay writes when a line has to say which digest it holds.
//
//   e3b0…b855  name            plain; " *name" marks a file read as binary, which changes nothing
//   e3b0…b855 name             BSD reversed; a list is either this or the first kind throughout
//   SHA256 (name) = e3b0…b855  tagged
//   \e3b0…b855  a\nb           a backslash in front: the name is escaped
//
// What is a proper line, and what is not, follows coreutils. A list comes from whoever published
// the files: hostile input. Here is text only, no file is touched.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/digest.h"
#include "assay/result.h"

namespace assay::cli {

// A set of digest kinds, in a byte.
class KindSet {
  public:
    void add(DigestKind kind) { bits_ = static_cast<uint8_t>(bits_ | bit(kind)); }
    void add(KindSet others) { bits_ = static_cast<uint8_t>(bits_ | others.bits_); }
    [[nodiscard]] bool has(DigestKind kind) const { return (bits_ & bit(kind)) != 0; }
    [[nodiscard]] std::vector<DigestKind> list() const;

    auto operator<=>(const KindSet&) const = default;

  private:
    static uint8_t bit(DigestKind kind) {
        return static_cast<uint8_t>(1U << static_cast<unsigned>(kind));
    }
    uint8_t bits_ = 0;
};

struct ListedSum {
    std::string name;
    KindSet kinds;            // more than one where the length fits several: any of them may match
    uint64_t chunk_size = 0;  // not 0: the root of a chunk tree, and no kinds
    std::vector<uint8_t> digest;
    // Why nothing here can compute it; then there is neither a kind nor a digest.
    const char* unsupported = nullptr;
};

class SumsListParser {
  public:
    // `plain_kind` fixes the kind of lines without a tag; otherwise their length decides.
    explicit SumsListParser(std::optional<DigestKind> plain_kind) : plain_kind_(plain_kind) {}

    // `line` comes without its newline. Nothing for comments and empty lines; kMalformed for what
    // is no proper line.
    Result<std::optional<ListedSum>> parse(std::string_view line);

  private:
    Result<std::optional<ListedSum>> parse_plain(std::string_view rest, bool escaped);
    [[nodiscard]] KindSet kinds_of_length(size_t hex_digits) const;

    enum class Spacing { kUnknown, kUsual, kReversed };

    const std::optional<DigestKind> plain_kind_;
    Spacing spacing_ = Spacing::kUnknown;
};

}  // namespace assay::cli
