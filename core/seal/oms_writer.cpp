#include <fmt/format.h>

#include <algorithm>

#include "assay/json_text.h"
#include "assay/oms.h"

namespace assay {

OmsWriter::OmsWriter(OmsSettings settings, OmsDialect dialect, size_t memory)
    : settings_(std::move(settings)),
      dialect_(dialect),
      memory_(memory),
      payload_(memory / 2),
      hasher_(std::move(*Hasher::make(DigestKind::kSha256, std::nullopt))) {
    std::string head;
    JsonText json(head);
    json.open('{');
    json.key("_type").text(kStatementType);
    json.key("predicateType").text(kOmsPredicate);
    json.key("predicate").open('{');
    json.key("serialization").open('{');
    json.key("method").text(settings_.by_shards ? "shards" : "files");
    json.key("hash_type").text(name_of(settings_.hash));
    if (settings_.by_shards) json.key("shard_size").number(settings_.shard_size);
    json.key("allow_symlinks").boolean(settings_.allow_symlinks);
    json.key("ignore_paths").open('[');
    for (const std::string& path : settings_.ignore_paths) json.text(path);
    json.close(']');
    json.close('}');
    json.key("resources").open('[');
    put_ = payload_.append(as_bytes(head));
}

std::string OmsWriter::algorithm() const {
    std::string name(name_of(settings_.hash));
    if (!settings_.by_shards || dialect_ == OmsDialect::kSpec) return name;
    return fmt::format("{}-sharded-{}", name, settings_.shard_size);
}

template <class Tensors>
static void write_tensors(JsonText& json, const Tensors& tensors) {
    if (tensors.begin() == tensors.end()) return;
    json.key("assay.tensors").open('[');
    for (const auto& tensor : tensors) {
        if (tensor.sha256.empty()) continue;
        json.open('{');
        json.key("name").text(tensor.name);
        json.key("begin").number(tensor.begin);
        json.key("end").number(tensor.end);
        json.key("sha256").text(tensor.sha256);
        json.close('}');
    }
    json.close(']');
}

static std::string annotations_of(const OmsResource& resource, const TensorList* tensors,
                                  const std::vector<OmsTensor>* read) {
    std::string text;
    JsonText json(text);
    if (resource.chunks) {
        json.key("assay.chunks").open('{');
        json.key("algorithm").text("sha256-tree/1");
        json.key("chunk_size").number(resource.chunks->chunk_size);
        json.key("root").text(resource.chunks->root);
        json.close('}');
    }
    if (tensors) write_tensors(json, *tensors);
    if (read) write_tensors(json, *read);
    if (!resource.since.empty()) json.key("assay.since").text(resource.since);
    return text;
}

std::string oms_extras(const OmsResource& resource, const TensorList* tensors,
                       const std::vector<OmsTensor>* read) {
    std::string text;
    JsonText json(text);
    json.open('{');
    json.key("name").text(resource.name);
    json.key("size").number(resource.size.value_or(0));
    json.key("annotations").raw("{" + annotations_of(resource, tensors, read) + "}");
    json.close('}');
    return text;
}

// The last resource stays open, since a side file may still be bound to it.
Status OmsWriter::put_resource(const std::string& name, const OmsResource& resource,
                               std::string annotations) {
    if (count_ > 0) close_last(",");
    hasher_->update(resource.digest.bytes());
    JsonText json(last_);
    json.open('{');
    json.key("name").text(name);
    json.key("algorithm").text(algorithm());
    json.key("digest").text(resource.digest.hex());
    if (resource.size) json.key("size").number(*resource.size);
    annotations_ = std::move(annotations);
    count_++;
    return put_;
}

void OmsWriter::close_last(std::string_view between) {
    if (!annotations_.empty()) last_ += ",\"annotations\":{" + annotations_ + "}";
    last_ += '}';
    last_ += between;
    if (put_) put_ = payload_.append(as_bytes(last_));
    last_.clear();
    annotations_.clear();
}

Status OmsWriter::add(const OmsResource& resource, const TensorList* tensors) {
    if (settings_.by_shards) return add_part(resource);
    return put_resource(resource.name, resource, annotations_of(resource, tensors, nullptr));
}

Status OmsWriter::add(const OmsResource& resource, const std::vector<OmsTensor>& tensors) {
    if (settings_.by_shards) return add_part(resource);
    return put_resource(resource.name, resource, annotations_of(resource, nullptr, &tensors));
}

uint32_t OmsWriter::number_of(const std::string& since) {
    auto found = std::find(since_.begin(), since_.end(), since);
    if (found == since_.end()) found = since_.insert(found, since);
    return static_cast<uint32_t>(found - since_.begin());
}

Status OmsWriter::add_part(const OmsResource& resource) {
    std::string name = fmt::format("{}:{}:{}", resource.name, resource.begin, resource.end);
    held_ += name.size() + sizeof(Part);
    if (held_ > memory_) {
        return Error{Code::kLimit,
                     "more parts than the memory budget has room for: make --shard-size larger"};
    }
    parts_.push_back({std::move(name), resource.digest, number_of(resource.since)});
    return Done{};
}

void OmsWriter::bind_side_file(const std::string& name, const Sha256Digest& digest) {
    JsonText json(side_file_);
    json.key("assay.side_file").open('{');
    json.key("name").text(name);
    json.key("sha256").text(to_hex(digest));
    json.close('}');
}

// "w:10:20" comes before "w:2:10", and "w10" before "w:…": the order is that of the whole names.
Status OmsWriter::put_parts() {
    std::sort(parts_.begin(), parts_.end(),
              [](const Part& a, const Part& b) { return a.name < b.name; });
    for (const Part& part : parts_) {
        OmsResource resource;
        resource.digest = part.digest;
        resource.since = since_[part.since];
        Status put = put_resource(part.name, resource, annotations_of(resource, nullptr, nullptr));
        if (!put) return put;
    }
    parts_ = {};
    return Done{};
}

Status OmsWriter::finish(std::string_view model_name) {
    Status put = put_parts();
    if (!put) return put;
    if (count_ == 0) return Error{Code::kUsage, "there is no file to sign"};
    if (!annotations_.empty() && !side_file_.empty()) annotations_ += ',';
    annotations_ += side_file_;
    close_last("");
    const Digest root = hasher_->finish();
    std::copy_n(root.value.begin(), root_.size(), root_.begin());
    std::string subject;
    JsonText json(subject);
    subject = "]},";
    json.key("subject").open('[');
    json.open('{');
    json.key("name").text(model_name);
    json.key("digest").open('{');
    json.key("sha256").text(to_hex(root_));
    json.close('}');
    json.close('}');
    json.close(']');
    subject += '}';
    if (put_) put_ = payload_.append(as_bytes(subject));
    return put_;
}

Status OmsWriter::each_piece(const std::function<void(Bytes)>& take) const {
    std::vector<uint8_t> piece(size_t{3} << 16);  // of threes, for base64
    for (uint64_t at = 0; at < payload_.size(); at += piece.size()) {
        piece.resize(static_cast<size_t>(std::min<uint64_t>(piece.size(), payload_.size() - at)));
        Status read = payload_.read(at, piece);
        if (!read) return read;
        take(piece);
    }
    return Done{};
}

}  // namespace assay
