// One artifact on its way through: a file, standard input, or a member of a container.
//
//   construct -> inspect() -> drain …  -> finish() -> [lanes run] -> seal()
//
// inspect() is where formats read; drain…() passes the rest to the digests; seal() completes the
// record. Whatever goes wrong lowers the coverage and the next step is taken all the same.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "enclosed.h"
#include "last_bytes.h"
#include "passing.h"
#include "session.h"
#include "stores/md5_of_text.h"
#include "tensor_digests.h"

namespace assay {

struct Kind;

struct ArtifactName {
    Place place;
    EntryKind kind = EntryKind::kFile;
    std::string path;       // escaped, as in the record
    std::string user_path;  // files only
};

// Reads and settles a child that nobody looks at, so that its container's own digest and position
// are right; `coverage` says why nobody does.
Result<ChildOutcome> skip_over(ByteSource& source, BlockPool& pool, Coverage coverage);

// Findings of one artifact: at most kMaxFindingsPerRule for each rule, the rest counted in the
// last.
class FindingList {
  public:
    void add(std::vector<Finding>& findings, Finding finding);

  private:
    struct Kept {
        const Rule* rule;
        uint64_t count;
        size_t last;  // of its findings, in the list
    };
    std::vector<Kept> kept_;
};

// One reading of the bytes that fits: a format's, or the one that a container brings.
struct Framing {
    std::string_view name;
    bool random_access;
    std::function<Status(Tape&, ScanContext&)> scan;
    bool by_name = false;  // it fits the promise alone, and counts only if nothing else fits
};

// Its scan; an exception is a finding, and bytes that it cannot read in their order are held in
// memory, for which `hold` pays; without it they are unsupported.
Status scan_guarded(const Framing& framing, Tape& tape, ScanContext& context, PinHold* hold);

class Artifact {
  public:
    // `digest` is one that the container needs to know of this member; see ScanContext::child.
    // `packed` is the artifact of which this one is the whole content: it outlives this one, and is
    // told its digest.
    Artifact(FileScope& scope, ByteSource& source, const ArtifactName& name,
             std::optional<DigestKind> digest = std::nullopt, Artifact* packed = nullptr);
    // A file of a store; `store` may be null.
    Artifact(FileScope& scope, ByteSource& source, const ArtifactName& name,
             std::shared_ptr<const StoreEntry> store);

    ~Artifact();
    Artifact(const Artifact&) = delete;
    Artifact& operator=(const Artifact&) = delete;

    // A document of a store is read as such; nothing else of it is looked at.
    void read_document(const ChildReader& reader);

    // `reader` takes the place of the format of that name, if given.
    void inspect(std::string_view name, const ChildReader* reader = nullptr);

    // Its digests, and those of all members that are met from here on, are made aside.
    void digest_aside();

    // Instead of drain…(): what was not read need not be read for this artifact's sake.
    void leave_rest() { rest_left_ = true; }
    // Whether nobody wants more of it than was inspected.
    [[nodiscard]] bool may_leave_rest() const {
        return whole_ && !needs_lanes() && closings_.empty() && !last_;
    }

    // The step of a sweep: false when there is no more, or no more can be had.
    bool drain_block();
    void drain();
    // The same, with digests and chunk tree each on a thread of its own; `room` bytes of blocks of
    // the session's stream pool may be out at a time.
    void drain_pipelined(size_t room);
    // Chunk tree alone: every thread reads chunks of its own. False when something needs the bytes
    // in order; then nothing was done.
    bool drain_striped(FileSource& file);
    // Whether the bulk is wanted at all.
    [[nodiscard]] bool wants_bulk() const { return session().options.read_bulk; }
    // Whether anybody has it pass: not where nothing but formats want to see bytes, and they did.
    [[nodiscard]] bool rest_will_pass() const {
        return wants_bulk() && !(session().options.leave_rest && may_leave_rest());
    }
    // Whether there is anybody to read the rest of a file for; leaves it otherwise.
    bool wants_rest();

    // All bytes are read; `settled` is what the source says of them. Queues the ends of digests.
    void finish(const Status& settled);

    // Precondition: finish(). Runs the lanes when `digest` is asked for.
    ChildOutcome outcome(std::optional<DigestKind> digest);

    // Precondition: finish(), and Session::run_lanes() after it. The source is no longer needed.
    void seal();
    [[nodiscard]] bool digested() const { return digests_ || aside_; }
    [[nodiscard]] bool needs_lanes() const {
        return digested() || chunk_tap_ || shard_tap_ || tensor_digests_;
    }

    // Keeps the record, its facts and its claims; `stamp` is that of a file.
    Status store(const FileStamp* stamp = nullptr);

    // For the context.
    void report(Finding finding) { found_.add(record_.findings, std::move(finding)); }
    // Which limit, if any, ended the source; asked when it fails with kLimit.
    void limited_by(std::function<const Rule*()> limit) { limit_ = std::move(limit); }

    // What reading came to: the digests may no longer be of what the artifact holds.
    void fault(const Error& error);
    // What a format's scan came to: the bytes are what they are.
    void scan_fault(const Error& error);
    FileScope& scope() { return scope_; }
    [[nodiscard]] Session& session() const { return scope_.session; }
    Tape& tape() { return tape_; }
    // Says that formats read `copy` now, since the tape has passed. Borrows both.
    class Copied {
      public:
        Copied(Artifact& artifact, const Tape& copy)
            : artifact_(artifact), before_(std::exchange(artifact.copy_, &copy)) {}
        ~Copied() { artifact_.copy_ = before_; }
        Copied(const Copied&) = delete;
        Copied& operator=(const Copied&) = delete;

      private:
        Artifact& artifact_;
        const Tape* const before_;
    };
    [[nodiscard]] bool is_copied() const { return copy_ != nullptr; }
    // How far formats have read.
    [[nodiscard]] uint64_t position() const { return copy_ ? copy_->offset() : tape_.offset(); }
    Record& record() { return record_; }
    void fact(Fact fact);
    void claim(Claim claim);
    void note(oci::NoteKind kind, Bytes bytes);
    void tensor(const TensorRecord& tensor);
    void tensors_told();
    void refine(std::string_view format) { refined_ = format; }
    uint32_t next_child() { return children_++; }
    // A child that is what follows, as it is; see enclosed.h.
    void passes_child(std::optional<uint64_t> size) {
        const bool there = enclosed_ && enclosed_->begin == position() && enclosed_->size == size;
        enclosed_seen_ = enclosed_seen_ || there;
    }
    bool afterwards(std::unique_ptr<Closing> closing);
    Status reserve(size_t bytes);
    void release(size_t bytes);
    [[nodiscard]] const std::optional<ChunkTree>& tree() const { return tree_; }
    [[nodiscard]] const std::optional<std::vector<Digest>>& shards() const { return shards_; }

  private:
    [[nodiscard]] std::vector<Digest> made_digests() const;
    void tell_late();
    void make_taps(const ByteSource& source, std::optional<DigestKind> needed);
    void digest_walk_aside(std::string_view format);
    void add_image_digest(std::string_view format, std::string_view name);
    void make_digests(const ByteSource& source, std::optional<DigestKind> needed);
    void attach_digests(std::vector<DigestKind> kinds);
    bool parts_fit(uint64_t parts);
    void make_part_taps(uint64_t size);
    [[nodiscard]] bool can_stripe() const;
    void keep_inner(const ChunkShape& shape, std::vector<Sha256Digest> inner);
    void keep_shards(Result<std::vector<Digest>> digests, const ChunkShape& shape,
                     std::vector<Sha256Digest> inner);
    void keep_striped(const ChunkShape& shape, Result<std::vector<Sha256Digest>> leaves,
                      std::vector<Sha256Digest> inner);
    Result<Probe> probe();
    Result<Bytes> probe_tail();
    void end_scan();
    void close_all();
    void put_facts();
    void put_claims();
    void put_needs();
    void put_part(const Claim& claim);
    void expect();
    void compare();
    const Rule* lower_for(const Error& error);
    void check_kind(const Kind& kind, bool empty, std::string_view name);
    void leave_enclosed(const Probe& probe, std::vector<Framing>& fitting);
    void judge_enclosed();
    std::vector<Framing> framings(const Probe& probe, const Kind& kind, std::string_view name,
                                  const ChildReader* reader);
    bool run_formats(const std::vector<Framing>& framings);
    void watch_end(const std::vector<Framing>& fitting);
    void judge_end();
    void settle_unclaimed(bool inert, bool empty, std::string_view name);
    [[nodiscard]] bool is_member() const { return record_.kind == EntryKind::kMember; }

    FileScope& scope_;
    Artifact* const packed_;
    Record record_;
    std::shared_ptr<const StoreEntry> store_;
    std::unique_ptr<Md5OfText> text_;  // beside the digest that the store names it by
    std::vector<DigestKind> digest_kinds_;
    std::unique_ptr<DigestSet> digests_;  // or, of what is unpacked,
    std::unique_ptr<Aside> aside_;
    size_t reported_digests_ = 0;  // the first ones; the others are a container's own
    std::unique_ptr<ChunkTap> chunk_tap_;
    std::unique_ptr<ShardTap> shard_tap_;
    std::unique_ptr<TensorDigests> tensor_digests_;
    std::unique_ptr<Tap> progress_tap_;
    std::unique_ptr<LastBytes> last_;
    std::optional<Enclosed> enclosed_;
    bool enclosed_seen_ = false;
    Tape tape_;
    const Tape* copy_ = nullptr;
    uint32_t number_;
    uint32_t children_ = 0;
    std::vector<Fact> facts_;
    std::vector<Claim> claims_;
    std::vector<std::unique_ptr<Closing>> closings_;
    bool rest_left_ = false;
    size_t reserved_ = 0;      // by formats
    size_t tensors_size_ = 0;  // what they take in the record
    size_t tensors_charge_ = 0;
    size_t digests_charge_ = 0;  // of tensors
    bool tensors_cut_ = false;
    struct Extent {
        uint64_t begin;
        uint64_t end;
    };
    std::vector<Extent> late_;  // of tensors that came after others were told
    Status put_ = Done{};       // the first failure to keep facts or claims
    std::optional<ChunkTree> tree_;
    std::optional<std::vector<Digest>> shards_;
    std::function<const Rule*()> limit_;
    std::string refined_;  // the format, more precisely than its framing says
    FindingList found_;
    const Rule* last_fault_ = nullptr;
    bool whole_ = true;  // what was read is all there is, unmixed
};

// The engine's ScanContext for the format that keeps the tape.
class EngineContext : public ScanContext, public Passing {
  public:
    explicit EngineContext(Artifact& artifact) : artifact_(artifact) {}

    using ScanContext::child;
    Result<ChildOutcome> child(std::string_view name, ByteSource& source,
                               const ChildRequest& request) override;
    // The child that is all of this artifact; see content.h.
    Result<ChildOutcome> content(std::string_view name, ByteSource& source);
    [[nodiscard]] bool afterwards(std::unique_ptr<Closing> closing) override;
    void fact(Fact fact) override;
    void claim(Claim claim) override;
    void tensor(TensorRecord tensor) override;
    void tensors_told() override;
    void parsed(uint64_t bytes) override;
    void gap(uint64_t offset, uint64_t length) override;
    void incomplete(Coverage coverage, std::string_view reason) override;
    [[nodiscard]] bool reserve(size_t bytes) override;
    void release(size_t bytes) override;
    void disown() override { disowned_ = true; }
    void refine(std::string_view format) override;
    [[nodiscard]] bool wants_bulk() const override;
    [[nodiscard]] bool rest_will_pass() const override {
        return !artifact_.is_copied() && artifact_.rest_will_pass();
    }
    [[nodiscard]] bool wants_members_whole() const override;
    [[nodiscard]] Artifact& artifact() const { return artifact_; }
    [[nodiscard]] bool disowned() const { return disowned_; }
    [[nodiscard]] const InspectOptions& options() const override;
    [[nodiscard]] std::string_view path() const override;
    [[nodiscard]] bool stop_requested() const override;
    [[nodiscard]] InflatePairs* inflate_pairs() override;

  private:
    void add(Finding finding) override;
    const Rule* limit_on_entry() const;
    Result<ChildOutcome> child_of(Artifact* packed, std::string_view name, ByteSource& source,
                                  const ChildRequest& request);

    Artifact& artifact_;
    const Rule* cut_by_ = nullptr;  // the limit that ended the last child
    uint64_t cut_at_ = 0;           // and where the artifact was read to then
    bool disowned_ = false;
};

}  // namespace assay
