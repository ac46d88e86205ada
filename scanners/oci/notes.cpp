#include "notes.h"

#include <array>

namespace assay::oci {

static constexpr std::array<std::string_view, 4> kKinds = {"oci.document", "oci.entries",
                                                           "oci.parts", "oci.links"};

void note(ScanContext& context, NoteKind kind, Bytes bytes) {
    context.fact({std::string(kKinds[static_cast<size_t>(kind)]), {}, std::string(as_text(bytes))});
}

std::optional<NoteKind> note_kind_of(const Fact& fact) {
    for (size_t i = 0; i < kKinds.size(); i++) {
        if (fact.kind == kKinds[i]) return static_cast<NoteKind>(i);
    }
    return std::nullopt;
}

}  // namespace assay::oci
