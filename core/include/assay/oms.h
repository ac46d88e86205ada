// Model signatures as OpenSSF Model Signing 1.0 defines them: an in-toto statement that names every
// file of a model, or every part of each, with its digest.
//
//   subject    one: the model's name, and the root digest
//   predicate  serialization: how the files became names and digests
//              resources: {name, algorithm, digest}, in order
//
// The root digest is SHA-256 over the raw digests in the order of the statement. Whoever bends a
// signed statement signs it, too, so what is refused here is what would make two verifiers see two
// models: names that come twice, lead out of the model or are spelled in several ways, parts that
// overlap or leave gaps, a root that is not that of the resources, a statement of nothing.
//
// Ours are extra members of resources, which other verifiers must ignore: "size", and under
// "annotations" the chunk tree's root ("assay.chunks"), digests of tensors ("assay.tensors") and
// what was taken over from an older signature ("assay.since").
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "assay/digest.h"
#include "assay/record.h"
#include "assay/spool.h"

namespace assay {

inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kOmsPredicate = "https://model_signing/signature/v1.0";
inline constexpr std::string_view kOmsPredicateV02 = "https://model_signing/Digests/v0.1";
// The text of the error (kUnsupported) where a statement has digests that this build cannot make.
inline constexpr const char* kNoBlake3 = "this build has no BLAKE3";
inline constexpr uint64_t kDefaultShardSize = 1'000'000'000;

struct OmsSettings {
    bool by_shards = false;
    DigestKind hash = DigestKind::kSha256;
    uint64_t shard_size = 0;  // by_shards only
    bool allow_symlinks = false;
    // Relative names: of a file, or of a folder and all in it.
    std::vector<std::string> ignore_paths;
    bool states_ignore_paths = true;  // old statements do not
};

// What versions of other tools write instead of what the specification says.
enum class OmsDialect : uint8_t { kSpec, kPython, kGo };

// Relative, of components that are neither empty nor "." nor "..", in valid UTF-8.
bool is_model_name(std::string_view name);

// Whether `name` is one of these, or lies in one of them, component by component.
bool is_within(std::string_view name, const std::vector<std::string>& names);

// Whether a record of a visit with these settings says all that a statement needs of its file.
bool was_hashed(const Record& record, const OmsSettings& settings);

// Git's own files at the root of a model.
const std::vector<std::string>& git_names();

// What a statement says of one tensor of a file.
struct OmsTensor {
    std::string name;
    uint64_t begin = 0;
    uint64_t end = 0;
    std::string sha256;  // hex
};

// One entry of a statement: a file, or a part of one.
struct OmsResource {
    std::string name;  // the file's
    Digest digest;
    uint64_t begin = 0;  // by_shards only
    uint64_t end = 0;
    std::optional<uint64_t> size;
    std::optional<ChunkRoot> chunks;
    std::string since;  // root digest of the signature that it was taken over from, unread
};

// The extra members of a resource as a JSON object of their own, for the side file of a statement
// of parts: "name", "size", "annotations". Tensors as they were found, or as they were read.
std::string oms_extras(const OmsResource& resource, const TensorList* tensors,
                       const std::vector<OmsTensor>* read = nullptr);

// Builds a statement; what it holds grows in a spool, but for the names of parts, which have to be
// sorted. One thread.
class OmsWriter {
  public:
    // `memory`: for what waits; kLimit when the names of parts need more.
    OmsWriter(OmsSettings settings, OmsDialect dialect, size_t memory);

    // Files come in bytewise order of their names; parts of one file in order. Tensors go into the
    // annotations of a file.
    Status add(const OmsResource& resource, const TensorList* tensors = nullptr);
    // What was taken over from an older statement, with the tensors that one has of it.
    Status add(const OmsResource& resource, const std::vector<OmsTensor>& tensors);
    // A file of ours that is bound by its digest: an annotation of the last resource.
    void bind_side_file(const std::string& name, const Sha256Digest& digest);

    // Once. kUsage when nothing was added.
    Status finish(std::string_view model_name);

    // After finish().
    [[nodiscard]] const Spool& payload() const { return payload_; }
    [[nodiscard]] const Sha256Digest& root() const { return root_; }
    [[nodiscard]] uint64_t resources() const { return count_; }
    // For sign_pae() and whoever writes it out.
    Status each_piece(const std::function<void(Bytes)>& take) const;

  private:
    struct Part {
        std::string name;  // with begin and end
        Digest digest;
        uint32_t since;  // where it was taken over from, in since_; 0: nowhere
    };
    // `annotations`: as JSON already, without its braces.
    Status put_resource(const std::string& name, const OmsResource& resource,
                        std::string annotations);
    Status add_part(const OmsResource& resource);
    uint32_t number_of(const std::string& since);
    void close_last(std::string_view between);
    Status put_parts();
    [[nodiscard]] std::string algorithm() const;

    const OmsSettings settings_;
    const OmsDialect dialect_;
    const size_t memory_;
    size_t held_ = 0;
    Spool payload_;
    Status put_ = Done{};      // the first failure to keep the payload
    std::string last_;         // the resource that was added last, but for what may be added to it
    std::string annotations_;  // of it
    std::string side_file_;
    std::vector<Part> parts_;
    std::vector<std::string> since_{""};  // of parts: there are few
    std::unique_ptr<Hasher> hasher_;
    Sha256Digest root_{};
    uint64_t count_ = 0;
};

// A statement that was read, its resources sorted by name (and parts by where they begin).
struct OmsManifest {
    std::string model_name;
    Sha256Digest root{};
    OmsSettings settings;
    std::vector<OmsResource> resources;
    bool is_v02 = false;
    // Name and digest of the side file that the statement binds.
    std::string side_file;
    std::optional<Sha256Digest> side_digest;

    // Of what it holds.
    [[nodiscard]] size_t memory() const;
    // Range of resources of one file.
    [[nodiscard]] std::pair<size_t, size_t> parts_of(std::string_view name) const;
};

struct OmsReading {
    bool allow_v02 = false;
    size_t memory = size_t{256} << 20;  // for the manifest; beyond it kLimit
};

// Reads the payload of an envelope whose signature was verified. `about` says which name or value
// the error is about, unescaped.
Result<OmsManifest> read_oms(Bytes payload, const OmsReading& reading, std::string& about);

// A line of a side file, as oms_extras() writes it; the resource's digest is empty.
struct OmsExtras {
    OmsResource resource;
    std::vector<OmsTensor> tensors;
};
Result<OmsExtras> read_oms_extras(Bytes line);
// All of a statement's resources in such lines, in the statement's order.
Status each_oms_line(Bytes payload, const std::function<Status(std::string line)>& take);

// The tensors that the statement has for one file, which read_oms() leaves out: they are many.
Result<std::vector<OmsTensor>> read_oms_tensors(Bytes payload, std::string_view file);

}  // namespace assay
