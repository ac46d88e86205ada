#include "help.h"

#include <string>
#include <string_view>

namespace assay::cli {

static constexpr size_t kColumns = 80;
static constexpr size_t kLeft = 27;  // for what is typed; its description follows

// Breaks at blanks; a newline in `text` stays.
static std::string wrapped(std::string_view text, size_t width) {
    std::string out;
    size_t column = 0;
    while (!text.empty()) {
        size_t end = std::min(text.find_first_of(" \n"), text.size());
        if (column > 0 && column + 1 + end > width) {
            out += '\n';
            column = 0;
        } else if (column > 0) {
            out += ' ';
            column++;
        }
        out += text.substr(0, end);
        column += end;
        if (end < text.size() && text[end] == '\n') {
            out += '\n';
            column = 0;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

HelpLayout::HelpLayout() { column_width(kLeft); }

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
