// How help is laid out: 80 columns, one option per paragraph, its default behind its description.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace assay::cli {

class HelpLayout final : public CLI::Formatter {
  public:
    HelpLayout();
    std::string make_group(std::string group, bool is_positional,
                           std::vector<const CLI::Option*> options) const override;
    std::string make_option_opts(const CLI::Option* option) const override;
    std::string make_option_desc(const CLI::Option* option) const override;
    std::string make_subcommand(const CLI::App* command) const override;
};

// "assay: WHAT" and where to read more, for a command line that is wrong.
std::string usage_message(const CLI::App* app, const CLI::Error& error);

}  // namespace assay::cli
