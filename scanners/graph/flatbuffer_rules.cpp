#include "flatbuffer_rules.h"

namespace assay::flat {

Error refuse(const Buffer& buffer, ScanContext& context) {
    const Error& error = buffer.error();
    if (error.code == Code::kMalformed) {
        context.report(rule("flatbuffer.verify.failed"), error.offset, 0, error.text);
    }
    return error;
}

Status scan_trailing(Tape& tape, ScanContext& context, uint64_t end, const Rule& found) {
    const uint64_t size = tape.size().value_or(end);
    if (size <= end) return Done{};
    context.report(found, end, size - end, "");
    context.gap(end, size - end);
    Status moved = end > tape.offset() ? tape.skip(end - tape.offset()) : Status(Done{});
    if (!moved) return moved;
    MemberSource rest(tape, size - tape.offset());
    return context.scan_child("trailing", rest);
}

}  // namespace assay::flat
