#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "assay/chunk_tree.h"
#include "assay/json_copy.h"
#include "assay/json_value.h"
#include "assay/oms.h"

namespace assay {

namespace {

Error malformed(const char* text) { return {Code::kMalformed, text}; }

// Python writes numbers of a protobuf Struct as 1000000000.0.
std::optional<uint64_t> whole_number(const JsonValue* value) {
    constexpr double kMost = 9007199254740992;  // 2^53: beyond it doubles are not whole numbers
    const std::string* text = value ? value->number() : nullptr;
    if (!text) return std::nullopt;
    const double number = std::strtod(text->c_str(), nullptr);
    if (!(number >= 0) || number > kMost || number != std::floor(number)) return std::nullopt;
    return static_cast<uint64_t>(number);
}

std::optional<uint64_t> decimal(std::string_view text) {
    uint64_t value = 0;
    auto [stopped, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = fault == std::errc() && stopped == text.data() + text.size();
    bool plain = !text.empty() && (text.size() == 1 || text[0] != '0');
    return whole && plain ? std::optional(value) : std::nullopt;
}

bool is_lower_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool read_digest(const std::string* text, DigestKind kind, Digest& digest) {
    if (!text || text->size() != 2 * size_of(kind) || !is_lower_hex(*text)) return false;
    digest.kind = kind;
    return from_hex(*text, std::span(digest.value).first(size_of(kind)));
}

std::optional<DigestKind> hash_type(const JsonValue& serialization) {
    const std::string* name = serialization.find_text("hash_type");
    if (!name) return std::nullopt;
    std::optional<DigestKind> kind = digest_named(*name);
    bool known =
        kind == DigestKind::kSha256 || kind == DigestKind::kBlake2b || kind == DigestKind::kBlake3;
    return known ? kind : std::nullopt;
}

Status read_ignore_paths(const JsonValue& serialization, OmsSettings& settings) {
    const JsonValue* paths = serialization.find("ignore_paths");
    settings.states_ignore_paths = paths != nullptr;
    if (!paths) return Done{};
    if (!paths->is_array()) return malformed("ignore_paths is no list");
    for (const JsonValue& path : paths->items()) {
        if (!path.text()) return malformed("ignore_paths holds something that is no text");
        // Tools write what was typed, whatever it is: what is no name in the model ignores nothing.
        if (is_model_name(*path.text())) settings.ignore_paths.push_back(*path.text());
    }
    return Done{};
}

Result<OmsSettings> read_settings(const JsonValue* serialization) {
    OmsSettings settings;
    if (!serialization || !serialization->is_object()) {
        return malformed("the statement says nothing of its serialization");
    }
    const std::string* method = serialization->find_text("method");
    if (!method || (*method != "files" && *method != "shards")) {
        return Error{Code::kUnsupported, "a method that is neither files nor shards"};
    }
    settings.by_shards = *method == "shards";
    std::optional<DigestKind> kind = hash_type(*serialization);
    if (!kind) return Error{Code::kUnsupported, "a hash_type that is not known here"};
    settings.hash = *kind;
    if (!is_available(*kind)) return Error{Code::kUnsupported, kNoBlake3};
    const JsonValue* shard_size = serialization->find("shard_size");
    std::optional<uint64_t> size = whole_number(shard_size);
    bool fits = settings.by_shards ? size.value_or(0) > 0 : shard_size == nullptr;
    if (!fits) return malformed("shard_size does not fit the method");
    settings.shard_size = size.value_or(0);
    const JsonValue* links = serialization->find("allow_symlinks");
    if (links && !links->boolean()) return malformed("allow_symlinks is neither true nor false");
    settings.allow_symlinks = links && *links->boolean();
    Status read = read_ignore_paths(*serialization, settings);
    if (!read) return read.error();
    return settings;
}

Status read_extras(const JsonValue& value, OmsResource& resource) {
    if (const JsonValue* size = value.find("size")) resource.size = whole_number(size);
    const JsonValue* annotations = value.find("annotations");
    if (!annotations) return Done{};
    if (const std::string* since = annotations->find_text("assay.since")) resource.since = *since;
    const JsonValue* chunks = annotations->find("assay.chunks");
    if (!chunks) return Done{};
    std::optional<uint64_t> chunk_size = whole_number(chunks->find("chunk_size"));
    const std::string* root = chunks->find_text("root");
    bool good = chunk_size && ChunkShape{0, *chunk_size}.valid() && root && root->size() == 64 &&
                is_lower_hex(*root);
    if (!good) return malformed("the root of a chunk tree is damaged");
    resource.chunks = ChunkRoot{*chunk_size, *root};
    return Done{};
}

class Reader {
  public:
    Reader(const OmsReading& reading, std::string& about)
        : reading_(reading),
          about_(about),
          hasher_(std::move(*Hasher::make(DigestKind::kSha256, std::nullopt))) {}

    Result<OmsManifest> read(Bytes payload) {
        auto take = [&](const JsonValue& value) { return keep(value); };
        JsonLimits limits{payload.size(), reading_.memory / 256};
        Result<JsonValue> root =
            JsonValue::parse(payload, limits, {{"predicate", "resources"}, take});
        if (!root) return root.error();
        const std::string* type = root->find_text("predicateType");
        if (reading_.allow_v02 && type && *type == kOmsPredicateV02) return read_v02(*root);
        Status read = read_frame(*root);
        if (read) read = check_resources();
        if (read) read = check_root(*root);
        if (!read) return read.error();
        return std::move(manifest_);
    }

  private:
    // The serialization may stand behind the resources, so these wait as they are.
    Status keep(const JsonValue& value) {
        const std::string* name = value.find_text("name");
        const std::string* algorithm = value.find_text("algorithm");
        const std::string* digest = value.find_text("digest");
        if (!name || !algorithm || !digest) return malformed("a resource lacks a member");
        about_ = *name;
        if (digest->size() > 128 || !is_lower_hex(*digest) || digest->size() % 2 != 0) {
            return malformed("a digest that is none");
        }
        OmsResource resource;
        resource.name = *name;
        from_hex(*digest, std::span(resource.digest.value).first(digest->size() / 2));
        hasher_->update(Bytes(resource.digest.value).first(digest->size() / 2));
        Status extras = read_extras(value, resource);
        const JsonValue* annotations = value.find("annotations");
        if (extras && annotations) extras = read_side_file(*annotations);
        if (!extras) return extras;
        memory_ += sizeof(OmsResource) + sizeof(uint32_t) + resource.name.size() + 64;
        if (memory_ > reading_.memory) {
            return Error{Code::kLimit, "more resources than the memory budget has room for"};
        }
        Status noted = note(*algorithm, digest->size() / 2);
        if (!noted) return noted;
        manifest_.resources.push_back(std::move(resource));
        about_.clear();
        return Done{};
    }

    // Which algorithms are used is asked when all is read; there are hardly ever two.
    Status note(const std::string& algorithm, size_t size) {
        const std::pair<std::string, size_t> shape(algorithm, size);
        if (std::find(algorithms_.begin(), algorithms_.end(), shape) != algorithms_.end()) {
            return Done{};
        }
        if (algorithms_.size() == 4) return malformed("resources of many algorithms");
        algorithms_.push_back(shape);
        return Done{};
    }

    Status read_side_file(const JsonValue& annotations) {
        const JsonValue* side = annotations.find("assay.side_file");
        if (!side) return Done{};
        const std::string* name = side->find_text("name");
        Digest digest;
        if (!name || !is_model_name(*name) || name->find('/') != std::string::npos ||
            !read_digest(side->find_text("sha256"), DigestKind::kSha256, digest)) {
            return malformed("the binding of a side file is damaged");
        }
        manifest_.side_file = *name;
        manifest_.side_digest.emplace();
        std::copy_n(digest.value.begin(), 32, manifest_.side_digest->begin());
        return Done{};
    }

    Status read_frame(const JsonValue& root) {
        const std::string* type = root.find_text("_type");
        if (!type || *type != kStatementType) {
            return Error{Code::kUnsupported, "not an in-toto statement of version 1"};
        }
        const std::string* predicate = root.find_text("predicateType");
        if (!predicate || *predicate != kOmsPredicate) {
            about_ = predicate ? *predicate : "";
            return Error{Code::kUnsupported, "the statement is no model signature"};
        }
        const JsonValue* subjects = root.find("subject");
        if (!subjects || subjects->items().size() != 1) {
            return malformed("a model signature has exactly one subject");
        }
        const std::string* name = subjects->items().front().find_text("name");
        manifest_.model_name = name ? *name : "";
        Result<OmsSettings> settings =
            read_settings(root.find_path({"predicate", "serialization"}));
        if (!settings) return settings.error();
        manifest_.settings = std::move(*settings);
        return Done{};
    }

    Status check_resources() {
        if (manifest_.resources.empty()) return malformed("the statement names no file");
        for (const auto& [algorithm, size] : algorithms_) {
            Status fits = check_algorithm(algorithm, size);
            if (!fits) return fits;
        }
        for (OmsResource& resource : manifest_.resources) {
            resource.digest.kind = manifest_.settings.hash;
            about_ = resource.name;
            if (manifest_.settings.by_shards && !split_part(resource)) {
                return malformed("a name without the bounds of its part");
            }
            if (!is_model_name(resource.name) && resource.name != ".") {
                return malformed("a name that no file of a model can have");
            }
        }
        return check_names();
    }

    Status check_algorithm(const std::string& algorithm, size_t size) {
        const OmsSettings& settings = manifest_.settings;
        std::string name(name_of(settings.hash));
        std::string sharded = fmt::format("{}-sharded-{}", name, settings.shard_size);
        about_ = algorithm;
        if (algorithm != name && !(settings.by_shards && algorithm == sharded)) {
            return malformed("a resource's algorithm is not the hash_type");
        }
        if (size != size_of(settings.hash)) return malformed("a digest of another length");
        about_.clear();
        return Done{};
    }

    // "<path>:<begin>:<end>"; a path may hold colons itself.
    static bool split_part(OmsResource& resource) {
        size_t second = resource.name.rfind(':');
        size_t first = second == 0 || second == std::string::npos
                           ? std::string::npos
                           : resource.name.rfind(':', second - 1);
        if (first == std::string::npos) return false;
        std::string_view text = resource.name;
        std::optional<uint64_t> begin = decimal(text.substr(first + 1, second - first - 1));
        std::optional<uint64_t> end = decimal(text.substr(second + 1));
        if (!begin || !end || *begin >= *end) return false;
        resource.begin = *begin;
        resource.end = *end;
        resource.name.resize(first);
        return true;
    }

    Status check_names() {
        auto& all = manifest_.resources;
        std::sort(all.begin(), all.end(), [](const OmsResource& a, const OmsResource& b) {
            return std::tie(a.name, a.begin) < std::tie(b.name, b.begin);
        });
        for (size_t i = 0; i < all.size(); i++) {
            const bool continues = i > 0 && all[i].name == all[i - 1].name;
            about_ = all[i].name;
            if (continues && !manifest_.settings.by_shards) {
                return malformed("a name that comes twice");
            }
            if (!manifest_.settings.by_shards) continue;
            const bool last = i + 1 == all.size() || all[i + 1].name != all[i].name;
            Status part = check_part(all[i], continues ? all[i - 1].end : 0, last);
            if (!part) return part;
        }
        auto is_dot = [](const OmsResource& one) { return one.name == "."; };
        const auto dots = std::count_if(all.begin(), all.end(), is_dot);
        about_.clear();
        if (dots == 0 || dots == std::ssize(all)) return Done{};
        return malformed("\".\" names the only file of a model, and there are others");
    }

    Status check_part(const OmsResource& part, uint64_t expected, bool last) const {
        if (part.begin != expected) return malformed("parts that overlap or leave gaps");
        const uint64_t length = part.end - part.begin;
        const uint64_t wanted = manifest_.settings.shard_size;
        if (length > wanted || (!last && length != wanted)) {
            return malformed("a part that is not as long as shard_size says");
        }
        return Done{};
    }

    Status check_root(const JsonValue& root) {
        const JsonValue& subject = root.find("subject")->items().front();
        const JsonValue* digests = subject.find("digest");
        Digest claimed;
        if (!digests || !read_digest(digests->find_text("sha256"), DigestKind::kSha256, claimed)) {
            return malformed("the subject has no SHA-256 digest");
        }
        if (hasher_->finish() != claimed) {
            return malformed("the subject's digest is not that of the resources");
        }
        std::copy_n(claimed.value.begin(), manifest_.root.size(), manifest_.root.begin());
        return Done{};
    }

    Result<OmsManifest> read_v02(const JsonValue& root) {
        const JsonValue* subjects = root.find("subject");
        if (!subjects || subjects->items().empty()) return malformed("the statement names no file");
        manifest_.is_v02 = true;
        manifest_.settings.states_ignore_paths = false;
        for (const JsonValue& subject : subjects->items()) {
            OmsResource resource;
            const std::string* name = subject.find_text("name");
            const JsonValue* digests = subject.find("digest");
            about_ = name ? *name : "";
            if (!name || !is_model_name(*name)) {
                return malformed("a name that no file of a model can have");
            }
            if (!digests ||
                !read_digest(digests->find_text("sha256"), DigestKind::kSha256, resource.digest)) {
                return malformed("a subject has no SHA-256 digest");
            }
            resource.name = *name;
            manifest_.resources.push_back(std::move(resource));
        }
        Status named = check_names();
        if (!named) return named.error();
        return std::move(manifest_);
    }

    const OmsReading& reading_;
    std::string& about_;
    std::unique_ptr<Hasher> hasher_;
    OmsManifest manifest_;
    std::vector<std::pair<std::string, size_t>> algorithms_;
    size_t memory_ = 0;
};

}  // namespace

size_t OmsManifest::memory() const {
    size_t bytes = 0;
    for (const OmsResource& resource : resources) {
        bytes += sizeof resource + resource.name.capacity();
    }
    return bytes;
}

std::pair<size_t, size_t> OmsManifest::parts_of(std::string_view name) const {
    auto less = [](const OmsResource& resource, std::string_view wanted) {
        return resource.name < wanted;
    };
    auto begin = std::lower_bound(resources.begin(), resources.end(), name, less);
    auto end = begin;
    while (end != resources.end() && end->name == name) ++end;
    return {static_cast<size_t>(begin - resources.begin()),
            static_cast<size_t>(end - resources.begin())};
}

Result<OmsManifest> read_oms(Bytes payload, const OmsReading& reading, std::string& about) {
    return Reader(reading, about).read(payload);
}

// Of a resource, or a line of a side file.
static Status add_tensors(const JsonValue& value, std::vector<OmsTensor>& tensors) {
    const JsonValue* list = value.find_path({"annotations", "assay.tensors"});
    if (!list) return Done{};
    for (const JsonValue& one : list->items()) {
        const std::string* name = one.find_text("name");
        const std::string* sha256 = one.find_text("sha256");
        std::optional<uint64_t> begin = whole_number(one.find("begin"));
        std::optional<uint64_t> end = whole_number(one.find("end"));
        if (!name || !sha256 || !begin || !end) return malformed("a tensor is damaged");
        tensors.push_back({*name, *begin, *end, *sha256});
    }
    return Done{};
}

Result<OmsExtras> read_oms_extras(Bytes line) {
    Result<JsonValue> value = JsonValue::parse(line, {line.size(), size_t{1} << 20});
    if (!value) return value.error();
    OmsExtras extras;
    const std::string* name = value->find_text("name");
    if (!name) return malformed("a line of a side file without a name");
    extras.resource.name = *name;
    Status read = read_extras(*value, extras.resource);
    if (read) read = add_tensors(*value, extras.tensors);
    if (!read) return read.error();
    return extras;
}

Status each_oms_line(Bytes payload, const std::function<Status(std::string line)>& take) {
    auto pass = [&](const JsonValue& value) {
        std::string line;
        JsonText json(line);
        put_value(json, value);
        return take(std::move(line));
    };
    JsonLimits limits{payload.size(), size_t{1} << 20};
    Result<JsonValue> root = JsonValue::parse(payload, limits, {{"predicate", "resources"}, pass});
    return root ? Status(Done{}) : Status(root.error());
}

Result<std::vector<OmsTensor>> read_oms_tensors(Bytes payload, std::string_view file) {
    std::vector<OmsTensor> tensors;
    auto take = [&](const JsonValue& value) -> Status {
        const std::string* name = value.find_text("name");
        return name && *name == file ? add_tensors(value, tensors) : Status(Done{});
    };
    JsonLimits limits{payload.size(), size_t{1} << 20};
    Result<JsonValue> root = JsonValue::parse(payload, limits, {{"predicate", "resources"}, take});
    if (!root) return root.error();
    return tensors;
}

}  // namespace assay
