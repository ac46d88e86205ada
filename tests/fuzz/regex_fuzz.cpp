// Any regular expression: judging it ends soon, and comes to the same twice.
#include <cstdlib>

#include "assay/bytes.h"
#include "scanners/text/regex_ambiguity.h"

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = as_text({data, size});
    if (ambiguity_of(text) != ambiguity_of(text)) std::abort();
    return 0;
}
