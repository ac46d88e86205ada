#include "byte_claims.h"

#include <fmt/format.h>

#include <charconv>

namespace assay {

namespace {

constexpr std::string_view kKinds[] = {"bytes: crc32c", "bytes: sha1"};

std::optional<uint64_t> take_number(std::string_view& text) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    text.remove_prefix(text.starts_with(' ') ? 1 : 0);
    return number;
}

}  // namespace

void claim_bytes(Claim& claim, const ByteClaim& bytes, std::string value) {
    claim.kind = kKinds[static_cast<size_t>(bytes.checksum)];
    claim.name = bytes.range ? fmt::format("{} {} {}", bytes.range->offset, bytes.range->length,
                                           bytes.called)
                             : fmt::format("all {}", bytes.called);
    claim.value = std::move(value);
}

std::optional<ByteClaim> bytes_of(const Claim& claim) {
    ByteClaim bytes;
    if (claim.kind != kKinds[0] && claim.kind != kKinds[1]) return std::nullopt;
    bytes.checksum = claim.kind == kKinds[0] ? Checksum::kCrc32c : Checksum::kSha1;
    bytes.called = claim.name;
    if (bytes.called.starts_with("all ")) {
        bytes.called.remove_prefix(4);
        return bytes;
    }
    const std::optional<uint64_t> offset = take_number(bytes.called);
    const std::optional<uint64_t> length = take_number(bytes.called);
    if (!offset || !length) return std::nullopt;
    bytes.range = ByteRange{*offset, *length};
    return bytes;
}

}  // namespace assay
