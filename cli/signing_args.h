// What is typed for the commands that make and use signatures of files, images and statements.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace assay::cli {

struct Args;

struct SigningArgs {
    std::string prefix = "assay";   // keygen: PREFIX.key and PREFIX.pub
    std::string key_type = "p256";  // keygen
    bool plain = false;             // keygen: no password
};

void add_signing_commands(CLI::App& app, Args& args);

}  // namespace assay::cli
