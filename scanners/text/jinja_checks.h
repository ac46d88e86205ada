// What makes a step, a call or a text in a template a finding. Knows nothing of syntax: the reader
// of templates (jinja.cpp) says what it meets.
//
// Threads: one. Borrows the template, the lexer and the context.
#pragma once

#include <array>
#include <utility>

#include "assay/context.h"
#include "jinja_tokens.h"
#include "jinja_values.h"

namespace assay::jinja {

class Checks {
  public:
    Checks(std::string_view text, uint64_t offset, bool exact, ScanContext& context)
        : text_(text), offset_(offset), exact_(exact), context_(context) {}

    // From now on nothing is reported: of a reading that comes before the one that counts.
    void keep_silent() { silent_ = true; }
    void report(const Rule& rule, size_t at, std::string_view what,
                std::optional<Severity> severity = std::nullopt);

    // Texts that are dangerous names whatever becomes of them.
    void text(const Value& value, size_t at);
    // A variable that the template did not set.
    void global(std::string_view name, size_t at);
    // `from.step` or `from['step']`. `used`: something is done with it, not only printed or kept.
    void step(const Value& from, const Value& step, size_t at, bool used);
    // A call of `what`.
    void call(const Value& what, Values arguments, size_t at);
    void filter(const Value& value, std::string_view name, Values arguments, size_t at, bool used);
    // Something that is done so many times.
    void rounds(double times, size_t at);

  private:
    void computed(const Value& from, const Value& step, size_t at);
    void spelling(const Value& name, size_t at);
    [[nodiscard]] size_t line_of(size_t at);

    std::string_view text_;
    const uint64_t offset_;
    const bool exact_;
    ScanContext& context_;
    std::pair<std::string, size_t> told_;   // the text that was found last, and where
    std::pair<size_t, size_t> line_{0, 1};  // of the place that was asked about last
    std::array<std::pair<const Rule*, size_t>, 8> latest_{};
    size_t reported_ = 0;
    std::string ran_;  // a step that was found to run code when it is called
    bool silent_ = false;
};

}  // namespace assay::jinja
