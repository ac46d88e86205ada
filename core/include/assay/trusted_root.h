// A sigstore trusted root: the authorities, logs and timestamp authorities that signatures with an
// identity rest on, each with the time in which it was in use. It is a file that the user chose to
// trust (cosign calls it trusted_root.json); nothing here fetches one.
//
// Plain values; may be read from any number of threads.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/certificate.h"
#include "assay/keys.h"
#include "assay/result.h"

namespace assay {

struct UsePeriod {
    std::optional<int64_t> from;  // seconds since 1970
    std::optional<int64_t> to;
    [[nodiscard]] bool covers(int64_t time) const {
        return (!from || *from <= time) && (!to || time <= *to);
    }
};

struct TrustedLog {
    std::vector<uint8_t> id;  // as entries name it; its first four bytes are in checkpoints
    PublicKey key;
    UsePeriod used;
    std::string host;  // of its base URL: the origin of its checkpoints; empty where none is given
};

struct TrustedAuthority {
    std::vector<Certificate> between;  // all but the last of its chain
    std::vector<Certificate> anchors;  // the last
    UsePeriod used;
};

struct TrustedRoot {
    std::vector<TrustedLog> logs;              // of signatures (Rekor)
    std::vector<TrustedLog> certificate_logs;  // of certificates (CT)
    std::vector<TrustedAuthority> authorities;
    std::vector<TrustedAuthority> timestamp_authorities;
    size_t unreadable = 0;  // logs whose keys are of a kind that nothing here can check

    static Result<TrustedRoot> parse(Bytes json);
};

inline constexpr size_t kMaxTrustedRoot = size_t{4} << 20;

}  // namespace assay
