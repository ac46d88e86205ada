#include "signing_args.h"

#include <CLI/CLI.hpp>

#include "args.h"
#include "command_list.h"

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

void add_signer_options(CLI::App& app, SignerArgs& args) {
    const char* group = "Who signs";
    app.add_option("--key", args.key,
                   "The private key: PEM, as cosign or `assay keygen` write it, or pkcs11:URI")
        ->required()
        ->type_name("KEY")
        ->group(group);
    app.add_option("--cert", args.certificate, "The key's certificate, which then goes along")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--chain", args.chain, "Certificates between that one and a root; repeatable")
        ->type_name("FILE")
        ->allow_extra_args(false)
        ->group(group);
}

// What every command that signs ends its help with.
static const char kSignFooter[] =
    "A password is COSIGN_PASSWORD, or asked for. Signing with an identity instead of a\n"
    "key takes a network and is not done here; what was signed so is verified.\n"
    "Exit codes: 0 signed; 1 what was given does not fit together; 2 something could\n"
    "not be read or written; 3 no file; 4 usage, or no key; 75 interrupted.";

static const char kVerifyFooter[] =
    "Exit codes: 0 verified; 1 it does not match, or its signer is not trusted;\n"
    "2 something could not be read; 4 usage, or not a signature; 75 interrupted.";

static void add_certificate_options(CLI::App& app, TrustArgs& args) {
    const char* group = "Whom to trust: certificates";
    auto files = [&](const char* name, std::vector<std::string>& value, const char* text) {
        app.add_option(name, value, text)->type_name("FILE")->allow_extra_args(false)->group(group);
    };
    files("--roots", args.roots, "Certificates that are trusted, PEM; repeatable");
    files("--chain", args.chain, "Further certificates between; repeatable");
    files("--timestamp-roots", args.timestamp_roots,
          "Timestamp authorities that are trusted: with a timestamp of theirs, a certificate may "
          "have expired since");
    app.add_option("--verify-time", args.verify_time,
                   "When the certificate must be valid: now, signing-cert-start, or a time such as "
                   "2026-01-31T12:00:00Z")
        ->type_name("TIME")
        ->capture_default_str()
        ->group(group);
}

static void add_keyless_options(CLI::App& app, TrustArgs& args) {
    const char* group =
        "Whom to trust: identities (made by others; signing without a key is not "
        "done here)";
    auto text = [&](const char* name, std::string& value, const char* what, const char* type) {
        app.add_option(name, value, what)->type_name(type)->group(group);
    };
    text("--trusted-root", args.trusted_root,
         "Sigstore's trusted_root.json, or your own; nothing is fetched", "FILE");
    text("--certificate-identity", args.identity, "Who must have signed", "NAME");
    text("--certificate-identity-regexp", args.identity_regexp, "The same as a pattern", "PATTERN");
    text("--certificate-oidc-issuer", args.issuer, "Who must have vouched for that", "URL");
    text("--certificate-oidc-issuer-regexp", args.issuer_regexp, "The same as a pattern",
         "PATTERN");
    app.add_flag("--insecure-ignore-tlog", args.ignore_tlog,
                 "Do without a transparency log, as some authorities of one's own have none; a "
                 "timestamp must then say when it was signed")
        ->group(group);
    app.add_flag("--insecure-ignore-sct", args.ignore_sct, "Do without a certificate log (SCT)")
        ->group(group);
}

void add_trust_options(CLI::App& app, TrustArgs& args) {
    app.add_option("--key", args.key, "The signer's public key, PEM")
        ->type_name("PUB")
        ->group("Whom to trust: a key");
    add_certificate_options(app, args);
    add_keyless_options(app, args);
}

static void add_sign_blob(CLI::App& app, Args& args) {
    SigningArgs& signing = args.signing;
    CLI::App* sign = app.add_subcommand("sign-blob", "Sign one file of any size, as cosign does");
    sign->add_option("FILE", signing.blob, "The file, or - for standard input")->required();
    sign->add_option("--bundle", signing.bundle, "Write a bundle (sigstore, version 0.3)")
        ->type_name("FILE");
    sign->add_option("--output-signature", signing.signature,
                     "Write the signature in base64; printed when neither is given")
        ->type_name("FILE");
    sign->add_option("--rsa-padding", signing.padding, "pkcs1, as cosign does it, or pss")
        ->check(CLI::IsMember({"pkcs1", "pss"}))
        ->type_name("HOW");
    add_signer_options(*sign, signing.signer);
    sign->footer(kSignFooter);
    sign->callback([&args] { args.command = Command::kSignBlob; });
}

static void add_verify_blob(CLI::App& app, Args& args) {
    SigningArgs& signing = args.signing;
    CLI::App* verify =
        app.add_subcommand("verify-blob", "Verify the signature of one file, offline");
    verify->add_option("FILE", signing.blob, "The file, - for standard input, or sha256:HEX")
        ->required();
    verify
        ->add_option("--bundle", signing.bundles,
                     "A bundle: sigstore's, or an older one of cosign's")
        ->type_name("FILE")
        ->allow_extra_args(false);
    verify->add_option("--signature", signing.signature, "A signature in base64")
        ->type_name("FILE");
    add_trust_options(*verify, signing.trust);
    verify->add_flag("-q,--quiet", args.quiet, "Say nothing when all is well");
    verify->footer(kVerifyFooter);
    verify->callback([&args] { args.command = Command::kVerifyBlob; });
}

static void add_timestamp(CLI::App& app, Args& args) {
    SigningArgs& signing = args.signing;
    CLI::App* timestamp = app.add_subcommand(
        "timestamp", "Have a signature stamped by a timestamp authority (RFC 3161), by files");
    timestamp->add_option("SIGNATURE", signing.bundles, "A bundle, or a signature in base64")
        ->required()
        ->expected(1);
    timestamp
        ->add_option("--request", signing.request,
                     "Write what the authority is to be sent (application/timestamp-query); with "
                     "--attach, read what it was sent, whose nonce the answer must have")
        ->type_name("FILE");
    timestamp
        ->add_option("--attach", signing.attach,
                     "The authority's answer; goes into the bundle if it is of this signature")
        ->type_name("FILE");
    timestamp->add_option("-o,--output", signing.output, "Write the bundle here, not in its place")
        ->type_name("FILE");
    timestamp->callback([&args] { args.command = Command::kTimestamp; });
}

static const char kTypes[] =
    "scan or test-result (from a report of `assay scan -o json`), slsaprovenance1, cyclonedx, "
    "model-card, spdxjson, vuln, openvex, custom, or any URI";

static void add_memory(CLI::App& app, Args& args) {
    app.add_option("--memory", args.memory, "Bound on memory, whatever the input")
        ->type_name("SIZE")
        ->capture_default_str();
}

static const char kTargets[] = "A model, oci:DIR:TAG or docker://HOST/REPO:TAG";

static void add_attest(CLI::App& app, Args& args, const char* name, const char* what) {
    SigningArgs& signing = args.signing;
    CLI::App* attest = app.add_subcommand(name, what);
    attest->add_option("TARGET", signing.blob, kTargets)->required();
    attest
        ->add_option("--predicate", signing.predicate,
                     "What is said of it: a JSON file, or a model card. Reports, files of bills "
                     "of materials and model cards must have the digests of what is there")
        ->required()
        ->type_name("FILE");
    attest->add_option("--type", signing.type, kTypes)->required()->type_name("TYPE");
    attest
        ->add_option("-o,--output,--bundle", signing.output,
                     "Where the bundle goes; to an image it is attached in any case")
        ->type_name("FILE");
    add_signer_options(*attest, signing.signer);
    add_memory(*attest, args);
    attest->add_flag("-q,--quiet", args.quiet, "Say nothing when all is well");
    add_registry_options(*attest, args.registry);
    attest->footer(kSignFooter);
    attest->callback([&args] { args.command = Command::kAttest; });
}

static void add_verify_attestation(CLI::App& app, Args& args) {
    SigningArgs& signing = args.signing;
    CLI::App* verify = app.add_subcommand("verify-attestation",
                                          "Verify signed statements about a model or an image");
    verify->add_option("TARGET", signing.blob, std::string(kTargets) + ", or sha256:HEX")
        ->required();
    verify
        ->add_option("--bundle", signing.bundles,
                     "The attestation, each of which must hold; of an image, what is attached to "
                     "it unless given, and one of those must hold")
        ->type_name("FILE")
        ->allow_extra_args(false);
    verify->add_option("--type", signing.type, std::string("Only this type: ") + kTypes)
        ->type_name("TYPE");
    verify->add_option("-o,--output", signing.output, "Write the verified statement")
        ->type_name("FILE");
    add_trust_options(*verify, signing.trust);
    add_memory(*verify, args);
    verify->add_flag("-q,--quiet", args.quiet, "Say nothing when all is well");
    add_registry_options(*verify, args.registry);
    verify->footer(kVerifyFooter);
    verify->callback([&args] { args.command = Command::kVerifyAttestation; });
}

static void add_sign_image(CLI::App& app, Args& args) {
    SigningArgs& signing = args.signing;
    CLI::App* sign = app.add_subcommand("sign-image", "Sign a container image, as cosign does");
    sign->add_option("IMAGE", signing.blob, "oci:DIR:TAG or docker://HOST/REPO:TAG")->required();
    sign->add_flag("--simple-signing", signing.simple,
                   "As cosign 1 and 2 do it, under the tag sha256-HEX.sig, instead of as a bundle "
                   "that refers to the image");
    add_signer_options(*sign, signing.signer);
    sign->add_flag("-q,--quiet", args.quiet, "Say nothing when all is well");
    add_registry_options(*sign, args.registry);
    sign->footer(kSignFooter);
    sign->callback([&args] { args.command = Command::kSignImage; });
}

static void add_verify_image(CLI::App& app, Args& args) {
    SigningArgs& signing = args.signing;
    CLI::App* verify =
        app.add_subcommand("verify-image", "Verify the signatures of a container image");
    verify->add_option("IMAGE", signing.blob, "oci:DIR:TAG or docker://HOST/REPO:TAG")->required();
    add_trust_options(*verify, signing.trust);
    verify->add_flag("-q,--quiet", args.quiet, "Say nothing when all is well");
    add_registry_options(*verify, args.registry);
    verify->footer(kVerifyFooter);
    verify->callback([&args] { args.command = Command::kVerifyImage; });
}

void add_signing_commands(const CommandList& commands) {
    commands.add("keygen", add_keygen);
    commands.add("sign-blob", add_sign_blob);
    commands.add("verify-blob", add_verify_blob);
    commands.add("timestamp", add_timestamp);
    commands.add("attest", [](CLI::App& app, Args& args) {
        add_attest(app, args, "attest", "Sign a statement about a model or an image");
    });
    commands.add("attest-blob", [](CLI::App& app, Args& args) {
        add_attest(app, args, "attest-blob", "The same, under the name that cosign has for files");
    });
    commands.add("verify-attestation", add_verify_attestation);
    commands.add("sign-image", add_sign_image);
    commands.add("verify-image", add_verify_image);
}

}  // namespace assay::cli
