// A JSON text that is in memory anyway, token by token.
#pragma once

#include "assay/limits.h"
#include "json.h"

namespace assay::json {

// Calls `take(token)` for each; false where the text is broken, or something other than space
// follows it.
template <class Take>
bool each_token(std::string_view text, Take take) {
    MemorySource source(as_bytes(text));
    BlockPool stream(kBlockAlign, SIZE_MAX);
    BlockPool held(kBlockAlign, SIZE_MAX);
    PinBudget budget(kMiB, kMiB);
    PinHold hold(budget, 0);
    Tape tape(source, {stream, held, hold}, {});
    Reader reader(tape);
    Token token;
    while (reader.next(token)) take(token);
    const bool whole = !reader.fault() && !reader.failed();
    const size_t end = static_cast<size_t>(reader.offset());
    return whole && text.find_first_not_of(" \t\r\n", end) == std::string_view::npos;
}

}  // namespace assay::json
