// The metadata of a GGUF file: pairs of a name and a typed value, read one after the other. What
// later parts depend on (alignment, the part of a split model) is kept; of everything else only a
// hash of the name, since a vocabulary alone has megabytes.
//
// Threads: one. Borrows reader and context.
#pragma once

#include <optional>
#include <string>

#include "assay/context.h"
#include "gguf_reader.h"
#include "paid_vector.h"

namespace assay::gguf {

// What the metadata says about the rest of the file, and about others.
struct Metadata {
    uint64_t alignment = 32;
    bool alignment_valid = true;
    // As far as given, and of the right type.
    std::optional<uint64_t> split_no;
    std::optional<uint64_t> split_count;
    std::optional<uint64_t> split_tensors;
};

class MetadataReader {
  public:
    MetadataReader(Reader& reader, ScanContext& context)
        : reader_(reader), context_(context), seen_(context) {}

    // An Error where nothing behind it can be read; what is wrong was reported.
    Status read(uint64_t count, Metadata& metadata);

  private:
    enum Type : uint32_t { kU32 = 4, kBool = 7, kString = 8, kArray = 9, kTypes = 13 };

    Status read_pair();
    Status read_key();
    Status read_value();
    Status read_number(uint32_t type);
    Status read_string();
    Status read_template(uint64_t length);
    Status read_array();
    Status read_items(uint32_t type, uint64_t count);
    Status read_strings(uint64_t count);
    Status read_truths(uint64_t count);
    Result<uint64_t> read_length();

    void use_number(uint32_t type, uint64_t value, uint64_t offset);
    void set_alignment(uint32_t type, uint64_t value, uint64_t offset);
    void set_split(std::optional<uint64_t>& part, bool right_type, uint64_t value);
    void show(std::string_view value);
    void judge(const Text& text);
    void judge_reference(const Text& text);
    [[nodiscard]] bool is_template() const;
    [[nodiscard]] bool wants_properties() const { return context_.options().properties; }

    void report(const Rule& found, uint64_t offset, uint64_t length = 0) {
        context_.report(found, offset, length, key_.kept);
    }
    Error refuse(const Rule& found, uint64_t offset);
    Error ended();

    Reader& reader_;
    ScanContext& context_;
    SeenHashes seen_;
    Metadata* metadata_ = nullptr;
    Text key_;
    uint64_t shown_ = 0;
};

// The file ends where there should be more: an Error, reported unless the tape has failed.
Error ends_early(const Reader& reader, ScanContext& context, std::string_view where);

}  // namespace assay::gguf
