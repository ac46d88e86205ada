// XML, tag by tag, as strictly as its grammar, and no more of it than models need.
//
// What makes XML dangerous is what may stand before the first tag: a document type that declares
// entities. An entity may be a file of the host or a URL, which readers fetch and put in its place,
// or be made of ten others, ten times over ("billion laughs"). Nothing is fetched or expanded here;
// declarations are told.
//
// Names and values are kept up to a limit, text between tags is passed over.
//
// Threads: one. Borrows the tape, which stands where the reader stands only after sync().
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/tape.h"

namespace assay::xml {

struct Attribute {
    std::string name;
    std::string value;  // decoded, cut at kKept
};

struct Tag {
    std::string name;
    std::vector<Attribute> attributes;  // kAttributes at most
    uint64_t offset = 0;
    uint32_t depth = 0;  // elements around it
    bool end = false;    // </name>, also told of <name/>

    // The value of an attribute, or nothing.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view attribute) const;
};

inline constexpr size_t kKept = 1024;
inline constexpr size_t kAttributes = 256;        // what hides behind more is refused
inline constexpr uint32_t kMaxDepth = 256;        // as other readers have it
inline constexpr uint64_t kLaughter = 1'000'000;  // bytes that an entity may become

// What was declared before the first tag.
struct Declared {
    bool doctype = false;
    bool entity = false;
    bool external = false;  // an entity, or the document type, lies elsewhere
    bool laughs = false;    // entities are made of each other, or become longer than kLaughter
    uint64_t offset = 0;
};

struct Fault {
    enum class Kind : uint8_t { kTruncated, kSyntax, kTooDeep };
    Kind kind;
    const char* text;
    uint64_t offset;
};

class Reader {
  public:
    explicit Reader(Tape& tape) : tape_(tape) {}

    // False when the outermost element has ended and nothing but comments follows, or at a fault.
    bool next(Tag& tag);

    [[nodiscard]] const Declared& declared() const { return declared_; }
    [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }
    [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }
    [[nodiscard]] uint64_t offset() const {
        return tape_.offset() + static_cast<uint64_t>(at_ - begin_);
    }
    Status sync();

  private:
    bool need(size_t n) { return static_cast<size_t>(end_ - at_) >= n || refill(n); }
    bool refill(size_t n);
    bool looking_at(std::string_view text);
    bool take(std::string_view text);
    bool pass(std::string_view end);
    bool skip_space();
    bool skip_text();
    bool read_markup(Tag& tag, bool& told);
    bool read_start(Tag& tag);
    bool read_end(Tag& tag);
    bool read_attribute(Tag& tag);
    bool read_name(std::string& name);
    bool read_value(std::string& value);
    bool read_reference(std::string& value);
    bool read_quoted(std::string& value);
    bool read_doctype();
    bool read_subset();
    bool read_entity();
    bool read_external();
    bool pass_declaration();
    void declare(const std::string& name, const std::string& value, uint64_t length);
    bool stop(Fault::Kind kind, const char* text);
    bool stop_early() {
        at_ = end_;
        return stop(Fault::Kind::kTruncated, "the text ends before the document does");
    }

    Tape& tape_;
    const uint8_t* begin_ = nullptr;
    const uint8_t* at_ = nullptr;
    const uint8_t* end_ = nullptr;
    std::vector<uint64_t> open_;  // hashes of names
    std::optional<Tag> ends_;     // of <name/>, to be told next
    bool started_ = false;
    bool rooted_ = false;
    std::map<std::string, uint64_t, std::less<>> entities_;  // and how long they are
    size_t nested_ = 0;                                      // references in values of entities
    uint64_t expanded_ = 0;                                  // bytes that attributes would become
    Declared declared_;
    std::optional<Fault> fault_;
    std::optional<Error> failed_;
};

}  // namespace assay::xml
