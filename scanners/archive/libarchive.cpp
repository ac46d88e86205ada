#include "libarchive.h"

#include <dlfcn.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>

namespace assay {

// ------------------------------------------------------------------------------------------------
// The library.

namespace {

template <class Function>
bool bind(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function != nullptr;
}

}  // namespace

bool LibArchive::load() {
    library_ = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
    return library_ && bind(library_, "archive_read_new", read_new) &&
           bind(library_, "archive_read_free", read_free) &&
           bind(library_, "archive_read_set_read_callback", set_read) &&
           bind(library_, "archive_read_set_skip_callback", set_skip) &&
           bind(library_, "archive_read_set_seek_callback", set_seek) &&
           bind(library_, "archive_read_set_callback_data", set_data) &&
           bind(library_, "archive_read_open1", open) &&
           bind(library_, "archive_read_next_header", next_header) &&
           bind(library_, "archive_read_data_block", data_block) &&
           bind(library_, "archive_read_has_encrypted_entries", has_encrypted) &&
           bind(library_, "archive_filter_bytes", filter_bytes) &&
           bind(library_, "archive_error_string", error_string) &&
           bind(library_, "archive_entry_pathname", pathname) &&
           bind(library_, "archive_entry_pathname_utf8", pathname_utf8) &&
           bind(library_, "archive_entry_hardlink", hardlink) &&
           bind(library_, "archive_entry_symlink", symlink) &&
           bind(library_, "archive_entry_filetype", filetype) &&
           bind(library_, "archive_entry_perm", perm) &&
           bind(library_, "archive_entry_size", size) &&
           bind(library_, "archive_entry_size_is_set", size_is_set) &&
           bind(library_, "archive_entry_is_encrypted", is_encrypted);
}

const LibArchive* LibArchive::get() {
    static LibArchive api;
    static const bool loaded = api.load();
    return loaded ? &api : nullptr;
}

LibArchive::Support LibArchive::support(const char* format) const {
    const std::string name = std::string("archive_read_support_format_") + format;
    return reinterpret_cast<Support>(dlsym(library_, name.c_str()));
}

// ------------------------------------------------------------------------------------------------
// The tape.

static constexpr size_t kPiece = 32 << 10;

la_ssize_t TapeFeed::fail(const Error& error) {
    if (!error_) error_ = error;
    return ARCHIVE_FATAL;
}

const TapeFeed::Range* TapeFeed::early_at(uint64_t position) const {
    auto found = std::find_if(early_.begin(), early_.end(), [&](const Range& range) {
        return position >= range.from && position < range.to;
    });
    return found == early_.end() ? nullptr : &*found;
}

la_ssize_t TapeFeed::lend(Result<Bytes> bytes, const void** to) {
    if (!bytes) return fail(bytes.error());
    if (bytes->size() > header_room_) {
        return fail({Code::kLimit, "a header of the archive is too large", start_ + position_, 0});
    }
    if (header_room_ != UINT64_MAX) header_room_ -= bytes->size();
    *to = bytes->data();
    position_ += bytes->size();
    return static_cast<la_ssize_t>(bytes->size());
}

// What was lent last stays unpassed at the end: what the archive does not take of it is looked at.
Result<bool> TapeFeed::is_end(uint64_t at) {
    if (at >= end_) return true;
    if (at < tape_.offset() || at - tape_.offset() > kPiece) return false;
    const auto lent = static_cast<size_t>(at - tape_.offset());
    Result<Bytes> more = tape_.peek(lent + 1);
    if (!more) return more.error();
    return more->size() <= lent;
}

// What was lent is in use until this is called again, so the tape passes it only now. Pieces follow
// from the archive alone, not from blocks: a damaged one may be noticed sooner or later by them.
la_ssize_t TapeFeed::read(const void** to) {
    const uint64_t at = start_ + position_;
    if (const Range* early = early_at(at)) {
        if (at >= tape_.offset()) {
            return lend(
                tape_.at(at, static_cast<size_t>(std::min<uint64_t>(kPiece, early->to - at))), to);
        }
    }
    Result<bool> ended = is_end(at);
    if (!ended) return fail(ended.error());
    if (*ended) return 0;
    if (at < tape_.offset()) {
        return fail({Code::kUnsupported,
                     "the archive's parts stand in an order that needs them twice", at, 0});
    }
    Status moved = tape_.advance(at - tape_.offset());
    if (!moved) return moved.error().code == Code::kTruncated ? 0 : fail(moved.error());
    return lend(tape_.peek(static_cast<size_t>(std::min<uint64_t>(kPiece, end_ - at))), to);
}

la_int64_t TapeFeed::skip(la_int64_t n) {
    if (n <= 0) return 0;
    position_ += static_cast<uint64_t>(n);
    skipped_ += static_cast<uint64_t>(n);
    return n;
}

la_int64_t TapeFeed::seek(la_int64_t offset, int whence) {
    const uint64_t size = tape_.size().value_or(start_) - start_;
    const uint64_t base = whence == SEEK_END ? size : whence == SEEK_CUR ? position_ : 0;
    const auto target = static_cast<la_int64_t>(base) + offset;
    if (target < 0 || static_cast<uint64_t>(target) > size) return ARCHIVE_FATAL;
    position_ = static_cast<uint64_t>(target);
    return target;
}

// ------------------------------------------------------------------------------------------------
// The archive.

ForeignReader::ForeignReader(const LibArchive& api, TapeFeed& feed)
    : api_(api), feed_(feed), archive_(api.read_new()) {}

bool ForeignReader::open(LibArchive::Support support) {
    if (!archive_) return false;
    support(archive_);
    api_.set_data(archive_, &feed_);
    api_.set_read(archive_, [](archive*, void* feed, const void** to) {
        return static_cast<TapeFeed*>(feed)->read(to);
    });
    api_.set_skip(archive_, [](archive*, void* feed, la_int64_t n) {
        return static_cast<TapeFeed*>(feed)->skip(n);
    });
    api_.set_seek(archive_, [](archive*, void* feed, la_int64_t offset, int whence) {
        return static_cast<TapeFeed*>(feed)->seek(offset, whence);
    });
    return api_.open(archive_) == ARCHIVE_OK;
}

ForeignReader::Next ForeignReader::next(archive_entry*& entry) {
    for (int tries = 0; tries < 100; tries++) {
        feed_.begin_header();
        errno = 0;  // libarchive takes an ENOMEM for its own, however old
        const int said = api_.next_header(archive_, &entry);
        feed_.end_header();
        if (said == ARCHIVE_EOF) return Next::kEnd;
        if (said == ARCHIVE_OK || said == ARCHIVE_WARN) return Next::kEntry;
        if (said != ARCHIVE_RETRY) break;
    }
    return Next::kBroken;
}

std::string_view ForeignReader::complaint() const {
    const char* said = api_.error_string(archive_);
    return said ? said : "";
}

uint64_t ForeignReader::consumed() const {
    const la_int64_t bytes = api_.filter_bytes(archive_, 0);
    return bytes > 0 ? static_cast<uint64_t>(bytes) : 0;
}

// ------------------------------------------------------------------------------------------------
// A member.

bool ForeignSource::next_block() {
    const void* data = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    const int said = reader_.api().data_block(reader_.handle(), &data, &size, &offset);
    ended_ = said == ARCHIVE_EOF;
    if (ended_) return false;
    const auto at = static_cast<uint64_t>(offset);
    if ((said != ARCHIVE_OK && said != ARCHIVE_WARN) || at < told_) {
        damage_ = Error{Code::kMalformed, "the member cannot be unpacked to its end", lent_, 0};
        return false;
    }
    hole_ = at - told_;
    told_ = at + size;
    ready_ = Bytes(static_cast<const uint8_t*>(data), size);
    return true;
}

Result<Lent> ForeignSource::read(uint64_t offset, size_t max, BlockPool& pool) {
    if (offset != lent_) return Error{Code::kUsage, "what is unpacked is read in order", offset, 0};
    BlockRef block = pool.get(max);
    if (!block) return Error{Code::kLimit, "no block to unpack into", offset, 0};
    size_t filled = 0;
    while (filled < max) {
        if (ready_.empty() && hole_ == 0 && (ended_ || damage_ || !next_block())) break;
        const auto zeros = static_cast<size_t>(std::min<uint64_t>(hole_, max - filled));
        std::fill_n(block->data() + filled, zeros, uint8_t{0});
        hole_ -= zeros;
        filled += zeros;
        const size_t n = std::min(ready_.size(), max - filled);
        std::copy_n(ready_.data(), n, block->data() + filled);
        ready_ = ready_.subspan(n);
        filled += n;
    }
    lent_ += filled;
    return Lent{filled > 0 ? block : BlockRef(), Bytes(block->data(), filled)};
}

}  // namespace assay
