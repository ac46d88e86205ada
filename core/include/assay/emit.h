// Reports on their way out: one emitter per format, one file per output, written whole or not at
// all.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "assay/file_id.h"
#include "assay/json_text.h"
#include "assay/report.h"

namespace assay {

// What a report says besides its records.
struct ReportHeader {
    std::string version;
    // Hex; asked for by those that print it, since it takes as long as a small file's scan.
    std::function<std::string()> rules_digest = [] { return std::string(); };
    std::vector<std::string> targets;  // as typed
    std::vector<std::string> allowed;  // names that the user allows pickles to use
    std::vector<std::string> modes;    // "strict", a profile: what the verdict was asked to be
    bool color = false;                // for a person at a terminal
    bool verbose = false;              // table: also a line for every record
};

// Where an emitter's text goes. A file gets its final name only in commit(), after it was written
// and synced without a fault; until then, and for ever when commit() is not reached, it stays under
// a temporary name that is removed. The first fault sticks: everything after it returns it.
//
// Threads: one at a time.
class Output {
  public:
    virtual ~Output() = default;
    virtual Status write(std::string_view text) = 0;
    virtual Status flush() = 0;
    // Once, last: without it what is still buffered is lost.
    virtual Status commit() = 0;

    // The regular files behind it, which nobody should read until commit(): the one that is written
    // to, and the one that it will replace. That one is not among them when it has other names,
    // under which it stays.
    [[nodiscard]] virtual std::vector<FileId> files() const { return {}; }

    // Whether `name`, without a folder, is what a file of this process is called until commit(). A
    // walk that meets one would find it gone a moment later.
    static bool is_temporary(std::string_view name);

    // For a process that ends at once (a second Ctrl-C): removes what lies under temporary names.
    // Whoever makes or commits a file output from now on waits for ever. Any thread, once.
    static void remove_temporaries();

    // A closed pipe is Error{kIo, …, EPIPE}, where the program ignores SIGPIPE.
    static std::unique_ptr<Output> to_stdout();
    // Beside `path` until commit(), and following it if it is a link. What is no regular file (a
    // device, a FIFO, /dev/stdout) is written in place.
    static Result<std::unique_ptr<Output>> to_file(const std::string& path);
    // Borrows `text` and appends to it.
    static std::unique_ptr<Output> to_string(std::string& text);
};

struct ImageRecord;  // assay/image.h

// begin(), then record() in place order, then image(), then end(); none of them commits the output.
class Emitter : public RecordSink {
  public:
    virtual Status begin(const ReportHeader& header) = 0;
    // The images among what was scanned, after all records.
    virtual Status image(const ImageRecord& /*image*/) { return Done{}; }
    virtual Status end(const Summary& summary) = 0;
};

// "table", "json", "jsonl", "sums", "stores"; null for any other. Borrows the output.
std::unique_ptr<Emitter> make_emitter(std::string_view format, Output& output);
std::vector<std::string_view> emitter_names();

// A record as it stands in a report's "records".
// `digests_wanted`: of tensors that have none it is said why.
std::string json_of(const Record& record, bool digests_wanted = false);
// Why a tensor has no digest, where digests of tensors are asked for.
std::string_view why_no_digest(const TensorRecord& tensor);

// What BSD and coreutils call a digest in a line that names it: "SHA256", "BLAKE2b".
std::string_view sums_tag(DigestKind kind);

// A file name in the output of sha256sum: "\" before the line and \n, \r, \\ inside when needed.
struct SumsName {
    bool escaped;
    std::string text;
};
SumsName sums_name(std::string_view name);

}  // namespace assay
