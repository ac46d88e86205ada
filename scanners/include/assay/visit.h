// The library's front door: reads everything at the given targets once and hands one record per
// artifact to a sink, in place order, the same for any number of threads.
//
// Threads: visit() blocks; it uses threads of its own, no more than asked for. Several visits may
// run at once. The sink is called by one thread at a time, log and on_chunks by any thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "assay/chunk_tree.h"
#include "assay/digest.h"
#include "assay/file_id.h"
#include "assay/format.h"
#include "assay/limits.h"
#include "assay/report.h"
#include "assay/shards.h"

namespace assay {

struct ImageRecord;  // assay/image.h

namespace registry {
class Session;
}

struct VisitOptions {
    // Files, folders, "-" for standard input, or images as skopeo writes them: "oci:DIR[:TAG]",
    // "oci-archive:FILE", "docker-archive:FILE", "docker://HOST/REPO[:TAG|@DIGEST]". Links named
    // here are followed.
    std::vector<std::string> targets;
    bool follow = false;  // links met on the walk
    // Links that a Hugging Face cache consists of are followed unless this is false.
    bool follow_cache = true;
    // With follow: not where that leads out of the target, not even when a link is swapped while we
    // look. Such a link is a record.
    bool within_target = false;
    // Files that are passed over when the walk meets them: the caller's own outputs, which could
    // not be described while they are written.
    std::vector<FileId> left_out;
    // The same, asked of each file that the walk meets, by its path as the system spells it, before
    // it is opened. Any thread.
    std::function<bool(const std::string& path)> passes_over = {};

    std::vector<DigestKind> digests = {DigestKind::kSha256};
    bool member_digests = false;         // also of every artifact inside a container
    bool tensor_digests = false;         // also of every tensor, where a format tells of them
    bool tensor_records = true;          // false: nobody wants tensors in records
    std::optional<uint64_t> chunk_size;  // also the chunk tree of every file
    std::optional<ShardPlan> shards;     // also digests of parts of every file

    // Whether artifacts are looked into at all; without it they are only digested.
    bool inspect = true;
    std::span<const Format* const> formats;
    InspectOptions inspection;
    bool read_bulk = true;  // false: read only what inspection needs, digest nothing
    // What nothing needs is not read: no digest, no checksum of a format's. Coverage does not
    // suffer, so this is for those who asked for neither.
    bool leave_rest = false;

    // Whether content-addressed stores are recognised, and each blob compared with its name.
    bool stores = false;
    bool only_stores = false;  // what belongs to none is passed over

    // Whether artifacts are judged by each other, once all have been read.
    [[nodiscard]] bool joins() const { return !formats.empty() || stores; }
    // Whether a file is read under the name that a link in its store gives it: formats go by names.
    [[nodiscard]] bool through_links() const { return inspect; }
    // Whether members of containers are wanted whole, and not only as far as inspection goes.
    [[nodiscard]] bool reads_in_order() const { return member_digests || tensor_digests; }

    // Of images for several platforms only this one ("linux/amd64"); empty: all.
    std::string platform;
    // What each tag was; one that is another now is a finding. Borrowed.
    const std::map<std::string, std::string>* lock = nullptr;
    // For targets in registries; null: there are none.
    std::shared_ptr<registry::Session> registry;
    bool probe_write = false;  // ask them whether anybody may write there
    // Told in full what a registry said when a blob failed; any thread.
    std::function<void(const std::string& text)> registry_trouble = {};

    unsigned threads = 0;  // 0: one for each CPU that this process may use
    size_t memory = kDefaultMemory;
    size_t block_size = 0;  // 0: chosen; a report never depends on it
    Engine engine = Engine::kAuto;
    bool direct = false;  // past the page cache, where the filesystem can
    NestingLimits limits;
    // Bytes that may lie in a temporary file at a time, so that archives inside streams are read
    // at random; 0: none.
    uint64_t spool = 0;
    Severity fail_on = Severity::kHigh;
};

// Counters that others may watch while visit() runs.
struct Progress {
    std::atomic<uint64_t> files{0};
    std::atomic<uint64_t> bytes{0};  // passed by the tapes of files
    // Filled by count_ahead(); the totals grow until they are known.
    std::atomic<uint64_t> total_files{0};
    std::atomic<uint64_t> total_bytes{0};
    std::atomic<bool> totals_known{false};
};

// What the machine did; never part of a report.
struct VisitStats {
    std::atomic<uint64_t> bytes_read{0};  // glances at the ends of artifacts not counted
    std::atomic<uint64_t> laned_bytes{0};
    std::atomic<uint64_t> single_bytes{0};
    std::atomic<uint64_t> direct_files{0};
    std::atomic<uint64_t> direct_refused{0};
    std::atomic<uint64_t> peak_blocks{0};  // bytes of blocks, all workers
    std::atomic<uint64_t> threads{0};
    std::atomic<uint64_t> block_size{0};
};

struct VisitSinks {
    RecordSink& records;
    Progress* progress = nullptr;
    VisitStats* stats = nullptr;
    std::function<void(std::string_view message)> log = {};
    // Called with the finished record and tree of each file when chunk_size is set. An error lowers
    // the record's coverage.
    std::function<Status(const Record& record, const ChunkTree& tree)> on_chunks = {};
    // Called for each image, after all records, in place order.
    std::function<Status(const ImageRecord& image)> on_image = {};
    // Called for each tag of an image with the digest that it points to, once all is read.
    std::function<void(const std::string& ref, const std::string& digest)> on_ref = {};
    // As on_chunks, with the digests of a file's parts, in order, when shards is set; an empty file
    // has none.
    std::function<Status(const Record& record, const std::vector<Digest>& shards)> on_shards = {};
};

// kUsage for options that can't be met (memory too small for the threads, a digest this build does
// not have); kInterrupted when `stop` came first, with some or none of the records in the sink; the
// sink's own error when it failed. Everything else is in the records.
Result<Summary> visit(const VisitOptions& options, const VisitSinks& sinks,
                      const std::stop_token& stop = {});

// Walks the targets without opening a file, for a progress bar that wants to know how much is left.
// Meant for a thread beside visit().
void count_ahead(const VisitOptions& options, Progress& progress, const std::stop_token& stop);

// CPUs that this process may use: as many threads as a visit has unless it is told.
unsigned usable_cpus();

// Every format of this build.
std::span<const Format* const> all_formats();

// A format that takes any bytes for a pickle, for those who want to see what they would do.
std::span<const Format* const> pickle_of_anything();

// Everything this build knows of: formats' rules and the engine's own.
Rulebook rulebook_of(std::span<const Format* const> formats);

}  // namespace assay
