// Any sequence of operations on a tape must do what the model says:
// tests/unit/support/tape_model.h.
//
// Input: 8 bytes of settings, then one or two bytes per choice.
#include <cstdio>
#include <cstdlib>

#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"
#include "tests/unit/support/tape_model.h"

namespace {

using namespace assay;

// Numbers below n from the input; zeros when it is used up.
class Choices {
  public:
    explicit Choices(Bytes bytes) : bytes_(bytes) {}

    size_t operator()(size_t n) {
        size_t value = 0;
        for (size_t range = 1; range < n && at_ < bytes_.size(); range *= 256) {
            value = value * 256 + bytes_[at_++];
        }
        return value % n;
    }

  private:
    Bytes bytes_;
    size_t at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 8) return 0;
    const size_t blocks[] = {1, 7, 64, 4096};
    const auto content = test::random_bytes(load_le<uint16_t>(data) % 2000);
    test::CountingSource source(content);
    if (data[2] != 0) source.shorten_to(data[2]);
    if (data[3] % 2 == 1) source.without_size();
    test::TestPools pools(blocks[data[4] % 4]);
    test::TapeModel<Choices> model(source, content, pools, Choices({data + 8, size - 8}));
    const std::string wrong = model.run(100);
    if (wrong.empty()) return 0;
    std::fprintf(stderr, "the tape differs from the model: %s\n", wrong.c_str());
    std::abort();
}
