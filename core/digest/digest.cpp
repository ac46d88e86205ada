#include "assay/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cassert>

#ifdef ASSAY_HAVE_BLAKE3
#include <blake3.h>
#endif

namespace assay {

namespace {

struct KindInfo {
    DigestKind kind;
    std::string_view name;
    size_t size;
    const char* evp;  // OpenSSL's name for it
};

constexpr std::array kKinds = {
    KindInfo{DigestKind::kSha256, "sha256", 32, "SHA256"},
    KindInfo{DigestKind::kSha512, "sha512", 64, "SHA512"},
    KindInfo{DigestKind::kBlake2b, "blake2b", 64, "BLAKE2B512"},
    KindInfo{DigestKind::kSha1, "sha1", 20, "SHA1"},
    KindInfo{DigestKind::kMd5, "md5", 16, "MD5"},
    KindInfo{DigestKind::kGitSha1, "git-sha1", 20, "SHA1"},
    KindInfo{DigestKind::kBlake3, "blake3", 32, nullptr},
};

const KindInfo& info(DigestKind kind) { return kKinds[static_cast<size_t>(kind)]; }

// Hides OpenSSL's EVP interface.
class EvpHasher final : public Hasher {
  public:
    static std::unique_ptr<EvpHasher> make(DigestKind kind) {
        std::unique_ptr<EVP_MD, Free> method(EVP_MD_fetch(nullptr, info(kind).evp, nullptr));
        std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
        if (!method || !context) return nullptr;
        if (EVP_DigestInit_ex2(context.get(), method.get(), nullptr) != 1) return nullptr;
        return std::unique_ptr<EvpHasher>(new EvpHasher(kind, std::move(context)));
    }

    void update(Bytes bytes) override {
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }

    Digest finish() override {
        Digest digest{kind_, {}};
        EVP_DigestFinal_ex(context_.get(), digest.value.data(), nullptr);
        return digest;
    }

  private:
    struct Free {
        void operator()(EVP_MD* method) const { EVP_MD_free(method); }
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    EvpHasher(DigestKind kind, std::unique_ptr<EVP_MD_CTX, Free> context)
        : kind_(kind), context_(std::move(context)) {}

    DigestKind kind_;
    std::unique_ptr<EVP_MD_CTX, Free> context_;
};

#ifdef ASSAY_HAVE_BLAKE3
class Blake3Hasher final : public Hasher {
  public:
    Blake3Hasher() { blake3_hasher_init(&state_); }
    void update(Bytes bytes) override { blake3_hasher_update(&state_, bytes.data(), bytes.size()); }
    Digest finish() override {
        Digest digest{DigestKind::kBlake3, {}};
        blake3_hasher_finalize(&state_, digest.value.data(), size_of(DigestKind::kBlake3));
        return digest;
    }

  private:
    blake3_hasher state_;
};
#endif

// Git hashes "blob ", the size in decimal and a zero byte before the content.
Status feed_git_header(Hasher& hasher, std::optional<uint64_t> size) {
    if (!size) return Error{Code::kUsage, "git-sha1 needs a file whose size is known", 0, 0};
    std::string header = "blob " + std::to_string(*size);
    hasher.update({reinterpret_cast<const uint8_t*>(header.c_str()), header.size() + 1});
    return Done{};
}

}  // namespace

std::string_view name_of(DigestKind kind) { return info(kind).name; }

size_t size_of(DigestKind kind) { return info(kind).size; }

std::optional<DigestKind> digest_named(std::string_view name) {
    for (const KindInfo& known : kKinds) {
        if (known.name == name) return known.kind;
    }
    return std::nullopt;
}

bool is_available([[maybe_unused]] DigestKind kind) {
#ifdef ASSAY_HAVE_BLAKE3
    return true;
#else
    return kind != DigestKind::kBlake3;
#endif
}

Result<std::unique_ptr<Hasher>> Hasher::make(DigestKind kind, std::optional<uint64_t> size) {
    if (!is_available(kind)) {
        return Error{Code::kUnsupported, "this build has no BLAKE3: the system has no libblake3"};
    }
#ifdef ASSAY_HAVE_BLAKE3
    if (kind == DigestKind::kBlake3) return std::unique_ptr<Hasher>(new Blake3Hasher);
#endif
    std::unique_ptr<Hasher> hasher = EvpHasher::make(kind);
    if (!hasher) return Error{Code::kUnsupported, "OpenSSL does not offer this digest here"};
    if (kind == DigestKind::kGitSha1) {
        Status fed = feed_git_header(*hasher, size);
        if (!fed) return fed.error();
    }
    return hasher;
}

DigestSet::DigestSet(std::vector<DigestKind> kinds, LaneSet& lanes) : kinds_(std::move(kinds)) {
    bool laned = std::find(kinds_.begin(), kinds_.end(), DigestKind::kSha256) != kinds_.end();
    if (laned) lane_ = std::make_unique<Sha256Stream>(lanes);
}

Result<std::unique_ptr<DigestSet>> DigestSet::make(const std::vector<DigestKind>& kinds,
                                                   LaneSet& lanes, std::optional<uint64_t> size) {
    std::unique_ptr<DigestSet> set(new DigestSet(kinds, lanes));
    for (DigestKind kind : kinds) {
        if (kind == DigestKind::kSha256) continue;
        auto hasher = Hasher::make(kind, size);
        if (!hasher) return hasher.error();
        set->hashers_.push_back(std::move(*hasher));
    }
    return set;
}

void DigestSet::feed(const BlockRef& block, Bytes bytes) {
    if (lane_) lane_->feed(block, bytes);
    for (auto& hasher : hashers_) hasher->update(bytes);
}

void DigestSet::finish() {
    if (lane_) lane_->finish();
    for (auto& hasher : hashers_) results_.push_back(hasher->finish());
    finished_ = true;
}

std::vector<Digest> DigestSet::digests() const {
    assert(done());
    std::vector<Digest> ordered;
    size_t next = 0;
    for (DigestKind kind : kinds_) {
        if (kind != DigestKind::kSha256) {
            ordered.push_back(results_[next++]);
            continue;
        }
        Digest digest{kind, {}};
        Sha256Digest sha = lane_->digest();
        std::copy(sha.begin(), sha.end(), digest.value.begin());
        ordered.push_back(digest);
    }
    return ordered;
}

}  // namespace assay
