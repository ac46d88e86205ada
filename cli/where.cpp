#include "where.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "assay/small_file.h"
#include "assay/stripes.h"
#include "assay/text.h"
#include "commands.h"
#include "interrupts.h"
#include "progress.h"
#include "signer_key.h"
#include "text.h"

namespace assay::cli {

namespace {

std::string tree_path(const WhereFrom& from, const std::string& name) {
    const std::string& folder = from.args.chunks_dir;
    return (folder.empty() ? from.args.seal.signature + ".chunks" : folder) + "/" +
           escape_path(name) + ".chunks";
}

StripeOptions stripe_options() {
    StripeOptions options;
    options.block_size = size_t{128} << 10;
    options.stop = Interrupts::of_process().token();
    return options;
}

Result<std::unique_ptr<FileSource>> open_signed(const WhereFrom& from, const std::string& name) {
    return from.model.open_file(name, from.signed_model.manifest.settings.allow_symlinks);
}

// ------------------------------------------------------------------------------------------------
// What the statement says of a file besides its digest.

struct Extras {
    std::optional<ChunkRoot> chunks;
    std::vector<OmsTensor> tensors;
};

// Under the method shards it stands in a side file whose digest is signed.
Result<std::vector<uint8_t>> side_file(const WhereFrom& from) {
    const OmsManifest& manifest = from.signed_model.manifest;
    if (!manifest.side_digest) return std::vector<uint8_t>();
    std::string folder = from.args.seal.signature;
    folder.resize(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/') + 1);
    const std::string path = folder + manifest.side_file;
    Result<std::vector<uint8_t>> file =
        load_small_file(path, parse_size(from.args.memory).value_or(kDefaultMemory) / 4);
    if (!file) {
        complain(path, describe(file.error()));
        return file.error();
    }
    if (sha256_of(*file) == *manifest.side_digest) return file;
    complain(path, "is not the side file that was signed");
    return Error{Code::kMalformed, "is not the side file that was signed"};
}

Extras extras_in(std::string_view lines, const std::string& name) {
    while (!lines.empty()) {
        Result<OmsExtras> extras = read_oms_extras(as_bytes(take_line(lines)));
        if (!extras || extras->resource.name != name) continue;
        return {extras->resource.chunks, std::move(extras->tensors)};
    }
    return {};
}

Extras extras_of(const WhereFrom& from, const std::string& name) {
    const OmsManifest& manifest = from.signed_model.manifest;
    if (manifest.settings.by_shards) {
        Result<std::vector<uint8_t>> file = side_file(from);
        return file ? extras_in(as_text(*file), name) : Extras{};
    }
    auto [begin, end] = manifest.parts_of(name);
    Extras extras;
    if (begin != end) extras.chunks = manifest.resources[begin].chunks;
    const std::string signed_name = from.model.is_file() && begin != end ? "." : name;
    for (const std::string& spelled : {name, signed_name}) {
        Result<std::vector<OmsTensor>> tensors =
            read_oms_tensors(from.signed_model.payload, spelled);
        if (tensors && !tensors->empty()) extras.tensors = std::move(*tensors);
    }
    return extras;
}

// The tree of a file, when it is there and is the one that was signed.
std::unique_ptr<ChunkSideFile> trusted_tree(const WhereFrom& from, const std::string& name,
                                            const Extras& extras) {
    if (!extras.chunks) return nullptr;
    const std::string path = tree_path(from, name);
    Result<std::unique_ptr<ChunkSideFile>> side = ChunkSideFile::open(path);
    if (!side) {
        complain(path, describe(side.error()));
        return nullptr;
    }
    bool signed_one = to_hex((*side)->root()) == extras.chunks->root &&
                      (*side)->shape().chunk_size == extras.chunks->chunk_size;
    if (signed_one) return std::move(*side);
    complain(path, "is not the chunk tree that was signed");
    return nullptr;
}

// ------------------------------------------------------------------------------------------------
// Ranges of a file that changed.

void add_range(std::vector<ByteRange>& ranges, uint64_t begin, uint64_t end) {
    if (begin >= end) return;
    if (!ranges.empty() && ranges.back().end == begin) {
        ranges.back().end = end;
    } else {
        ranges.push_back({begin, end});
    }
}

std::vector<ByteRange> changed_ranges(FileSource& file, const ChunkSideFile& side) {
    const ChunkShape was = side.shape();
    const ChunkShape is{file.stamp().size, was.chunk_size};
    std::vector<ByteRange> ranges;
    Result<std::vector<Sha256Digest>> leaves = stripe_leaves(file, is, stripe_options());
    if (!leaves) return ranges;
    for (uint64_t i = 0; i < leaves->size() && i < was.leaves() && is.size > 0; i++) {
        Result<bool> good = Result<bool>(false);
        if (is.chunk_bytes(i) == was.chunk_bytes(i)) good = side.proves(i, (*leaves)[i]);
        const uint64_t begin = i * is.chunk_size;
        if (good && !*good) add_range(ranges, begin, begin + is.chunk_bytes(i));
    }
    add_range(ranges, was.leaves() * was.chunk_size, is.size);
    return ranges;
}

bool overlaps(const std::vector<ByteRange>& ranges, uint64_t begin, uint64_t end) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const ByteRange& range) {
        return begin < range.end && range.begin < end;
    });
}

bool tensor_differs(const FileSource& file, const OmsTensor& tensor) {
    MessageHash hash(MessageDigest::kSha256);
    std::vector<uint8_t> buffer(kMiB);
    for (uint64_t at = tensor.begin; at < tensor.end;) {
        auto want = static_cast<size_t>(std::min<uint64_t>(buffer.size(), tensor.end - at));
        Result<size_t> got = file.read_into(at, buffer.data(), want);
        if (!got || *got != want) return true;
        hash.update(Bytes(buffer).first(want));
        at += want;
    }
    return to_hex(hash.finish()) != tensor.sha256;
}

class TensorSink final : public RecordSink {
  public:
    Status record(const Record& record) override {
        if (record.place.is_file()) tensors = record.tensors;
        return Done{};
    }
    TensorList tensors;
};

// The tensors that the file itself tells of, for statements that have none.
TensorList tensors_now(const std::string& path) {
    VisitOptions options;
    options.targets = {path};
    options.formats = all_formats();
    options.read_bulk = false;
    options.digests.clear();
    TensorSink sink;
    VisitSinks sinks{sink};
    Result<Summary> visited = visit(options, sinks, Interrupts::of_process().token());
    return visited ? sink.tensors : TensorList();
}

void name_tensors(const FileSource& file, const std::string& path, const Extras& extras,
                  Difference& difference) {
    for (const OmsTensor& tensor : extras.tensors) {
        bool differs = difference.ranges.empty()
                           ? tensor_differs(file, tensor)
                           : overlaps(difference.ranges, tensor.begin, tensor.end) &&
                                 tensor_differs(file, tensor);
        if (differs) difference.tensors.push_back(tensor.name);
    }
    if (!extras.tensors.empty() || difference.ranges.empty()) return;
    difference.tensors = tensors_in(path, difference.ranges);
}

void locate(const WhereFrom& from, Difference& difference) {
    const std::string path = from.model.path_of(difference.name);
    Extras extras = extras_of(from, difference.name);
    Result<std::unique_ptr<FileSource>> file = open_signed(from, difference.name);
    if (!file) return;
    if (auto side = trusted_tree(from, difference.name, extras)) {
        difference.ranges = changed_ranges(**file, *side);
    }
    name_tensors(**file, path, extras, difference);
}

}  // namespace

std::vector<std::string> tensors_in(const std::string& path, const std::vector<ByteRange>& ranges) {
    std::vector<std::string> names;
    if (ranges.empty()) return names;
    for (const TensorRecord& tensor : tensors_now(path)) {
        if (overlaps(ranges, tensor.begin, tensor.end)) names.push_back(tensor.name);
    }
    return names;
}

void locate_changes(const WhereFrom& from, std::vector<Difference>& differences) {
    for (Difference& difference : differences) {
        if (difference.kind == Difference::Kind::kChanged) locate(from, difference);
    }
}

int run_verify_signed_range(const WhereFrom& from) {
    const std::vector<std::string>& range = from.args.seal.range;
    const std::string& name = range[0];
    Extras extras = extras_of(from, name);
    if (!extras.chunks) {
        complain(name, "the signature has no chunk tree of such a file; sign with --chunks");
        return kExitUsage;
    }
    if (!trusted_tree(from, name, extras)) return kExitFindings;
    Args args = from.args;
    args.verify_range = tree_path(from, name);
    args.root = extras.chunks->root;
    args.targets = {from.model.path_of(name), range[1], range[2]};
    return run_verify_range(args, open_signed(from, name));
}

// ------------------------------------------------------------------------------------------------
// A random sample.

namespace {

struct SpotFile {
    std::string name;
    std::unique_ptr<ChunkSideFile> side;
    uint64_t sampled = 0;
};

std::optional<double> parse_percent(const std::string& text) {
    char* end = nullptr;
    const double percent = std::strtod(text.c_str(), &end);
    bool clean = end != text.c_str() && (*end == '\0' || (*end == '%' && end[1] == '\0'));
    return clean && percent > 0 && percent <= 100 ? std::optional(percent) : std::nullopt;
}

// Probability that `sampled` of `all` chunks, picked at random, hold one of `bad`.
double chance_to_find(uint64_t all, uint64_t sampled, uint64_t bad) {
    double miss = 1;
    for (uint64_t i = 0; i < bad; i++) {
        if (all - i <= sampled) return 1;
        miss *= static_cast<double>(all - sampled - i) / static_cast<double>(all - i);
    }
    return 1 - miss;
}

class SpotCheck {
  public:
    explicit SpotCheck(const WhereFrom& from) : from_(from) {}

    int run(double percent) {
        for (const OmsResource& resource : from_.signed_model.manifest.resources) {
            if (!add(resource)) return kExitIncomplete;
        }
        const double wanted = std::ceil(static_cast<double>(all_) * percent / 100);
        left_to_pick_ = static_cast<uint64_t>(wanted);
        if (all_ == 0) {
            complain(from_.args.seal.signature, "has no chunk trees; sign with --chunks");
            return kExitUsage;
        }
        for (SpotFile& file : files_) check(file);
        if (from_.args.quiet && bad_ == 0) return kExitClean;
        return print_out(text_ + summary(), bad_ > 0 ? kExitFindings : kExitClean);
    }

  private:
    bool add(const OmsResource& resource) {
        Extras extras{resource.chunks, {}};
        if (from_.signed_model.manifest.settings.by_shards) {
            if (resource.begin != 0) return true;
            extras = extras_of(from_, resource.name);
        }
        if (!extras.chunks) {
            uncovered_++;
            return true;
        }
        SpotFile file{resource.name, trusted_tree(from_, resource.name, extras)};
        if (!file.side) return false;
        all_ += file.side->shape().leaves();
        files_.push_back(std::move(file));
        return true;
    }

    // Each chunk of all files together is as likely as any other.
    std::vector<uint64_t> pick(uint64_t leaves) {
        std::vector<uint64_t> picked;
        for (uint64_t i = 0; i < leaves; i++, passed_++) {
            std::uniform_int_distribution<uint64_t> among(0, all_ - passed_ - 1);
            if (among(random_) >= left_to_pick_) continue;
            picked.push_back(i);
            left_to_pick_--;
        }
        return picked;
    }

    void check(SpotFile& spot) {
        const ChunkShape& shape = spot.side->shape();
        std::vector<uint64_t> picked = pick(shape.leaves());
        Result<std::unique_ptr<FileSource>> file = open_signed(from_, spot.name);
        if (!file) return fail(spot, describe(file.error()));
        if ((*file)->stamp().size != shape.size) return fail(spot, "has another size");
        auto leaves = stripe_chunks(**file, shape, picked, stripe_options());
        if (!leaves) return fail(spot, describe(leaves.error()));
        sampled_ += picked.size();
        for (size_t i = 0; i < picked.size(); i++) {
            bytes_ += shape.chunk_bytes(picked[i]);
            Result<bool> good = spot.side->proves(picked[i], (*leaves)[i]);
            if (good && *good) continue;
            fail(spot, fmt::format("changed in chunk {}", picked[i]));
        }
    }

    void fail(const SpotFile& spot, std::string_view why) {
        text_ += fmt::format("{}: {}\n", escape_path(spot.name), why);
        bad_++;
    }

    std::string summary() const {
        std::string text;
        if (uncovered_ > 0) {
            text = fmt::format("not covered: {} file{} without a chunk tree\n", uncovered_,
                               uncovered_ == 1 ? "" : "s");
        }
        text += "not covered: files that are not signed, and chunks that were not picked\n";
        text += fmt::format(
            "{}: {}, {} of {} chunks read ({})", escape_path(from_.args.seal.signature),
            bad_ > 0 ? "NOT VERIFIED" : "sample OK", sampled_, all_, human_bytes(bytes_));
        if (bad_ > 0) return text + "\n";
        const uint64_t few = (all_ + 99) / 100;
        return text + fmt::format(
                          "; damage to {} of them would have been found with a chance of "
                          "{:.1f}%; {}\n",
                          few, 100 * chance_to_find(all_, sampled_, few),
                          describe_signer(*from_.signed_model.signer));
    }

    const WhereFrom& from_;
    std::vector<SpotFile> files_;
    std::mt19937_64 random_{std::random_device{}()};
    uint64_t all_ = 0;
    uint64_t passed_ = 0;
    uint64_t left_to_pick_ = 0;
    uint64_t sampled_ = 0;
    uint64_t bytes_ = 0;
    uint64_t bad_ = 0;
    uint64_t uncovered_ = 0;
    std::string text_;
};

}  // namespace

int run_verify_spot(const WhereFrom& from) {
    std::optional<double> percent = parse_percent(from.args.seal.spot);
    if (percent) return SpotCheck(from).run(*percent);
    complain(from.args.seal.spot, "not a share; write 5%");
    return kExitUsage;
}

}  // namespace assay::cli
