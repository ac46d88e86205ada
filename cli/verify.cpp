// assay verify MODEL --signature FILE
#include <fmt/format.h>

#include <algorithm>

#include "assay/json_text.h"
#include "commands.h"
#include "comparison.h"
#include "progress.h"
#include "run_visit.h"
#include "signed_model.h"
#include "signer_key.h"
#include "text.h"
#include "where.h"

namespace assay::cli {

namespace {

int usage(std::string_view what, std::string_view text) {
    complain(what, text);
    return kExitUsage;
}

// What statements left out that do not say so: git's own files, unless one of them was signed, as
// the oldest versions did it.
std::vector<std::string> unstated_names(const OmsManifest& manifest) {
    std::vector<std::string> names = git_names();
    std::erase_if(names, [&](const std::string& name) {
        return std::any_of(manifest.resources.begin(), manifest.resources.end(),
                           [&](const OmsResource& one) { return is_within(one.name, {name}); });
    });
    return names;
}

// What the statement and the user leave out, and what we know to be ours.
std::vector<std::string> ignored_names(const SealArgs& args, const ModelFiles& model,
                                       const OmsManifest& manifest) {
    const OmsSettings& settings = manifest.settings;
    std::vector<std::string> names =
        settings.states_ignore_paths ? settings.ignore_paths : unstated_names(manifest);
    auto add = [&](std::optional<std::string> name) {
        if (name) names.push_back(std::move(*name));
    };
    add(model.name_if_inside(args.signature));
    for (const std::string& typed : args.ignore) add(model.name_of_typed(typed));
    return names;
}

// The single file of a model is called "." by some tools.
Status name_the_file(const ModelFiles& model, OmsManifest& manifest) {
    for (OmsResource& resource : manifest.resources) {
        if (resource.name != ".") continue;
        if (!model.is_file()) {
            return Error{Code::kMalformed, "what was signed is a single file, not a folder"};
        }
        resource.name = model.name();
    }
    return Done{};
}

void prepare_visit(const OmsManifest& manifest, VisitOptions& options) {
    options.follow = manifest.settings.allow_symlinks;
    options.follow_cache = false;
    options.digests.clear();
    if (manifest.settings.by_shards) {
        options.shards = ShardPlan{manifest.settings.shard_size, manifest.settings.hash};
    } else {
        options.digests = {manifest.settings.hash};
    }
    const size_t spare = options.memory - std::min(options.memory, kMinMemory);
    options.memory -= std::min(2 * manifest.memory(), spare);
}

std::string text_of(const Difference& difference) {
    std::string name = escape_path(difference.name);
    std::string text = fmt::format("{}: {}{}{}\n", name, name_of(difference.kind),
                                   difference.detail.empty() ? "" : ": ", difference.detail);
    for (const ByteRange& range : difference.ranges) {
        text += fmt::format("    bytes {} to {}\n", range.begin, range.end - 1);
    }
    for (const std::string& tensor : difference.tensors) {
        text += fmt::format("    tensor {}\n", escape_text(tensor));
    }
    return text;
}

struct Outcome {
    const SignedModel& model;
    Comparison& comparison;
    const ComparisonScope& scope;

    [[nodiscard]] bool same() const { return comparison.differences().empty(); }
    [[nodiscard]] bool only_unreadable() const {
        const auto& all = comparison.differences();
        return std::all_of(all.begin(), all.end(), [](const Difference& one) {
            return one.kind == Difference::Kind::kUnreadable;
        });
    }
    [[nodiscard]] std::string_view verdict() const {
        if (same()) return "verified";
        return only_unreadable() ? "incomplete" : "different";
    }
    [[nodiscard]] int code() const {
        if (same()) return kExitClean;
        return only_unreadable() ? kExitIncomplete : kExitFindings;
    }
};

std::string plural(uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// The first names, or all that are known.
std::string ignored_text(const Comparison& compared, bool all) {
    constexpr size_t kFew = 5;
    std::string text;
    size_t told = 0;
    for (const std::string& name : compared.ignored_names()) {
        if (told == kFew && !all) break;
        text += (told++ == 0 ? ": " : ", ") + escape_path(name);
    }
    return told < compared.ignored() ? text + " ..." : text;
}

std::string notes_of(const Args& args, const Outcome& outcome) {
    std::string text;
    const Comparison& compared = outcome.comparison;
    if (compared.uncovered() > 0) {
        text += fmt::format("not covered: {}, which --only leaves out\n",
                            plural(compared.uncovered(), "signed file"));
    }
    if (compared.ignored() > 0) {
        text +=
            fmt::format("not covered: {}, which the signature or --ignore leaves out{}\n",
                        plural(compared.ignored(), "file"), ignored_text(compared, args.verbose));
    }
    if (outcome.scope.ignore_unsigned || outcome.scope.partial()) {
        text += "not covered: files that are not signed\n";
    }
    if (!compared.empty_unsigned().empty()) {
        text += fmt::format("not covered: {}, which the method shards does not sign\n",
                            plural(compared.empty_unsigned().size(), "empty file"));
    }
    return text;
}

std::string report_text(const Args& args, const Outcome& outcome) {
    std::string text;
    for (const Difference& difference : outcome.comparison.differences()) {
        text += text_of(difference);
    }
    const Comparison& compared = outcome.comparison;
    if (!args.quiet) text += notes_of(args, outcome);
    std::string read = fmt::format("{} ({})", plural(compared.verified_files(), "file"),
                                   human_bytes(compared.verified_bytes()));
    std::string name = escape_path(args.seal.signature);
    if (!outcome.same()) {
        size_t more = compared.unsigned_count();
        for (const Difference& one : outcome.comparison.differences()) {
            if (one.kind == Difference::Kind::kUnsigned) more--;
        }
        uint64_t count = outcome.comparison.differences().size() + more;
        return text + fmt::format("{}: NOT VERIFIED, {}; {} as signed\n", name,
                                  plural(count, "difference"), read);
    }
    if (args.quiet) return text;
    return text + fmt::format("{}: OK, {} as signed; {}\n", name, read,
                              describe_signer(*outcome.model.signer));
}

void write_difference(JsonText& json, const Difference& difference) {
    json.open('{');
    json.key("kind").text(name_of(difference.kind));
    json.key("name").text(escape_path(difference.name));
    json.key("detail").text(difference.detail);
    json.key("ranges").open('[');
    for (const ByteRange& range : difference.ranges) {
        json.open('{');
        json.key("offset").number(range.begin);
        json.key("length").number(range.end - range.begin);
        json.close('}');
    }
    json.close(']');
    json.key("tensors").open('[');
    for (const std::string& tensor : difference.tensors) json.text(tensor);
    json.close(']');
    json.close('}');
}

std::string report_json(const Args& args, const Outcome& outcome) {
    std::string text;
    JsonText json(text);
    Comparison& compared = outcome.comparison;
    json.open('{');
    json.key("schema").text("assay.verify/1");
    json.key("signature").text(escape_path(args.seal.signature));
    json.key("verdict").text(outcome.verdict());
    json.key("signer").text(describe_signer(*outcome.model.signer));
    json.key("model").text(outcome.model.manifest.model_name);
    json.key("root").text(to_hex(outcome.model.manifest.root));
    json.key("verified").open('{');
    json.key("files").number(compared.verified_files());
    json.key("bytes").number(compared.verified_bytes());
    json.close('}');
    json.key("not_covered").open('{');
    json.key("signed").number(compared.uncovered());
    json.key("ignored").number(compared.ignored());
    json.key("ignored_names").open('[');
    for (const std::string& name : compared.ignored_names()) json.text(escape_path(name));
    json.close(']');
    json.key("empty").number(compared.empty_unsigned().size());
    json.key("unsigned").boolean(outcome.scope.ignore_unsigned || outcome.scope.partial());
    json.close('}');
    json.key("differences").open('[');
    for (const Difference& difference : compared.differences()) write_difference(json, difference);
    json.close(']');
    json.close('}');
    return text + "\n";
}

int refused(const Args& args, const Refusal& refusal) {
    if (!args.json) return refusal.code;
    std::string text;
    JsonText json(text);
    json.open('{');
    json.key("schema").text("assay.verify/1");
    json.key("signature").text(escape_path(args.seal.signature));
    json.key("verdict").text(refusal.code == kExitFindings ? "untrusted" : "no bundle");
    json.key("reason").text(refusal.why);
    json.close('}');
    return print_out(text + "\n", refusal.code);
}

int compare(const Args& args, const ModelFiles& model, const SignedModel& signed_model,
            VisitOptions options) {
    const OmsManifest& manifest = signed_model.manifest;
    ComparisonScope scope{ignored_names(args.seal, model, manifest),
                          model.name_if_inside(args.seal.signature).value_or(""), args.seal.only,
                          args.seal.ignore_unsigned};
    prepare_visit(manifest, options);
    options.within_target = scope.ignore_unsigned || scope.partial();
    Comparison comparison(model, manifest, scope);
    options.passes_over = [&](const std::string& path) { return comparison.passes_over(path); };
    auto shards = [&](const Record& record, const std::vector<Digest>& digests) {
        return comparison.shards(record, digests);
    };
    Result<Summary> summary = visit_and_complain(args, options, comparison, {}, shards);
    if (!summary) return exit_code_of(summary.error());
    comparison.finish();
    if (comparison.verified_files() == 0 && comparison.differences().empty()) {
        complain(args.seal.signature, "no signed file has such a name: nothing was verified");
        return kExitNothing;
    }
    locate_changes({args, model, signed_model}, comparison.differences());
    Outcome outcome{signed_model, comparison, scope};
    std::string report = args.json ? report_json(args, outcome) : report_text(args, outcome);
    return print_out(report, outcome.code());
}

// --range and --spot ask for less than all, and answer in lines of their own.
const char* at_odds(const SealArgs& seal, bool json) {
    if (!seal.range.empty() && !seal.spot.empty()) return "--range and --spot exclude each other";
    if (seal.range.empty() && seal.spot.empty()) return nullptr;
    if (json) return "--json goes neither with --range nor with --spot";
    if (!seal.only.empty()) return "--only goes neither with --range nor with --spot";
    return nullptr;
}

}  // namespace

int run_verify(const Args& args) {
    int code = kExitUsage;
    if (const char* odd = at_odds(args.seal, args.json)) return usage("", odd);
    if (!fits_adapter_method(args)) return kExitUsage;
    std::optional<SignerTrust> trust = load_trust(args.signing.trust, code);
    if (!trust) return code;
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    Refusal refusal;
    std::optional<SignedModel> signed_model = read_signed_model(
        args.seal.signature, {&*trust, nullptr, args.seal.allow_v02, options->memory}, refusal);
    if (!signed_model) return refused(args, refusal);
    const bool links = signed_model->manifest.settings.allow_symlinks;
    Result<ModelFiles> model = ModelFiles::open(args.targets.front(), links);
    if (!model) return refuse_input(args.targets.front(), model.error());
    Status named = name_the_file(*model, signed_model->manifest);
    if (!named) {
        complain(args.targets.front(), describe(named.error()));
        return refused(args, {kExitFindings, describe(named.error())});
    }
    const WhereFrom from{args, *model, *signed_model};
    if (!args.seal.range.empty()) return run_verify_signed_range(from);
    if (!args.seal.spot.empty()) return run_verify_spot(from);
    return compare(args, *model, *signed_model, std::move(*options));
}

}  // namespace assay::cli
