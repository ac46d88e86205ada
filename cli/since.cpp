#include "since.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "assay/base64.h"
#include "assay/chunk_tree.h"
#include "assay/dsse.h"
#include "assay/emit.h"
#include "assay/json_text.h"
#include "assay/json_value.h"
#include "assay/place.h"
#include "assay/small_file.h"
#include "assay/text.h"

namespace assay::cli {

namespace {

constexpr std::string_view kType = "application/vnd.assay.stat";
constexpr std::string_view kHead = "assay.stat/1 ";
constexpr std::time_t kTooFresh = 2;  // seconds: clocks of file systems are coarse

int64_t nanoseconds(const timespec& time) {
    return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

template <class T>
bool take_number(std::string_view& text, T& value) {
    auto [stopped, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(static_cast<size_t>(stopped - text.data()));
    if (fault != std::errc() || !text.starts_with(' ')) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

std::optional<StatLine> StatLine::of(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return StatLine{static_cast<uint64_t>(status.st_size), nanoseconds(status.st_mtim),
                    nanoseconds(status.st_ctim), status.st_ino, status.st_dev};
}

Status StatWriter::add(const std::string& name, const std::string& path) {
    std::optional<StatLine> line = StatLine::of(path);
    const int64_t latest = (int64_t{start_} - kTooFresh) * 1'000'000'000;
    if (!line) return Done{};
    if (line->changed >= latest || line->modified >= latest) {
        too_fresh_++;
        return Done{};
    }
    return lines_.append(
        as_bytes(fmt::format("{} {} {} {} {} {}\n", line->size, line->modified, line->changed,
                             line->inode, line->device, json_quote(name))));
}

Status StatWriter::write(const std::string& path, const PrivateKey& key,
                         const Sha256Digest& payload) {
    const std::string head = fmt::format("{}{}\n", kHead, to_hex(payload));
    auto pieces = [&](const std::function<void(Bytes)>& take) -> Status {
        take(as_bytes(head));
        std::vector<uint8_t> piece(kMiB);
        for (uint64_t at = 0; at < lines_.size(); at += piece.size()) {
            piece.resize(static_cast<size_t>(std::min<uint64_t>(piece.size(), lines_.size() - at)));
            Status read = lines_.read(at, piece);
            if (!read) return read;
            take(piece);
        }
        return Done{};
    };
    auto signature = sign_pae(key, kType, head.size() + lines_.size(), pieces);
    if (!signature) return signature.error();
    Result<std::unique_ptr<Output>> file = Output::to_file(path);
    if (!file) return file.error();
    Status written = (*file)->write(to_base64(*signature) + "\n");
    Status passed = pieces([&](Bytes piece) {
        if (written) written = (*file)->write(as_text(piece));
    });
    if (!passed) return passed;
    return written ? (*file)->commit() : written;
}

Result<std::vector<Known>> read_stat_lines(std::string_view body) {
    std::vector<Known> known;
    while (!body.empty()) {
        std::string_view line = take_line(body);
        Known one;
        bool good = take_number(line, one.line.size) && take_number(line, one.line.modified) &&
                    take_number(line, one.line.changed) && take_number(line, one.line.inode) &&
                    take_number(line, one.line.device);
        Result<JsonValue> name = JsonValue::parse(as_bytes(line));
        if (!good || !name || !name->text()) {
            return Error{Code::kMalformed, "the stat file is damaged"};
        }
        one.name = *name->text();
        known.push_back(std::move(one));
    }
    std::sort(known.begin(), known.end(),
              [](const Known& a, const Known& b) { return a.name < b.name; });
    return known;
}

Result<Since> Since::read(const std::string& stat_file, const PublicKey& key, Bytes payload,
                          OmsManifest manifest, size_t memory) {
    Result<std::vector<uint8_t>> file = load_small_file(stat_file, memory);
    if (!file) return file.error();
    std::string_view text = as_text(*file);
    auto signature = from_base64(take_line(text));
    if (!signature) return Error{Code::kMalformed, "is no stat file"};
    Envelope envelope{std::string(kType), {text.begin(), text.end()}, *signature, {}};
    Status holds = verify_envelope(envelope, key);
    if (!holds) return Error{Code::kMalformed, "the stat file was not signed with this key"};
    const std::string head = fmt::format("{}{}\n", kHead, to_hex(sha256_of(payload)));
    if (!text.starts_with(head)) {
        return Error{Code::kMalformed, "the stat file belongs to another signature"};
    }
    Result<std::vector<Known>> known = read_stat_lines(text.substr(head.size()));
    if (!known) return known.error();
    Since since;
    since.manifest_ = std::move(manifest);
    since.known_ = std::move(*known);
    since.taken_.resize(since.manifest_.resources.size());
    return since;
}

// ------------------------------------------------------------------------------------------------
// What is no digest.

Status Since::keep_line(std::string_view line) {
    Result<OmsExtras> extras = read_oms_extras(as_bytes(line));
    if (!extras) return extras.error();
    has_tensors_ = has_tensors_ || !extras->tensors.empty();
    lines_[extras->resource.name] = {text_->size(), line.size(), extras->resource.chunks};
    return text_->append(as_bytes(line));
}

// Under the method shards; it is bound by its digest.
Status Since::read_side_file(const std::string& signature, size_t memory) {
    if (!manifest_.side_digest) return Done{};
    const std::string folder = signature.substr(0, signature.rfind('/') + 1);
    Result<std::vector<uint8_t>> file = load_small_file(folder + manifest_.side_file, memory);
    if (!file) return file.error();
    if (sha256_of(*file) != *manifest_.side_digest) {
        return Error{Code::kMalformed, "is not the side file that was signed"};
    }
    for (std::string_view rest = as_text(*file); !rest.empty();) {
        Status kept = keep_line(take_line(rest));
        if (!kept) return kept;
    }
    return Done{};
}

Status Since::require(const Extras& wanted, const std::string& signature, Bytes payload,
                      size_t memory) {
    wanted_ = wanted;
    text_ = std::make_unique<Spool>(memory);
    if (manifest_.settings.by_shards) return read_side_file(signature, memory);
    return each_oms_line(payload, [&](const std::string& line) { return keep_line(line); });
}

// Nothing says whether a statement without tensors was asked for some: then all is read.
bool Since::has_extras(const std::string& name) const {
    auto line = lines_.find(name);
    if (line == lines_.end() || (wanted_->tensors && !has_tensors_)) return false;
    if (!wanted_->chunk_size) return true;
    const std::optional<ChunkRoot>& chunks = line->second.chunks;
    if (!chunks || chunks->chunk_size != *wanted_->chunk_size) return false;
    auto tree = ChunkSideFile::open(wanted_->chunks_dir + "/" + escape_path(name) + ".chunks");
    return tree && to_hex((*tree)->root()) == chunks->root;
}

// ------------------------------------------------------------------------------------------------

const Known* Since::find_known(const std::string& name) const {
    auto found = std::lower_bound(known_.begin(), known_.end(), name,
                                  [](const Known& a, const std::string& b) { return a.name < b; });
    return found != known_.end() && found->name == name ? &*found : nullptr;
}

bool Since::takes_over(const std::string& name, const std::string& path) {
    const Known* found = find_known(name);
    if (!found) return false;
    auto [begin, end] = manifest_.parts_of(name);
    if (begin == end || StatLine::of(path) != found->line) return false;
    if (wanted_ && !has_extras(name)) return false;
    std::lock_guard lock(*mutex_);
    std::fill(taken_.begin() + static_cast<std::ptrdiff_t>(begin),
              taken_.begin() + static_cast<std::ptrdiff_t>(end), uint8_t{1});
    return true;
}

Result<Since::Taken> Since::taken(size_t begin, size_t end) const {
    Taken taken;
    const std::string& name = manifest_.resources[begin].name;
    taken.size = find_known(name)->line.size;
    for (size_t i = begin; i < end; i++) {
        OmsResource resource = manifest_.resources[i];
        if (resource.since.empty()) resource.since = to_hex(manifest_.root);
        if (!wanted_) resource.size.reset();
        if (!wanted_ || !wanted_->chunk_size) resource.chunks.reset();
        taken.resources.push_back(std::move(resource));
    }
    if (!wanted_) return taken;
    const Line& line = lines_.at(name);
    std::vector<uint8_t> text(line.length);
    Status read = text_->read(line.offset, text);
    if (!read) return read.error();
    Result<OmsExtras> extras = read_oms_extras(text);
    if (!extras) return extras.error();
    taken.extras = std::move(*extras);
    taken.extras.resource.size = taken.size;
    taken.extras.resource.since = taken.resources.front().since;
    if (!wanted_->chunk_size) taken.extras.resource.chunks.reset();
    if (!wanted_->tensors) taken.extras.tensors.clear();
    if (!manifest_.settings.by_shards) taken.resources.front().size = taken.size;
    return taken;
}

Result<std::vector<Since::Taken>> Since::due(const std::string* name) {
    std::lock_guard lock(*mutex_);
    std::vector<Taken> due;
    while (next_ < taken_.size()) {
        const std::string& here = manifest_.resources[next_].name;
        if (name && here >= *name) break;
        const size_t begin = next_;
        while (next_ < taken_.size() && manifest_.resources[next_].name == here) next_++;
        if (!taken_[begin]) continue;
        Result<Taken> one = taken(begin, next_);
        if (!one) return one.error();
        due.push_back(std::move(*one));
    }
    return due;
}

}  // namespace assay::cli
