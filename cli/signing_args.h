// What is typed for the commands that make and use signatures of files, images and statements.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::cli {

struct Args;
struct CommandList;

// Who signs.
struct SignerArgs {
    std::string key;                 // a file, or "pkcs11:…"
    std::string certificate;         // of the key
    std::vector<std::string> chain;  // from it to a root
};

// Whose signatures are trusted.
struct TrustArgs {
    std::string key;
    std::vector<std::string> roots;
    std::vector<std::string> chain;
    std::vector<std::string> timestamp_roots;
    std::string verify_time = "now";
    std::string trusted_root;
    std::string identity;
    std::string identity_regexp;
    std::string issuer;
    std::string issuer_regexp;
    bool ignore_tlog = false;
    bool ignore_sct = false;
};

// --key, --cert, --chain.
void add_signer_options(CLI::App& app, SignerArgs& args);
// --key, --roots …, --trusted-root …
void add_trust_options(CLI::App& app, TrustArgs& args);

struct SigningArgs {
    std::string prefix = "assay";   // keygen: PREFIX.key and PREFIX.pub
    std::string key_type = "p256";  // keygen
    bool plain = false;             // keygen: no password
    SignerArgs signer;
    TrustArgs trust;
    std::string blob;                  // sign-blob, verify-blob, attest-blob
    std::string signature;             // base64, written or read
    std::string bundle;                // written
    std::vector<std::string> bundles;  // read
    std::string request;               // timestamp: written, for an authority
    std::string attach;                // timestamp: its answer
    std::string output;
    std::string padding;    // of RSA: pkcs1 or pss
    std::string type;       // of a predicate
    std::string predicate;  // a file
    bool simple = false;    // sign-image: as cosign 1 and 2 do it
};

void add_signing_commands(const CommandList& commands);

}  // namespace assay::cli
