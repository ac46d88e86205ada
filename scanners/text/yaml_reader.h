// YAML, as far as it matters to what a loader does with it: keys with their values, tags, anchors
// and aliases, each where a reader of YAML sees it and not in a comment, a text or a block of text.
// Lines end where PyYAML ends them, which has five more ways than an editor shows.
//
// Line by line, with nothing kept but the keys that are open, so that neither size nor nesting nor
// aliases cost anything. What is beyond it (a line that is too long, a quote without an end) is
// said by confused(), never passed over.
//
// Threads: one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/context.h"
#include "assay/tape.h"

namespace assay::yaml {

// The keys that lead to a value, outermost first; in a list the list's. A view.
class Path {
  public:
    struct Open {
        size_t indent;
        std::string key;
    };
    Path(const std::vector<Open>& open, const std::vector<std::string>& flow)
        : open_(open), flow_(flow) {}
    [[nodiscard]] size_t size() const;
    // Precondition: i < size().
    [[nodiscard]] std::string_view operator[](size_t i) const;
    [[nodiscard]] std::string_view back() const { return (*this)[size() - 1]; }

  private:
    const std::vector<Open>& open_;
    const std::vector<std::string>& flow_;  // where a list has none, it is empty
};

class Sink {
  public:
    virtual ~Sink() = default;
    virtual void value(const Path& path, std::string_view text, uint64_t offset) = 0;
    // A key, before what it leads to.
    virtual void key(const Path& path, uint64_t offset) = 0;
    // Escapes are decoded.
    virtual void tag(std::string_view tag, uint64_t offset) = 0;
    virtual void directive(std::string_view line, uint64_t offset) = 0;
};

class Reader {
  public:
    explicit Reader(Sink& sink) : sink_(sink) {}

    // A line without its end. `cut`: there is more of it.
    void line(std::string_view text, uint64_t offset, bool cut);
    // Behind the last line.
    void end();

    // Why not all could be followed; null if it could.
    [[nodiscard]] const char* confused() const { return confused_; }
    // How many values there are when every alias is replaced by what it stands for.
    [[nodiscard]] uint64_t expanded() const { return total_; }
    [[nodiscard]] uint64_t written() const { return written_; }

  private:
    using Open = Path::Open;
    struct Anchor {
        std::string name;
        uint64_t before;  // the total when it began
        size_t owner;
        size_t flow;
    };

    void block_line(std::string_view text);
    void node();
    void item();
    void properties();
    void begin_text_block();
    void add_to_text_block(std::string_view line);
    void end_text_block();
    bool quoted();
    bool take_quoted();
    bool plain();
    bool flow();
    void flow_mark(char c);
    void flow_plain();
    void finish_scalar(const std::string& text, size_t column);
    void set_key(const std::string& text, size_t column);
    void tell_value(std::string_view text, size_t column);
    void alias();
    void count(uint64_t nodes);
    void close_anchors(size_t owner);
    void skip_space();
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek(size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
    }
    [[nodiscard]] bool is_indicator(char c) const;
    std::string_view take_word();
    std::string_view take_name();
    void flow_value();
    void anchor_key(const std::string& text);
    [[nodiscard]] Path path() const { return {open_, flow_}; }
    void give_up(const char* why) {
        if (!confused_) confused_ = why;
    }

    Sink& sink_;
    std::string_view text_;  // the line
    size_t at_ = 0;
    uint64_t offset_ = 0;
    std::vector<Open> open_;
    std::vector<std::string> flow_;  // the key of each flow collection that is open
    size_t owner_ = 0;               // of the next node: twice its key's column, or, of a list's
                                     // item, twice the dash's and one
    bool block_text_ = false;        // a text by its indentation
    size_t block_indent_ = 0;        // what it lies below
    char block_break_ = '\n';        // what its lines are joined by
    std::string block_;              // its beginning
    uint64_t block_offset_ = 0;
    std::optional<size_t> explicit_;  // the column of a "?", until its key is there
    bool plain_goes_on_ = false;      // deeper lines belong to the value before
    size_t plain_indent_ = 0;
    char quote_ = 0;       // that is open
    bool joined_ = false;  // the line before ended in a backslash
    std::string quoted_;
    size_t quoted_column_ = 0;
    std::string key_anchor_;   // that stands before what comes next in the line
    std::string flow_scalar_;  // the last one in brackets, which a ":" may make a key
    std::vector<Anchor> anchors_;
    std::map<std::string, uint64_t, std::less<>> sizes_;     // of what anchors stand for
    std::map<std::string, std::string, std::less<>> texts_;  // the same where it is a text
    uint64_t total_ = 0;
    uint64_t written_ = 0;
    const char* confused_ = nullptr;
};

// Gives it the whole document, line by line.
Status read_lines(Tape& tape, ScanContext& context, Reader& reader);

}  // namespace assay::yaml
