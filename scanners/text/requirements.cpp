// requirements.txt: what pip installs for a model.
//
//   # a comment
//   scikit-learn==1.3.0
//   --extra-index-url https://packages.example.org
//   helper @ git+https://example.org/helper.git
//
// MLflow writes one beside MLmodel, and whoever serves the model installs it: with it, what lies at
// the addresses that it names is fetched and its setup run. Elsewhere such files are everybody's,
// so it is MLmodel's presence that makes a finding of them.
#include <algorithm>
#include <array>

#include "assay/limits.h"
#include "formats.h"
#include "kinds.h"
#include "requirement.h"

namespace assay {

namespace pip {

const Rule kAddress = {"mlflow.requirements.url",
                       Severity::kMedium,
                       "the model's environment is installed from an address",
                       "Rebuilding the environment fetches and runs what lies there.",
                       "Find out what lies there, or install from your own index.",
                       "CWE-829"};

namespace {

constexpr size_t kMostRead = kMiB;
constexpr size_t kMostClaims = 100;
constexpr size_t kLongestShown = 200;
constexpr std::string_view kSpace = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
    const size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// A comment starts a line, or follows a blank.
std::string_view without_comment(std::string_view line) {
    for (size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
        const bool starts = at == 0 || kSpace.find(line[at - 1]) != std::string_view::npos;
        if (starts) return line.substr(0, at);
    }
    return line;
}

// Whether there was something to say.
bool look_at(std::string_view line, uint64_t offset, ScanContext& context) {
    const std::string_view told = trimmed(without_comment(line));
    if (!names_address(told)) return false;
    Claim claim;
    claim.path = kNameOfMlmodel;
    claim.offset = offset;
    claim.name = without_secrets(told.substr(0, kLongestShown));
    claim.if_file = &kAddress;
    context.claim(std::move(claim));
    return true;
}

bool is_named_text(const Probe& probe) {
    return probe.promised && !probe.head.empty() && kind_of(probe).name == "text";
}

bool is_requirements(std::string_view path) {
    const size_t folder = path.find_last_of("/!");
    return path.substr(folder == std::string_view::npos ? 0 : folder + 1) == "requirements.txt";
}

Status scan_requirements(Tape& tape, ScanContext& context) {
    if (!is_requirements(context.path())) {
        context.disown();
        return Done{};
    }
    const uint64_t size = tape.size().value_or(kMostRead);
    Result<Bytes> bytes = tape.peek(static_cast<size_t>(std::min<uint64_t>(size, kMostRead)));
    if (!bytes) return bytes.error();
    const std::string_view text = as_text(*bytes);
    size_t claims = 0;
    for (size_t from = 0; from < text.size() && claims < kMostClaims;) {
        const size_t to = std::min(text.find('\n', from), text.size());
        if (look_at(text.substr(from, to - from), from, context)) claims++;
        from = to + 1;
    }
    if (size > kMostRead) context.incomplete(Coverage::kCutByLimit, "the list is too long");
    return Done{};
}

constexpr std::string_view kExtensions[] = {"txt"};

}  // namespace

bool names_address(std::string_view requirement) {
    constexpr std::array<std::string_view, 5> kOptions = {"-i", "-f", "--index-url",
                                                          "--extra-index-url", "--find-links"};
    if (requirement.find("://") != std::string_view::npos) return true;
    return std::any_of(kOptions.begin(), kOptions.end(),
                       [&](std::string_view option) { return requirement.starts_with(option); });
}

std::string without_secrets(std::string_view requirement) {
    std::string shown;
    for (;;) {
        const size_t scheme = requirement.find("://");
        if (scheme == std::string_view::npos) return shown.append(requirement);
        shown.append(requirement.substr(0, scheme + 3));
        requirement.remove_prefix(scheme + 3);
        const size_t end = std::min(requirement.find_first_of("/ \t\"'?#"), requirement.size());
        const size_t at = requirement.substr(0, end).rfind('@');
        if (at == std::string_view::npos) continue;
        shown += "***";
        requirement.remove_prefix(at);
    }
}

}  // namespace pip

const Format kRequirementsFormat{
    "requirements",         false, 0, pip::kExtensions, {&pip::kAddress, 1}, pip::is_named_text,
    pip::scan_requirements,
};

}  // namespace assay
