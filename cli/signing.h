// Signs what a visit has hashed: its records become a statement, the statement a bundle.
//
//   SigningPlan -> ModelSigner (a sink of records) -> finish()
//
// Threads: records come one at a time; shards on any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "args.h"
#include "assay/bundle.h"
#include "assay/oms.h"
#include "assay/report.h"
#include "assay/spool.h"
#include "model_files.h"
#include "since.h"

namespace assay::cli {

// Who signs: the key, and what a bundle says of it.
struct SigningIdentity {
    PrivateKey key;
    Bundle material;  // no content yet
};

// Nothing when it will not do, which has been complained about; `code` is what to exit with.
std::optional<SigningIdentity> signing_identity(const SignerArgs& args, int& code);

struct SigningPlan {
    ModelFiles model;
    OmsSettings settings;
    OmsDialect dialect = OmsDialect::kSpec;
    std::string signature;
    std::string chunks_dir;
    bool extras = false;  // sizes, chunk roots, tensors
    bool stat = false;    // also a stat file, for --since
    size_t memory = 0;    // for the statement
};

// The same.
std::optional<SigningPlan> signing_plan(const Args& args, int& code);

// Complains and says no where something that is no signature would be replaced.
bool may_write_signature(const std::string& path);

// Sets what the statement needs of a visit.
void prepare_visit(const SigningPlan& plan, VisitOptions& options);

class ModelSigner final : public RecordSink {
  public:
    // `since`, if any, is borrowed.
    explicit ModelSigner(const SigningPlan& plan, Since* since = nullptr);

    Status record(const Record& record) override;
    // For VisitSinks::on_shards.
    Status shards(const Record& record, const std::vector<Digest>& digests);

    // Records that can't be signed; each was complained about.
    [[nodiscard]] uint64_t refused() const { return refused_; }

    // After the visit: the payload, then the bundle, written whole or not at all. The exit code.
    int finish(const SigningIdentity& identity, bool quiet);

    [[nodiscard]] const OmsWriter& writer() const { return writer_; }

  private:
    struct Extent {
        uint64_t offset;
        size_t count;
    };
    Status add_file(const Record& record, const std::string& name);
    Status add_parts(const Record& record, const std::string& name);
    void note_extras(const Record& record, const std::string& name);
    Status take_over(const std::string* before);
    Status note_stat(const std::string& name);
    Status write_stat_file(const SigningIdentity& identity);
    void refuse(const std::string& name, std::string_view why);
    bool lies_behind_link(const std::string& name);
    Status write_side_file();

    const SigningPlan& plan_;
    Since* const since_;
    OmsWriter writer_;
    std::mutex mutex_;  // guards the next two
    Spool shards_;
    std::map<uint64_t, Extent> waiting_;  // by file
    Spool extras_;                        // of a statement of shards: for the side file
    std::optional<StatWriter> stats_;
    uint64_t taken_over_ = 0;
    std::string folder_;  // of the latest file, and the link among those above it, if one is
    std::string linked_;
    std::set<std::string> linked_folders_;  // that were complained about
    uint64_t refused_ = 0;
    uint64_t files_ = 0;
    uint64_t bytes_ = 0;
};

}  // namespace assay::cli
