// A format: how to recognise it and how to read it. It has no capability but its tape and its
// context: no path, clock, environment, thread, or allocation sized by unchecked input.
//
// A new format is one file that defines a Format, one line in formats.h, and a folder of cases.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "assay/context.h"
#include "assay/rules.h"
#include "assay/tape.h"

namespace assay {

// What is known of an artifact before anything reads it. Spans live until matches() returns.
struct Probe {
    Bytes head;  // the first kProbeHead bytes, or all
    Bytes tail;  // the last bytes, as many as some format asked for; needs random access
    std::optional<uint64_t> size;  // when known in advance
    // The name has one of the format's extensions and no other format's framing fits. A format that
    // says yes to this reads the file only to say what is broken about it: names are no evidence,
    // but what is loaded by its name should not pass as unknown when its first bytes are damaged.
    bool promised = false;
};

inline constexpr size_t kProbeHead = 4096;

struct Format {
    std::string_view name;
    bool random_access;  // scan() cannot do without Tape::at(): in-order bytes are unsupported
    size_t tail;         // how much of the end matches() wants to see
    std::span<const std::string_view> extensions;  // names that promise this format, without dot
    std::span<const Rule> rules;

    // Whether the framing fits. Every format that says so runs, whatever the name. Asked without a
    // promise first; what is said to a promise counts only where every other format disowns the
    // bytes.
    bool (*matches)(const Probe& probe);

    // Reads as much as it needs; what it leaves is passed to the taps afterwards. An Error ends the
    // scan and lowers the coverage; what was reported before is kept.
    Status (*scan)(Tape& tape, ScanContext& context);
};

}  // namespace assay
