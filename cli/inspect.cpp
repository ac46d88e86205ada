// Shows what is in a file, for a person who must decide, or as JSON for a program.
#include "assay/emit.h"
#include "commands.h"
#include "inspect_views.h"
#include "run_visit.h"
#include "text.h"

namespace assay::cli {

class Printer::Impl {
  public:
    std::unique_ptr<Output> out = Output::to_stdout();
    Status status = Done{};
};

Printer::Printer() : impl_(std::make_unique<Impl>()) {}
Printer::~Printer() = default;

void Printer::print(std::string_view text) {
    if (impl_->status) impl_->status = impl_->out->write(text);
}

bool Printer::finish() {
    if (impl_->status) impl_->status = impl_->out->commit();
    if (!impl_->status) complain("standard output", describe(impl_->status.error()));
    return impl_->status.ok();
}

namespace {

struct Worst {
    bool findings = false;
    bool incomplete = false;
    void take(int code) {
        findings = findings || code == kExitFindings;
        incomplete = incomplete || code == kExitIncomplete;
    }
    [[nodiscard]] int code() const {
        return findings ? kExitFindings : incomplete ? kExitIncomplete : kExitClean;
    }
};

// One thread, so that what is seen comes in the order of the file; no digest of the file, so that
// looking at a large one does not read it.
VisitOptions looking(VisitOptions options, const Args& args, InspectView& view) {
    options.inspection.trace = &view;
    options.inspection.properties = &view;
    options.threads = 1;
    options.digests.clear();
    options.leave_rest = true;
    if (args.as_pickle) options.formats = pickle_of_anything();
    return options;
}

}  // namespace

int run_inspect(const Args& args) {
    std::string format = args.outputs.empty() ? "text" : args.outputs.back();
    if (format != "text" && format != "json" && format != "jsonl") {
        complain(format, "no such output format");
        return kExitUsage;
    }
    std::optional<VisitOptions> asked = options_or_complaint(args);
    if (!asked) return kExitUsage;
    Printer printer;
    std::unique_ptr<InspectView> view =
        format == "text" ? make_text_view(printer, args.quiet, args.tensors)
                         : make_json_view(printer, format == "jsonl", args.tensors);
    VisitOptions options = looking(*asked, args, *view);
    Worst worst;
    view->begin_all(options.inspection.allow);
    for (const std::string& target : args.targets) {
        options.targets = {target};
        view->begin_target(target);
        Result<Summary> summary = visit_and_complain(args, options, *view);
        if (!summary) return exit_code_of(summary.error());
        view->end_target();
        worst.take(assay::exit_code_of(*summary));
    }
    view->end_all();
    return printer.finish() ? worst.code() : kExitIncomplete;
}

}  // namespace assay::cli
