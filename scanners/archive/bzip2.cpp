// bzip2: "BZh", the size of blocks ('1' to '9' times 100,000), then blocks at bit positions, each
// with a CRC, and an end mark with a CRC over those. Streams may follow each other.
//
// A block holds whatever its 900,000 bytes expand to by two layers of run lengths, so 45 bytes can
// become 45 megabytes: the engine's limit on ratio is what ends that. bzip2 drops what follows the
// last stream with a warning, Python's reader without.
#include <bzlib.h>

#include <algorithm>

#include "assay/format.h"
#include "compressed.h"
#include "formats.h"
#include "stream_decoders.h"

namespace assay {

namespace {

bool is_stream(Bytes head) {
    return head.size() >= 4 && starts_with(head, "BZh") && head[3] >= '1' && head[3] <= '9';
}

class Bzip2Decoder final : public StreamDecoder {
  public:
    explicit Bzip2Decoder(ScanContext& context) : StreamDecoder(context) {}
    ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&bzip2_); }

    Result<bool> begin(Tape& tape) override {
        Result<Bytes> head = tape.peek(4);
        if (!head) return head.error();
        if (!is_stream(*head)) return false;
        largest_ = std::max<uint64_t>(largest_, (*head)[3] - uint64_t{'0'});
        BZ2_bzDecompressEnd(&bzip2_);
        bzip2_ = {};
        if (BZ2_bzDecompressInit(&bzip2_, 0, 0) == BZ_OK) return true;
        return Error{Code::kLimit, "no memory to unpack with", tape.offset(), 0};
    }

    Step decode(Bytes in, std::span<uint8_t> out) override {
        const auto in_size = static_cast<unsigned>(std::min<size_t>(in.size(), 1u << 30));
        const auto out_size = static_cast<unsigned>(std::min<size_t>(out.size(), 1u << 30));
        bzip2_.next_in = const_cast<char*>(as_text(in).data());
        bzip2_.avail_in = in_size;
        bzip2_.next_out = reinterpret_cast<char*>(out.data());
        bzip2_.avail_out = out_size;
        int outcome = BZ2_bzDecompress(&bzip2_);
        Step step;
        step.consumed = in_size - bzip2_.avail_in;
        step.produced = out_size - bzip2_.avail_out;
        step.ended = outcome == BZ_STREAM_END;
        if (outcome == BZ_MEM_ERROR) {
            step.fault = Error{Code::kLimit, "no memory to unpack with", 0, 0};
        } else if (outcome != BZ_OK && outcome != BZ_STREAM_END) {
            step.fault = fail(compress::kCorrupt, "a block is damaged or fails its CRC");
        }
        return step;
    }

    Status end(Tape&) override { return Done{}; }

    // Four bytes for each of a block, which is unpacked whole before anything comes out.
    [[nodiscard]] uint64_t memory(uint64_t) const override {
        return largest_ * 400'000 + (64 << 10);
    }

  private:
    bz_stream bzip2_{};
    uint64_t largest_ = 0;
};

// The first block's mark, or that of the end where there is no block.
bool is_bzip2(const Probe& probe) {
    if (!is_stream(probe.head)) return false;
    Bytes mark = probe.head.subspan(4);
    return starts_with(mark, "1AY&SY") || starts_with(mark, "\x17\x72\x45\x38\x50\x90");
}

Status scan_bzip2(Tape& tape, ScanContext& context) {
    Bzip2Decoder decoder(context);
    return scan_streams(tape, context, decoder);
}

constexpr std::string_view kExtensions[] = {"bz2", "tbz"};

}  // namespace

std::unique_ptr<StreamDecoder> make_bzip2_decoder(ScanContext& context) {
    return std::make_unique<Bzip2Decoder>(context);
}

const Format kBzip2Format{"bzip2", false, 0, kExtensions, compress::kRules, is_bzip2, scan_bzip2};

}  // namespace assay
