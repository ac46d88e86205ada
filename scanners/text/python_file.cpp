// Python files of model repositories.
//
// A file of Python is not looked into: it is code, and whoever runs it must trust it. What matters
// is whether a library runs it: beside a configuration it may be named as the model's own code, now
// or in the repository's next version, and is run where the user trusts remote code. What Python
// has compiled (.pyc) is code all the same, and no reviewer reads it.
#include "formats.h"
#include "kinds.h"

namespace assay::python {

namespace {

constexpr Rule kRules[] = {
    {"hf.python_file", Severity::kMedium, "a Python file lies beside the model's configuration",
     "Libraries run such files when the model is loaded with trust_remote_code, or as a custom "
     "pipeline or handler.",
     "Review it before you load the model with trust_remote_code.", "CWE-829 AML.T0010.003"},
};

bool is_named_python(const Probe& probe) {
    return probe.promised && !probe.head.empty() && kind_of(probe).inert;
}

// Folders of which the library, or Python, takes files by their names.
bool lies_in_known_folder(std::string_view path) {
    const size_t end = path.find_last_of("/!");
    if (end == std::string_view::npos) return false;
    const std::string_view folder = path.substr(0, end);
    const std::string_view name = folder.substr(folder.find_last_of("/!") + 1);
    return name == "__pycache__" || name == "custom_generate";
}

Status scan_python(Tape&, ScanContext& context) {
    const std::string_view up = lies_in_known_folder(context.path()) ? "../" : "";
    for (std::string_view beside : {"config.json", "model_index.json", "adapter_config.json"}) {
        Claim claim;
        claim.path = std::string(up).append(beside);
        claim.if_file = &kRules[0];
        context.claim(std::move(claim));
    }
    return Done{};
}

constexpr std::string_view kExtensions[] = {"py", "pyc", "pyo"};

}  // namespace

}  // namespace assay::python

namespace assay {

const Format kPythonFormat{
    "python",
    false,
    0,
    python::kExtensions,
    python::kRules,
    python::is_named_python,
    python::scan_python,
};

}  // namespace assay
