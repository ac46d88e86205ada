// All outputs of one run. Each gets every record; one that fails (a full disk, a closed pipe) is
// complained about by name and dropped, and the run goes on while any is left.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "args.h"
#include "assay/emit.h"

namespace assay::cli {

class Outputs final : public RecordSink {
  public:
    // Complains and returns false when one can't be opened.
    bool open(const std::vector<OutputRequest>& requests);
    // What the visit should leave out: files that are written to, or replaced at the end.
    [[nodiscard]] std::vector<FileId> files() const;
    void begin(const ReportHeader& header);
    Status record(const Record& record) override;
    Status image(const ImageRecord& image);
    // Ends and commits what is left. False when any output failed.
    bool end(const Summary& summary);

  private:
    struct One {
        std::string name;
        std::unique_ptr<Output> output;
        std::unique_ptr<Emitter> emitter;
    };

    Status each(const std::function<Status(Emitter& emitter)>& write);
    void check(One& one, const Status& status);

    std::vector<One> outputs_;
    bool all_well_ = true;
};

}  // namespace assay::cli
