// Git-LFS pointers: what a repository holds in place of a large file until git-lfs fetches it.
//
//   version https://git-lfs.github.com/spec/v1
//   oid sha256:4d7a…
//   size 12345
//
// Less than 1024 bytes, a key and a value on each line, "version" first and the others sorted,
// lines ended by a newline alone; "ext-0-name oid" may occur. A copy that was made without git-lfs
// holds pointers where the weights should be, and loaders then complain about anything but that.
// git-lfs itself is lenient, so a pointer that is none to the letter may still be followed.
#include <algorithm>
#include <array>

#include "formats.h"
#include "kinds.h"

namespace assay::lfs {

namespace {

constexpr size_t kLongest = 1024;
constexpr std::string_view kVersions[] = {
    "version https://git-lfs.github.com/spec/v1",
    "version https://hawser.github.com/spec/v1",
    "version http://git-media.io/v/2",
};

constexpr Rule kRules[] = {
    {"lfs.pointer.instead_of_content", Severity::kMedium,
     "a pointer of Git LFS stands in place of the file",
     "The repository was copied without its large files: there is nothing here to load.",
     "Run `git lfs pull`, or fetch the file itself.", ""},
    {"lfs.pointer.invalid", Severity::kHigh, "the pointer breaks the rules of Git LFS",
     "Git LFS may take it for a pointer to something else, or for the content itself, so that two "
     "copies of one repository differ.",
     "Fetch the repository again.", "CWE-436"},
    {"lfs.pointer.oid_form", Severity::kHigh, "the pointer names its content by no SHA-256",
     "What is fetched for it cannot be checked.", "Fetch the repository again.", "CWE-345"},
    {"lfs.pointer.trailing", Severity::kHigh, "something follows the pointer",
     "Readers that take the pointer ignore it, so anything can be carried along.",
     "Find out what it is.", "CWE-436"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(12) == id) return known;
    }
    throw "no such rule";  // does not compile
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() < 20 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "ext-0-name"
bool is_extension(std::string_view key) {
    return key.size() > 6 && key.starts_with("ext-") && key[4] >= '0' && key[4] <= '9' &&
           key[5] == '-';
}

class Pointer {
  public:
    Pointer(std::string_view text, ScanContext& context) : text_(text), context_(context) {}

    void read() {
        while (at_ < text_.size() && !seen_size_) line();
        if (!seen_oid_ || !seen_size_) invalid("a key is missing");
        if (at_ < text_.size()) {
            context_.report(rule("trailing"), at_, text_.size() - at_, "");
        }
    }

  private:
    void line();
    void pair(std::string_view key, std::string_view value);
    void invalid(std::string_view detail) { context_.report(rule("invalid"), begin_, 0, detail); }

    std::string_view text_;
    ScanContext& context_;
    size_t at_ = 0;
    size_t begin_ = 0;  // of the line
    std::string before_;
    bool seen_oid_ = false;
    bool seen_size_ = false;
};

void Pointer::line() {
    begin_ = at_;
    const size_t end = text_.find('\n', at_);
    std::string_view line = text_.substr(at_, end == std::string_view::npos ? end : end - at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    if (end == std::string_view::npos) invalid("the last line has no end");
    if (line.ends_with('\r')) {
        invalid("a line ends with a carriage return");
        line.remove_suffix(1);
    }
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) return invalid("a line is no key and value");
    pair(line.substr(0, space), line.substr(space + 1));
}

void Pointer::pair(std::string_view key, std::string_view value) {
    if (begin_ > 0 && key <= before_) invalid("the keys are not sorted");
    if (begin_ > 0) before_ = key;
    if (key == "oid") {
        seen_oid_ = true;
        context_.property("oid", value.substr(0, 100));
        const bool sha256 = value.starts_with("sha256:") && value.size() == 71;
        if (!sha256 || !is_hex(value.substr(7))) {
            context_.report(rule("oid_form"), begin_, 0, value.substr(0, 100));
        }
    } else if (key == "size") {
        seen_size_ = true;
        context_.property("size", value.substr(0, 100));
        if (!is_number(value)) invalid("the size is no number");
    } else if (begin_ > 0 && !is_extension(key)) {
        invalid("a key is unknown");
    }
}

bool is_pointer(const Probe& probe) {
    return std::any_of(std::begin(kVersions), std::end(kVersions),
                       [&](std::string_view known) { return starts_with(probe.head, known); });
}

// Besides what promises a format: weights by other names, vocabularies and settings.
bool is_loaded(std::string_view path) {
    constexpr std::string_view kLoaded[] = {"bin", "ot", "model", "spm", "json", "jinja", "py"};
    return promises_loadable(path) || std::find(std::begin(kLoaded), std::end(kLoaded),
                                                extension_of(path)) != std::end(kLoaded);
}

Status scan_pointer(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(kLongest + 1);
    if (!head) return head.error();
    const size_t size = head->size();
    context.report(rule("instead_of_content"), 0, 0, "");
    Pointer(as_text(*head), context).read();
    Status moved = tape.advance(size);
    if (!moved) return moved;
    context.parsed(size);
    if (is_loaded(context.path())) {
        context.incomplete(Coverage::kUnsupported, "a pointer stands in place of the content");
    }
    return Done{};
}

}  // namespace

}  // namespace assay::lfs

namespace assay {

const Format kLfsPointerFormat{
    "lfs-pointer", false, 0, {}, lfs::kRules, lfs::is_pointer, lfs::scan_pointer,
};

}  // namespace assay
