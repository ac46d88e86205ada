#include "help.h"

#include <string>

#include "text.h"

namespace assay::cli {

static constexpr size_t kColumns = 80;
static constexpr size_t kLeft = 27;  // for what is typed; its description follows

HelpLayout::HelpLayout() { column_width(kLeft); }

// CLI11 puts an empty line both in front of a group and behind the one before it.
std::string HelpLayout::make_group(std::string group, bool is_positional,
                                   std::vector<const CLI::Option*> options) const {
    bool first = is_positional || group == "Options";
    std::string text = Formatter::make_group(std::move(group), is_positional, std::move(options));
    return first ? text : text.substr(1);
}

std::string HelpLayout::make_option_opts(const CLI::Option* option) const {
    if (option->get_positional()) return option->get_expected_max() > 1 ? " ..." : "";
    if (option->get_type_size() == 0) return "";
    std::string type = option->get_type_name();
    return " " + type.substr(0, type.find(':'));
}

std::string HelpLayout::make_option_desc(const CLI::Option* option) const {
    std::string text = option->get_description();
    std::string by_default = option->get_default_str();
    if (!by_default.empty()) text += " (default: " + by_default + ")";
    return wrapped(text, kColumns - kLeft);
}

std::string HelpLayout::make_subcommand(const CLI::App* command) const {
    std::stringstream out;
    CLI::detail::format_help(out, command->get_name(),
                             wrapped(command->get_description(), kColumns - kLeft), kLeft);
    return out.str();
}

std::string usage_message(const CLI::App* app, const CLI::Error& error) {
    const CLI::App* deepest = app;
    std::string command = "assay";
    while (!deepest->get_subcommands().empty()) {
        deepest = deepest->get_subcommands().front();
        command += " " + deepest->get_name();
    }
    return std::string("assay: ") + error.what() + "\nTry '" + command + " --help'.\n";
}

}  // namespace assay::cli
