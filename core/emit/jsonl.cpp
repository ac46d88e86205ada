// The parts of the json document as JSON objects, one to a line, for readers that stream: a line of
// type "header", one of type "record" for each record, one of type "image" for each image, one of
// type "stores" where there are some, and one of type "summary".
#include "emitters.h"
#include "json_parts.h"

namespace assay {

namespace {

class JsonlEmitter final : public Emitter {
  public:
    explicit JsonlEmitter(Output& output) : output_(output) {}

    Status begin(const ReportHeader& header) override {
        return line("header", [&](JsonText& json) { put_header(json, header); });
    }
    Status record(const Record& record) override {
        return line("record", [&](JsonText& json) { put_record(json, record); });
    }
    Status image(const ImageRecord& image) override {
        return line("image", [&](JsonText& json) { put_image(json, image); });
    }
    Status end(const Summary& summary) override {
        if (!summary.stores.empty()) {
            Status put = line("stores", [&](JsonText& json) { put_stores(json, summary.stores); });
            if (!put) return put;
        }
        return line("summary", [&](JsonText& json) { put_summary(json, summary); });
    }

  private:
    template <class Put>
    Status line(std::string_view type, Put put) {
        line_.clear();
        JsonText json(line_);
        json.open('{');
        json.key("type").text(type);
        put(json);
        json.close('}');
        line_ += '\n';
        return output_.write(line_);
    }

    Output& output_;
    std::string line_;
};

}  // namespace

std::unique_ptr<Emitter> make_jsonl(Output& output) {
    return std::make_unique<JsonlEmitter>(output);
}

}  // namespace assay
