#include "tf_names.h"

namespace assay::tensorflow {

namespace {

bool is_upper(uint8_t byte) { return byte >= 'A' && byte <= 'Z'; }

// The length that ends before `at`. A varint may be spelled longer than it has to be, and the
// length of a FlexBuffer has up to eight bytes: what follows its first byte adds nothing.
size_t length_before(Bytes bytes, size_t at) {
    constexpr size_t kMostBytes = 10;
    for (size_t back = 1; back <= kMostBytes && back <= at; back++) {
        const size_t low = bytes[at - back] & 0x7fu;
        if (low != 0) return low;
    }
    return 0;
}

}  // namespace

void each_reaching_name(Bytes bytes, const VisitName& visit) {
    const std::string_view text = as_text(bytes);
    for (size_t at = 1; at < bytes.size(); at++) {
        if (!is_upper(bytes[at])) continue;
        const size_t length = length_before(bytes, at);
        if (length == 0 || length > kLongestNamed || length > bytes.size() - at) continue;
        const std::string_view name = text.substr(at, length);
        const Reach reach = reach_of(name);
        if (reach != Reach::kNone) visit(at, name, reach);
    }
}

}  // namespace assay::tensorflow
