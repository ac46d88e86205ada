// Small pickles, written instruction by instruction, and a machine that runs them for a listener
// who writes down what it hears.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "scanners/pickle/machine.h"
#include "scanners/pickle/render.h"
#include "tests/unit/support/sources.h"

namespace assay::test::program {

inline std::string little(uint64_t value, size_t bytes) {
    std::string out;
    for (size_t i = 0; i < bytes; i++) out += static_cast<char>(value >> (8 * i) & 0xff);
    return out;
}

inline std::string sized(std::string_view instruction, std::string_view content, size_t width) {
    return std::string(instruction) + little(content.size(), width) + std::string(content);
}

inline std::string text(std::string_view content) { return sized("X", content, 4); }
inline std::string short_text(std::string_view content) { return sized("\x8c", content, 1); }
inline std::string binary(std::string_view content) { return sized("B", content, 4); }
inline std::string number(uint8_t value) { return std::string("K") + static_cast<char>(value); }

inline std::string global(std::string_view module, std::string_view name) {
    return fmt::format("c{}\n{}\n", module, name);
}

inline std::string proto(int version) { return std::string("\x80") + static_cast<char>(version); }
inline std::string frame(const std::string& body, uint64_t length) {
    return "\x95" + little(length, 8) + body;
}
inline std::string frame(const std::string& body) { return frame(body, body.size()); }

// A call of posix.system, up to its result.
inline std::string shell(std::string_view command = "id") {
    return global("posix", "system") + text(command) + "\x85R";
}

// Writes down what it hears, one line each.
class Listener : public pickle::Events {
  public:
    void watch(pickle::Machine& machine) { machine_ = &machine; }

    void global(const pickle::GlobalUse& use) override {
        tell(use.offset, "global", pickle::render_name(use.module, use.name));
    }
    void computed_name(uint64_t offset, pickle::Value module, pickle::Value name) override {
        tell(offset, "computed", shown(module) + " . " + shown(name));
    }
    void call(const pickle::Call& call) override {
        std::string kwargs =
            call.kwargs.is(pickle::Kind::kNone) ? "" : " with " + shown(call.kwargs);
        tell(call.offset, "call", pickle::render_call(machine_->heap(), call) + kwargs);
    }
    void build(uint64_t offset, pickle::Value object, pickle::Value state) override {
        tell(offset, "build", shown(object) + " from " + shown(state));
        if (raw_after_build) machine_->expect_raw();
    }
    void set(uint64_t offset, pickle::Op op, pickle::Value object) override {
        tell(offset, pickle::opcode_of(static_cast<uint8_t>(op))->name, shown(object));
    }
    void persistent(uint64_t offset, pickle::Value id) override {
        tell(offset, "persistent", shown(id));
    }
    void extension(uint64_t offset, int64_t code) override {
        tell(offset, "extension", std::to_string(code));
    }
    void discarded(uint64_t offset, pickle::Value value) override {
        tell(offset, "discarded", shown(value));
    }
    void fault(uint64_t offset, std::string_view why) override { tell(offset, "fault", why); }
    void frame_anomaly(uint64_t offset, std::string_view what) override {
        tell(offset, "frame", what);
    }
    bool wants_payload(pickle::Kind kind, Bytes head, uint64_t length) override {
        return wants && wants(kind, head, length);
    }
    Result<bool> payload(uint64_t offset, ByteSource& source) override {
        Status looked = look ? look(offset, source) : source.settle();
        return looked ? Result<bool>(true) : looked.error();
    }
    Result<bool> raw(Tape& tape) override {
        tell(tape.offset(), "raw", "");
        Status moved = tape.advance(raw_length);
        if (!moved) return moved.error();
        return raw_ends;
    }
    void step(uint64_t offset, uint8_t code) override {
        steps.push_back(fmt::format("{} {} {}", offset, pickle::opcode_of(code)->name,
                                    machine_->operand_shown()));
    }

    std::vector<std::string> heard;
    std::vector<std::string> steps;
    std::function<bool(pickle::Kind, Bytes, uint64_t)> wants;
    std::function<Status(uint64_t, ByteSource&)> look;
    bool raw_after_build = false;
    uint64_t raw_length = 0;
    bool raw_ends = true;

  protected:
    void tell(uint64_t offset, std::string_view what, std::string_view detail) {
        heard.push_back(fmt::format("{} {} {}", offset, what, detail));
    }
    [[nodiscard]] std::string shown(pickle::Value value) const {
        return pickle::render(machine_->heap(), value);
    }

    pickle::Machine* machine_ = nullptr;
};

struct Ran {
    std::string outcome;  // "stop", "fault", or what the tape failed with
    uint64_t end = 0;
    std::string result;
    std::vector<std::string> heard;
    std::vector<std::string> steps;
    uint64_t reserved = 0;
    bool overflowed = false;
    uint64_t instructions = 0;
};

struct RunSetup {
    size_t block_size = 4096;
    bool stream = false;  // of unknown size
    size_t memory = SIZE_MAX;
    bool trace = false;
    std::function<void(pickle::Machine&)> finished = {};
};

inline Ran run(std::string_view pickle, Listener& listener, const RunSetup& setup = {}) {
    CountingSource source(as_bytes(pickle));
    if (setup.stream) source.only_in_order().without_size();
    TestPools pools(setup.block_size);
    Tape tape(source, pools.pools(), {});
    Ran ran;
    auto reserve = [&](size_t bytes) {
        if (bytes > setup.memory - ran.reserved) return false;
        ran.reserved += bytes;
        return true;
    };
    pickle::Machine machine(tape, listener, reserve);
    listener.watch(machine);
    if (setup.trace) machine.trace();
    Result<pickle::Outcome> outcome = machine.run();
    ran.outcome = !outcome                             ? outcome.error().text
                  : *outcome == pickle::Outcome::kStop ? "stop"
                                                       : "fault";
    ran.end = tape.offset();
    ran.result = pickle::render(machine.heap(), machine.result());
    ran.heard = listener.heard;
    ran.steps = listener.steps;
    ran.overflowed = machine.overflowed();
    ran.instructions = machine.instructions();
    if (setup.finished) setup.finished(machine);
    return ran;
}

inline Ran run(std::string_view pickle, const RunSetup& setup = {}) {
    Listener listener;
    return run(pickle, listener, setup);
}

}  // namespace assay::test::program
