// Lists of digests come from whoever published the files. Whatever a line is, its name is one that
// a file can have, and what it says has the length of what it claims to be.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "assay/chunk_tree.h"
#include "cli/sums_list.h"

using assay::DigestKind;
using assay::cli::ListedSum;
using assay::cli::SumsListParser;

static void require(bool condition) {
    if (!condition) std::abort();
}

static void check(const ListedSum& sum) {
    require(!sum.name.empty() && sum.name.find('\0') == std::string::npos);
    if (sum.unsupported) {
        require(sum.chunk_size == 0 && sum.kinds == assay::cli::KindSet() && sum.digest.empty());
        return;
    }
    require((sum.chunk_size != 0) != (sum.kinds != assay::cli::KindSet()));
    for (DigestKind kind : sum.kinds.list()) require(sum.digest.size() == assay::size_of(kind));
    if (sum.chunk_size != 0) {
        require(sum.digest.size() == sizeof(assay::Sha256Digest));
        require(assay::ChunkShape{0, sum.chunk_size}.valid());
    }
}

static void parse_all(std::string_view text, std::optional<DigestKind> plain_kind) {
    SumsListParser parser(plain_kind);
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        auto sum = parser.parse(line);
        if (sum && *sum) check(**sum);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    parse_all(text, std::nullopt);
    parse_all(text, DigestKind::kBlake2b);
    return 0;
}
