#include <fmt/format.h>

#include <chrono>

#include "assay/digest.h"
#include "assay/json_text.h"
#include "assay/version.h"
#include "commands.h"
#include "run_visit.h"
#include "signing.h"
#include "text.h"

namespace assay::cli {

namespace {

using Names = std::initializer_list<std::string_view>;

void put_names(JsonText& json, std::string_view key, Names names) {
    json.key(key).open('[');
    for (std::string_view name : names) json.text(name);
    json.close(']');
}

// What is hashed is of no use to anybody.
class Nowhere final : public RecordSink {
  public:
    Status record(const Record& record) override {
        complete = complete && record.coverage != Coverage::kUnreadable;
        return Done{};
    }
    bool complete = true;
};

// The model is hashed as it would be for a signature.
int hash_model(const Args& args) {
    int code = kExitUsage;
    std::optional<SigningPlan> plan = signing_plan(args, code);
    if (!plan) return code;
    std::optional<VisitOptions> options = options_or_complaint(args);
    if (!options) return kExitUsage;
    prepare_visit(*plan, *options);
    Nowhere sink;
    auto shards = [](const Record&, const std::vector<Digest>&) -> Status { return Done{}; };
    Result<Summary> summary = visit_and_complain(args, *options, sink, {}, shards);
    if (!summary) return exit_code_of(summary.error());
    return sink.complete ? kExitClean : kExitIncomplete;
}

int run_once(const Args& args) {
    if (args.command == Command::kVerify) return run_verify(args);
    return args.seal.adapter_operation == "sign" ? run_sign(args) : hash_model(args);
}

}  // namespace

int run_oms_capabilities() {
    std::string text;
    JsonText json(text);
    json.open('{');
    put_names(json, "flags", {"--hash-algorithm", "--shard-size", "--chunk-size", "--max-workers"});
    json.key("hash_algorithms").open('[');
    for (DigestKind kind : {DigestKind::kSha256, DigestKind::kBlake2b, DigestKind::kBlake3}) {
        if (is_available(kind)) json.text(name_of(kind));
    }
    json.close(']');
    json.key("benchmark_model").boolean(true);
    json.key("client_version").text(kVersion);
    put_names(json, "sign_methods", {"key", "certificate"});
    put_names(json, "verify_methods", {"key", "certificate", "sigstore"});
    put_names(json, "serialization_methods", {"files", "shards"});
    json.close('}');
    return print_out(text + "\n", kExitClean);
}

// Each time is that of the whole operation, from the key that is read to the bundle that is
// written.
int run_oms_benchmark(const Args& typed) {
    using Clock = std::chrono::steady_clock;
    Args args = typed;
    const std::string& operation = args.seal.adapter_operation;
    args.command = operation == "verify" ? Command::kVerify : Command::kSign;
    if (operation != "hash" && (args.seal.adapter_method.empty() || args.seal.signature.empty())) {
        complain("--operation " + operation, "wants --method, and a bundle's file");
        return kExitUsage;
    }
    if (args.seal.signature.empty()) args.seal.signature = "model.sig";  // which is not written
    std::string times;
    for (unsigned i = 0; i < args.repeat; i++) {
        const Clock::time_point start = Clock::now();
        const int code = run_once(args);
        if (code != kExitClean) return code;
        const std::chrono::duration<double, std::milli> taken = Clock::now() - start;
        times += fmt::format("{}{:.3f}", i == 0 ? "" : ",", taken.count());
    }
    return print_out("{\"times_ms\":[" + times + "]}\n", kExitClean);
}

// The suite names a method; what is given must be of that method, since falling back to another
// would verify something else than was asked.
bool fits_adapter_method(const Args& args) {
    const std::string& method = args.seal.adapter_method;
    if (method.empty()) return true;
    const bool signs = args.command == Command::kSign;
    const SignerArgs& signer = args.signing.signer;
    const TrustArgs& trust = args.signing.trust;
    const bool key = signs ? signer.certificate.empty() : !trust.key.empty();
    const bool certificate = signs ? !signer.certificate.empty() : !trust.roots.empty();
    const bool sigstore = !signs && !trust.trusted_root.empty();
    bool fits = method == "key" ? key : method == "certificate" ? certificate : sigstore;
    if (fits) return true;
    complain("--method " + method, method == "sigstore"
                                       ? "is only verified, with --trusted-root"
                                       : "does not fit the keys and certificates that are given");
    return false;
}

}  // namespace assay::cli
