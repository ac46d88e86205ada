#include "signing_args.h"

#include <CLI/CLI.hpp>

#include "args.h"

namespace assay::cli {

static void add_keygen(CLI::App& app, Args& args) {
    CLI::App* keygen = app.add_subcommand("keygen", "Make a key pair for signing");
    SigningArgs& signing = args.signing;
    keygen
        ->add_option("PREFIX", signing.prefix,
                     "Writes PREFIX.key, for its owner alone, and PREFIX.pub; neither may exist")
        ->capture_default_str();
    keygen
        ->add_option("--type", signing.key_type,
                     "p256, p384, p521, ed25519 or rsa (3072 bits); model signatures and cosign's "
                     "defaults want p256")
        ->check(CLI::IsMember({"p256", "p384", "p521", "ed25519", "rsa"}))
        ->type_name("TYPE")
        ->capture_default_str();
    keygen->add_flag("--plain", signing.plain, "No password: whoever reads the file can sign");
    keygen->add_flag("-q,--quiet", args.quiet, "Say nothing when all is well");
    keygen->footer(
        "The password is COSIGN_PASSWORD, or asked for. The key is written as cosign\n"
        "does it, and cosign can use it.");
    keygen->callback([&args] { args.command = Command::kKeygen; });
}

void add_signing_commands(CLI::App& app, Args& args) { add_keygen(app, args); }

}  // namespace assay::cli
