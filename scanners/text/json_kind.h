// One kind of JSON document. Every document is read once, token by token, and each kind has a
// visitor that sees all of them; which kind a document is follows from what is in it, never from
// its name alone. See json_kinds.h for the list.
#pragma once

#include <memory>

#include "assay/context.h"
#include "json.h"

namespace assay {

// What is said of a document whose kind is known.
struct JsonFaults {
    const Rule* duplicate;  // of a key that an object has twice; null: the visitor says it
    const Rule* invalid;    // of what breaks the rules of JSON; null: the one of all documents
    const Rule* not_utf8 = nullptr;  // null: the one of all documents
    const Rule* mark = nullptr;      // of a byte order mark; null: `invalid`
    const Rule* trailing = nullptr;  // of what follows; null: `invalid`, or the one of all
};

class JsonVisitor {
  public:
    virtual ~JsonVisitor() = default;

    // False: nothing of what follows is wanted, not even the end.
    virtual bool token(const json::Token& token) = 0;

    // How deep the tokens lie at most that it wants to see.
    [[nodiscard]] virtual uint32_t deepest() const { return std::numeric_limits<uint32_t>::max(); }

    // The document ended, or broke off at a fault that was reported already.
    virtual Status end(bool whole) = 0;

    // Null until the document is known to be of this kind. It decides how grave it is when the
    // document is broken, which matters little for data and much for what a loader acts on.
    [[nodiscard]] virtual const JsonFaults* faults() const { return nullptr; }
};

struct JsonKind {
    std::string_view format;  // what the report calls it, if the visitor says so with refine()
    std::unique_ptr<JsonVisitor> (*visitor)(ScanContext& context);  // borrows the context
};

}  // namespace assay
