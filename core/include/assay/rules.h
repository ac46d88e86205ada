// What assay can find: every rule with its meaning. Ids are a public interface and are never reused
// with another meaning.
//
// A format brings its rules as a constant array; the rulebook gathers them. Rules live as long as
// the program, so findings refer to them by pointer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class Severity : uint8_t { kInfo, kLow, kMedium, kHigh, kCritical };

std::string_view name_of(Severity severity);
std::optional<Severity> severity_named(std::string_view name);

struct Rule {
    std::string_view id;          // "format.area.anomaly"
    Severity severity;            // unless a finding says otherwise
    std::string_view message;     // one sentence, no full stop, for a person
    std::string_view why;         // what can go wrong
    std::string_view action;      // what to do
    std::string_view references;  // "CWE-502 AML.T0010.002 CVE-2025-1889", separated by spaces
};

class Rulebook {
  public:
    // The engine's own rules and the file checks are always in it.
    Rulebook();
    void add(std::span<const Rule> rules);

    [[nodiscard]] const Rule* find(std::string_view id) const;
    // Sorted by id.
    [[nodiscard]] const std::vector<const Rule*>& all() const { return rules_; }
    // SHA-256 over every field of every rule: two reports with the same digest used the same rules.
    [[nodiscard]] std::string digest() const;

  private:
    std::vector<const Rule*> rules_;
};

// Rules that belong to no format.
namespace rules {
extern const Rule kUnreadable;       // engine.io.unreadable
extern const Rule kTruncated;        // engine.io.truncated
extern const Rule kChanged;          // engine.io.changed_during_scan
extern const Rule kLimitFolder;      // engine.limit.folder
extern const Rule kLimitChunks;      // engine.limit.chunk_tree
extern const Rule kLimitPinned;      // engine.limit.pinned
extern const Rule kLimitHeader;      // engine.limit.header
extern const Rule kLimitDepth;       // engine.limit.depth
extern const Rule kLimitMembers;     // engine.limit.members
extern const Rule kLimitRatio;       // engine.limit.ratio
extern const Rule kLimitTotal;       // engine.limit.total
extern const Rule kLimitWalkDepth;   // engine.limit.walk_depth
extern const Rule kFormatFailed;     // engine.format.failed
extern const Rule kWalkLoop;         // engine.walk.loop
extern const Rule kLinkNotFollowed;  // file.link.not_followed
extern const Rule kLinkOutside;      // file.link.outside
extern const Rule kLinkDangling;     // file.link.dangling
extern const Rule kSpecial;          // file.type.special
extern const Rule kUnknownType;      // file.type.unknown
extern const Rule kEmpty;            // file.empty
extern const Rule kExtMismatch;      // file.ext.mismatch
extern const Rule kExecutable;       // file.embedded.executable
extern const Rule kPicklePrefix;     // file.polyglot.pickle_prefix
extern const Rule kPolyglot;         // file.polyglot.multi_format
}  // namespace rules

}  // namespace assay
