// Walks over tars without an engine, at random or forward.
#pragma once

#include <memory>
#include <vector>

#include "scanners/archive/tar.h"
#include "tests/unit/support/recording_context.h"
#include "tests/unit/support/sources.h"

namespace assay::test {

// Reads no more of a member than this: holes are cheap to write.
inline constexpr size_t kMostOfAMember = 100 * 1024;

class TarContext final : public RecordingContext {
  public:
    Status take_child(std::string_view name, ByteSource& source) override {
        Child& child = children.emplace_back(Child{std::string(name), {}, Done{}});
        BlockPool pool(512, kMiB);
        while (child.content.size() < kMostOfAMember) {
            Result<Lent> lent = source.read(child.content.size(), 512, pool);
            if (!lent) child.ended = lent.error();
            if (!lent || lent->bytes.empty()) break;
            child.content += as_text(lent->bytes);
        }
        return Done{};
    }
    bool afterwards(std::unique_ptr<Closing> closing) override {
        if (!tape) return false;
        tape->attach(*closing);
        closings.push_back(std::move(closing));
        return true;
    }

    Tape* tape = nullptr;  // where members may be left to the bulk
    std::vector<std::unique_ptr<Closing>> closings;
};

struct TarOutcome {
    TarContext context;
    Status walked = Done{};
    Status closed = Done{};
    bool clean = false;
};

enum class TarWay : uint8_t { kForward, kRandom, kAhead };

// `source` is at its start.
inline std::unique_ptr<TarOutcome> walk_tar_source(ByteSource& source, size_t block, bool ahead) {
    auto outcome = std::make_unique<TarOutcome>();
    TarContext& context = outcome->context;
    TestPools pools(block);
    Tape tape(source, pools.pools(), {});
    if (ahead) context.tape = &tape;
    TarVisitor visitor;
    outcome->walked = walk_tar(tape, context, visitor);
    Status drained = tape.drain();
    if (outcome->walked && !drained) outcome->walked = drained;
    for (auto& closing : context.closings) {
        Status closed = closing->close(context);
        if (!closed) outcome->closed = closed;
        tape.detach(*closing);
    }
    context.tape = nullptr;
    outcome->clean = outcome->walked.ok() && outcome->closed.ok() && context.rules.empty() &&
                     context.coverage == Coverage::kFull;
    return outcome;
}

inline bool same_members(const TarOutcome& left, const TarOutcome& right) {
    return std::ranges::equal(
        left.context.children, right.context.children,
        [](const auto& a, const auto& b) { return a.name == b.name && a.content == b.content; });
}

}  // namespace assay::test
