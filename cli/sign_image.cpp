// assay sign-image, assay verify-image: signatures of container images, as cosign makes them.
//
// cosign 3 signs a statement about the manifest's digest and attaches the bundle as a referrer;
// cosign 1 and 2 sign a "simple signing" payload under a tag. Both are read, the first is written
// unless the second is asked for. Whoever can write to the store can attach anything, so what does
// not verify is only told when nothing does.
#include <fmt/format.h>

#include <algorithm>

#include "assay/attestation.h"
#include "assay/bundle.h"
#include "assay/cosign_bundle.h"
#include "assay/digest.h"
#include "assay/place.h"
#include "commands.h"
#include "image_store.h"
#include "signer_key.h"
#include "statements.h"
#include "text.h"

namespace assay::cli {

namespace {

int failed(const std::string& what, const std::string& text, const Error& error) {
    complain(what, text);
    int code = seal_exit_code(error);
    return code == kExitFindings ? kExitIncomplete : code;
}

std::unique_ptr<ImageStore> opened(const Args& args, int& code) {
    const std::string& target = args.signing.blob;
    std::string complaint;
    if (!is_image(target)) {
        complain(target, "not an image; write oci:DIR:TAG or docker://HOST/REPO:TAG");
        code = kExitUsage;
        return nullptr;
    }
    Result<std::unique_ptr<ImageStore>> store = open_image(args.registry, target, complaint);
    if (store) return std::move(*store);
    code = failed(target, complaint.empty() ? describe(store.error()) : complaint, store.error());
    return nullptr;
}

std::string hex_of(const ImageStore& store) { return store.image().digest.substr(7); }

Status sign_simple(ImageStore& store, const Signer& signer) {
    std::string payload = simple_payload(store.name(), store.image().digest);
    Result<std::vector<uint8_t>> signature = signer.key.sign(as_bytes(payload), RsaPadding::kPkcs1);
    if (!signature) return signature.error();
    SimpleSignature simple;
    simple.payload.assign(payload.begin(), payload.end());
    simple.signature = std::move(*signature);
    if (!signer.certificates.empty()) simple.certificate = signer.certificates[0].pem();
    for (size_t i = 1; i < signer.certificates.size(); i++) {
        simple.chain += signer.certificates[i].pem();
    }
    return attach_simple(store, simple);
}

Status sign_bundle(ImageStore& store, const Signer& signer) {
    Result<std::string> bundle = signed_statement_bundle(
        signer, write_statement({{"", hex_of(store)}}, kCosignSignPredicate, "{}"));
    if (!bundle) return bundle.error();
    Result<std::string> attached = attach_bundle(store, *bundle, kCosignSignPredicate);
    return attached ? Status(Done{}) : Status(attached.error());
}

// What came of looking at all signatures of an image.
struct Outcome {
    std::vector<std::string> good;
    std::optional<Error> bad;  // why the last one did not verify
    std::optional<SignerIdentity> seen;
    size_t looked_at = 0;
};

void look_at_bundles(ImageStore& store, const SignerTrust& trust, Outcome& outcome) {
    Result<std::vector<AttachedBundle>> attached = attached_bundles(store);
    if (!attached) {
        outcome.bad = attached.error();
        return;
    }
    for (const AttachedBundle& one : *attached) {
        if (!one.predicate_type.empty() && one.predicate_type != kCosignSignPredicate) continue;
        outcome.looked_at++;
        Result<SignedStatement> read = read_signed_statement(one.bundle);
        if (!read) {
            outcome.bad = read.error();
            continue;
        }
        Result<VerifiedStatement> found = verified_statement(std::move(*read), trust, outcome.seen);
        if (!found) {
            outcome.bad = found.error();
            continue;
        }
        bool right = found->statement.predicate_type == kCosignSignPredicate;
        bool ours = right && std::ranges::any_of(found->statement.subjects, [&](const Subject& s) {
                        return s.sha256 == hex_of(store) && !s.of_digests;
                    });
        if (ours) outcome.good.push_back(describe_signer(found->signer));
        if (!ours) outcome.bad = Error{Code::kMalformed, "the signature is of another image"};
    }
}

Result<TrustedSigner> verified_simple(const SimpleSignature& simple, const std::string& digest,
                                      const SignerTrust& trust,
                                      std::optional<SignerIdentity>& seen) {
    Result<SignerClaims> claims = claims_of(simple);
    if (!claims) return claims.error();
    Result<TrustedSigner> signer = trusted_signer(*claims, trust, &seen);
    if (!signer) return signer;
    Status holds = signer->key.verify(simple.payload, simple.signature);
    if (holds) holds = simple_payload_names(simple.payload, digest);
    if (!holds) return holds.error();
    return signer;
}

void look_at_simple(ImageStore& store, const SignerTrust& trust, Outcome& outcome) {
    Result<std::vector<SimpleSignature>> all = simple_signatures(store);
    if (!all) {
        outcome.bad = all.error();
        return;
    }
    for (const SimpleSignature& one : *all) {
        outcome.looked_at++;
        Result<TrustedSigner> signer =
            verified_simple(one, store.image().digest, trust, outcome.seen);
        if (signer) outcome.good.push_back(describe_signer(*signer));
        if (!signer) outcome.bad = signer.error();
    }
}

int report(const Args& args, const ImageStore& store, const Outcome& outcome) {
    const std::string& target = args.signing.blob;
    if (outcome.good.empty()) {
        Error none{Code::kMalformed, "no signature is attached to it"};
        const Error& why = outcome.bad ? *outcome.bad : none;
        complain_of_signer(target, why, outcome.seen);
        return seal_exit_code(why);
    }
    if (args.quiet) return kExitClean;
    std::string text;
    for (const std::string& line : outcome.good) {
        text += fmt::format("{}: OK, {}, {}\n", escape_text(target), store.image().digest, line);
    }
    return print_out(text, kExitClean);
}

}  // namespace

int run_sign_image(const Args& args) {
    int code = kExitClean;
    std::optional<Signer> signer = load_signer(args.signing.signer, SignedThing::kOther, code);
    if (!signer) return code;
    std::unique_ptr<ImageStore> store = opened(args, code);
    if (!store) return code;
    Status done = args.signing.simple ? sign_simple(*store, *signer) : sign_bundle(*store, *signer);
    if (!done) return failed(args.signing.blob, store->failure(done.error()), done.error());
    if (args.quiet) return kExitClean;
    return print_out(
        fmt::format("{}: signed {}\n", escape_text(args.signing.blob), store->image().digest),
        kExitClean);
}

int run_verify_image(const Args& args) {
    int code = kExitClean;
    std::optional<SignerTrust> trust = load_trust(args.signing.trust, code);
    if (!trust) return code;
    std::unique_ptr<ImageStore> store = opened(args, code);
    if (!store) return code;
    Outcome outcome;
    look_at_bundles(*store, *trust, outcome);
    look_at_simple(*store, *trust, outcome);
    return report(args, *store, outcome);
}

}  // namespace assay::cli
