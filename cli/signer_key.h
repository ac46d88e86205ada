// What was typed about who signs, and whom to trust, as keys and certificates. Each complains and
// returns nothing, with the exit code, where something cannot be had.
#pragma once

#include <optional>
#include <vector>

#include "assay/certificate.h"
#include "assay/keys.h"
#include "assay/signer.h"
#include "signing_args.h"

namespace assay::cli {

struct Signer {
    PrivateKey key;
    std::vector<Certificate> certificates;  // its own first; empty: a bare key
};

// A certificate that nobody would accept for what is signed is not taken.
std::optional<Signer> load_signer(const SignerArgs& args, SignedThing what, int& code);
std::optional<SignerTrust> load_trust(const TrustArgs& args, int& code);

// A key as it was typed, for people to read: never a key that was typed instead of its file's name,
// and no PIN.
std::string shown_key(const std::string& typed);

// 1 for what is not trusted or does not match, 2 for what cannot be read now, 4 for what cannot be
// read as what it should be, 75 where it was interrupted.
int seal_exit_code(const Error& error);
// The same of what a command was given to work with, of which nothing is judged: never 1. And with
// a complaint.
int input_exit_code(const Error& error);
int refuse_input(const std::string& what, const Error& error);

// Says why a signature is not trusted, with what to do about it. `what` is the signed thing.
void complain_of_signer(const std::string& what, const Error& error,
                        const std::optional<SignerIdentity>& seen);

// "signed by EC P-256 key …", "signed by NAME (issuer …) at TIME".
std::string describe_signer(const TrustedSigner& signer);

}  // namespace assay::cli
