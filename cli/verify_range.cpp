// assay hash --verify-range SIDEFILE FILE OFFSET LENGTH
#include <fmt/format.h>

#include <algorithm>

#include "assay/chunk_tree.h"
#include "assay/emit.h"
#include "commands.h"
#include "progress.h"
#include "text.h"

namespace assay::cli {

namespace {

struct Range {
    uint64_t offset = 0;
    uint64_t length = 0;
};

int usage(std::string_view what, std::string_view text) {
    complain(what, text);
    return kExitUsage;
}

// Takes the first `count` chunks from `first` on together: runs of bad ones are said in one line.
std::string describe_chunks(const ChunkShape& shape, uint64_t first, uint64_t count) {
    uint64_t last = first + count - 1;
    uint64_t begin = first * shape.chunk_size;
    uint64_t end = last * shape.chunk_size + shape.chunk_bytes(last);
    std::string chunks =
        count == 1 ? fmt::format("chunk {}", first) : fmt::format("chunks {} to {}", first, last);
    if (begin == end) return chunks + ", empty";
    return fmt::format("{}, bytes {} to {}", chunks, begin, end - 1);
}

// Lines about runs of neighbours among `bad`, which is in ascending order.
std::string describe_bad(const ChunkShape& shape, const std::vector<uint64_t>& bad,
                         const std::string& name) {
    std::string lines;
    for (size_t i = 0, next = 0; i < bad.size(); i = next) {
        for (next = i + 1; next < bad.size() && bad[next] == bad[next - 1] + 1;) next++;
        lines += fmt::format("{}: {}: FAILED\n", name, describe_chunks(shape, bad[i], next - i));
    }
    return lines;
}

std::string describe_verdict(const ChunkSideFile& side, const Range& range,
                             const RangeVerdict& verdict, const std::string& name) {
    const ChunkShape& shape = side.shape();
    std::string text = describe_bad(shape, verdict.bad_chunks, name);
    uint64_t first = range.offset / shape.chunk_size;
    std::string covered =
        verdict.chunks == 0 ? "no chunk" : describe_chunks(shape, first, verdict.chunks);
    if (verdict.bad_chunks.empty()) {
        text += fmt::format("{}: {}: OK\n", name, covered);
    } else {
        text += fmt::format("{}: {} of {} chunks read differ from the tree\n", name,
                            verdict.bad_chunks.size(), verdict.chunks);
    }
    return text + fmt::format("root {}, {} chunk{} of {}\n", to_hex(side.root()), shape.leaves(),
                              shape.leaves() == 1 ? "" : "s", human_bytes(shape.chunk_size));
}

// Whether the tree is the one that the user trusts; without --root that is left to them.
std::optional<int> compare_root(const Args& args, const ChunkSideFile& side) {
    if (args.root.empty()) {
        if (!args.quiet) complain("", "note: give --root to compare the root with one you trust");
        return std::nullopt;
    }
    Sha256Digest wanted{};
    bool well_formed = args.root.size() == 2 * wanted.size() && from_hex(args.root, wanted);
    if (!well_formed) return usage(args.root, "not a root; it has 64 hexadecimal digits");
    if (wanted == side.root()) return std::nullopt;
    complain(sums_name(args.verify_range).text,
             "the tree has another root: " + to_hex(side.root()));
    return kExitFindings;
}

int verify(const Args& args, Result<std::unique_ptr<FileSource>> file, const ChunkSideFile& side,
           const Range& range) {
    const std::string name = sums_name(args.targets[0]).text;
    if (!file) {
        complain(name, describe(file.error()));
        return kExitIncomplete;
    }
    Result<RangeVerdict> verdict = verify_range(**file, side, range.offset, range.length);
    if (verdict) {
        int code = verdict->bad_chunks.empty() ? kExitClean : kExitFindings;
        if (args.quiet && args.command == Command::kVerify && code == kExitClean) return code;
        return print_out(describe_verdict(side, range, *verdict, name), code);
    }
    complain(name, describe(verdict.error()));
    if (verdict.error().code == Code::kChanged) return kExitFindings;
    return verdict.error().code == Code::kUsage ? kExitUsage : kExitIncomplete;
}

}  // namespace

int run_verify_range(const Args& args) {
    if (args.targets.size() != 3) {
        return usage("--verify-range", "wants SIDEFILE FILE OFFSET LENGTH");
    }
    return run_verify_range(args, FileSource::open(args.targets[0], FileSource::Direct::kNo));
}

int run_verify_range(const Args& args, Result<std::unique_ptr<FileSource>> file) {
    std::optional<uint64_t> offset = parse_size(args.targets[1]);
    std::optional<uint64_t> length = parse_size(args.targets[2]);
    if (!offset) return usage(args.targets[1], "not an offset; write 4096 or 64M");
    if (!length) return usage(args.targets[2], "not a length; write 4096 or 64M");
    Result<std::unique_ptr<ChunkSideFile>> side = ChunkSideFile::open(args.verify_range);
    if (!side) return usage(sums_name(args.verify_range).text, describe(side.error()));
    std::optional<int> stop = compare_root(args, **side);
    return stop ? *stop : verify(args, std::move(file), **side, {*offset, *length});
}

}  // namespace assay::cli
