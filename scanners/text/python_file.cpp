// Python files of model repositories.
//
// A file of Python is not looked into: it is code, and whoever runs it must trust it. What matters
// is whether a library runs it: beside a configuration it may be named as the model's own code, now
// or in the repository's next version, and is run where the user trusts remote code.
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

Status scan_python(Tape&, ScanContext& context) {
    for (std::string_view beside : {"config.json", "model_index.json", "adapter_config.json"}) {
        Claim claim;
        claim.path = beside;
        claim.if_file = &kRules[0];
        context.claim(std::move(claim));
    }
    return Done{};
}

constexpr std::string_view kExtensions[] = {"py"};

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
