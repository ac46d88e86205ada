// Digests of a stream: which kinds there are, and the set that computes several in one pass.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/lanes.h"
#include "assay/result.h"
#include "assay/tap.h"

namespace assay {

enum class DigestKind : uint8_t { kSha256, kSha512, kBlake2b, kSha1, kMd5, kGitSha1, kBlake3 };

inline constexpr std::array kAllDigests = {
    DigestKind::kSha256, DigestKind::kSha512,  DigestKind::kBlake2b, DigestKind::kSha1,
    DigestKind::kMd5,    DigestKind::kGitSha1, DigestKind::kBlake3,
};

std::string_view name_of(DigestKind kind);
size_t size_of(DigestKind kind);
std::optional<DigestKind> digest_named(std::string_view name);

// False only for BLAKE3 where this build found no libblake3.
bool is_available(DigestKind kind);

struct Digest {
    DigestKind kind = DigestKind::kSha256;
    std::array<uint8_t, 64> value{};

    [[nodiscard]] Bytes bytes() const { return Bytes(value).first(size_of(kind)); }
    [[nodiscard]] std::string hex() const { return to_hex(bytes()); }
    bool operator==(const Digest&) const = default;
};

// Computes one digest by any means but the lanes.
class Hasher {
  public:
    virtual ~Hasher() = default;
    virtual void update(Bytes bytes) = 0;
    virtual Digest finish() = 0;

    // `size` is needed by git-sha1 alone, whose header holds it: kUsage without it.
    static Result<std::unique_ptr<Hasher>> make(DigestKind kind, std::optional<uint64_t> size);
};

// The digests of one artifact. SHA-256 is queued with the lane set and may therefore be done only
// when the set has run; the other kinds are computed as the bytes come.
class DigestSet final : public Tap {
  public:
    static Result<std::unique_ptr<DigestSet>> make(const std::vector<DigestKind>& kinds,
                                                   LaneSet& lanes, std::optional<uint64_t> size);

    void feed(const BlockRef& block, Bytes bytes) override;
    void finish() override;

    [[nodiscard]] bool done() const { return finished_ && (!lane_ || lane_->done()); }

    // In the order in which they were asked for. Precondition: done().
    [[nodiscard]] std::vector<Digest> digests() const;

  private:
    DigestSet(std::vector<DigestKind> kinds, LaneSet& lanes);

    std::vector<DigestKind> kinds_;
    std::unique_ptr<Sha256Stream> lane_;
    std::vector<std::unique_ptr<Hasher>> hashers_;
    std::vector<Digest> results_;
    bool finished_ = false;
};

// All at once, for bytes that are in memory anyway (headers, names, fingerprints).
std::array<uint8_t, 32> sha256_of(Bytes bytes);

}  // namespace assay
