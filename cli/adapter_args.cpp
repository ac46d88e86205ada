// assay oms-adapter: the command line that the public conformance suite of model signing speaks,
// each of its commands as one of ours.
#include <CLI/CLI.hpp>

#include "args.h"
#include "seal_args.h"

namespace assay::cli {

namespace {

CLI::Option* add_common(CLI::App& app, Args& args) {
    CLI::Option* method =
        app.add_option("--method", args.seal.adapter_method, "key, certificate or sigstore")
            ->check(CLI::IsMember({"key", "certificate", "sigstore"}));
    app.add_option("--model-path", args.targets, "The model")->required()->expected(1);
    app.add_option("--ignore-paths", args.seal.ignore, "Left out; repeatable")
        ->allow_extra_args(false);
    app.add_option("--chunk-size", args.block, "Bytes that are read at a time");
    app.add_option("--max-workers", args.threads, "Threads")->check(CLI::Range(1U, 4096U));
    return method;
}

// What the bundle itself says where one is verified.
void add_serialization(CLI::App& app, Args& args) {
    app.add_option("--hash-algorithm", args.digests, "sha256, blake2b or blake3")
        ->check(CLI::IsMember({"sha256", "blake2b", "blake3"}));
    app.add_option_function<std::string>(
        "--shard-size",
        [&args](const std::string& size) {
            args.seal.method = "shards";
            args.seal.shard_size = size;
        },
        "Bytes of a part");
}

void add_signer(CLI::App& app, Args& args) {
    SignerArgs& signer = args.signing.signer;
    app.add_option("--private-key", signer.key, "PEM");
    app.add_option("--signing-cert", signer.certificate, "PEM");
}

void add_sign_model(CLI::App& adapter, Args& args) {
    CLI::App* sign = adapter.add_subcommand("sign-model", "As `assay sign`");
    add_common(*sign, args)->required();
    add_serialization(*sign, args);
    add_signer(*sign, args);
    sign->add_option("--output-bundle", args.seal.signature, "Written")->required();
    sign->add_option("--cert-chain", args.signing.signer.chain, "PEM; repeatable")
        ->allow_extra_args(false);
    sign->callback([&args] {
        args.command = Command::kSign;
        args.quiet = true;
    });
}

void add_trust(CLI::App& app, Args& args) {
    TrustArgs& trust = args.signing.trust;
    app.add_option("--public-key", trust.key, "PEM");
    app.add_flag("--ignore-unsigned-files", args.seal.ignore_unsigned, "As for verify");
    app.add_option("--identity", trust.identity, "Of a sigstore signature");
    app.add_option("--identity-provider", trust.issuer, "Who vouched for it");
    app.add_option("--trusted-root", trust.trusted_root, "Sigstore's, as a file");
    app.add_flag("--use-staging", args.seal.use_staging,
                 "Taken, and without effect: roots are files here");
}

void add_verify_model(CLI::App& adapter, Args& args) {
    CLI::App* verify = adapter.add_subcommand("verify-model", "As `assay verify`");
    add_common(*verify, args)->required();
    add_serialization(*verify, args);
    add_signer(*verify, args);  // which the suite sends along
    add_trust(*verify, args);
    verify->add_option("--bundle", args.seal.signature, "The signature")->required();
    verify->add_option("--cert-chain", args.signing.trust.roots, "Trusted, PEM; repeatable")
        ->allow_extra_args(false);
    verify->callback([&args] {
        args.command = Command::kVerify;
        args.seal.allow_v02 = true;
    });
}

void add_benchmark_model(CLI::App& adapter, Args& args) {
    CLI::App* bench = adapter.add_subcommand("benchmark-model", "Say how long it takes, as JSON");
    add_common(*bench, args);
    add_serialization(*bench, args);
    add_signer(*bench, args);
    add_trust(*bench, args);
    bench->add_option("--operation", args.seal.adapter_operation, "sign, verify or hash")
        ->check(CLI::IsMember({"sign", "verify", "hash"}))
        ->required();
    bench->add_option("--repeat", args.repeat, "How often")
        ->check(CLI::Range(1U, 1'000'000U))
        ->required();
    CLI::Option* bundle =
        bench->add_option("--output-bundle,--bundle", args.seal.signature, "Written, or verified");
    bench->add_option("--cert-chain", args.signing.trust.roots, "Sent along, or trusted")
        ->allow_extra_args(false);
    bench->callback([&args, bundle] {
        args.command = Command::kOmsBenchmark;
        if (bundle->count() == 0) args.seal.signature.clear();
        args.signing.signer.chain = args.signing.trust.roots;
        args.seal.allow_v02 = true;
        args.quiet = true;
    });
}

}  // namespace

void add_oms_adapter(CLI::App& app, Args& args) {
    CLI::App* adapter = app.add_subcommand(
        "oms-adapter", "Speak the protocol of the model signing conformance suite");
    adapter->require_subcommand(1);
    add_sign_model(*adapter, args);
    add_verify_model(*adapter, args);
    add_benchmark_model(*adapter, args);
    adapter->add_subcommand("capabilities", "What of it is done here, as JSON")->callback([&args] {
        args.command = Command::kOmsAdapter;
    });
}

}  // namespace assay::cli
