// Any text of a model repository: the same findings for any size of blocks, and every byte read
// once.
//
// Input: one byte for the format and its name, one for the size of the blocks, then the file.
#include <cstdlib>

#include "scanners/formats.h"
#include "tests/unit/support/recording_context.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

namespace {

class Context final : public test::NullContext {
  public:
    explicit Context(const char* path) : path_(path) {}
    void add(Finding finding) override {
        told += fmt::format("{} {} {}\n", finding.rule->id, finding.offset, finding.detail);
    }
    void claim(Claim claim) override { told += fmt::format("{} {}\n", claim.path, claim.name); }
    void refine(std::string_view kind) override { told += kind; }
    void incomplete(Coverage to, std::string_view reason) override {
        told += fmt::format("{} {}\n", name_of(to), reason);
    }
    void disown() override { told += "disowned"; }
    [[nodiscard]] std::string_view path() const override { return path_; }

    std::string told;

  private:
    const char* const path_;
};

struct Subject {
    const Format* format;
    const char* name;
};
const Subject kSubjects[] = {
    {&kJsonFormat, "config.json"},
    {&kJsonFormat, "model.safetensors.index.json"},
    {&kJsonFormat, "data.json"},
    {&kJsonFormat, "notes.txt"},
    {&kJsonFormat, "model.bin.index.json"},
    {&kJinjaFormat, "chat_template.jinja"},
    {&kLfsPointerFormat, "a.safetensors"},
    {&kWebPageFormat, "config.json"},
    {&kRequirementsFormat, "requirements.txt"},
};

}  // namespace

static std::string scan(const Subject& subject, Bytes file, size_t block, bool stream) {
    test::CountingSource source(file);
    if (stream) source.only_in_order().without_size();
    test::TestPools pools(block);
    Tape tape(source, pools.pools(), {});
    Context context(subject.name);
    Status status = subject.format->scan(tape, context);
    require(tape.drain().ok() && source.every_byte_once() && !source.out_of_order());
    return context.told + (status ? "" : status.error().text);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const Subject& subject = kSubjects[data[0] % std::size(kSubjects)];
    const Bytes file(data + 2, size - 2);
    const std::string whole = scan(subject, file, 4096, false);
    require(whole == scan(subject, file, size_t{data[1]} + 1, false));
    require(whole == scan(subject, file, size_t{data[1]} + 1, true));
    return 0;
}
