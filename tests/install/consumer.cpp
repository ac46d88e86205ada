// A user's program: prints what sha256sum would print of one file.
#include <cstdio>

#include "assay/digest.h"
#include "assay/source.h"
#include "assay/tape.h"

namespace {

assay::Result<std::string> sha256_of_file(const char* path) {
    auto file = assay::FileSource::open(path, assay::FileSource::Direct::kNo);
    if (!file) return file.error();
    assay::PinBudget budget(assay::kMiB, assay::kMiB);
    assay::PinHold pins(budget, 0);
    assay::BlockPool stream(assay::kMiB, 8 * assay::kMiB), held(assay::kMiB, assay::kMiB);
    assay::LaneSet lanes(assay::Engine::kAuto);
    auto digests = assay::DigestSet::make({assay::DigestKind::kSha256}, lanes, (*file)->size());
    if (!digests) return digests.error();
    assay::Tape tape(**file, {stream, held, pins}, {digests->get()});
    if (auto drained = tape.drain(); !drained) return drained.error();
    if (auto settled = (*file)->settle(); !settled) return settled.error();
    lanes.run();
    return (*digests)->digests().front().hex();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 4;
    const auto digest = sha256_of_file(argv[1]);
    if (!digest) return std::fprintf(stderr, "%s\n", assay::describe(digest.error()).c_str()), 2;
    std::printf("%s  %s\n", digest.value().c_str(), argv[1]);
}
