// assay verify-attestation: signed statements about a model, a file or an image.
#include <fmt/format.h>

#include "assay/attestation.h"
#include "assay/digest.h"
#include "assay/emit.h"
#include "assay/oms.h"
#include "assay/place.h"
#include "assay/small_file.h"
#include "commands.h"
#include "image_store.h"
#include "signer_key.h"
#include "statements.h"
#include "subjects.h"
#include "text.h"

namespace assay::cli {

namespace {

// One attestation, from wherever it came.
struct Held {
    std::string name;
    std::vector<uint8_t> bundle;
    std::optional<SimpleSignature> attached;  // instead, as cosign 1 and 2 do it
    bool from_image = false;                  // where anybody may have put it
};

struct Wanted {
    SignerTrust trust;
    std::optional<std::string> type;
    Found found;
    bool by_digest = false;  // one, of which nobody says whether it is a file's or a folder's
    JsonLimits limits = kStatementLimits;
};

std::vector<std::string> differing(const Wanted& wanted, const Statement& statement) {
    if (!wanted.by_digest) return differences(wanted.found, statement.subjects);
    const Subject& one = wanted.found.subjects.front();
    for (const Subject& subject : statement.subjects) {
        if (subject.sha256 == one.sha256) return {};
    }
    std::optional<std::string> why = lacking_sha256(statement.subjects);
    return {why ? *why : one.name + ": the statement is about other digests"};
}

// A model signature names the folder alone where other statements name its files, too: those are in
// its predicate. Without them a file that was renamed would be as stated.
std::optional<int> name_files(const Held& held, const Wanted& wanted, VerifiedStatement& found) {
    const bool folder = !wanted.by_digest && wanted.found.subjects.front().of_digests;
    if (!folder || found.statement.predicate_type != kOmsPredicate) return std::nullopt;
    std::string about;
    Result<OmsManifest> manifest = read_oms(found.payload, {false, wanted.limits.bytes}, about);
    if (!manifest) {
        complain(held.name,
                 fmt::format("the statement is refused: {}{}{}", describe(manifest.error()),
                             about.empty() ? "" : ": ", about));
        return kExitFindings;
    }
    const OmsSettings& settings = manifest->settings;
    if (settings.by_shards || settings.hash != DigestKind::kSha256) {
        complain(held.name,
                 "is a model signature with digests of another kind; `assay verify` "
                 "verifies it");
        return kExitUsage;
    }
    for (const OmsResource& file : manifest->resources) {
        found.statement.subjects.push_back({file.name, file.digest.hex()});
    }
    return std::nullopt;
}

int compare(const Args& args, const Held& held, const Wanted& wanted, VerifiedStatement& found) {
    const std::string& type = found.statement.predicate_type;
    if (wanted.type && *wanted.type != type) {
        complain(held.name, fmt::format("is of type {}, not {}", type, *wanted.type));
        return kExitFindings;
    }
    if (std::optional<int> refused = name_files(held, wanted, found)) return *refused;
    std::vector<std::string> lines = differing(wanted, found.statement);
    for (const std::string& line : lines) complain(held.name, line);
    if (!lines.empty()) return kExitFindings;
    if (!wanted.found.unread.empty()) return kExitIncomplete;
    if (!args.signing.output.empty()) {
        Result<std::unique_ptr<Output>> file = Output::to_file(args.signing.output);
        Status done = file ? (*file)->write(as_text(found.payload)) : Status(file.error());
        if (done) done = (*file)->commit();
        if (!done) {
            complain(args.signing.output, describe(done.error()));
            return kExitIncomplete;
        }
    }
    if (args.quiet) return kExitClean;
    return print_out(fmt::format("{}: OK, {}, {}\n", escape_text(held.name), escape_text(type),
                                 describe_signer(found.signer)),
                     kExitClean);
}

int verify(const Args& args, const Held& held, const Wanted& wanted) {
    Result<SignedStatement> read = held.attached
                                       ? read_attachment(*held.attached, wanted.limits)
                                       : read_signed_statement(held.bundle, wanted.limits);
    if (!read) {
        complain(held.name, describe(read.error()));
        return held.from_image ? kExitFindings : kExitUsage;
    }
    std::optional<SignerIdentity> seen;
    Result<VerifiedStatement> found =
        verified_statement(std::move(*read), wanted.trust, seen, wanted.limits);
    if (found) return compare(args, held, wanted, *found);
    complain_of_signer(held.name, found.error(), seen);
    return seal_exit_code(found.error());
}

std::optional<std::vector<Held>> from_files(const Args& args, const Wanted& wanted, int& code) {
    std::vector<Held> all;
    for (const std::string& path : args.signing.bundles) {
        Result<std::vector<uint8_t>> file = load_small_file(path, wanted.limits.bytes / 2 * 3);
        if (!file) {
            code = refuse_input(path, file.error());
            return std::nullopt;
        }
        all.push_back({path, std::move(*file), {}, false});
    }
    return all;
}

// Whether a list already says that it is of another type than the wanted one.
bool is_other(const Wanted& wanted, const std::string& type) {
    return wanted.type && !type.empty() && type != *wanted.type;
}

// What is attached to the image, of the wanted type where the list says the type.
std::optional<std::vector<Held>> from_image(const Args& args, Wanted& wanted, int& code) {
    const std::string& target = args.signing.blob;
    std::string complaint;
    code = kExitIncomplete;
    Result<std::unique_ptr<ImageStore>> store = open_image(args.registry, target, complaint);
    if (!store) {
        complain(target, complaint.empty() ? describe(store.error()) : complaint);
        return std::nullopt;
    }
    wanted.found.subjects = {{target, (*store)->image().digest.substr(7)}};
    if (!args.signing.bundles.empty()) return from_files(args, wanted, code);
    Result<std::vector<AttachedBundle>> attached = attached_bundles(**store);
    if (!attached) {
        complain(target, (*store)->failure(attached.error()));
        return std::nullopt;
    }
    std::vector<Held> all;
    for (AttachedBundle& one : *attached) {
        if (!is_other(wanted, one.predicate_type))
            all.push_back({one.digest, std::move(one.bundle), {}, true});
    }
    Result<std::vector<SimpleSignature>> older = simple_attestations(**store);
    if (!older) {
        complain(target, (*store)->failure(older.error()));
        return std::nullopt;
    }
    for (SimpleSignature& one : *older) {
        if (is_other(wanted, one.predicate_type)) continue;
        const std::string digest = "sha256:" + to_hex(sha256_of(one.payload));
        all.push_back({digest, {}, std::move(one), true});
    }
    if (!all.empty()) return all;
    complain(target, "no attestation of that type is attached to it");
    code = kExitFindings;
    return std::nullopt;
}

std::optional<std::vector<Held>> attestations(const Args& args, Wanted& wanted, int& code) {
    const std::string& target = args.signing.blob;
    if (is_image(target)) return from_image(args, wanted, code);
    if (args.signing.bundles.empty()) {
        complain("", "give the attestation: --bundle FILE");
        code = kExitUsage;
        return std::nullopt;
    }
    std::optional<std::vector<Held>> held = from_files(args, wanted, code);
    if (!held) return held;
    if (target.starts_with("sha256:")) {
        Sha256Digest digest{};
        if (target.size() != 7 + 2 * digest.size() || !from_hex(target.substr(7), digest)) {
            complain(target, "not a digest; sha256: has 64 hexadecimal digits behind it");
            code = kExitUsage;
            return std::nullopt;
        }
        wanted.found.subjects = {{target, target.substr(7)}};
        wanted.by_digest = true;
        return held;
    }
    std::optional<Found> found = found_in(args, target, code);
    if (!found) return std::nullopt;
    wanted.found = std::move(*found);
    return held;
}

}  // namespace

// Of several files each must hold; of what is attached to an image, which anybody may add to, one.
int run_verify_attestation(const Args& args) {
    const SigningArgs& signing = args.signing;
    int code = kExitClean;
    std::optional<SignerTrust> trust = load_trust(signing.trust, code);
    if (!trust) return code;
    Wanted wanted{std::move(*trust), std::nullopt, {}};
    std::optional<uint64_t> memory = parse_size(args.memory);
    if (!memory) {
        complain(args.memory, "not a size; write 64M or 1G");
        return kExitUsage;
    }
    wanted.limits = statement_limits(static_cast<size_t>(*memory));
    if (!signing.type.empty()) {
        wanted.type = predicate_type_named(signing.type);
        if (!wanted.type) {
            complain(signing.type, "neither a known type of predicate nor a URI");
            return kExitUsage;
        }
    }
    std::optional<std::vector<Held>> held = attestations(args, wanted, code);
    if (!held) return code;
    bool any = is_image(signing.blob) && signing.bundles.empty();
    int worst = kExitClean;
    bool good = false;
    for (const Held& one : *held) {
        int verdict = verify(args, one, wanted);
        good = good || verdict == kExitClean;
        if (worst != kExitFindings) worst = std::max(worst, verdict);
        if (verdict == kExitFindings) worst = verdict;
    }
    return any && good ? kExitClean : worst;
}

}  // namespace assay::cli
