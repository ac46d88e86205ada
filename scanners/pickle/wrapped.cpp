#include "wrapped.h"

#include <array>

namespace assay::pickle {

namespace {

constexpr uint8_t kNoDigit = 0xff;
constexpr uint8_t kSpace = 0xfe;
using Alphabet = std::array<uint8_t, 256>;

constexpr Alphabet alphabet_of(std::string_view digits) {
    Alphabet alphabet{};
    alphabet.fill(kNoDigit);
    for (size_t i = 0; i < digits.size(); i++) {
        alphabet[static_cast<uint8_t>(digits[i])] = static_cast<uint8_t>(i);
    }
    for (char space : {' ', '\t', '\r', '\n'}) alphabet[static_cast<uint8_t>(space)] = kSpace;
    return alphabet;
}

constexpr Alphabet make_base64() {
    Alphabet alphabet =
        alphabet_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    alphabet['-'] = 62;
    alphabet['_'] = 63;
    return alphabet;
}

constexpr Alphabet make_hex() {
    Alphabet alphabet = alphabet_of("0123456789abcdef");
    for (uint8_t i = 0; i < 6; i++) alphabet['A' + i] = static_cast<uint8_t>(10 + i);
    return alphabet;
}

constexpr Alphabet kBase64 = make_base64();
constexpr Alphabet kHex = make_hex();

// Everything up to padding or the end must be a digit or white space.
size_t decode(Bytes text, std::span<uint8_t> out, const Alphabet& alphabet, unsigned width) {
    uint32_t bits = 0;
    unsigned held = 0;
    size_t n = 0;
    for (uint8_t character : text) {
        if (n == out.size() || character == '=') break;
        uint8_t digit = alphabet[character];
        if (digit == kSpace) continue;
        if (digit == kNoDigit) return 0;
        bits = bits << width | digit;
        held += width;
        if (held < 8) continue;
        held -= 8;
        out[n++] = static_cast<uint8_t>(bits >> held);
    }
    return n;
}

}  // namespace

size_t decode_base64(Bytes text, std::span<uint8_t> out) { return decode(text, out, kBase64, 6); }

size_t decode_hex(Bytes text, std::span<uint8_t> out) { return decode(text, out, kHex, 4); }

size_t decode_latin1(Bytes text, std::span<uint8_t> out) {
    size_t n = 0;
    bool high = false;
    for (size_t i = 0; i < text.size() && n < out.size(); i++) {
        uint8_t byte = text[i];
        if (byte >= 0x80) {
            bool cut = i + 1 == text.size();
            if ((byte != 0xc2 && byte != 0xc3) || (!cut && (text[i + 1] & 0xc0) != 0x80)) return 0;
            if (cut) break;
            byte = static_cast<uint8_t>((byte & 3) << 6 | (text[++i] & 0x3f));
            high = true;
        }
        out[n++] = byte;
    }
    return high ? n : 0;
}

// Copied: who reads us may take its pool away before we end, and a lent block must not outlive it.
Result<bool> DecodedSource::next(uint8_t& character, BlockPool& pool) {
    if (used_ == piece_.size()) {
        Result<Lent> more = text_.read(at_, kPiece, pool);
        if (!more) return more.error();
        piece_.assign(more->bytes.begin(), more->bytes.end());
        at_ += piece_.size();
        used_ = 0;
        if (piece_.empty()) return false;
    }
    character = piece_[used_++];
    return true;
}

Result<bool> DecodedSource::decode_latin1(uint8_t& byte, BlockPool& pool) {
    Result<bool> more = next(byte, pool);
    if (!more || !*more || byte < 0x80) return more;
    if (byte != 0xc2 && byte != 0xc3) {
        strayed_ = true;
        return true;
    }
    uint8_t second = 0;
    more = next(second, pool);
    if (!more) return more;
    strayed_ |= !*more;
    byte = static_cast<uint8_t>((byte & 3) << 6 | (second & 0x3f));
    return *more;
}

Result<bool> DecodedSource::decode(uint8_t& byte, BlockPool& pool) {
    if (coding_ == Coding::kLatin1) return decode_latin1(byte, pool);
    const Alphabet& alphabet = coding_ == Coding::kBase64 ? kBase64 : kHex;
    const unsigned width = coding_ == Coding::kBase64 ? 6 : 4;
    while (held_ < 8) {
        uint8_t character = 0;
        Result<bool> more = next(character, pool);
        if (!more) return more;
        uint8_t digit = *more ? alphabet[character] : kNoDigit;
        if (digit == kSpace) continue;
        if (digit == kNoDigit) return false;
        bits_ = bits_ << width | digit;
        held_ += width;
    }
    held_ -= 8;
    byte = static_cast<uint8_t>(bits_ >> held_);
    return true;
}

Result<Lent> DecodedSource::read(uint64_t, size_t max, BlockPool& pool) {
    Lent out;
    out.block = pool.get(max);
    if (!out.block) return Error{Code::kLimit, "the memory budget leaves no block to decode into"};
    size_t n = 0;
    while (n < max && !ended_) {
        Result<bool> more = decode(out.block->data()[n], pool);
        if (!more) return more.error();
        ended_ = !*more;
        if (*more) n++;
    }
    out.bytes = {out.block->data(), n};
    return out;
}

}  // namespace assay::pickle
