#include "signed_model.h"

#include <fmt/format.h>

#include <cerrno>

#include "assay/base64.h"
#include "assay/emit.h"
#include "assay/small_file.h"
#include "commands.h"
#include "signer_key.h"

namespace assay::cli {

namespace {

std::nullopt_t refuse(Refusal& refusal, int code, const std::string& path, std::string why) {
    complain(path, why);
    refusal = {code, std::move(why)};
    return std::nullopt;
}

Status check_content(const Bundle& bundle) {
    if (!is_oms_media_type(bundle)) {
        return Error{Code::kUnsupported, "not a bundle of version 0.3, as model signing wants it"};
    }
    if (!bundle.envelope) {
        return Error{Code::kUnsupported,
                     "the bundle holds no statement about a model; `assay verify-blob` verifies "
                     "signatures of single files"};
    }
    return Done{};
}

// A hint adds no trust. One that names another key tells the user so, before all else.
Status check_hint(const Bundle& bundle, const PublicKey& key) {
    if (!bundle.key_hint || *bundle.key_hint == oms_key_hint(key)) return Done{};
    if (*bundle.key_hint == to_base64(sha256_of(key.spki()))) return Done{};  // cosign's
    return Error{Code::kMalformed, "was signed with another key than the one given"};
}

Result<SignerClaims> claims_of(const Bundle& bundle) {
    SignerClaims claims;
    claims.thing = SignedThing::kModel;
    Status added = claims.add_bundle(bundle);
    if (!added) return added.error();
    claims.add_envelope(*bundle.envelope);
    return claims;
}

struct Verified {
    TrustedSigner signer;
    bool v02 = false;
};

Result<Verified> verify_signature(const Bundle& bundle, const BundleReading& reading,
                                  std::optional<SignerIdentity>& seen) {
    Result<SignerClaims> claims = claims_of(bundle);
    if (!claims) return claims.error();
    Result<TrustedSigner> signer = trusted_signer(*claims, *reading.trust, &seen);
    if (!signer) return signer.error();
    Status hinted = check_hint(bundle, signer->key);
    if (!hinted) return hinted.error();
    Verified verified{std::move(*signer), false};
    Status holds = verify_envelope(*bundle.envelope, verified.signer.key);
    if (!holds && reading.allow_v02) {
        bool by_certificate = !bundle.certificates.empty();
        Status old = verify_envelope_v02(*bundle.envelope, verified.signer.key, by_certificate);
        verified.v02 = old.ok();
        if (old) holds = old;
    }
    if (!holds) return holds.error();
    return verified;
}

// For whoever has several keys: which one the bundle names, and which one was given.
void tell_wanted_key(const Bundle& bundle, const PublicKey& key) {
    if (check_hint(bundle, key)) return;
    const bool hex = bundle.key_hint->size() == 2 * Sha256Digest().size();
    const std::string given = hex ? oms_key_hint(key) : to_base64(sha256_of(key.spki()));
    complain("", fmt::format("note: the bundle names the key {}, the one given is {}",
                             *bundle.key_hint, given));
}

void note_key(const std::string& path, const Bundle& bundle, const PublicKey& key) {
    if (bundle.material == Bundle::Material::kPublicKey && !bundle.key_hint) {
        complain(path, "note: does not say which key signed it, as old versions did not");
    }
    if (!is_oms(key.algorithm())) {
        complain(path, fmt::format("note: signed by {}, which model signing does not know",
                                   key.description()));
    }
}

Result<std::vector<uint8_t>> load_bundle(const std::string& path, size_t memory) {
    return load_small_file(path, std::min(kMaxBundle, memory / 4));
}

}  // namespace

std::optional<SignedModel> read_signed_model(const std::string& path, const BundleReading& reading,
                                             Refusal& refusal) {
    Result<std::vector<uint8_t>> file = load_bundle(path, reading.memory);
    if (!file && file.error().code == Code::kLimit) {
        return refuse(refusal, kExitUsage, path,
                      "is larger than a fourth of --memory allows; give it more, or another file");
    }
    if (!file) {
        const bool missing = file.error().sys == ENOENT;
        return refuse(refusal, input_exit_code(file.error()), path,
                      describe(file.error()) +
                          (missing ? " (name the signature with -s; `assay sign` makes one)" : ""));
    }
    Result<Bundle> bundle = read_bundle(*file, {file->size()});
    *file = {};
    if (!bundle) {
        return refuse(refusal, kExitUsage, path,
                      fmt::format("cannot be read as a bundle: {}", describe(bundle.error())));
    }
    Status content = check_content(*bundle);
    if (!content) return refuse(refusal, kExitUsage, path, describe(content.error()));
    SignedModel model;
    bool v02 = false;
    if (reading.own_key) {
        Status own = verify_envelope(*bundle->envelope, *reading.own_key);
        if (!own) {
            return refuse(refusal, kExitFindings, path,
                          "was not signed with the key that is given");
        }
    }
    if (reading.trust) {
        std::optional<SignerIdentity> seen;
        Result<Verified> verified = verify_signature(*bundle, reading, seen);
        if (!verified) {
            complain_of_signer(path, verified.error(), seen);
            if (reading.trust->key) tell_wanted_key(*bundle, *reading.trust->key);
            refusal = {seal_exit_code(verified.error()), describe(verified.error())};
            return std::nullopt;
        }
        model.signer = std::move(verified->signer);
        note_key(path, *bundle, model.signer->key);
        v02 = verified->v02;
    }
    if (bundle->envelope->payload_type != kInTotoPayload) {
        return refuse(refusal, kExitFindings, path, "the signed payload is no in-toto statement");
    }
    model.payload = std::move(bundle->envelope->payload);
    std::string about;
    Result<OmsManifest> manifest = read_oms(model.payload, {v02, reading.memory / 4}, about);
    if (!manifest || manifest->is_v02 != v02) {
        std::string why = manifest ? "a statement of another version than its signature"
                                   : describe(manifest.error());
        if (!about.empty()) why += fmt::format(": {}", about);
        int code = kExitFindings;
        if (!manifest && manifest.error().code == Code::kLimit) code = kExitUsage;
        if (!manifest && manifest.error().text == std::string_view(kNoBlake3))
            code = kExitIncomplete;
        return refuse(refusal, code, path, fmt::format("the statement is refused: {}", why));
    }
    model.manifest = std::move(*manifest);
    return model;
}

}  // namespace assay::cli
