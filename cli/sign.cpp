// assay sign MODEL --key KEY
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

#include "commands.h"
#include "run_visit.h"
#include "signed_model.h"
#include "signer_key.h"
#include "signing.h"

namespace assay::cli {

std::optional<SigningIdentity> signing_identity(const SignerArgs& args, int& code) {
    std::optional<Signer> signer = load_signer(args, SignedThing::kModel, code);
    if (!signer) return std::nullopt;
    SigningIdentity identity{std::move(signer->key), {}};
    if (!is_oms(identity.key.algorithm())) {
        complain(shown_key(args.key),
                 "note: model signing knows keys of P-256, P-384 and P-521 alone; only assay will "
                 "verify this signature");
    }
    if (signer->certificates.empty()) {
        identity.material.key_hint = oms_key_hint(identity.key.public_key());
        return identity;
    }
    identity.material.material = Bundle::Material::kCertificateChain;
    for (const Certificate& one : signer->certificates) {
        identity.material.certificates.push_back(one.der());
    }
    return identity;
}

// A file that is no signature is not replaced by one.
bool may_write_signature(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
        return true;
    }
    std::ifstream file(path, std::ios::binary);
    std::string start(256, '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    if (start.find("mediaType") != std::string::npos || start.find("dsseEnvelope") < 256) {
        return true;
    }
    complain(path, "exists and is no signature; it is not replaced");
    return false;
}

namespace {

bool same_settings(const OmsSettings& a, const OmsSettings& b) {
    return a.by_shards == b.by_shards && a.shard_size == b.shard_size && a.hash == b.hash &&
           a.allow_symlinks == b.allow_symlinks;
}

// What --since may take over; nothing when it may not, which has been complained about.
std::optional<Since> since_of(const Args& args, const SigningPlan& plan,
                              const SigningIdentity& identity, int& code) {
    const std::string& path = args.seal.since;
    const PublicKey& key = identity.key.public_key();
    Refusal refusal;
    std::optional<SignedModel> old =
        read_signed_model(path, {nullptr, &key, false, 4 * plan.memory}, refusal);
    code = refusal.code;
    if (!old) return std::nullopt;
    code = kExitFindings;
    if (!same_settings(plan.settings, old->manifest.settings)) {
        complain(path, "was made with other settings (method, size of shards, digest or links)");
        return std::nullopt;
    }
    Result<Since> since =
        Since::read(path + ".stat", key, old->payload, std::move(old->manifest), plan.memory);
    if (!since) {
        const bool missing = since.error().sys == ENOENT;
        complain(path + ".stat",
                 describe(since.error()) + (missing ? " (sign with --stat to have one)" : ""));
        return std::nullopt;
    }
    if (!plan.extras) return std::move(*since);
    Since::Extras extras{args.tensors, {}, plan.chunks_dir};
    if (args.chunks) extras.chunk_size = parse_size(args.chunk_size).value_or(0);
    Status met = since->require(extras, path, old->payload, plan.memory);
    if (met) return std::move(*since);
    complain(path, describe(met.error()));
    return std::nullopt;
}

void use_since(Since& since, const SigningPlan& plan, VisitOptions& options) {
    options.passes_over = [&since, &plan, ignored = options.passes_over](const std::string& path) {
        return ignored(path) || since.takes_over(plan.model.name_of(path), path);
    };
}

}  // namespace

int run_sign(const Args& typed) {
    Args args = typed;
    int code = kExitUsage;
    if (!fits_adapter_method(args)) return kExitUsage;
    std::optional<SigningPlan> plan = signing_plan(args, code);
    if (!plan) return code;
    if (!may_write_signature(plan->signature)) return kExitUsage;
    std::optional<SigningIdentity> identity = signing_identity(args.signing.signer, code);
    if (!identity) return code;
    args.chunks_dir = plan->chunks_dir;
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    prepare_visit(*plan, *options);
    if (args.tensors) {
        options->inspect = true;
        options->formats = all_formats();
    }
    std::optional<Since> since;
    if (!args.seal.since.empty()) {
        since = since_of(args, *plan, *identity, code);
        if (!since) return code;
        use_since(*since, *plan, *options);
    }
    ModelSigner signer(*plan, since ? &*since : nullptr);
    auto shards = [&](const Record& record, const std::vector<Digest>& digests) {
        return signer.shards(record, digests);
    };
    Result<Summary> summary = visit_and_complain(args, *options, signer, {}, shards);
    if (!summary) return exit_code_of(summary.error());
    return signer.finish(*identity, args.quiet);
}

}  // namespace assay::cli
