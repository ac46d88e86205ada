// A line says `name = value`, as the command line says `--name value`; flags are true or false. A
// value is all that stands behind the first `=`, so that it needs no quotes and paths may hold
// anything. CLI11 has configuration files of its own, but they are lenient where this must not be:
// it passes over short lines and unknown sections, and takes commas and blanks for separators.
#include "config.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fstream>
#include <optional>
#include <set>

#include "assay/emit.h"

namespace assay::cli {

namespace {

constexpr size_t kLargest = size_t{1} << 20;

struct Setting {
    std::string name;
    std::string value;
};

std::optional<Setting> setting_in(const std::string& line) {
    const size_t equals = line.find('=');
    if (equals == std::string::npos) return std::nullopt;
    Setting setting{line.substr(0, equals), line.substr(equals + 1)};
    CLI::detail::trim(setting.name);
    CLI::detail::trim(setting.value);
    return setting;
}

bool is_flag(const CLI::Option& option) { return option.get_expected_max() == 0; }

bool is_repeatable(const CLI::Option& option) { return option.get_expected_max() > 1; }

class Configuration {
  public:
    explicit Configuration(CLI::App& command) : command_(command) {}

    Status take(const std::string& line) {
        if (line.empty() || line[0] == '#') return Done{};
        std::optional<Setting> setting = setting_in(line);
        if (!setting) return Error{Code::kUsage, "not NAME = VALUE"};
        CLI::Option* option = command_.get_option_no_throw("--" + setting->name);
        if (option == nullptr) return Error{Code::kUsage, "no such option"};
        if (!option->get_configurable()) return Error{Code::kUsage, "for the command line alone"};
        if (setting->value.empty()) return Error{Code::kUsage, "no value"};
        if (is_flag(*option) && setting->value != "true" && setting->value != "false") {
            return Error{Code::kUsage, "neither true nor false"};
        }
        return set(*option, setting->value);
    }

  private:
    // What can be given several times adds up; of the rest the command line wins.
    Status set(CLI::Option& option, const std::string& value) {
        const bool first = seen_.insert(&option).second;
        if (!is_repeatable(option)) {
            if (!first) return Error{Code::kUsage, "given twice"};
            if (!option.empty()) return Done{};
        }
        if (!is_flag(option) || value == "true") option.add_result(value);
        return Done{};
    }

    CLI::App& command_;
    std::set<const CLI::Option*> seen_;
};

Status apply(CLI::App& command, const std::string& file, std::string& where) {
    where = escape_text(file);
    Result<std::vector<std::string>> lines = lines_of(file);
    if (!lines) return lines.error();
    Configuration configuration(command);
    for (size_t i = 0; i < lines->size(); i++) {
        const std::string& line = (*lines)[i];
        where = fmt::format("{}:{}: {}", escape_text(file), i + 1, escape_text(line));
        Status taken = configuration.take(line);
        if (!taken) return taken;
    }
    return Done{};
}

}  // namespace

Result<std::vector<std::string>> lines_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(kLargest + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.good()) return Error{Code::kUsage, "too large to be a text of yours"};
    if (!in.eof()) return Error{Code::kUsage, "cannot be read"};
    text.resize(static_cast<size_t>(in.gcount()));
    std::vector<std::string> lines = CLI::detail::split(text, '\n');
    for (std::string& line : lines) CLI::detail::trim(line);
    return lines;
}

void add_config_option(CLI::App& command) {
    auto read = [&command](const std::string& file) {
        std::string where;
        Status applied = apply(command, file, where);
        if (applied) return;
        throw CLI::ConfigError(where + ": " + describe(applied.error()),
                               CLI::ExitCodes::ConfigError);
    };
    command
        .add_option_function<std::string>(
            "--config", read,
            "A file of these options, NAME = VALUE a line, # in front of comments; read only "
            "where it is named")
        ->type_name("FILE")
        ->configurable(false);
}

}  // namespace assay::cli
