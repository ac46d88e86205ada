// One function per command: takes what was typed, returns the exit code.
#pragma once

#include <string_view>

#include "args.h"
#include "assay/source.h"

namespace assay::cli {

int run_hash(const Args& args);
int run_check(const Args& args);         // hash --check
int run_verify_range(const Args& args);  // hash --verify-range
// The same of a file that is open already, or is not: args.targets are its name and the range.
int run_verify_range(const Args& args, Result<std::unique_ptr<FileSource>> file);
int run_scan(const Args& args);
int run_inspect(const Args& args);
int run_sign(const Args& args);
int run_verify(const Args& args);
int run_diff(const Args& args);
int run_oms_capabilities();
int run_oms_benchmark(const Args& args);
bool fits_adapter_method(const Args& args);  // complains where not
int run_verify_store(const Args& args);
int run_rules(const Args& args);
int run_doctor(const Args& args);
int run_bench(const Args& args);
int run_version(const Args& args);
int run_keygen(const Args& args);
int run_sign_blob(const Args& args);
int run_verify_blob(const Args& args);
int run_timestamp(const Args& args);
int run_attest(const Args& args);
int run_verify_attestation(const Args& args);
int run_sign_image(const Args& args);
int run_verify_image(const Args& args);

// To standard error, come what may of it.
void say(std::string_view text);

// "assay: WHAT: TEXT" on standard error; `what` may be empty.
void complain(std::string_view what, std::string_view text);

}  // namespace assay::cli
