// Jinja templates of whoever made the model: how it talks to its users, rendered by the server for
// every request.
//
// A template is a program. transformers renders it in a sandbox, others did not (llama-cpp-python
// before 0.2.72), and in plain Jinja every value leads to Python's builtins by a chain of
// attributes. What chat templates need (messages, loops, a few filters and tests) leads nowhere
// near them, so a template that reaches there is an attack. Names are read as Jinja would see them:
// decoded, put together where they come in pieces, and only inside tags, since a prompt may well
// speak of Python.
#pragma once

#include <string_view>

#include "assay/context.h"

namespace assay {

// Reports what a template does. `offset` is that of its first byte in the artifact; where it is
// spelled in other bytes than it has (inside JSON), `exact` is false and findings stand at
// `offset`. Details name the line. Threads: any, one at a time for each context.
void check_template(std::string_view text, uint64_t offset, ScanContext& context,
                    bool exact = true);

}  // namespace assay
