// xz, the older bare LZMA stream ("lzma alone"), and lzip.
//
//   xz:   fd "7zXZ" 00, flags, CRC; blocks, each with a header that names filters and the size of
//         the dictionary, data, a check; an index of the blocks; a footer. Streams may follow each
//         other, with zeros between them in multiples of four.
//   lzma: properties (1), size of the dictionary (4), size of what comes out or all ones (8), data;
//         no magic number, no checksum, nothing behind it.
//   lzip: "LZIP", a version, the size of the dictionary in a byte; data; CRC-32 and sizes.
//
// All let the header ask for a large dictionary, two of them for up to 4 GiB. A damaged lzma stream
// mostly unpacks to garbage without a word.
#include <lzma.h>

#include <algorithm>
#include <array>

#include "assay/format.h"
#include "compressed.h"
#include "formats.h"
#include "stream_decoders.h"

namespace assay {

namespace {

using namespace std::string_view_literals;

constexpr auto kMagic = "\xfd\x37zXZ\0"sv;
constexpr auto kLzipMagic = "LZIP"sv;
constexpr size_t kLzmaHeader = 13;
constexpr uint64_t kFixed = 128 << 10;  // probabilities, and the hash over an index

class LzmaDecoder : public StreamDecoder {
  public:
    explicit LzmaDecoder(ScanContext& context) : StreamDecoder(context) {}
    ~LzmaDecoder() override { lzma_end(&lzma_); }

    Step decode(Bytes in, std::span<uint8_t> out) override;
    Status end(Tape&) override { return Done{}; }
    [[nodiscard]] uint64_t memory(uint64_t produced) const override {
        return kFixed + std::min(produced, lzma_memusage(&lzma_));
    }

  protected:
    static constexpr uint64_t kMost = kMaxWindow + kMiB;  // a dictionary, and what goes with it

    lzma_stream lzma_ = LZMA_STREAM_INIT;
};

StreamDecoder::Step LzmaDecoder::decode(Bytes in, std::span<uint8_t> out) {
    lzma_.next_in = in.data();
    lzma_.avail_in = in.size();
    lzma_.next_out = out.data();
    lzma_.avail_out = out.size();
    lzma_ret outcome = lzma_code(&lzma_, LZMA_RUN);
    Step step;
    step.consumed = in.size() - lzma_.avail_in;
    step.produced = out.size() - lzma_.avail_out;
    step.ended = outcome == LZMA_STREAM_END;
    switch (outcome) {
        case LZMA_OK:
        case LZMA_STREAM_END:
        case LZMA_BUF_ERROR:  // only that it wants more of something
            break;
        case LZMA_MEM_ERROR:
            step.fault = Error{Code::kLimit, "no memory to unpack with", 0, 0};
            break;
        case LZMA_MEMLIMIT_ERROR:
            step.fault = fail(rules().window, "a dictionary of more than 128 MiB is asked for",
                              Code::kUnsupported);
            break;
        default:
            step.fault = fail(compress::kCorrupt, "the data is damaged or fails its check");
    }
    return step;
}

class XzDecoder final : public LzmaDecoder {
  public:
    using LzmaDecoder::LzmaDecoder;

    Result<bool> begin(Tape& tape) override {
        Result<bool> more = skip_padding(tape);
        if (!more || !*more) return more;
        begun_ = true;
        if (lzma_stream_decoder(&lzma_, kMost, 0) == LZMA_OK) return true;
        return Error{Code::kLimit, "no memory to unpack with", tape.offset(), 0};
    }

  private:
    // Whether a stream follows, perhaps after padding.
    Result<bool> skip_padding(Tape& tape) {
        for (;;) {
            Result<Bytes> head = tape.peek(kMagic.size());
            if (!head) return head.error();
            if (starts_with(*head, kMagic)) return true;
            if (!begun_ || !starts_with(*head, "\0\0\0\0"sv)) return false;
            Status moved = tape.advance(4);
            if (!moved) return moved.error();
        }
    }

    bool begun_ = false;
};

class LzmaAloneDecoder final : public LzmaDecoder {
  public:
    using LzmaDecoder::LzmaDecoder;

    Result<bool> begin(Tape& tape) override {
        if (begun_) return false;
        begun_ = true;
        if (lzma_alone_decoder(&lzma_, kMost) == LZMA_OK) return true;
        return Error{Code::kLimit, "no memory to unpack with", tape.offset(), 0};
    }

  private:
    bool begun_ = false;
};

class LzipDecoder final : public LzmaDecoder {
  public:
    using LzmaDecoder::LzmaDecoder;

    Result<bool> begin(Tape& tape) override {
        Result<Bytes> head = tape.peek(kLzipMagic.size());
        if (!head) return head.error();
        if (!starts_with(*head, kLzipMagic)) return false;
        if (lzma_lzip_decoder(&lzma_, kMost, 0) == LZMA_OK) return true;
        return Error{Code::kLimit, "no memory to unpack with", tape.offset(), 0};
    }
};

// The header becomes that of a bare stream, which has the same numbers.
class ZipLzmaDecoder final : public LzmaDecoder {
  public:
    ZipLzmaDecoder(ScanContext& context, std::optional<uint64_t> size)
        : LzmaDecoder(context), size_(size.value_or(UINT64_MAX)) {}

    Result<bool> begin(Tape& tape) override {
        if (begun_) return false;
        begun_ = true;
        Result<Bytes> head = need(tape, kZipHeader);
        if (!head) return head.error();
        if (load_le<uint16_t>(head->data() + 2) != kProperties) {
            return fail(compress::kCorrupt, "the properties have another length than LZMA's");
        }
        std::array<uint8_t, kLzmaHeader> header{};
        std::copy_n(head->data() + 4, kProperties, header.data());
        store_le<uint64_t>(header.data() + kProperties, size_);
        if (lzma_alone_decoder(&lzma_, kMost) != LZMA_OK) {
            return Error{Code::kLimit, "no memory to unpack with", tape.offset(), 0};
        }
        uint8_t none[1];  // the header is read only where there is room for what follows it
        const Step step = decode(header, none);
        if (step.fault) return *step.fault;
        Status moved = tape.advance(kZipHeader);
        return moved ? Result<bool>(true) : moved.error();
    }

  private:
    static constexpr size_t kProperties = 5;
    static constexpr size_t kZipHeader = 4 + kProperties;

    const uint64_t size_;
    bool begun_ = false;
};

bool is_lzip(const Probe& probe) {
    return starts_with(probe.head, kLzipMagic) && probe.head.size() > kLzipMagic.size() &&
           probe.head[kLzipMagic.size()] < 2;
}

bool is_xz(const Probe& probe) { return starts_with(probe.head, kMagic); }

// Literal and position bits that fit, a size that is unknown or below 256 GiB.
bool is_lzma_header(Bytes head) {
    if (head.size() <= kLzmaHeader || head[0] >= 225) return false;
    if (head[0] % 9 + head[0] / 9 % 5 > 4) return false;
    uint64_t size = load_le<uint64_t>(head.data() + 5);
    return size == UINT64_MAX || size < uint64_t{1} << 38;
}

// What xz asks for and writers choose: 2^n or 2^n + 2^(n-1) bytes. Other readers take any.
bool has_usual_dictionary(Bytes head) {
    uint32_t dictionary = load_le<uint32_t>(head.data() + 1);
    uint32_t low = dictionary & (~dictionary + 1);
    uint32_t rest = dictionary - low;
    return dictionary == UINT32_MAX || (dictionary >= 4096 && (rest == 0 || rest == 2 * low));
}

// At least 64 bytes, or the whole of a stream that is short. So few refer back to no more than a
// small dictionary can hold.
bool unpacks(Bytes head, size_t least) {
    std::array<uint8_t, kProbeHead> copy;
    size_t size = std::min(head.size(), copy.size());
    std::copy_n(head.data(), size, copy.data());
    store_le<uint32_t>(copy.data() + 1, 4096);
    lzma_stream lzma = LZMA_STREAM_INIT;
    if (lzma_alone_decoder(&lzma, kMiB) != LZMA_OK) return false;
    uint8_t out[64];
    lzma.next_in = copy.data();
    lzma.avail_in = size;
    lzma.next_out = out;
    lzma.avail_out = sizeof out;
    lzma_ret outcome = lzma_code(&lzma, LZMA_RUN);
    lzma_end(&lzma);
    // Of a stream of nothing, numbers that fit by chance are all there is.
    const bool some = sizeof out - lzma.avail_out >= least;
    return (outcome == LZMA_STREAM_END && some) || (outcome == LZMA_OK && lzma.avail_out == 0);
}

// With the properties that everybody uses the header leaves nothing to chance.
bool is_lzma(const Probe& probe) {
    if (!is_lzma_header(probe.head)) return false;
    const bool usual = has_usual_dictionary(probe.head);
    if (probe.head[0] == 0x5d && usual) return true;
    // Behind a byte that is zero come four of the code: zeros among numbers unpack to zeros.
    const bool some = probe.head.size() >= kLzmaHeader + 5 &&
                      load_le<uint32_t>(probe.head.data() + kLzmaHeader + 1) != 0;
    constexpr size_t kNotByChance = 16;  // bytes that come out; fewer than any pickle that calls
    return usual ? unpacks(probe.head, 1)
                 : probe.head[0] == 0x5d && some && unpacks(probe.head, kNotByChance);
}

Status scan_xz(Tape& tape, ScanContext& context) {
    XzDecoder decoder(context);
    return scan_streams(tape, context, decoder);
}

Status scan_lzma(Tape& tape, ScanContext& context) {
    LzmaAloneDecoder decoder(context);
    return scan_streams(tape, context, decoder);
}

Status scan_lzip(Tape& tape, ScanContext& context) {
    LzipDecoder decoder(context);
    return scan_streams(tape, context, decoder);
}

constexpr std::string_view kXzExtensions[] = {"xz", "txz"};
constexpr std::string_view kLzipExtensions[] = {"lz", "tlz"};
constexpr std::string_view kLzmaExtensions[] = {"lzma", "joblib", "pkl"};

}  // namespace

std::unique_ptr<StreamDecoder> make_xz_decoder(ScanContext& context) {
    return std::make_unique<XzDecoder>(context);
}

std::unique_ptr<StreamDecoder> make_zip_lzma_decoder(ScanContext& context,
                                                     std::optional<uint64_t> size) {
    return std::make_unique<ZipLzmaDecoder>(context, size);
}

const Format kXzFormat{"xz", false, 0, kXzExtensions, compress::kRules, is_xz, scan_xz};
const Format kLzipFormat{"lzip", false, 0, kLzipExtensions, compress::kRules, is_lzip, scan_lzip};
const Format kLzmaFormat{"lzma", false, 0, kLzmaExtensions, compress::kRules, is_lzma, scan_lzma};

}  // namespace assay
