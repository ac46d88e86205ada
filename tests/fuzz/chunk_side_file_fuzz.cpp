// A side file of hostile origin. It must be refused or else be one whose frame is true, and it may
// call a chunk of the file good only if the file has that leaf in its own tree with that root.
//
// Input: the side file. The file is always the same: 9000 bytes, of which byte i is i modulo 251.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "assay/chunk_tree.h"
#include "tests/unit/support/chunk_reference.h"

namespace {

using namespace assay;

constexpr uint64_t kChunk = 4096;

// A file without a name on any disk, reachable by a path.
class MemoryFile {
  public:
    explicit MemoryFile(Bytes bytes) : fd_(memfd_create("fuzz", MFD_CLOEXEC)) {
        if (write(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) abort();
    }
    ~MemoryFile() { close(fd_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  private:
    int fd_;
};

void fail(const char* what) {
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

std::vector<uint8_t> content() {
    std::vector<uint8_t> bytes(9000);
    for (size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<uint8_t>(i % 251);
    return bytes;
}

struct Original {
    std::vector<uint8_t> bytes = content();
    MemoryFile file{bytes};
    Sha256Digest root = test::ChunkReference(bytes, kChunk).root();
};

void verify(const Original& original, const ChunkSideFile& side) {
    auto file = FileSource::open(original.file.path(), FileSource::Direct::kNo);
    Result<RangeVerdict> verdict = verify_range(**file, side, 0, original.bytes.size());
    if (!verdict) return;
    const uint64_t chunks = side.shape().leaves();
    if (verdict->chunks != chunks) fail("not every chunk was looked at");
    const bool all_good = verdict->bad_chunks.empty();
    const bool is_true = side.shape().chunk_size == kChunk && side.root() == original.root;
    if (all_good && side.shape().chunk_size == kChunk && !is_true) fail("proven by another root");
    for (uint64_t index : {uint64_t{0}, chunks - 1, chunks, UINT64_MAX}) {
        Result<bool> proven = side.proves(index, Sha256Digest{});
        if (proven && *proven) fail("a leaf of zeros is proven");
        if (index >= chunks && proven.ok()) fail("there is no such chunk");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const Original original;
    MemoryFile side_file({data, size});
    auto side = ChunkSideFile::open(side_file.path());
    if (side) verify(original, **side);
    return 0;
}
