// assay oms-adapter: the command line that the public conformance suite of model signing speaks,
// each of its commands as one of ours.
#include <CLI/CLI.hpp>

#include "args.h"
#include "seal_args.h"

namespace assay::cli {

namespace {

void add_common(CLI::App& app, Args& args) {
    app.add_option("--method", args.seal.adapter_method, "key, certificate or sigstore")
        ->check(CLI::IsMember({"key", "certificate", "sigstore"}))
        ->required();
    app.add_option("--model-path", args.targets, "The model")->required()->expected(1);
    app.add_option("--ignore-paths", args.seal.ignore, "Left out; repeatable")
        ->allow_extra_args(false);
}

void add_sign_model(CLI::App& adapter, Args& args) {
    CLI::App* sign = adapter.add_subcommand("sign-model", "As `assay sign`");
    SignerArgs& signer = args.signing.signer;
    add_common(*sign, args);
    sign->add_option("--output-bundle", args.seal.signature, "Written")->required();
    sign->add_option("--private-key", signer.key, "PEM");
    sign->add_option("--signing-cert", signer.certificate, "PEM");
    sign->add_option("--cert-chain", signer.chain, "PEM; repeatable")->allow_extra_args(false);
    sign->callback([&args] {
        args.command = Command::kSign;
        args.quiet = true;
    });
}

void add_verify_model(CLI::App& adapter, Args& args) {
    CLI::App* verify = adapter.add_subcommand("verify-model", "As `assay verify`");
    TrustArgs& trust = args.signing.trust;
    add_common(*verify, args);
    verify->add_option("--bundle", args.seal.signature, "The signature")->required();
    verify->add_option("--public-key", trust.key, "PEM");
    verify->add_option("--cert-chain", trust.roots, "Trusted, PEM; repeatable")
        ->allow_extra_args(false);
    verify->add_flag("--ignore-unsigned-files", args.seal.ignore_unsigned, "As for verify");
    verify->add_option("--identity", trust.identity, "Of a sigstore signature");
    verify->add_option("--identity-provider", trust.issuer, "Who vouched for it");
    verify->add_option("--trusted-root", trust.trusted_root, "Sigstore's, as a file");
    verify->add_flag("--use-staging", args.seal.use_staging,
                     "Taken, and without effect: roots are files here");
    verify->callback([&args] {
        args.command = Command::kVerify;
        args.seal.allow_v02 = true;
    });
}

}  // namespace

void add_oms_adapter(CLI::App& app, Args& args) {
    CLI::App* adapter = app.add_subcommand(
        "oms-adapter", "Speak the protocol of the model signing conformance suite");
    adapter->require_subcommand(1);
    add_sign_model(*adapter, args);
    add_verify_model(*adapter, args);
    adapter->add_subcommand("capabilities", "What of it is done here, as JSON")->callback([&args] {
        args.command = Command::kOmsAdapter;
    });
}

}  // namespace assay::cli
