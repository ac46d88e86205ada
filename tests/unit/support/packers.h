// Packs test data with the very libraries that users pack theirs with.
#pragma once

#include <bzlib.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>

namespace assay::test {

inline void must(bool held) {
    if (!held) throw std::runtime_error("cannot pack");
}

// `bits` as in deflateInit2: 31 for gzip, 15 for zlib.
inline std::string pack_deflate(std::string_view text, int bits, int level = 6) {
    z_stream zlib{};
    must(deflateInit2(&zlib, level, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&zlib, text.size()) + 64, '\0');
    zlib.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
    zlib.avail_in = static_cast<uInt>(text.size());
    zlib.next_out = reinterpret_cast<Bytef*>(out.data());
    zlib.avail_out = static_cast<uInt>(out.size());
    must(deflate(&zlib, Z_FINISH) == Z_STREAM_END);
    out.resize(zlib.total_out);
    deflateEnd(&zlib);
    return out;
}

inline std::string pack_gzip(std::string_view text) { return pack_deflate(text, 31); }
inline std::string pack_zlib(std::string_view text) { return pack_deflate(text, 15); }

inline std::string pack_bzip2(std::string_view text) {
    std::string out(text.size() + text.size() / 50 + 1000, '\0');
    auto size = static_cast<unsigned>(out.size());
    must(BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(text.data()),
                                  static_cast<unsigned>(text.size()), 1, 0, 0) == BZ_OK);
    out.resize(size);
    return out;
}

inline std::string pack_with(lzma_stream& lzma, std::string_view text) {
    std::string out(text.size() + text.size() / 10 + 1000, '\0');
    lzma.next_in = reinterpret_cast<const uint8_t*>(text.data());
    lzma.avail_in = text.size();
    lzma.next_out = reinterpret_cast<uint8_t*>(out.data());
    lzma.avail_out = out.size();
    must(lzma_code(&lzma, LZMA_FINISH) == LZMA_STREAM_END);
    out.resize(lzma.total_out);
    lzma_end(&lzma);
    return out;
}

inline lzma_options_lzma lzma_options(uint32_t dictionary) {
    lzma_options_lzma options;
    must(!lzma_lzma_preset(&options, 1));
    options.dict_size = dictionary;
    return options;
}

inline std::string pack_xz(std::string_view text, uint32_t dictionary = 1 << 20) {
    lzma_options_lzma options = lzma_options(dictionary);
    const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
    lzma_stream lzma = LZMA_STREAM_INIT;
    must(lzma_stream_encoder(&lzma, filters, LZMA_CHECK_CRC64) == LZMA_OK);
    return pack_with(lzma, text);
}

inline std::string pack_lzma(std::string_view text) {
    lzma_options_lzma options = lzma_options(1 << 20);
    lzma_stream lzma = LZMA_STREAM_INIT;
    must(lzma_alone_encoder(&lzma, &options) == LZMA_OK);
    return pack_with(lzma, text);
}

inline std::string pack_zstd(std::string_view text, int window_log = 17) {
    ZSTD_CCtx* zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, window_log);
    std::string out(ZSTD_compressBound(text.size()), '\0');
    size_t size = ZSTD_compress2(zstd, out.data(), out.size(), text.data(), text.size());
    ZSTD_freeCCtx(zstd);
    must(!ZSTD_isError(size));
    out.resize(size);
    return out;
}

// As zstd does where it knows the size: one segment, and no window.
inline std::string pack_zstd_single(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3);
    must(!ZSTD_isError(size));
    out.resize(size);
    return out;
}

inline std::string pack_lz4(std::string_view text) {
    LZ4F_preferences_t options{};
    options.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    options.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
    options.frameInfo.contentSize = text.size();
    std::string out(LZ4F_compressFrameBound(text.size(), &options), '\0');
    size_t size = LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), &options);
    must(!LZ4F_isError(size));
    out.resize(size);
    return out;
}

// The form without checksums, in blocks that are far too short, as nobody forbids.
inline std::string pack_lz4_legacy(std::string_view text) {
    constexpr size_t kBlock = 30'000;
    std::string out = "\x02\x21\x4c\x18";
    for (size_t at = 0; at < text.size(); at += kBlock) {
        const std::string_view part = text.substr(at, kBlock);
        std::string packed(static_cast<size_t>(LZ4_compressBound(static_cast<int>(part.size()))),
                           '\0');
        const int size =
            LZ4_compress_default(part.data(), packed.data(), static_cast<int>(part.size()),
                                 static_cast<int>(packed.size()));
        must(size > 0);
        for (int i = 0; i < 4; i++) out += static_cast<char>(size >> (8 * i) & 0xff);
        out.append(packed, 0, static_cast<size_t>(size));
    }
    return out;
}

// joblib's older container.
inline std::string pack_zfile(std::string_view text) {
    char header[24];
    snprintf(header, sizeof header, "ZF0x%-17zx", text.size());
    return header + pack_zlib(text);
}

}  // namespace assay::test
