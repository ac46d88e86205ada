// Tars for tests, of which every field may lie.
#pragma once

#include <fmt/format.h>

#include <string>

#include "scanners/archive/tar_header.h"

namespace assay::test {

struct TarFields {
    char type = '0';
    std::string link;
    std::optional<uint64_t> size;  // else the data's
    std::string magic = std::string("ustar\00000", 8);
};

inline std::string filled(std::string text, size_t size) {
    text.resize(size, '\0');
    return text;
}

inline std::string in_blocks(const std::string& data) {
    return filled(data, tar::padded(data.size()));
}

inline std::string with_checksum(std::string block) {
    block.replace(148, 8, 8, ' ');
    uint64_t sum = 0;
    for (char c : block) sum += static_cast<uint8_t>(c);
    return block.replace(148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
}

inline std::string tar_header(const std::string& name, uint64_t size,
                              const TarFields& fields = {}) {
    std::string block = filled(name, 100) + filled("0000644", 8) + filled("0000000", 8) +
                        filled("0000000", 8) + filled(fmt::format("{:011o}", size), 12) +
                        filled("00000000000", 12) + std::string(8, ' ') + fields.type +
                        filled(fields.link, 100) + fields.magic;
    return with_checksum(filled(block, tar::kBlock));
}

inline std::string tar_member(const std::string& name, const std::string& data,
                              const TarFields& fields = {}) {
    return tar_header(name, fields.size.value_or(data.size()), fields) + in_blocks(data);
}

inline std::string pax_record(const std::string& key, const std::string& value) {
    const std::string body = " " + key + "=" + value + "\n";
    size_t length = body.size() + 1;
    while (length != body.size() + std::to_string(length).size()) {
        length = body.size() + std::to_string(length).size();
    }
    return std::to_string(length) + body;
}

inline std::string pax_header(const std::string& records) {
    TarFields fields;
    fields.type = 'x';
    return tar_member("PaxHeaders/x", records, fields);
}

inline std::string tar_end() { return std::string(2 * tar::kBlock, '\0'); }

}  // namespace assay::test
