// The commands by name, each with what builds its options.
#pragma once

#include <string_view>

namespace CLI {
class App;
}

namespace assay::cli {

struct Args;

struct CommandList {
    CLI::App& app;
    Args& args;
    std::string_view only;  // empty: all

    void add(std::string_view name, void (*build)(CLI::App&, Args&)) const {
        if (only.empty() || only == name) build(app, args);
    }
};

}  // namespace assay::cli
