// Reads one descriptor of a document, token by token, and judges it by itself: its digest, its
// size, what is embedded in it.
#pragma once

#include "document.h"
#include "text/json_path.h"

namespace assay::oci {

class DescriptorReader {
  public:
    // Findings go to `found` and are told once the document's kind is known. Borrows it.
    explicit DescriptorReader(json::Waiting& found) : found_(&found) {}

    void begin(const json::Token& object);
    // A token inside of it: of the field `name`, or, if that is an object, of its entry `key`.
    void field(std::string_view name, const json::Token& value);
    void entry(std::string_view name, std::string_view key, const json::Token& value);
    // Ollama's server writes and takes what the specification does not.
    Descriptor end(bool ollama);

    // Whether it has said anything that a descriptor says.
    [[nodiscard]] bool any() const { return !one_.digest.empty() || !one_.media_type.empty(); }
    [[nodiscard]] const std::string& media_type() const { return one_.media_type; }
    // Of the entry "org.cncf.model.file.metadata+json" of the annotations, if it has one.
    [[nodiscard]] const std::string& file_metadata() const { return file_metadata_; }

  private:
    void check_digest(bool ollama);
    void check_size();
    void check_data();
    void annotation(std::string_view key, std::string_view text);
    void report(const Rule& rule, std::string detail);

    json::Waiting* found_;
    json::Token object_;
    Descriptor one_;
    std::string os_;
    std::string architecture_;
    std::string variant_;
    std::optional<std::string> size_;
    bool size_is_number_ = false;
    std::optional<std::string> data_;
    bool data_cut_ = false;
    std::string file_metadata_;
};

// Of a digest that stands anywhere. Null: nothing is wrong with it.
struct DigestFault {
    const Rule* rule = nullptr;
    std::string_view why;
};
DigestFault fault_of_digest(std::string_view digest, bool ollama);

// Whether a path that something is to be written to leads out of its folder.
bool leads_out(std::string_view path);
bool is_absolute(std::string_view path);

// "linux/arm64/v8", of what is known of it.
std::string platform_of(std::string_view os, std::string_view architecture,
                        std::string_view variant);

}  // namespace assay::oci
