// The documents of content-addressed stores: manifests and templates of Ollama, .dvc files and
// lists of folders. The same findings and claims for any size of blocks.
//
// Input: one byte for the document's kind, one for the size of the blocks, then the document.
#include <cstdlib>

#include "scanners/stores/dvc_cache.h"
#include "scanners/stores/go_template.h"
#include "scanners/stores/ollama_store.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

class Context final : public test::NullContext {
  public:
    void add(Finding finding) override {
        told += fmt::format("{} {} {}\n", finding.rule->id, finding.offset, finding.detail);
    }
    void claim(Claim claim) override {
        told += fmt::format("{} {} {}\n", claim.path, claim.kind, claim.name);
    }
    void incomplete(Coverage to, std::string_view reason) override {
        told += fmt::format("{} {}\n", name_of(to), reason);
    }
    std::string told;
};

Status read(uint8_t kind, Tape& tape, ScanContext& context) {
    switch (kind % 4) {
        case 0:
            return ollama::scan_manifest(tape, context, "../../blobs/sha256-", "a/b:c");
        case 1:
            return ollama::scan_template(tape, context);
        case 2:
            return dvc::scan_outs(tape, context, {"../.dvc/cache", 1, false});
        default:
            return dvc::scan_folder_list(tape, context, {"..", 0, false});
    }
}

std::string scan(uint8_t kind, Bytes file, size_t block) {
    test::CountingSource source(file);
    test::TestPools pools(block);
    Tape tape(source, pools.pools(), {});
    Context context;
    Status status = read(kind, tape, context);
    require(tape.drain().ok() && source.every_byte_once());
    return context.told + (status ? "" : status.error().text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const Bytes file(data + 2, size - 2);
    require(scan(data[0], file, 4096) == scan(data[0], file, size_t{data[1]} + 1));
    return 0;
}
