#include "reread.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>

#include "assay/digest.h"
#include "graph/crc32c.h"

namespace assay {

std::string Reread::bytes_of(const FileStamp& stamp) {
    const auto number = [](auto value) { return static_cast<uint64_t>(value); };
    const uint64_t numbers[] = {stamp.size,
                                stamp.device,
                                stamp.inode,
                                number(stamp.modified.tv_sec),
                                number(stamp.modified.tv_nsec),
                                number(stamp.changed.tv_sec),
                                number(stamp.changed.tv_nsec)};
    return {reinterpret_cast<const char*>(numbers), sizeof numbers};
}

Status Reread::open(const std::string& path, const std::string& stamp) {
    if (!file_ || path != path_) {
        Result<std::unique_ptr<FileSource>> opened =
            FileSource::open(path, FileSource::Direct::kNo);
        if (!opened) return opened.error();
        file_ = std::move(*opened);
        path_ = path;
    }
    if (bytes_of(file_->stamp()) == stamp) return Done{};
    return Error{Code::kChanged, "it is not the file that was scanned", 0, 0};
}

Result<uint64_t> Reread::links() const {
    struct stat status {};
    if (fstat(file_->fd(), &status) != 0) return Error{Code::kIo, "cannot stat", 0, errno};
    return static_cast<uint64_t>(status.st_nlink);
}

template <class Add>
Status Reread::each_part(const ByteRange& range, Add add) {
    const uint64_t size = file_->stamp().size;
    if (range.offset > size || range.length > size - range.offset) {
        return Error{Code::kTruncated, "the range leads out of the file", range.offset, 0};
    }
    buffer_.resize(kStep);
    for (uint64_t done = 0; done < range.length;) {
        if (stop_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        const auto n = static_cast<size_t>(std::min<uint64_t>(kStep, range.length - done));
        Result<size_t> got = file_->read_into(range.offset + done, buffer_.data(), n);
        if (!got) return got.error();
        if (*got < n) return Error{Code::kChanged, "it has shrunk since it was scanned", 0, 0};
        add(Bytes(buffer_).first(n));
        done += n;
    }
    return file_->settle();
}

Result<std::string> Reread::checksum(Checksum kind) {
    return checksum(kind, {0, file_->stamp().size});
}

Result<std::string> Reread::checksum(Checksum kind, const ByteRange& range) {
    if (kind == Checksum::kCrc32c) {
        uint32_t crc = 0;
        Status read = each_part(range, [&](Bytes part) { crc = crc32c_of(crc, part); });
        return read ? Result<std::string>(fmt::format("{:08x}", crc)) : read.error();
    }
    auto hasher = Hasher::make(DigestKind::kSha1, range.length);
    if (!hasher) return hasher.error();
    Status read = each_part(range, [&](Bytes part) { (*hasher)->update(part); });
    return read ? Result<std::string>((*hasher)->finish().hex()) : read.error();
}

}  // namespace assay
