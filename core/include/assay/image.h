// What is said of one image: which parts it has, and which models its final file system holds. Put
// together from the records of its parts after all of them were read; a plain value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/rules.h"

namespace assay {

// What became of a file that some layer brings.
enum class ModelState : uint8_t {
    kPresent,   // it is in the final file system
    kReplaced,  // a later layer brings another one in its place
    kRemoved,   // a later layer removes it, or a folder above it
    kUnknown,   // a layer above was not read whole
};

std::string_view name_of(ModelState state);

struct ImageModel {
    std::string path;    // in the file system, or as the artifact calls it; escaped
    std::string record;  // the record's path
    std::string format;
    std::string sha256;  // hex; empty where none was computed
    uint64_t size = 0;
    uint32_t layer = 0;  // index in the image's layers
    ModelState state = ModelState::kPresent;
    std::optional<uint32_t> by_layer;    // that replaced or removed it
    std::array<uint64_t, 5> findings{};  // by Severity, of it and of what is inside
};

struct ImageLayer {
    std::string media_type;
    std::string digest;   // as the manifest has it
    std::string diff_id;  // "sha256:…" of what it unpacks to; empty where that was not read
    std::string record;   // the record's path; empty where it is not there
    uint64_t size = 0;
    std::array<uint64_t, 5> findings{};  // of the layer and all that is inside
};

struct ImageRecord {
    uint32_t target = 0;
    std::string reference;  // "latest", "registry.example/repo:tag"; empty where none leads here
    std::string record;     // the manifest's path
    std::string digest;     // of the manifest; empty in archives that have none
    std::string platform;   // "linux/amd64"
    // "image", "modelpack", "kitops", "ollama", "docker-model", "signature", "sbom",
    // "attestation", "report", "chart", "artifact"
    std::string kind;
    // Whether a verdict about models makes sense: of a signature there is none, not a clean one.
    bool applicable = true;
    bool complete = true;       // all of its parts are here and were read whole
    uint64_t own_findings = 0;  // high or critical ones of its documents
    std::vector<ImageLayer> layers;
    std::vector<ImageModel> models;
    uint64_t models_left_out = 0;  // beyond what is listed
};

// "not_applicable": there is nothing in it that a verdict about models could be about;
// "incomplete": not all of it is here or was read; "findings": its layers have some that are high
// or critical; else "clean".
std::string_view verdict_of(const ImageRecord& image);

}  // namespace assay
