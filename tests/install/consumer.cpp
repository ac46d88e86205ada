// A user's program: prints of the files at the given paths what sha256sum would print, and exits
// as `assay scan` would.
#include <cstdio>

#include "assay/visit.h"

namespace {

class Printer final : public assay::RecordSink {
  public:
    assay::Status record(const assay::Record& record) override {
        for (const auto& digest : record.digests) {
            std::printf("%s  %s\n", digest.hex().c_str(), record.user_path.c_str());
        }
        return assay::Done{};
    }
};

}  // namespace

int main(int argc, char** argv) {
    assay::VisitOptions options;
    options.targets.assign(argv + 1, argv + argc);
    options.formats = assay::all_formats();
    Printer printer;
    const auto summary = assay::visit(options, {.records = printer});
    if (summary) return assay::exit_code_of(summary.value());
    std::fprintf(stderr, "%s\n", assay::describe(summary.error()).c_str());
    return assay::kExitUsage;
}
