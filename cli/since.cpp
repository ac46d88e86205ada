#include "since.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "assay/base64.h"
#include "assay/dsse.h"
#include "assay/emit.h"
#include "assay/json_text.h"
#include "assay/json_value.h"
#include "assay/small_file.h"

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
    if (!line || line->changed >= latest || line->modified >= latest) return Done{};
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

Result<std::vector<Since::Known>> Since::parse(std::string_view body) {
    std::vector<Known> known;
    while (!body.empty()) {
        std::string_view line = body.substr(0, body.find('\n'));
        body.remove_prefix(std::min(line.size() + 1, body.size()));
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
    const size_t line = std::min(text.find('\n'), text.size());
    auto signature = from_base64(text.substr(0, line));
    text.remove_prefix(std::min(line + 1, text.size()));
    if (!signature) return Error{Code::kMalformed, "is no stat file"};
    Envelope envelope{std::string(kType), {text.begin(), text.end()}, *signature, {}};
    Status holds = verify_envelope(envelope, key);
    if (!holds) return Error{Code::kMalformed, "the stat file was not signed with this key"};
    const std::string head = fmt::format("{}{}\n", kHead, to_hex(sha256_of(payload)));
    if (!text.starts_with(head)) {
        return Error{Code::kMalformed, "the stat file belongs to another signature"};
    }
    Result<std::vector<Known>> known = parse(text.substr(head.size()));
    if (!known) return known.error();
    Since since;
    since.manifest_ = std::move(manifest);
    since.known_ = std::move(*known);
    since.taken_.resize(since.manifest_.resources.size());
    return since;
}

bool Since::takes_over(const std::string& name, const std::string& path) {
    auto found = std::lower_bound(known_.begin(), known_.end(), name,
                                  [](const Known& a, const std::string& b) { return a.name < b; });
    if (found == known_.end() || found->name != name) return false;
    auto [begin, end] = manifest_.parts_of(name);
    if (begin == end || StatLine::of(path) != found->line) return false;
    const std::optional<ChunkRoot>& chunks = manifest_.resources[begin].chunks;
    if (chunk_size_ && (!chunks || chunks->chunk_size != *chunk_size_)) return false;
    std::lock_guard lock(*mutex_);
    taken_[begin] = 1;
    return true;
}

std::vector<OmsResource> Since::due(const std::string* name) {
    std::lock_guard lock(*mutex_);
    std::vector<OmsResource> due;
    for (; next_ < taken_.size(); next_++) {
        OmsResource& resource = manifest_.resources[next_];
        if (name && resource.name >= *name) break;
        if (!taken_[next_]) continue;
        if (resource.since.empty()) resource.since = to_hex(manifest_.root);
        due.push_back(resource);
    }
    return due;
}

}  // namespace assay::cli
