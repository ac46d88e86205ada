// The stable interface: one document, described by docs/report.schema.json. It is written as the
// records come, one to a line, and the summary is last.
#include "emitters.h"
#include "json_parts.h"

namespace assay {

namespace {

class JsonEmitter final : public Emitter {
  public:
    explicit JsonEmitter(Output& output) : output_(output) {}

    Status begin(const ReportHeader& header) override {
        std::string text = "{";
        JsonText json(text);
        put_header(json, header);
        text += ",\n\"records\":[";
        return output_.write(text);
    }

    Status record(const Record& record) override {
        line_ = first_ ? "\n{" : ",\n{";
        first_ = false;
        JsonText json(line_);
        put_record(json, record);
        line_ += '}';
        return output_.write(line_);
    }

    Status image(const ImageRecord& image) override {
        line_ = images_ ? ",\n{" : first_ ? "],\n\"images\":[\n{" : "\n],\n\"images\":[\n{";
        images_ = true;
        JsonText json(line_);
        put_image(json, image);
        line_ += '}';
        return output_.write(line_);
    }

    Status end(const Summary& summary) override {
        std::string stores;
        JsonText json_of_stores(stores);
        put_stores(json_of_stores, summary.stores);
        std::string text = first_ && !images_ ? "],\n" : "\n],\n";
        if (!stores.empty()) text += stores + ",\n";
        text += "\"summary\":{";
        JsonText json(text);
        put_summary(json, summary);
        text += "}}\n";
        return output_.write(text);
    }

  private:
    Output& output_;
    std::string line_;
    bool first_ = true;    // no record was written
    bool images_ = false;  // the records are closed
};

}  // namespace

std::unique_ptr<Emitter> make_json(Output& output) { return std::make_unique<JsonEmitter>(output); }

}  // namespace assay
