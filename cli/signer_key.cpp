#include "signer_key.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "assay/bundle.h"
#include "assay/digest.h"
#include "assay/pkcs11.h"
#include "assay/place.h"
#include "assay/small_file.h"
#include "commands.h"
#include "password.h"

namespace assay::cli {

namespace {

std::nullopt_t refuse(const std::string& what, const Error& error, int& code) {
    code = refuse_input(shown_key(what), error);
    return std::nullopt;
}

std::nullopt_t refuse(const std::string& what, const char* text, int& code) {
    return refuse(what, Error{Code::kUsage, text}, code);
}

bool add_files(const std::vector<std::string>& files, std::vector<Certificate>& into, int& code) {
    for (const std::string& file : files) {
        Result<std::vector<Certificate>> read = load_certificates(file);
        if (!read) {
            refuse(file, read.error(), code);
            return false;
        }
        into.insert(into.end(), read->begin(), read->end());
    }
    return true;
}

// A key without a password is as secret as its file.
void note_open_key(const std::string& path) {
    struct stat status {};
    const bool open = stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
                      (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
    if (open)
        complain(shown_key(path), "note: has no password, and others can read it; chmod 600 helps");
}

Result<PrivateKey> private_key(const std::string& name) {
    if (is_pkcs11_uri(name)) return open_pkcs11_key(name, password_of("the token"));
    bool asked = false;
    Result<PrivateKey> key = load_private_key(name, [&] {
        asked = true;
        return password_of(shown_key(name))();
    });
    if (key && !asked) note_open_key(name);
    return key;
}

bool add_pattern(const std::string& text, std::optional<Pattern>& into, int& code) {
    if (text.empty()) return true;
    Result<Pattern> pattern = Pattern::compile(text);
    if (!pattern) {
        refuse(text, pattern.error(), code);
        return false;
    }
    if (!pattern->anchored()) {
        complain(text, "note: matches anywhere in a name; write ^...$ to have it match all of it");
    }
    into = std::move(*pattern);
    return true;
}

std::optional<SignerTrust> keyless_trust(const TrustArgs& args, int& code) {
    SignerTrust trust;
    bool name = args.identity.empty() != args.identity_regexp.empty();
    bool issuer = args.issuer.empty() != args.issuer_regexp.empty();
    if (!name || !issuer) {
        return refuse("--trusted-root",
                      "wants --certificate-identity and --certificate-oidc-issuer, or the "
                      "-regexp of either: anybody can get a certificate for some identity",
                      code);
    }
    Result<std::vector<uint8_t>> file = load_small_file(args.trusted_root, kMaxTrustedRoot);
    if (!file) return refuse(args.trusted_root, file.error(), code);
    Result<TrustedRoot> root = TrustedRoot::parse(*file);
    if (!root) return refuse(args.trusted_root, root.error(), code);
    trust.trusted_root = std::move(*root);
    trust.identity.name = args.identity;
    trust.identity.issuer = args.issuer;
    trust.waivers = {args.ignore_tlog, args.ignore_sct};
    bool read = add_pattern(args.identity_regexp, trust.identity.name_pattern, code) &&
                add_pattern(args.issuer_regexp, trust.identity.issuer_pattern, code);
    return read ? std::optional(std::move(trust)) : std::nullopt;
}

std::optional<SignerTrust> certificate_trust(const TrustArgs& args, int& code) {
    SignerTrust trust;
    std::optional<VerifyTime> time = VerifyTime::parse(args.verify_time);
    if (!time) {
        return refuse(args.verify_time, "not a time; write 2026-01-31T12:00:00Z", code);
    }
    trust.time = *time;
    bool read = add_files(args.roots, trust.roots, code) &&
                add_files(args.chain, trust.between, code) &&
                add_files(args.timestamp_roots, trust.timestamps.anchors, code);
    trust.timestamps.between = trust.timestamps.anchors;
    return read ? std::optional(std::move(trust)) : std::nullopt;
}

constexpr std::string_view kLeadsNowhere = "the certificate leads to none of the trusted roots";

// The table of what can be wrong with a signature, and what to do: docs/signing.md explains it.
struct Advice {
    std::string_view text;
    std::string_view advice;
};
constexpr Advice kAdvice[] = {
    {"the signature does not match",
     "it was changed since, or signed with another key; compare the key with the signer's, and "
     "the file with its source"},
    {"signed with another identity",
     "compare --certificate-identity with whom the publisher names"},
    {"the identity was vouched for by another issuer",
     "compare --certificate-oidc-issuer with whom the publisher names"},
    {"the certificate, or one that it rests on, had expired",
     "if it was valid when it was used, have the signer add a timestamp; where you give --roots, "
     "--verify-time says when"},
    {kLeadsNowhere,
     "give the root of the signer's authority with --roots, and steps between with --chain"},
    {"there is no entry of a transparency log",
     "the trusted root names logs; ask the signer for a bundle with its log entry"},
    {"the trusted root names no transparency log",
     "as it should; for an authority that has none, --insecure-ignore-tlog does without"},
    {"the trusted root names no certificate log",
     "as it should; for an authority that has none, --insecure-ignore-sct does without"},
    {"the entry's log is not in the trusted root, or not then",
     "get a newer trusted root from those whom you trust for it"},
    {"signed with a certificate, and it shall be verified with a key",
     "give --roots, or --trusted-root for an identity, instead of --key"},
    {"signed with a key, and it shall be verified with a certificate",
     "give the signer's public key with --key"},
    {"a certificate names nobody",
     "whose signature it is cannot be told; ask the signer for one that has a subject or an "
     "alternative name"},
    {"a certificate is not made as RFC 5280 demands",
     "`openssl verify -x509_strict` says in what; its authority has to issue another one"},
    {"the certificate does not have exactly one identity",
     "it is no certificate for an identity; one of another authority is verified with --roots"},
    {"the certificate's identity is of no known kind",
     "identities are e-mail addresses, URIs and user names; a certificate for something else is "
     "verified with --roots"},
    {"there is no certificate: it was signed with a key",
     "give the signer's public key with --key instead of --trusted-root"},
};

std::string_view advice_for(std::string_view text) {
    for (const Advice& one : kAdvice) {
        if (one.text == text) return one.advice;
    }
    return {};
}

}  // namespace

std::string shown_key(const std::string& typed) {
    if (typed.find("-----BEGIN") != std::string::npos || typed.find('\n') != std::string::npos) {
        return "what was given (not shown; the name of a file is wanted)";
    }
    if (!is_pkcs11_uri(typed)) return typed;
    constexpr std::string_view kPin = "pin-value=";
    std::string shown = typed;
    for (size_t at = 0; (at = shown.find(kPin, at)) != std::string::npos; at += kPin.size() + 3) {
        const size_t begin = at + kPin.size();
        const size_t end = std::min(shown.find_first_of(";?&", begin), shown.size());
        shown.replace(begin, end - begin, "***");
    }
    return shown;
}

int seal_exit_code(const Error& error) {
    switch (error.code) {
        case Code::kInterrupted:
            return kExitInterrupted;
        case Code::kIo:
        case Code::kChanged:
            return kExitIncomplete;
        case Code::kUsage:
            return kExitUsage;
        default:
            return kExitFindings;
    }
}

int input_exit_code(const Error& error) {
    const int code = seal_exit_code(error);
    return code == kExitFindings ? kExitUsage : code;
}

int refuse_input(const std::string& what, const Error& error) {
    complain(what, describe(error));
    return input_exit_code(error);
}

// The chain counts where there is one, as far as it leads: to what is for others to trust.
static Status check_certificates(const std::vector<Certificate>& all, SignedThing what) {
    const Certificate& leaf = all.front();
    const int64_t now = std::time(nullptr);
    if (leaf.not_after() < now) return Error{Code::kMalformed, "the certificate has expired"};
    if (leaf.not_before() > now) {
        return Error{Code::kMalformed, "the certificate is not valid yet"};
    }
    Status may = may_sign(leaf, what);
    if (!may || all.size() == 1) return may;
    const std::vector<Certificate> chain(all.begin() + 1, all.end());
    Result<std::vector<Certificate>> fits = chain_of({leaf, chain, chain, now});
    if (!fits) {
        const bool other = fits.error().text == kLeadsNowhere;
        return other ? Error{Code::kMalformed, "the chain does not begin with who issued it"}
                     : fits.error();
    }
    if (what == SignedThing::kModel) return Done{};
    std::vector<Certificate> steps = steps_from(leaf, chain, now);
    if (!steps.back().signs_itself()) steps.push_back(steps.back());  // its root is elsewhere
    return may_vouch(steps);
}

std::optional<Signer> load_signer(const SignerArgs& args, SignedThing what, int& code) {
    if (args.key.empty()) {
        return refuse("--key",
                      "is needed: signing without a key takes a network, and is not "
                      "done here",
                      code);
    }
    Result<PrivateKey> key = private_key(args.key);
    if (!key) return refuse(args.key, key.error(), code);
    Signer signer{std::move(*key), {}};
    if (args.certificate.empty()) {
        if (args.chain.empty()) return signer;
        return refuse("--chain", "wants --cert, the certificate of the key", code);
    }
    if (!add_files({args.certificate}, signer.certificates, code)) return std::nullopt;
    if (!add_files(args.chain, signer.certificates, code)) return std::nullopt;
    Result<PublicKey> certified = signer.certificates[0].key();
    if (!certified) return refuse(args.certificate, certified.error(), code);
    if (certified->spki() != signer.key.public_key().spki()) {
        return refuse(args.certificate, "is the certificate of another key", code);
    }
    Status good = check_certificates(signer.certificates, what);
    if (!good) {
        complain(args.certificate, describe(good.error()));
        code = kExitFindings;
        return std::nullopt;
    }
    return signer;
}

// What was typed for another way of trusting would not be looked at: whoever typed it thinks that
// it is.
static const char* unused_trust(const TrustArgs& args) {
    bool certificate = !args.chain.empty() || !args.timestamp_roots.empty() ||
                       args.verify_time != TrustArgs().verify_time;
    bool identity = !args.identity.empty() || !args.identity_regexp.empty() ||
                    !args.issuer.empty() || !args.issuer_regexp.empty();
    if (args.roots.empty() && certificate) {
        return "--chain, --timestamp-roots and --verify-time go with --roots alone";
    }
    if (args.trusted_root.empty() && identity) {
        return "--certificate-identity and --certificate-oidc-issuer go with --trusted-root alone";
    }
    if (args.trusted_root.empty() && (args.ignore_tlog || args.ignore_sct)) {
        return "--insecure-ignore-tlog and -sct go with --trusted-root alone: with a key or "
               "--roots "
               "no log is looked at";
    }
    return nullptr;
}

std::optional<SignerTrust> load_trust(const TrustArgs& args, int& code) {
    int ways = (args.key.empty() ? 0 : 1) + (args.roots.empty() ? 0 : 1) +
               (args.trusted_root.empty() ? 0 : 1);
    if (ways != 1) {
        return refuse("", "whom to trust? give one of --key, --roots and --trusted-root", code);
    }
    if (const char* unused = unused_trust(args)) return refuse("", unused, code);
    if (!args.trusted_root.empty()) return keyless_trust(args, code);
    if (!args.roots.empty()) return certificate_trust(args, code);
    Result<PublicKey> key = load_public_key(args.key);
    if (!key) return refuse(args.key, key.error(), code);
    SignerTrust trust;
    trust.key = std::move(*key);
    return trust;
}

void complain_of_signer(const std::string& what, const Error& error,
                        const std::optional<SignerIdentity>& seen) {
    std::string text = describe(error);
    if (seen && error.code == Code::kMalformed) {
        text += fmt::format(": {}, issuer {}", seen->name, seen->issuer);
    }
    std::string_view advice = advice_for(error.text);
    if (!advice.empty()) text += fmt::format(" ({})", advice);
    complain(what, text);
}

// A key goes by the digest of its PEM file, as model signing has it: sha256sum shows it, too.
std::string describe_signer(const TrustedSigner& signer) {
    if (signer.identity) {
        return fmt::format("signed by {}, issuer {}, at {}", escape_text(signer.identity->name),
                           escape_text(signer.identity->issuer), time_text(signer.checked_time));
    }
    std::string when = signer.proved_time
                           ? fmt::format(", timestamp {}", time_text(*signer.proved_time))
                           : std::string();
    if (!signer.subject.empty()) {
        return fmt::format("signed by {}{}", escape_text(signer.subject), when);
    }
    return fmt::format("signed by {} key, SHA-256 {}{}", signer.key.description(),
                       oms_key_hint(signer.key), when);
}

}  // namespace assay::cli
