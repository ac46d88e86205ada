#include "outputs.h"

#include "commands.h"

namespace assay::cli {

bool Outputs::open(const std::vector<OutputRequest>& requests) {
    for (const OutputRequest& request : requests) {
        One one{request.file.empty() ? "standard output" : request.file, {}, {}};
        if (request.file.empty()) {
            one.output = Output::to_stdout();
        } else {
            Result<std::unique_ptr<Output>> file = Output::to_file(request.file);
            if (!file) {
                complain(one.name, describe(file.error()));
                return false;
            }
            one.output = std::move(*file);
        }
        one.emitter = make_emitter(request.format, *one.output);
        outputs_.push_back(std::move(one));
    }
    return true;
}

std::vector<FileId> Outputs::files() const {
    std::vector<FileId> ids;
    for (const One& one : outputs_) {
        for (const FileId& id : one.output->files()) ids.push_back(id);
    }
    return ids;
}

void Outputs::check(One& one, const Status& status) {
    if (status.ok() || !one.emitter) return;
    complain(one.name, describe(status.error()));
    one.emitter.reset();
    one.output.reset();
    all_well_ = false;
}

void Outputs::begin(const ReportHeader& header) {
    for (One& one : outputs_) check(one, one.emitter->begin(header));
}

Status Outputs::record(const Record& record) {
    return each([&](Emitter& emitter) { return emitter.record(record); });
}

Status Outputs::image(const ImageRecord& image) {
    return each([&](Emitter& emitter) { return emitter.image(image); });
}

Status Outputs::each(const std::function<Status(Emitter& emitter)>& write) {
    bool any = false;
    for (One& one : outputs_) {
        if (one.emitter) check(one, write(*one.emitter));
        any = any || one.emitter;
    }
    if (!any) return Error{Code::kIo, "no output is left"};
    return Done{};
}

bool Outputs::end(const Summary& summary) {
    for (One& one : outputs_) {
        if (one.emitter) check(one, one.emitter->end(summary));
        if (one.output) check(one, one.output->commit());
    }
    return all_well_;
}

}  // namespace assay::cli
