#include "assay/report.h"

namespace assay {

uint32_t FileRecords::enter() {
    where_.emplace_back();
    return static_cast<uint32_t>(where_.size() - 1);
}

Status FileRecords::put(uint32_t number, const Record& record) {
    constexpr size_t kUsual = 256;
    std::vector<uint8_t> bytes;
    bytes.reserve(kUsual);
    encode_record(record, bytes);
    where_[number] = {spool_.size(), bytes.size()};
    return spool_.append(bytes);
}

Result<std::vector<uint8_t>> FileRecords::encoded(uint32_t number) const {
    const Extent& extent = where_[number];
    std::vector<uint8_t> bytes(extent.size);
    Status read = spool_.read(extent.offset, bytes);
    if (!read) return read.error();
    return bytes;
}

}  // namespace assay
