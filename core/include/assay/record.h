// What is said about one artifact: a file, a member of a container, or a link that was not
// followed. Records are plain values; they can be encoded, spooled, sent and compared.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "assay/bytes.h"
#include "assay/digest.h"
#include "assay/finding.h"
#include "assay/place.h"

namespace assay {

// How much of an artifact was looked at. Only kFull counts as complete.
// From the least to the most serious lack: full, structure_only, unsupported, cut_by_limit,
// malformed, unreadable.
enum class Coverage : uint8_t {
    kFull,
    kStructureOnly,  // the bulk was not read, as asked
    kCutByLimit,
    kMalformed,
    kUnreadable,
    kUnsupported,
};
inline constexpr size_t kCoverageKinds = 6;

std::string_view name_of(Coverage coverage);

// Where the bytes of an artifact went. gaps: bytes of a container that no member and no structure
// accounts for.
struct Accounted {
    uint64_t hashed = 0;
    uint64_t parsed = 0;
    uint64_t gaps = 0;

    bool operator==(const Accounted&) const = default;
};

struct TensorRecord {
    std::string name;  // escaped
    std::string dtype;
    std::vector<uint64_t> shape;
    uint64_t begin = 0;  // in the artifact; both are 0 if it does not lie in one piece
    uint64_t end = 0;
    std::string sha256;  // hex, when asked for

    bool operator==(const TensorRecord&) const = default;
};

// The tensors of one record, of which there may be a million: kept as bytes, a fourth of what they
// would take otherwise. Iterating gives each as a value of its own.
class TensorList {
  public:
    class Iterator {
      public:
        TensorRecord operator*() const;
        Iterator& operator++();
        bool operator==(const Iterator& other) const { return at_ == other.at_; }

      private:
        friend class TensorList;
        Iterator(const std::vector<uint8_t>& bytes, size_t at) : bytes_(bytes), at_(at) {}
        const std::vector<uint8_t>& bytes_;
        size_t at_;
    };

    TensorList() = default;
    TensorList(std::initializer_list<TensorRecord> tensors);

    void push_back(const TensorRecord& tensor);
    [[nodiscard]] size_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] Bytes bytes() const { return bytes_; }
    [[nodiscard]] Iterator begin() const { return {bytes_, 0}; }
    [[nodiscard]] Iterator end() const { return {bytes_, bytes_.size()}; }
    bool operator==(const TensorList&) const = default;

  private:
    std::vector<uint8_t> bytes_;
    size_t count_ = 0;
};

struct ChunkRoot {
    uint64_t chunk_size = 0;
    std::string root;  // hex

    bool operator==(const ChunkRoot&) const = default;
};

enum class EntryKind : uint8_t { kFile, kMember, kLink, kSpecial };

struct Record {
    Place place;
    EntryKind kind = EntryKind::kFile;
    std::string path;       // escaped, relative to the target; a member's is parent!name
    std::string user_path;  // target and path as the system spells them, unescaped; no member's
    std::string format;     // "safetensors", "unknown", "link", …
    uint64_t size = 0;
    Coverage coverage = Coverage::kFull;
    std::string reason;  // why the coverage is not full
    Accounted accounted;
    std::vector<Digest> digests;  // empty when what was read is not, whole, what the file holds
    std::optional<ChunkRoot> chunks;
    TensorList tensors;
    std::vector<Finding> findings;

    // Lowers the coverage, never raises it; the first reason for the final coverage stays. A lack
    // that leaves more unknown replaces one that leaves less: what could not be read at all counts
    // above what was read but broke the rules, that above what a limit cut, that above a format
    // whose inside nothing here checks, that above a bulk that was left out as asked.
    void lower_coverage(Coverage to, std::string_view why);
};

// A compact binary form that decodes to an equal record; for spools and for processes of the same
// version. decode_record fails (kMalformed, kTruncated) on anything else, and on rules that `book`
// does not know; hostile bytes cost it no more memory than a fixed multiple of their number.
void encode_record(const Record& record, std::vector<uint8_t>& out);
Result<Record> decode_record(Bytes bytes, const Rulebook& book);

// Takes records in place order, one call at a time.
class RecordSink {
  public:
    virtual ~RecordSink() = default;
    virtual Status record(const Record& record) = 0;
};

}  // namespace assay
