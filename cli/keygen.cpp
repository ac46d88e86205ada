// assay keygen [PREFIX]
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "assay/cosign_key.h"
#include "assay/source.h"
#include "commands.h"
#include "password.h"
#include "text.h"

namespace assay::cli {

namespace {

KeyAlgorithm algorithm_of(std::string_view type) {
    if (type == "p384") return KeyAlgorithm::kEcP384;
    if (type == "p521") return KeyAlgorithm::kEcP521;
    if (type == "ed25519") return KeyAlgorithm::kEd25519;
    return type == "rsa" ? KeyAlgorithm::kRsa : KeyAlgorithm::kEcP256;
}

// A file that did not exist, with these rights from its first moment; removed unless kept.
class NewFile {
  public:
    NewFile(std::string path, mode_t mode)
        : path_(std::move(path)),
          fd_(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)) {}
    ~NewFile() {
        if (fd_.valid() && !kept_) unlink(path_.c_str());
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    Status write(Bytes bytes) {
        if (!fd_.valid()) return Error{Code::kIo, "cannot be made", 0, errno};
        while (!bytes.empty()) {
            ssize_t put = ::write(fd_.get(), bytes.data(), bytes.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return Error{Code::kIo, "cannot be written", 0, errno};
            bytes = bytes.subspan(static_cast<size_t>(put));
        }
        if (fsync(fd_.get()) != 0) return Error{Code::kIo, "cannot be written", 0, errno};
        return Done{};
    }

    void keep() { kept_ = true; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool made() const { return fd_.valid(); }

  private:
    std::string path_;
    FileDescriptor fd_;
    bool kept_ = false;
};

Result<Secret> plain_text(const PrivateKey& key) {
    Result<Secret> der = key.pkcs8();
    if (!der) return der;
    BIO* bio = BIO_new(BIO_s_secmem());
    PEM_write_bio(bio, PEM_STRING_PKCS8INF, "", der->bytes().data(),
                  static_cast<long>(der->size()));
    char* data = nullptr;
    long size = BIO_get_mem_data(bio, &data);
    Secret text = Secret::copy_of(as_bytes({data, static_cast<size_t>(size)}));
    wipe(data, static_cast<size_t>(size));
    BIO_free_all(bio);
    return text;
}

Result<Secret> sealed_text(const PrivateKey& key, const std::string& name) {
    Result<Secret> password = new_password(name);
    if (!password) return password;
    Result<std::string> pem = seal_cosign_key(key, password->bytes());
    if (!pem) return pem.error();
    return Secret::copy_of(as_bytes(*pem));
}

bool written(NewFile& file, Bytes content) {
    Status done = file.write(content);
    if (!done) complain(file.path(), describe(done.error()));
    return done.ok();
}

bool exists(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) return false;
    complain(path, "exists, and keys are never overwritten");
    return true;
}

int write_pair(const Args& args, const PrivateKey& key, const Secret& text) {
    const std::string& prefix = args.signing.prefix;
    constexpr mode_t kOwnerOnly = 0600;
    constexpr mode_t kAnybody = 0644;
    NewFile secret(prefix + ".key", kOwnerOnly);
    NewFile half(prefix + ".pub", kAnybody);
    if (!written(secret, text.bytes())) return kExitIncomplete;
    if (!written(half, as_bytes(key.public_key().pem()))) return kExitIncomplete;
    secret.keep();
    half.keep();
    if (args.quiet) return kExitClean;
    return print_out(fmt::format("{}\n{}\n", secret.path(), half.path()), kExitClean);
}

}  // namespace

int run_keygen(const Args& args) {
    const std::string& prefix = args.signing.prefix;
    if (exists(prefix + ".key") || exists(prefix + ".pub")) return kExitUsage;
    Result<PrivateKey> key = PrivateKey::generate(algorithm_of(args.signing.key_type));
    if (!key) {
        complain("", describe(key.error()));
        return kExitIncomplete;
    }
    Result<Secret> text =
        args.signing.plain ? plain_text(*key) : sealed_text(*key, prefix + ".key");
    if (text) return write_pair(args, *key, *text);
    complain(prefix + ".key", describe(text.error()));
    return text.error().code == Code::kInterrupted ? kExitInterrupted : kExitUsage;
}

}  // namespace assay::cli
