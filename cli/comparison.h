// Compares the records of a visit with a statement that was verified.
//
// Threads: passes_over() and shards() on any; record() one at a time; the rest before or after the
// visit.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "assay/oms.h"
#include "assay/report.h"
#include "assay/visit.h"
#include "model_files.h"

namespace assay::cli {

struct ByteRange {
    uint64_t begin;
    uint64_t end;
};

struct Difference {
    enum class Kind : uint8_t { kChanged, kMissing, kUnsigned, kUnreadable, kWrongKind };

    Kind kind;
    std::string name;               // as the system spells it
    std::string detail;             // text of ours, or escaped
    std::vector<ByteRange> ranges;  // of a change, where that is known
    std::vector<std::string> tensors;
};

// "changed", "missing" …
std::string_view name_of(Difference::Kind kind);

struct ComparisonScope {
    std::vector<std::string> ignored;  // names in the model
    std::string signature;             // among them, if it lies there
    std::vector<std::string> only;     // globs; empty: all
    bool ignore_unsigned = false;

    [[nodiscard]] bool partial() const { return !only.empty(); }
    // Whether a name is looked at.
    [[nodiscard]] bool covers(const std::string& name) const;
};

class Comparison final : public RecordSink {
  public:
    // Borrows all three. A statement about "." must have been given the model's name before.
    Comparison(const ModelFiles& model, const OmsManifest& manifest, const ComparisonScope& scope);

    // What is not read: ignored, not covered, or not signed, which is noted.
    bool passes_over(const std::string& path);
    Status shards(const Record& record, const std::vector<Digest>& digests);
    Status record(const Record& record) override;
    // Once, behind the visit: what was signed and did not come is missing.
    void finish();

    // Sorted by name.
    [[nodiscard]] std::vector<Difference>& differences() { return differences_; }
    [[nodiscard]] uint64_t verified_files() const { return files_; }
    [[nodiscard]] uint64_t verified_bytes() const { return bytes_; }
    [[nodiscard]] uint64_t uncovered() const { return uncovered_; }  // signed, but not looked at
    // Files that are there, and ignored; the first of them have names.
    [[nodiscard]] uint64_t ignored() const { return ignored_; }
    [[nodiscard]] const std::set<std::string>& ignored_names() const { return ignored_names_; }
    [[nodiscard]] uint64_t unsigned_count() const { return unsigned_count_; }
    [[nodiscard]] const std::vector<std::string>& empty_unsigned() const { return empty_; }

  private:
    static constexpr size_t kMostUnsigned = 100'000;  // that are named; the others are counted
    static constexpr size_t kMostIgnored = 1000;      // the same

    void add(Difference::Kind kind, const std::string& name, std::string detail = {});
    void note_unsigned(const std::string& name);
    void note_ignored(const std::string& name);
    void compare_file(const Record& record, const std::string& name, size_t at);
    void compare_parts(const Record& record, const std::string& name);
    void wrong_kind(const Record& record, const std::string& name);

    const ModelFiles& model_;
    const OmsManifest& manifest_;
    const ComparisonScope& scope_;
    std::vector<bool> seen_;  // by resource; of parts the first one
    std::vector<Difference> differences_;
    std::mutex mutex_;  // guards the next six
    std::set<std::string> unsigned_;
    std::vector<std::string> empty_;
    std::map<std::string, std::vector<ByteRange>> bad_parts_;
    uint64_t unsigned_count_ = 0;
    uint64_t ignored_ = 0;
    std::set<std::string> ignored_names_;
    uint64_t files_ = 0;
    uint64_t bytes_ = 0;
    uint64_t uncovered_ = 0;
};

}  // namespace assay::cli
