// assay version: what this build is, and which rules it knows.
#include "assay/version.h"

#include <fmt/format.h>

#include "assay/digest.h"
#include "commands.h"
#include "machine.h"
#include "text.h"

namespace assay::cli {

static std::string version_json(const std::string& rules) {
    const BuildInfo build = build_info();
    JsonWriter json;
    json.begin({}, '{');
    json.text("version", kVersion);
    json.text("rules", "sha256:" + rules);
    json.text("compiler", build.compiler);
    json.text("architecture", build.architecture);
    json.texts("lane_targets", build.lane_targets);
    json.begin("libraries", '{');
    for (const auto& [name, version] : build.libraries) json.text(name, version);
    json.end('}');
    json.boolean("blake3", is_available(DigestKind::kBlake3));
    json.end('}');
    return json.str();
}

static std::string version_text(const std::string& rules) {
    const BuildInfo build = build_info();
    std::string libraries;
    for (const auto& [name, version] : build.libraries) {
        libraries += fmt::format("{}{} {}", libraries.empty() ? "" : ", ", name, version);
    }
    return fmt::format(
        "assay {}\n"
        "compiler   {}, {}\n"
        "kernels    {}\n"
        "libraries  {}; {}\n"
        "rules      sha256:{}\n",
        kVersion, build.compiler, build.architecture, fmt::join(build.lane_targets, " "), libraries,
        is_available(DigestKind::kBlake3) ? "with libblake3" : "no libblake3", rules);
}

int run_version(const Args& args) {
    const std::string rules = rulebook_of(all_formats()).digest();
    return print_out(args.json ? version_json(rules) : version_text(rules), kExitClean);
}

}  // namespace assay::cli
