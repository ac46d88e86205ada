// An image of a report's "images".
#include "json_parts.h"

namespace assay {

namespace {

void put_counts(JsonText& json, const std::array<uint64_t, 5>& findings) {
    json.key("findings").open('{');
    for (size_t i = findings.size(); i-- > 0;) {
        json.key(name_of(static_cast<Severity>(i))).number(findings[i]);
    }
    json.close('}');
}

void put_layer(JsonText& json, const ImageLayer& layer) {
    json.open('{');
    json.key("media_type").text(layer.media_type);
    json.key("digest").text(layer.digest);
    json.key("diff_id").text(layer.diff_id);
    json.key("size").number(layer.size);
    json.key("record").text(layer.record);
    put_counts(json, layer.findings);
    json.close('}');
}

void put_model(JsonText& json, const ImageModel& model) {
    json.open('{');
    json.key("path").text(model.path);
    json.key("record").text(model.record);
    json.key("format").text(model.format);
    json.key("size").number(model.size);
    if (!model.sha256.empty()) json.key("sha256").text(model.sha256);
    json.key("layer").number(model.layer);
    json.key("state").text(name_of(model.state));
    if (model.by_layer) json.key("by_layer").number(*model.by_layer);
    put_counts(json, model.findings);
    json.close('}');
}

}  // namespace

void put_image(JsonText& json, const ImageRecord& image) {
    json.key("target").number(image.target);
    json.key("reference").text(image.reference);
    json.key("record").text(image.record);
    json.key("digest").text(image.digest);
    json.key("platform").text(image.platform);
    json.key("kind").text(image.kind);
    json.key("verdict").text(verdict_of(image));
    json.key("layers").open('[');
    for (const ImageLayer& layer : image.layers) put_layer(json, layer);
    json.close(']');
    json.key("models").open('[');
    for (const ImageModel& model : image.models) put_model(json, model);
    json.close(']');
    if (image.models_left_out > 0) json.key("models_left_out").number(image.models_left_out);
}

}  // namespace assay
