// Writes honest ZIP archives, for tests.
#pragma once

#include <zlib.h>

#include <string>

#include "assay/bytes.h"
#include "scanners/archive/zip_records.h"
#include "tests/unit/support/packers.h"

namespace assay::test {

inline std::string le(uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; i++) out += static_cast<char>(i < 8 ? value >> (8 * i) & 0xff : 0);
    return out;
}

inline std::string deflated(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 16, '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

// The bare stream, but for its header: members of archives have one of their own. No mark ends it
// where its size is known.
inline std::string pack_zip_lzma(std::string_view text) {
    const std::string alone = pack_lzma(text);
    return std::string("\x09\x04\5\0", 4) + alone.substr(0, 5) + alone.substr(13);
}

class ZipMaker {
  public:
    void add(const std::string& name, const std::string& content, uint16_t method) {
        const std::string data = pack(content, method);
        const std::string fields = sums(content, data);
        const size_t offset = out_.size();
        out_ += "PK\3\4" + le(20, 2) + le(0, 2) + le(method, 2) + le(0, 4) + fields +
                le(name.size(), 2) + le(0, 2) + name + data;
        list(name, method, 0, fields, offset);
    }

    // As into a pipe: the sums stand behind the data.
    void add_streamed(const std::string& name, const std::string& content, uint16_t method) {
        const std::string data = pack(content, method);
        const std::string fields = sums(content, data);
        const size_t offset = out_.size();
        out_ += "PK\3\4" + le(20, 2) + le(kBitDescriptor, 2) + le(method, 2) + le(0, 16) +
                le(name.size(), 2) + le(0, 2) + name + data + "PK\7\10" + fields;
        list(name, method, kBitDescriptor, fields, offset);
    }

    [[nodiscard]] std::string finish() const {
        return out_ + entries_ + "PK\5\6" + le(0, 4) + le(count_, 2) + le(count_, 2) +
               le(entries_.size(), 4) + le(out_.size(), 4) + le(0, 2);
    }

  private:
    static std::string pack(const std::string& content, uint16_t method) {
        if (method == kBzip2) return pack_bzip2(content);
        if (method == kLzma) return pack_zip_lzma(content);
        return method == kDeflated ? deflated(content) : content;
    }

    static std::string sums(const std::string& content, const std::string& data) {
        Bytes bytes = as_bytes(content);
        return le(crc32_z(0, bytes.data(), bytes.size()), 4) + le(data.size(), 4) +
               le(content.size(), 4);
    }

    void list(const std::string& name, uint16_t method, uint16_t flags, const std::string& fields,
              size_t offset) {
        entries_ += "PK\1\2" + le(20, 2) + le(20, 2) + le(flags, 2) + le(method, 2) + le(0, 4) +
                    fields + le(name.size(), 2) + le(0, 12) + le(offset, 4) + name;
        count_++;
    }

    std::string out_;
    std::string entries_;
    uint64_t count_ = 0;
};

}  // namespace assay::test
