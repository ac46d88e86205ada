#include "seal_args.h"

#include <CLI/CLI.hpp>

#include "args.h"
#include "command_list.h"

namespace assay::cli {

namespace {

const char kSignFooter[] =
    "The signature is an OpenSSF Model Signing 1.0 bundle: model_signing verifies it,\n"
    "too. Exit codes: 0 signed; 1 the key or certificate does not do; 2 a file could\n"
    "not be read, or is a link or no file; 3 no file to sign; 4 usage; 75 interrupted.\n"
    "A password is COSIGN_PASSWORD, or asked for. Signing with an identity instead of\n"
    "a key takes a network and is not done here; what was signed so is verified.";

const char kVerifyFooter[] =
    "Exit codes: 0 all is as it was signed; 1 something differs, or the signature is\n"
    "not to be trusted; 2 a file could not be read; 3 no signed file has a name that\n"
    "--only asks for; 4 usage, or no bundle; 75 interrupted.\n"
    "\n"
    "no signature      is --signature the right file? sign with: assay sign MODEL --key KEY\n"
    "wrong key         the fingerprint of the key that the bundle wants is printed\n"
    "wrong identity    who signed is printed: is it whom the publisher names?\n"
    "changed file      get the model again, or sign what you have now\n"
    "expired           a timestamp, or --verify-time, says when it was valid";

void add_work_options(CLI::App& app, Args& args) {
    app.add_option("--threads", args.threads, "Threads; one for each usable CPU unless given")
        ->check(CLI::Range(1U, 4096U))
        ->type_name("N");
    app.add_option("--memory", args.memory, "Bound on memory, whatever the input")
        ->type_name("SIZE")
        ->capture_default_str();
    app.add_flag("--stats", args.stats, "Print what the machine did, on standard error");
    app.add_flag("-q,--quiet", args.quiet, "Say only what is wrong");
    app.add_flag("-v,--verbose", args.verbose, "Say more");
}

void add_model(CLI::App& app, Args& args) {
    app.add_option("MODEL", args.targets, "A folder, or one file")->required()->expected(1);
    app.add_option("-s,--signature", args.seal.signature, "The bundle")
        ->type_name("FILE")
        ->capture_default_str();
    app.add_option("--ignore", args.seal.ignore,
                   "A file or folder of the model that is left out, as a path or by its name in "
                   "the model; repeatable")
        ->type_name("PATH")
        ->allow_extra_args(false);
    app.add_option("--chunks-dir", args.chunks_dir,
                   "Where chunk trees lie (default: SIGNATURE.chunks)")
        ->type_name("FOLDER");
}

void add_manifest_options(CLI::App& sign, Args& args) {
    SealArgs& seal = args.seal;
    sign.add_option("--method", seal.method,
                    "files, or shards: parts of files, so that a large file has many digests")
        ->check(CLI::IsMember({"files", "shards"}))
        ->type_name("METHOD")
        ->capture_default_str();
    sign.add_option("--shard-size", seal.shard_size, "Bytes of a part")
        ->type_name("SIZE")
        ->capture_default_str();
    sign.add_option("--digest", args.digests,
                    "sha256, blake2b or blake3; model_signing verifies sha256 only (default: "
                    "sha256)")
        ->check(CLI::IsMember({"sha256", "blake2b", "blake3"}))
        ->type_name("DIGEST");
    sign.add_flag(
        "--allow-symlinks", seal.allow_symlinks,
        "Sign the files that links lead to under their names; without it a link is refused, "
        "and one to a folder always");
    sign.add_flag("--git-files", seal.sign_git_files,
                  "Also sign .git, .github, .gitignore and .gitattributes at the root");
    sign.add_option("--oms-compat", seal.dialect,
                    "Write what python or go versions of model signing expect where that is not "
                    "what the specification (spec) says: the name of a single file, the algorithm "
                    "of shards")
        ->check(CLI::IsMember({"spec", "python", "go"}))
        ->type_name("TOOL")
        ->capture_default_str();
}

void add_extra_options(CLI::App& sign, Args& args) {
    SealArgs& seal = args.seal;
    sign.add_flag("--chunks", args.chunks,
                  "Also sign the root of each file's chunk tree; the trees go to --chunks-dir");
    sign.add_option("--chunk-size", args.chunk_size, "A power of two, 4K to 1G")
        ->type_name("SIZE")
        ->capture_default_str();
    sign.add_flag("--tensors", args.tensors, "Also sign a digest of every tensor");
    sign.add_flag("--stat", seal.stat,
                  "Also write SIGNATURE.stat, signed: what --since will compare files with");
    sign.add_option("--since", seal.since,
                    "An older signature of this key, with its FILE.stat: files that are, by size, "
                    "times and inode, as they were are not read again, and the statement says so")
        ->type_name("FILE");
}

void add_sign(CLI::App& app, Args& args) {
    CLI::App* sign = app.add_subcommand("sign", "Sign a model");
    add_model(*sign, args);
    add_signer_options(*sign, args.signing.signer);
    add_manifest_options(*sign, args);
    add_extra_options(*sign, args);
    add_work_options(*sign, args);
    sign->footer(kSignFooter);
    sign->callback([&args] { args.command = Command::kSign; });
}

void add_verify(CLI::App& app, Args& args) {
    SealArgs& seal = args.seal;
    CLI::App* verify = app.add_subcommand("verify", "Verify a model against its signature");
    add_model(*verify, args);
    add_trust_options(*verify, args.signing.trust);
    verify->add_flag(
        "--allow-legacy-v02", seal.allow_v02,
        "Also take what model_signing 0.2 wrote, which signed less than later versions");
    verify->add_flag("--ignore-unsigned-files", seal.ignore_unsigned,
                     "Files that are not signed are no difference, and are not opened");
    verify
        ->add_option("--only", seal.only,
                     "Verify files with such names and no others, such as 'tokenizer*' or "
                     "'*/config.json'; repeatable")
        ->type_name("GLOB")
        ->allow_extra_args(false);
    verify
        ->add_option("--spot", seal.spot,
                     "Read a random sample of the chunks instead of all, and say how sure that is; "
                     "wants chunk trees")
        ->type_name("N%");
    verify
        ->add_option("--range", seal.range,
                     "Verify bytes of one file against its chunk tree, reading nothing else")
        ->type_name("NAME OFFSET LENGTH")
        ->expected(3);
    verify->add_flag("--json", args.json, "The result as JSON");
    add_work_options(*verify, args);
    verify->footer(kVerifyFooter);
    verify->callback([&args] { args.command = Command::kVerify; });
}

void add_diff(CLI::App& app, Args& args) {
    CLI::App* diff =
        app.add_subcommand("diff", "Show which files, bytes and tensors of two models differ");
    diff->add_option("A", args.seal.diff_from,
                     "A model, a bundle, a statement, or a list of digests")
        ->required();
    diff->add_option("B", args.seal.diff_to,
                     "The same. Of a model beside a bundle, chunk trees tell where it differs")
        ->required();
    diff->add_option("--chunks-dir", args.chunks_dir,
                     "Where chunk trees of a bundle lie (default: BUNDLE.chunks)")
        ->type_name("FOLDER");
    diff->add_flag("--json", args.json, "As JSON");
    add_work_options(*diff, args);
    diff->footer(
        "Signatures are not verified: assay verify does that. Exit codes: 0 the same; 1\n"
        "something differs; 2 a file could not be read; 4 usage; 75 interrupted.");
    diff->callback([&args] { args.command = Command::kDiff; });
}

}  // namespace

void add_scan_seal_options(CLI::App& scan, Args& args) {
    const char* group = "Signing what was scanned";
    SealArgs& seal = args.seal;
    CLI::Option* sign =
        scan.add_flag("--sign", seal.sign,
                      "Sign the model in the same pass, as `assay sign` does, if the verdict is "
                      "clean")
            ->group(group);
    CLI::Option* key = scan.add_option("--key", args.signing.signer.key, "The private key")
                           ->type_name("KEY")
                           ->needs(sign)
                           ->group(group);
    sign->needs(key)->excludes(scan.get_option("--no-digest"));
    scan.add_option("--signature", seal.signature, "The bundle that is written")
        ->type_name("FILE")
        ->capture_default_str()
        ->needs(sign)
        ->group(group);
    scan.add_option("--cert", args.signing.signer.certificate, "The key's certificate")
        ->type_name("FILE")
        ->needs(sign)
        ->group(group);
    scan.add_option("--chain", args.signing.signer.chain, "Certificates between it and a root")
        ->type_name("FILE")
        ->allow_extra_args(false)
        ->needs(sign)
        ->group(group);
    scan.add_option("--attest", seal.attest,
                    "Also write a signed statement of what the scan found, about the digests of "
                    "what it read")
        ->type_name("FILE")
        ->needs(sign)
        ->group(group);
    scan.add_flag("--sign-anyway", seal.sign_anyway,
                  "Sign whatever the verdict is; report and statement say so")
        ->needs(sign)
        ->group(group);
}

void add_seal_commands(const CommandList& commands) {
    commands.add("sign", add_sign);
    commands.add("verify", add_verify);
    commands.add("diff", add_diff);
    commands.add("oms-adapter", add_oms_adapter);
}

}  // namespace assay::cli
