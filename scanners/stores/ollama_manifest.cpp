// A manifest of Ollama: a Docker manifest whose layers are a model's weights, its template, its
// parameters.
//
//   {"schemaVersion":2, "mediaType":"…", "config":{"mediaType":"…","digest":"sha256:…","size":485},
//    "layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:…","size":1}]}
//
// Ollama makes the path of a blob from the digest, with its colon as a hyphen. Before 0.1.34
// whatever stood there became a path, so a manifest from a registry could have files read and
// written anywhere (CVE-2024-37032). Its reader takes the first document and ignores what follows.
#include <algorithm>

#include "assay/limits.h"
#include "ollama_store.h"
#include "store.h"
#include "store_rules.h"
#include "text/json_fold.h"
#include "text/json_path.h"

namespace assay::ollama {

namespace {

using json::Kind;
using json::Token;
using stores::rule;

constexpr uint64_t kLongest = 4 * kMiB;  // what registries take
constexpr size_t kMostLayers = 4096;

class Manifest {
  public:
    Manifest(Tape& tape, ScanContext& context, const std::string& blobs, const std::string& model)
        : tape_(tape), context_(context), blobs_(blobs), model_(model) {}

    Status read();

  private:
    struct Layer {
        std::string digest;
        std::string size;
        std::string type;
        uint64_t offset = 0;
    };

    void see(const Token& token);
    void key(const Token& token);
    void member(const Token& token);
    void end_layer();
    void claim(const std::string& hex);
    Status look_behind();
    void invalid(uint64_t offset, std::string_view detail) {
        context_.report(rule("ollama.manifest.invalid"), offset, 0, detail);
        context_.incomplete(Coverage::kMalformed, "the manifest is broken");
    }

    Tape& tape_;
    ScanContext& context_;
    const std::string& blobs_;
    const std::string& model_;
    json::Path path_;
    json::DuplicateKeys keys_;
    Layer layer_;
    size_t layers_ = 0;
    bool any_ = false;  // the document is an object with layers
};

Status Manifest::read() {
    json::Reader reader(tape_, {.length = kLongest, .kept = 4096, .depth = 64});
    Token token;
    while (reader.next(token)) see(token);
    if (reader.failed()) return *reader.failed();
    Status synced = reader.sync();
    if (!synced) return synced;
    context_.parsed(tape_.offset());
    if (reader.fault()) {
        invalid(reader.fault()->offset, reader.fault()->text);
        return Done{};
    }
    if (!any_) invalid(0, "it names no layers");
    return look_behind();
}

// Ollama is written in Go, whose reader ignores the case of letters.
void Manifest::key(const Token& token) {
    const bool top = token.depth == 1;
    const bool config = token.depth == 2 && path_[0] == "config";
    const bool layer = token.depth == 3 && path_[0] == "layers";
    constexpr std::string_view kOfManifest[] = {"config", "layers"};
    constexpr std::string_view kOfLayer[] = {"mediaType", "digest", "size"};
    Token meant = token;
    if (top) meant.text = json::meant_by(token.text, kOfManifest);
    if (config || layer) meant.text = json::meant_by(token.text, kOfLayer);
    if (meant.text != token.text) {
        invalid(token.offset, "a key is another one to a reader that ignores the case of letters");
    }
    path_.see(meant);
}

void Manifest::see(const Token& token) {
    if (token.kind == Kind::kKey)
        key(token);
    else
        path_.see(token);
    if (token.kind == Kind::kObject) keys_.open();
    if (token.kind == Kind::kObjectEnd) keys_.close();
    if (token.kind == Kind::kKey && !keys_.add(token.hash)) {
        context_.report(rule("ollama.manifest.dup_key"), token.offset, token.length,
                        token.text.substr(0, 100));
    }
    any_ = any_ || (token.kind == Kind::kArray && path_.is(1, {"layers"}));
    const bool config = token.depth == 1 && path_[0] == "config";
    const bool layer = token.depth == 2 && path_[0] == "layers";
    if (token.kind == Kind::kObject && (config || layer)) layer_ = {{}, {}, {}, token.offset};
    if (token.kind == Kind::kObjectEnd && (config || layer)) end_layer();
    member(token);
}

// A value in the description of a blob.
void Manifest::member(const Token& token) {
    const bool config = token.depth == 2 && path_[0] == "config";
    const bool layer = token.depth == 3 && path_[0] == "layers";
    if (!config && !layer) return;
    const std::string& key = path_[token.depth - 1];
    if (token.kind == Kind::kNumber && key == "size") layer_.size = token.text;
    if (token.kind != Kind::kString) return;
    if (key == "mediaType") layer_.type = token.text;
    if (key != "digest") return;
    layer_.digest = token.text;
    layer_.offset = token.offset;
}

void Manifest::end_layer() {
    if (++layers_ > kMostLayers) {
        if (layers_ == kMostLayers + 1) invalid(layer_.offset, "it names too many layers");
        return;
    }
    const std::string& digest = layer_.digest;
    const bool begins = digest.starts_with("sha256:") || digest.starts_with("sha256-");
    const std::string hex = digest.size() == 71 ? digest.substr(7) : "";
    if (begins && is_hex(lower(hex), 64)) return claim(hex);
    const bool path = digest.find('/') != std::string::npos ||
                      digest.find('\\') != std::string::npos ||
                      digest.find("..") != std::string::npos;
    context_.report(path ? rule("ollama.digest.traversal") : rule("ollama.digest.grammar"),
                    layer_.offset, 0, std::string_view(digest).substr(0, 200));
}

// "application/vnd.ollama.image.model" is the model's "model".
void Manifest::claim(const std::string& hex) {
    Claim claim;
    claim.path = blobs_ + hex;
    claim.offset = layer_.offset;
    claim.kind = "file";
    claim.name = "size";
    claim.value = layer_.size;
    claim.if_no_file = &rule("ollama.blob.missing");
    claim.if_other_value = &rule("ollama.blob.size_mismatch");
    const std::string part = layer_.type.substr(layer_.type.rfind('.') + 1).substr(0, 40);
    context_.claim(claim_part(claim.path, model_, escape_path(part)));
    context_.claim(std::move(claim));
}

Status Manifest::look_behind() {
    for (;;) {
        Result<Bytes> some = tape_.peek_some();
        if (!some) return some.error();
        if (some->empty()) return Done{};
        const size_t text = as_text(*some).find_first_not_of(" \t\r\n");
        if (text != std::string_view::npos) {
            context_.report(rule("ollama.manifest.trailing"), tape_.offset() + text, 0, "");
            return Done{};
        }
        Status moved = tape_.advance(some->size());
        if (!moved) return moved;
    }
}

}  // namespace

Status scan_manifest(Tape& tape, ScanContext& context, const std::string& blobs,
                     const std::string& model) {
    context.refine("ollama-manifest");
    return Manifest(tape, context, blobs, model).read();
}

}  // namespace assay::ollama
