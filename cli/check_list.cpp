#include "check_list.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace assay::cli {

namespace {

constexpr size_t kReadSize = 64 * 1024;
// Any path and any digest fit many times over; what is longer is no line of digests.
constexpr size_t kMaxLine = 64 * 1024;

// Lines of a descriptor. One that is too long comes cut to kMaxLine + 1 bytes.
class LineReader {
  public:
    explicit LineReader(int fd) : fd_(fd), buffer_(kReadSize, '\0') {}

    // False at the end.
    Result<bool> next(std::string& line) {
        line.clear();
        for (bool any = false;; any = true) {
            if (rest_.empty()) {
                Status filled = fill();
                if (!filled) return filled.error();
                if (rest_.empty()) return any;
            }
            size_t newline = rest_.find('\n');
            std::string_view part = rest_.substr(0, newline);
            line += part.substr(0, kMaxLine + 1 - std::min(line.size(), kMaxLine + 1));
            rest_.remove_prefix(newline == std::string_view::npos ? rest_.size() : newline + 1);
            if (newline != std::string_view::npos) return true;
        }
    }

  private:
    Status fill() {
        ssize_t got = 0;
        do {
            got = ::read(fd_, buffer_.data(), buffer_.size());
        } while (got < 0 && errno == EINTR);
        if (got < 0) return Error{Code::kIo, "cannot read the list", 0, errno};
        rest_ = std::string_view(buffer_).substr(0, static_cast<size_t>(got));
        return Done{};
    }

    const int fd_;
    std::string buffer_;
    std::string_view rest_;
};

}  // namespace

Result<CheckList> CheckList::read(int fd, const Options& options) {
    CheckList list;
    SumsListParser parser(options.plain_kind);
    LineReader reader(fd);
    std::string line;
    for (;;) {
        Result<bool> more = reader.next(line);
        if (!more) return more.error();
        if (!*more) return list;
        if (list.seen_ == kNoLine) return Error{Code::kLimit, "too many lines"};
        list.take(line, parser, options);
    }
}

void CheckList::take(std::string_view line, SumsListParser& parser, const Options& options) {
    seen_++;
    Result<std::optional<ListedSum>> sum = Error{Code::kMalformed, "far too long"};
    if (line.size() <= kMaxLine) sum = parser.parse(line);
    if (sum && *sum && (*sum)->name == "-" && !options.may_name_stdin) {
        sum = Error{Code::kMalformed, "names the standard input that it comes from itself"};
    }
    if (!sum) {
        improper_++;
        options.on_trouble(seen_, sum.error());
    } else if (*sum) {
        if ((*sum)->unsupported) {
            options.on_trouble(seen_, {Code::kUnsupported, (*sum)->unsupported});
        }
        add(**sum);
    }
}

void CheckList::add(const ListedSum& sum) {
    uint32_t number = file_for(sum);
    CheckedFile& file = files_[number];
    auto line_number = static_cast<uint32_t>(lines_.size());
    (file.first_line == kNoLine ? file.first_line : lines_[file.last_line].next) = line_number;
    file.last_line = line_number;
    file.kinds.add(sum.kinds);
    file.chunk_size = std::max(file.chunk_size, sum.chunk_size);

    CheckLine line{number, kNoLine, sum.chunk_size, sum.kinds, !sum.unsupported, {}};
    std::copy(sum.digest.begin(), sum.digest.end(), line.digest.begin());
    lines_.push_back(line);
}

// One pass has room for one chunk size: a second one makes another file of the same name.
uint32_t CheckList::file_for(const ListedSum& sum) {
    auto added = [&](const std::string& key) {
        auto [at, fresh] = by_name_.try_emplace(key, static_cast<uint32_t>(files_.size()));
        if (fresh) files_.push_back({sum.name, kNoLine, kNoLine, {}, 0});
        return at->second;
    };
    uint32_t number = added(sum.name);
    uint64_t has = files_[number].chunk_size;
    bool clash = sum.chunk_size != 0 && has != 0 && has != sum.chunk_size;
    return clash ? added(sum.name + '\0' + std::to_string(sum.chunk_size)) : number;
}

}  // namespace assay::cli
