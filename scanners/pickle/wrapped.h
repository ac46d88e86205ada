// Texts that are bytes in disguise: base64, also with the alphabet of URLs, and hexadecimal digits.
#pragma once

#include <span>
#include <vector>

#include "assay/source.h"

namespace assay::pickle {

// Decode as much of the beginning of `text` as fits; 0 when it is not of this kind. White space
// between is skipped.
size_t decode_base64(Bytes text, std::span<uint8_t> out);
size_t decode_hex(Bytes text, std::span<uint8_t> out);
// UTF-8 of characters below 256 alone, some of them above 127: each is a byte.
size_t decode_latin1(Bytes text, std::span<uint8_t> out);

// What such a text stands for, decoded as it is read. Digits end where the text stops being made of
// them; in latin1 the bytes of other characters stand for themselves. Borrows the source.
class DecodedSource final : public ByteSource {
  public:
    enum class Coding : uint8_t { kBase64, kHex, kLatin1 };
    DecodedSource(ByteSource& text, Coding coding) : text_(text), coding_(coding) {}

    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;

    // Of latin1: whether a character was none of it.
    [[nodiscard]] bool strayed() const { return strayed_; }

  private:
    static constexpr size_t kPiece = 4096;

    // The next byte of what is decoded; false at its end.
    Result<bool> decode(uint8_t& byte, BlockPool& pool);
    Result<bool> decode_latin1(uint8_t& byte, BlockPool& pool);
    // One character; false at the end of the text.
    Result<bool> next(uint8_t& character, BlockPool& pool);

    ByteSource& text_;
    const Coding coding_;
    uint64_t at_ = 0;
    std::vector<uint8_t> piece_;  // of the text
    size_t used_ = 0;
    uint32_t bits_ = 0;
    unsigned held_ = 0;  // bits that do not make a byte yet
    bool ended_ = false;
    bool strayed_ = false;
};

}  // namespace assay::pickle
