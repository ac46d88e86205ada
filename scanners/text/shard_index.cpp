// Indexes of models in several files: model.safetensors.index.json, pytorch_model.bin.index.json
// and their like.
//
//   {"metadata": {"total_size": 123}, "weight_map": {"tensor": "model-00001-of-00002.safetensors"}}
//
// Libraries take the names of the files from the map, join each to the folder and load it, and some
// never look whether what they found is what was promised. So a name may lead out of the folder, or
// from an index of safetensors to a pickle; a file may hold tensors that the map does not name, or
// that it names of another file, so that two libraries run two models. What the files hold is told
// by the format that reads them; here claims about it are made, and judged when all has been read.
#include "shard_index.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "json_path.h"
#include "json_rules.h"

namespace assay {

namespace {

using json::Kind;
using json::rule;
using json::shown;
using json::Token;

constexpr size_t kMostShards = 10'000;
constexpr size_t kLongestPath = 1024;
constexpr size_t kLongestName = 4096;  // of a tensor about which something is claimed

// "model-00001-of-00002.safetensors": the parts of such a name.
struct Numbered {
    std::string_view before;
    uint32_t number;
    uint32_t count;
    std::string_view after;
};

std::optional<uint32_t> digits(std::string_view text) {
    uint32_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Numbered> numbered(std::string_view name) {
    const size_t of = name.rfind("-of-");
    if (of == std::string_view::npos || of < 6 || name[of - 6] != '-') return std::nullopt;
    const std::optional<uint32_t> number = digits(name.substr(of - 5, 5));
    const std::optional<uint32_t> count = digits(name.substr(of + 4, 5));
    if (!number || !count || name.size() < of + 9) return std::nullopt;
    return Numbered{name.substr(0, of - 5), *number, *count, name.substr(of + 9)};
}

// "model.safetensors.index.json", "model.bin.index.fp16.json". Others have indexes, too: the one of
// an eStargz layer is stargz.index.json.
bool is_index_name(std::string_view path) {
    if (!path.ends_with(".json")) return false;
    const size_t at = path.rfind(".index.");
    if (at == std::string_view::npos || path.find_first_of("/!", at) != path.npos) return false;
    const std::string_view weights = path.substr(0, at);
    constexpr std::string_view kWeights[] = {".safetensors", ".bin", ".h5",  ".msgpack",
                                             ".pt",          ".pth", ".ckpt"};
    return std::any_of(std::begin(kWeights), std::end(kWeights),
                       [&](std::string_view one) { return weights.ends_with(one); });
}

class ShardIndex final : public JsonVisitor {
  public:
    explicit ShardIndex(ScanContext& context)
        : context_(context),
          named_(is_index_name(context.path())),
          safetensors_(context.path().find(".safetensors.index.") != std::string_view::npos) {}
    [[nodiscard]] uint32_t deepest() const override { return 2; }

    bool token(const Token& token) override;
    Status end(bool whole) override;
    [[nodiscard]] const JsonFaults* faults() const override {
        static constexpr JsonFaults kFaults = {&rule("st_index.json.dup_key"),
                                               &rule("st_index.json.invalid")};
        return known_ || named_ ? &kFaults : nullptr;
    }

  private:
    struct Shard {
        uint64_t offset;  // where it is named first
        bool tensors;     // it tells what tensors it holds
    };

    void total_size(const Token& token);
    void entry(const Token& token);
    bool may_be_read(const Token& token);
    bool add_shard(const Token& token);
    void claim(const std::string& path, uint64_t offset, std::string_view tensor);
    void claim_all(const std::string& path, const Shard& shard);
    void check_numbers();
    void claim_unreferenced(const Numbered& first, const std::vector<bool>& present);
    void claim_single();
    void report(const Rule& found, const Token& token, std::string_view detail) {
        context_.report(found, token.offset, token.length, detail);
    }

    ScanContext& context_;
    // The file is called an index. One under another name (a blob of a cache, say) is not what a
    // library opens, and its shards need not lie beside it.
    const bool named_;
    const bool safetensors_;  // of safetensors
    json::Path path_;
    bool known_ = false;
    bool metadata_ = false;
    bool too_many_ = false;
    size_t tensors_ = 0;
    std::string tensor_;  // the key that was read last
    bool cut_ = false;    // and is too long
    std::optional<std::string> total_size_;
    uint64_t total_offset_ = 0;
    std::map<std::string, Shard> shards_;
};

bool ShardIndex::token(const Token& token) {
    if (token.depth == 0) return token.kind != Kind::kArray || named_;
    path_.see(token);
    if (token.depth == 1 && token.kind == Kind::kObject) {
        known_ |= path_[0] == "weight_map";
        metadata_ |= path_[0] == "metadata";
    }
    if (token.depth < 2) return true;
    if (path_[0] == "metadata") total_size(token);
    if (path_[0] != "weight_map") return true;
    if (token.kind == Kind::kKey) {
        tensor_ = token.text;
        cut_ = token.text.size() > kLongestName;
        if (cut_) tensor_.resize(kLongestName);
    } else {
        entry(token);
    }
    return true;
}

// Some tools write it as a float.
void ShardIndex::total_size(const Token& token) {
    if (path_[1] != "total_size" || token.kind == Kind::kKey) return;
    if (token.kind != Kind::kNumber) {
        return report(rule("st_index.total_size.mismatch"), token, "it is no number");
    }
    std::string_view text = token.text;
    total_offset_ = token.offset;
    if (text.find_first_not_of("0123456789") != std::string_view::npos) {
        context_.report(rule("st_index.total_size.mismatch"), token.offset, token.length,
                        shown(text) + " is no whole number", Severity::kLow);
        if (!text.ends_with(".0")) return;
        text.remove_suffix(2);
    }
    total_size_.emplace(text);
}

void ShardIndex::entry(const Token& token) {
    if (token.kind != Kind::kString) {
        if (token.kind == Kind::kObjectEnd || token.kind == Kind::kArrayEnd) return;
        return report(rule("st_index.json.invalid"), token, shown(tensor_) + " has no file name");
    }
    tensors_++;
    if (!may_be_read(token) || !add_shard(token)) return;
    const std::string path(token.text);
    if (shards_.at(path).tensors && !cut_) claim(path, token.offset, tensor_);
}

// Names that lead elsewhere are findings; nothing is claimed of what lies there.
bool ShardIndex::may_be_read(const Token& token) {
    const std::string_view name = token.text;
    const bool drive = name.size() > 1 && name[1] == ':';
    const bool absolute = name.starts_with('/') || name.starts_with('\\') || drive ||
                          name.find("://") != std::string_view::npos;
    bool up = false;
    for (size_t at = 0; at <= name.size();) {
        const size_t end = std::min(name.find_first_of("/\\", at), name.size());
        up |= name.substr(at, end - at) == "..";
        at = end + 1;
    }
    if (absolute) report(rule("st_index.path.absolute"), token, shown(name));
    if (up) report(rule("st_index.path.traversal"), token, shown(name));
    const bool foreign = safetensors_ && !name.ends_with(".safetensors");
    if (foreign) report(rule("st_index.path.not_safetensors"), token, shown(name));
    const bool odd =
        name.size() > kLongestPath || name.empty() || name.find('\0') != std::string_view::npos;
    if (odd) report(rule("st_index.json.invalid"), token, "this is no name of a file");
    return !absolute && !up && !odd;
}

bool ShardIndex::add_shard(const Token& token) {
    const std::string path(token.text);
    if (shards_.contains(path)) return true;
    const size_t cost = path.size() + sizeof(Shard) + 128;
    if (shards_.size() == kMostShards || !context_.reserve(cost)) {
        if (!too_many_) report(rule("st_index.index.too_large"), token, "");
        too_many_ = true;
        return false;
    }
    shards_[path] = {token.offset, named_ && path.ends_with(".safetensors")};
    if (!named_) return true;
    Claim there;
    there.path = path;
    there.offset = token.offset;
    there.if_outside = &rule("st_index.path.traversal");
    there.if_no_file = &rule("st_index.shard.missing");
    context_.claim(std::move(there));
    return true;
}

void ShardIndex::claim(const std::string& path, uint64_t offset, std::string_view tensor) {
    Claim claim;
    claim.path = path;
    claim.offset = offset;
    claim.kind = "tensor";
    claim.name = tensor;
    claim.if_no_fact = &rule("st_index.tensor.not_in_shard");
    context_.claim(std::move(claim));
}

// Of a shard: nothing is in it that the index does not name, and its size is a part of the total.
void ShardIndex::claim_all(const std::string& path, const Shard& shard) {
    Claim all;
    all.path = path;
    all.offset = shard.offset;
    all.kind = "tensor";
    all.if_unnamed = &rule("st_index.tensor.unmapped");
    all.if_named_elsewhere = &rule("st_index.tensor.in_two_shards");
    context_.claim(std::move(all));
    if (!total_size_) return;
    Claim sum;
    sum.path = path;
    sum.offset = total_offset_;
    sum.kind = "tensor_bytes";
    sum.value = total_size_;
    sum.if_other_sum = &rule("st_index.total_size.mismatch");
    context_.claim(std::move(sum));
}

void ShardIndex::check_numbers() {
    std::optional<Numbered> first;
    std::vector<bool> present;
    for (const auto& [name, shard] : shards_) {
        std::string_view plain = name;
        while (plain.starts_with("./")) plain.remove_prefix(2);
        const std::optional<Numbered> parts = numbered(plain);
        if (!parts) continue;
        if (!first) {
            first = parts;
            present.resize(std::min<size_t>(first->count, kMostShards) + 1);
        }
        const bool fits = parts->before == first->before && parts->count == first->count &&
                          parts->number > 0 && parts->number < present.size();
        if (fits) present[parts->number] = true;
        if (!fits) context_.report(rule("st_index.shard.numbering"), shard.offset, 0, name);
    }
    if (first) claim_unreferenced(*first, present);
}

void ShardIndex::claim_unreferenced(const Numbered& first, const std::vector<bool>& present) {
    size_t absent = 0;
    for (size_t i = 1; i < present.size(); i++) {
        if (present[i]) continue;
        absent++;
        if (!named_) continue;
        Claim nothing;
        nothing.path = fmt::format("{}{:05}-of-{:05}{}", first.before, i, first.count, first.after);
        nothing.if_file = &rule("st_index.shard.unreferenced");
        context_.claim(std::move(nothing));
    }
    if (absent == 0 && first.count < present.size()) return;
    context_.report(rule("st_index.shard.numbering"), 0, 0,
                    fmt::format("{} of {} are not named", absent, first.count));
}

// Some libraries look for the model in one file first, and for its index then.
void ShardIndex::claim_single() {
    constexpr std::string_view kOfIndex = ".index.json";
    std::string_view name = context_.path();
    name.remove_prefix(std::min(name.size(), name.find_last_of("/!") + 1));
    if (!named_ || !name.ends_with(kOfIndex)) return;
    name.remove_suffix(kOfIndex.size());
    const auto is_single = [&](const auto& shard) {
        std::string_view path = shard.first;
        while (path.starts_with("./")) path.remove_prefix(2);
        return path == name;
    };
    if (std::any_of(shards_.begin(), shards_.end(), is_single)) return;
    Claim nothing;
    nothing.path = name;
    nothing.if_file = &rule("st_index.shard.unreferenced");
    context_.claim(std::move(nothing));
}

Status ShardIndex::end(bool whole) {
    if (!known_ && !named_) return Done{};
    context_.refine("shard-index");
    context_.property("tensors", std::to_string(tensors_));
    context_.property("shards", std::to_string(shards_.size()));
    if (total_size_) context_.property("total_size", *total_size_);
    if (!whole) return Done{};  // the fault is a finding, and what is missing may follow it
    if (tensors_ == 0) {
        context_.report(rule("st_index.json.invalid"), 0, 0, "it names no file");
        context_.incomplete(Coverage::kMalformed, "the index names no file");
        return Done{};
    }
    if (!metadata_) context_.report(rule("st_index.metadata.missing"), 0, 0, "");
    for (const auto& [path, shard] : shards_) {
        if (shard.tensors && !too_many_) claim_all(path, shard);
    }
    check_numbers();
    claim_single();
    if (too_many_) context_.incomplete(Coverage::kCutByLimit, "the index names too many files");
    return Done{};
}

}  // namespace

const JsonKind kShardIndex{
    "shard-index",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<ShardIndex>(context);
    },
};

}  // namespace assay
