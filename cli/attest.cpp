// assay attest, assay attest-blob: signed statements about a model, a file or an image.
#include <fmt/format.h>

#include "assay/attestation.h"
#include "assay/emit.h"
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

Status write_whole(const std::string& path, std::string_view text) {
    Result<std::unique_ptr<Output>> file = Output::to_file(path);
    if (!file) return file.error();
    Status done = (*file)->write(text);
    return done ? (*file)->commit() : done;
}

struct Stating {
    std::string type;  // a URI
    Signer signer;
    std::vector<uint8_t> document;
    JsonLimits limits;
};

std::optional<Stating> stating(const Args& args, int& code) {
    const SigningArgs& signing = args.signing;
    std::optional<std::string> type = predicate_type_named(signing.type);
    if (!type) {
        complain(signing.type, "neither a known type of predicate nor a URI");
        code = kExitUsage;
        return std::nullopt;
    }
    std::optional<uint64_t> memory = parse_size(args.memory);
    if (!memory) {
        complain(args.memory, "not a size; write 64M or 1G");
        code = kExitUsage;
        return std::nullopt;
    }
    const JsonLimits limits = statement_limits(static_cast<size_t>(*memory));
    Result<std::vector<uint8_t>> document = load_small_file(signing.predicate, limits.bytes);
    if (!document && document.error().code == Code::kLimit) {
        complain(signing.predicate, "is larger than an eighth of --memory, or than 64 MiB");
        code = kExitUsage;
        return std::nullopt;
    }
    if (!document) {
        code = refuse_input(signing.predicate, document.error());
        return std::nullopt;
    }
    std::optional<Signer> signer = load_signer(signing.signer, SignedThing::kOther, code);
    if (!signer) return std::nullopt;
    return Stating{std::move(*type), std::move(*signer), std::move(*document), limits};
}

// Signed, as a bundle; nothing where it was complained.
std::optional<std::string> signed_statement(const Args& args, const Stating& stating,
                                            const std::vector<Subject>& subjects, int& code) {
    Result<std::string> predicate =
        make_predicate(stating.type, stating.document, subjects, stating.limits);
    if (!predicate) {
        const bool large = predicate.error().code == Code::kLimit;
        complain(args.signing.predicate,
                 describe(predicate.error()) + (large ? "; --memory gives it more room" : ""));
        code = large ? kExitUsage : kExitFindings;
        return std::nullopt;
    }
    const std::string statement = write_statement(subjects, stating.type, *predicate);
    if (statement.size() > stating.limits.bytes) {
        complain("", "the statement is larger than an eighth of --memory, or than 64 MiB");
        code = kExitUsage;
        return std::nullopt;
    }
    Result<std::string> bundle = signed_statement_bundle(stating.signer, statement);
    if (bundle) return std::move(*bundle);
    code = refuse_input(shown_key(args.signing.signer.key), bundle.error());
    return std::nullopt;
}

int attach_to_image(const Args& args, const Stating& stating) {
    const std::string& target = args.signing.blob;
    std::string complaint;
    Result<std::unique_ptr<ImageStore>> store = open_image(args.registry, target, complaint);
    if (!store) {
        complain(target, complaint.empty() ? describe(store.error()) : complaint);
        return input_exit_code(store.error());
    }
    int code = kExitClean;
    std::vector<Subject> subjects{{(*store)->name(), (*store)->image().digest.substr(7)}};
    std::optional<std::string> bundle = signed_statement(args, stating, subjects, code);
    if (!bundle) return code;
    if (!args.signing.output.empty()) {
        Status written = write_whole(args.signing.output, *bundle);
        if (!written) return refuse_input(args.signing.output, written.error());
    }
    Result<std::string> digest = attach_bundle(**store, *bundle, stating.type);
    if (!digest) {
        complain(target, (*store)->failure(digest.error()));
        return kExitIncomplete;
    }
    return args.quiet ? kExitClean : print_out(*digest + "\n", kExitClean);
}

int attest_files(const Args& args, const Stating& stating) {
    const SigningArgs& signing = args.signing;
    if (signing.output.empty()) {
        complain("-o", "is needed: where the bundle goes");
        return kExitUsage;
    }
    int code = kExitClean;
    std::optional<std::vector<Subject>> subjects = subjects_of(args, signing.blob, code);
    if (!subjects) return code;
    code = kExitClean;
    std::optional<std::string> bundle = signed_statement(args, stating, *subjects, code);
    if (!bundle) return code;
    Status written = write_whole(signing.output, *bundle);
    if (!written) return refuse_input(signing.output, written.error());
    if (args.quiet) return kExitClean;
    return print_out(fmt::format("{}: {} subject{}, {}\n", escape_text(signing.output),
                                 subjects->size(), subjects->size() == 1 ? "" : "s", stating.type),
                     kExitClean);
}

}  // namespace

int run_attest(const Args& args) {
    int code = kExitClean;
    std::optional<Stating> what = stating(args, code);
    if (!what) return code;
    return is_image(args.signing.blob) ? attach_to_image(args, *what) : attest_files(args, *what);
}

}  // namespace assay::cli
