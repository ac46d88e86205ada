// assay diff A B: two models, statements, bundles or lists of digests, file by file.
//
// Both sides are walked in the order of their names. Signatures are not asked for: what differs is
// said, not whom to trust.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "assay/json_text.h"
#include "commands.h"
#include "diff_sides.h"
#include "text.h"
#include "where.h"

namespace assay::cli {

namespace {

constexpr uint64_t kGrain = 4096;     // ranges nearer than that are one
constexpr size_t kMostRanges = 1000;  // that are listed of a file; all are counted

// ------------------------------------------------------------------------------------------------
// Files of two models, byte by byte.

class ByteComparison {
  public:
    ByteComparison(const FileSource& a, const FileSource& b) : a_(a), b_(b) {}

    bool run() {
        const uint64_t common = std::min(a_.stamp().size, b_.stamp().size);
        std::vector<uint8_t> left(kMiB);
        std::vector<uint8_t> right(kMiB);
        for (uint64_t at = 0; at < common; at += left.size()) {
            auto want = static_cast<size_t>(std::min<uint64_t>(left.size(), common - at));
            Result<size_t> got_a = a_.read_into(at, left.data(), want);
            Result<size_t> got_b = b_.read_into(at, right.data(), want);
            if (!got_a || !got_b || *got_a != want || *got_b != want) return false;
            compare(at, Bytes(left).first(want), Bytes(right).first(want));
        }
        return true;
    }

    std::vector<ByteRange> ranges;
    uint64_t bytes = 0;  // that differ
    uint64_t total = 0;  // ranges

  private:
    void compare(uint64_t at, Bytes a, Bytes b) {
        for (size_t i = 0; i < a.size();) {
            auto [here, there] = std::mismatch(a.begin() + static_cast<std::ptrdiff_t>(i), a.end(),
                                               b.begin() + static_cast<std::ptrdiff_t>(i));
            if (here == a.end()) return;
            i = static_cast<size_t>(here - a.begin());
            note(at + i);
            i++;
        }
    }

    void note(uint64_t offset) {
        bytes++;
        if (total > 0 && offset < last_ + kGrain) {
            if (total <= kMostRanges) ranges.back().end = offset + 1;
        } else {
            total++;
            if (total <= kMostRanges) ranges.push_back({offset, offset + 1});
        }
        last_ = offset;
    }

    const FileSource& a_;
    const FileSource& b_;
    uint64_t last_ = 0;
};

// ------------------------------------------------------------------------------------------------

struct FileDiff {
    std::string name;
    std::string kind;  // "only in A", "only in B", "differs"
    std::optional<uint64_t> size_a;
    std::optional<uint64_t> size_b;
    std::optional<uint64_t> bytes;  // that differ
    uint64_t more_ranges = 0;
    Difference where{};
};

class Diff {
  public:
    Diff(const Args& args, Side& a, Side& b) : args_(args), a_(a), b_(b) {
        unknown.insert(a.unread.begin(), a.unread.end());
        unknown.insert(b.unread.begin(), b.unread.end());
    }

    void run() {
        const auto& as = a_.manifest.resources;
        const auto& bs = b_.manifest.resources;
        for (size_t i = 0, j = 0; i < as.size() || j < bs.size();) {
            const bool has_a = j == bs.size() || (i < as.size() && as[i].name <= bs[j].name);
            const bool has_b = i == as.size() || (j < bs.size() && bs[j].name <= as[i].name);
            const std::string& name = has_a ? as[i].name : bs[j].name;
            const size_t end_a = has_a ? a_.manifest.parts_of(name).second : i;
            const size_t end_b = has_b ? b_.manifest.parts_of(name).second : j;
            if (!is_known(name)) {
                unknown.insert(name);
                i = end_a;
                j = end_b;
                continue;
            }
            if (!has_b) add_only(a_, name, "only in A");
            if (!has_a) add_only(b_, name, "only in B");
            if (has_a && has_b) compare(name, {i, end_a}, {j, end_b});
            i = end_a;
            j = end_b;
        }
    }

    std::vector<FileDiff> differences;
    uint64_t same = 0;
    std::set<std::string> unknown;  // what one side could not read, which was said

  private:
    // What is there and was not read is neither the same nor another, nor is what lies below.
    [[nodiscard]] bool is_known(const std::string& name) const {
        return !was_unread(a_, name) && !was_unread(b_, name);
    }
    static bool was_unread(const Side& side, const std::string& name) {
        return is_within(name, side.unread) ||
               (side.files && is_within(side.files->path(), side.unread));
    }

    using Parts = std::pair<size_t, size_t>;

    static std::optional<uint64_t> size_in(const Side& side, const std::string& name) {
        auto known = side.sizes.find(name);
        if (known != side.sizes.end()) return known->second;
        auto [begin, end] = side.manifest.parts_of(name);
        if (begin == end) return std::nullopt;
        if (side.manifest.settings.by_shards) return side.manifest.resources[end - 1].end;
        return side.manifest.resources[begin].size;
    }

    void add_only(const Side& side, const std::string& name, const char* kind) {
        FileDiff diff{name, kind, {}, {}, {}, 0, {}};
        (&side == &a_ ? diff.size_a : diff.size_b) = size_in(side, name);
        differences.push_back(std::move(diff));
    }

    void compare(const std::string& name, Parts in_a, Parts in_b) {
        FileDiff diff{name, "differs", size_in(a_, name), size_in(b_, name), {}, 0, {}};
        diff.where.name = name;
        diff.where.kind = Difference::Kind::kChanged;
        bool equal = in_a.second - in_a.first == in_b.second - in_b.first;
        for (size_t k = 0; k < in_a.second - in_a.first && k < in_b.second - in_b.first; k++) {
            const OmsResource& left = a_.manifest.resources[in_a.first + k];
            const OmsResource& right = b_.manifest.resources[in_b.first + k];
            if (left.digest == right.digest && left.end == right.end) continue;
            equal = false;
            if (left.end > 0)
                diff.where.ranges.push_back({left.begin, std::max(left.end, right.end)});
        }
        if (equal) {
            same++;
            return;
        }
        locate(diff);
        differences.push_back(std::move(diff));
    }

    void locate(FileDiff& diff) {
        if (a_.files && b_.files) return compare_bytes(diff);
        Side& model = a_.files ? a_ : b_;
        Side& statement = a_.files ? b_ : a_;
        if (!model.files) return compare_tensors(diff);
        if (!statement.stated) return;
        Args args = args_;
        args.seal.signature = statement.path;
        std::vector<Difference> one{std::move(diff.where)};
        std::vector<ByteRange> parts = one.front().ranges;
        one.front().ranges.clear();
        locate_changes({args, *model.files, *statement.stated}, one);
        diff.where = std::move(one.front());
        if (diff.where.ranges.empty()) diff.where.ranges = std::move(parts);
    }

    void compare_bytes(FileDiff& diff) {
        auto file_a = FileSource::open(a_.files->path_of(diff.name), FileSource::Direct::kNo);
        auto file_b = FileSource::open(b_.files->path_of(diff.name), FileSource::Direct::kNo);
        if (!file_a || !file_b) return;
        ByteComparison bytes(**file_a, **file_b);
        if (!bytes.run()) return;
        diff.bytes = bytes.bytes;
        diff.more_ranges = bytes.total - bytes.ranges.size();
        diff.where.ranges = std::move(bytes.ranges);
        diff.where.tensors = tensors_in(b_.files->path_of(diff.name), diff.where.ranges);
    }

    // Between two statements: tensors whose digests both have.
    void compare_tensors(FileDiff& diff) {
        if (!a_.stated || !b_.stated) return;
        Result<std::vector<OmsTensor>> left = read_oms_tensors(a_.stated->payload, diff.name);
        Result<std::vector<OmsTensor>> right = read_oms_tensors(b_.stated->payload, diff.name);
        if (!left || !right) return;
        std::map<std::string, std::string> known;
        for (const OmsTensor& tensor : *left) known[tensor.name] = tensor.sha256;
        for (const OmsTensor& tensor : *right) {
            auto found = known.find(tensor.name);
            if (found == known.end() || found->second != tensor.sha256) {
                diff.where.tensors.push_back(tensor.name);
            }
            if (found != known.end()) known.erase(found);
        }
        for (const auto& [name, sha256] : known) diff.where.tensors.push_back(name);
    }

    const Args& args_;
    Side& a_;
    Side& b_;
};

std::string size_text(const std::optional<uint64_t>& size) {
    return size ? fmt::format("{} bytes", *size) : "size unknown";
}

std::string text_of(const FileDiff& diff) {
    std::string sizes = size_text(diff.size_a ? diff.size_a : diff.size_b);
    if (diff.kind == "differs" && diff.size_a != diff.size_b) {
        sizes = fmt::format("{} and {}", size_text(diff.size_a), size_text(diff.size_b));
    }
    if (diff.bytes) sizes += fmt::format(", {} of them other", *diff.bytes);
    std::string text = fmt::format("{}: {} ({})\n", escape_path(diff.name), diff.kind, sizes);
    for (const ByteRange& range : diff.where.ranges) {
        text += fmt::format("    bytes {} to {}\n", range.begin, range.end - 1);
    }
    if (diff.more_ranges > 0) text += fmt::format("    {} more ranges\n", diff.more_ranges);
    for (const std::string& tensor : diff.where.tensors) {
        text += fmt::format("    tensor {}\n", escape_text(tensor));
    }
    return text;
}

void write_size(JsonText& json, std::string_view key, const std::optional<uint64_t>& size) {
    json.key(key);
    size ? json.number(*size) : json.raw("null");
}

std::string json_of(const Diff& diff) {
    std::string text;
    JsonText json(text);
    json.open('{');
    json.key("schema").text("assay.diff/1");
    json.key("same").number(diff.same);
    json.key("differences").open('[');
    for (const FileDiff& one : diff.differences) {
        json.open('{');
        json.key("name").text(escape_path(one.name));
        json.key("kind").text(one.kind);
        write_size(json, "size_a", one.size_a);
        write_size(json, "size_b", one.size_b);
        write_size(json, "bytes", one.bytes);
        json.key("ranges").open('[');
        for (const ByteRange& range : one.where.ranges) {
            json.open('{');
            json.key("offset").number(range.begin);
            json.key("length").number(range.end - range.begin);
            json.close('}');
        }
        json.close(']');
        json.key("tensors").open('[');
        for (const std::string& tensor : one.where.tensors) json.text(tensor);
        json.close(']');
        json.close('}');
    }
    json.close(']');
    json.key("not_compared").open('[');
    for (const std::string& name : diff.unknown) json.text(escape_path(name));
    json.close(']');
    json.close('}');
    return text + "\n";
}

int code_of(const Diff& diff) {
    if (!diff.differences.empty()) return kExitFindings;
    return diff.unknown.empty() ? kExitClean : kExitIncomplete;
}

}  // namespace

int run_diff(const Args& args) {
    Side a(args.seal.diff_from);
    Side b(args.seal.diff_to);
    std::optional<int> stop = open_sides(args, a, b);
    if (stop) return *stop;
    Diff diff(args, a, b);
    diff.run();
    const int code = code_of(diff);
    if (args.json) return print_out(json_of(diff), code);
    std::string text;
    for (const FileDiff& one : diff.differences) text += text_of(one);
    if (!args.quiet) {
        text += fmt::format("{} of {} files differ\n", diff.differences.size(),
                            diff.differences.size() + diff.same);
        if (!diff.unknown.empty()) {
            text += fmt::format("{} not compared: could not be read\n", diff.unknown.size());
        }
    }
    return print_out(text, code);
}

}  // namespace assay::cli
