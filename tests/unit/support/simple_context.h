// A format's context without an engine: children are read to their end and kept, and so is
// everything that is said.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/support/null_context.h"

namespace assay::test {

class SimpleContext : public NullContext {
  public:
    struct Child {
        std::string name;
        std::string content;
        Status settled = Done{};
    };

    void add(Finding finding) override { rules.emplace_back(finding.rule->id); }
    Status take_child(std::string_view name, ByteSource& source) override {
        Child& child = children.emplace_back(Child{std::string(name), {}, Done{}});
        BlockPool pool(64, kMiB);
        for (;;) {
            Result<Lent> lent = source.read(child.content.size(), 64, pool);
            if (!lent) return lent.error();
            if (lent->bytes.empty()) break;
            child.content += as_text(lent->bytes);
        }
        child.settled = source.settle();
        return Done{};
    }
    void parsed(uint64_t bytes) override { parsed_bytes += bytes; }
    void gap(uint64_t, uint64_t length) override { gap_bytes += length; }
    void incomplete(Coverage to, std::string_view) override { coverage = to; }

    [[nodiscard]] bool says(std::string_view id) const {
        return std::find(rules.begin(), rules.end(), id) != rules.end();
    }

    std::vector<std::string> rules;
    std::vector<Child> children;
    uint64_t parsed_bytes = 0;
    uint64_t gap_bytes = 0;
    Coverage coverage = Coverage::kFull;
};

}  // namespace assay::test
