#include "tar_header.h"

#include <algorithm>

namespace assay::tar {

namespace {

constexpr size_t kSumFrom = 148;
constexpr size_t kSumTo = 156;
// No file is larger; what is added to such a number does not wrap around.
constexpr uint64_t kMostOfAFile = uint64_t{1} << 62;

std::string_view field(Bytes block, size_t from, size_t length) {
    return as_text(block).substr(from, length);
}

// Two's complement of as many bytes as there are, without the mark.
Number binary_in(std::string_view field) {
    Number number;
    number.binary = true;
    number.negative = (field[0] & 0x40) != 0;
    uint64_t value = static_cast<uint8_t>(field[0]) & 0x3f;
    for (char c : field.substr(1)) {
        number.huge = number.huge || value >= (kMostOfAFile >> 8);
        value = value << 8 | static_cast<uint8_t>(c);
    }
    number.huge = number.huge && !number.negative;
    if (!number.huge && !number.negative) number.value = value;
    number.strict = number.value.has_value();
    return number;
}

bool is_filling(char c) { return c == ' ' || c == '\0'; }

struct Sums {
    uint64_t plain = 0;
    int64_t signed_bytes = 0;
};

Sums sums_of(Bytes block) {
    Sums sums;
    for (size_t i = 0; i < kBlock; i++) {
        const uint8_t byte = i >= kSumFrom && i < kSumTo ? uint8_t{' '} : block[i];
        sums.plain += byte;
        sums.signed_bytes += static_cast<int8_t>(byte);
    }
    return sums;
}

std::optional<uint64_t> sum_in(Bytes block) {
    Number sum = number_in(field(block, kSumFrom, kSumTo - kSumFrom));
    return sum.blank || sum.binary ? std::nullopt : sum.value;
}

// Up to its NUL. `tail` is set when more than zeros follow.
std::string text_in(std::string_view field, bool& tail) {
    const size_t end = std::min(field.find('\0'), field.size());
    tail = tail || field.find_first_not_of('\0', end) != std::string_view::npos;
    return std::string(field.substr(0, end));
}

Dialect dialect_in(Bytes block) {
    std::string_view magic = field(block, 257, 8);
    if (magic.substr(0, 6) == std::string_view("ustar\0", 6)) return Dialect::kUstar;
    if (magic == std::string_view("ustar  \0", 8)) return Dialect::kGnu;
    return std::all_of(magic.begin(), magic.end(), is_filling) ? Dialect::kOld : Dialect::kOther;
}

bool others_strict(Bytes block, Dialect dialect) {
    static constexpr std::pair<size_t, size_t> kFields[] = {
        {100, 8}, {108, 8}, {116, 8}, {136, 12}, {kSumFrom, kSumTo - kSumFrom}, {329, 8}, {337, 8}};
    constexpr size_t kDevices = 2;  // the last ones, which came with ustar
    const size_t count = std::size(kFields) - (dialect == Dialect::kOld ? kDevices : 0);
    return std::all_of(std::begin(kFields), std::begin(kFields) + count, [&](const auto& at) {
        Number number = number_in(field(block, at.first, at.second));
        return number.strict || number.negative || number.huge;
    });
}

Extent extent_in(std::string_view pair, bool& good) {
    Number offset = number_in(pair.substr(0, 12));
    Number length = number_in(pair.substr(12, 12));
    good = good && offset.value && length.value && !offset.blank;
    return {offset.value.value_or(0), length.value.value_or(0)};
}

void extents_in(std::string_view pairs, OldSparse& sparse) {
    for (; pairs.size() >= 24 && pairs[0] != '\0'; pairs.remove_prefix(24)) {
        sparse.extents.push_back(extent_in(pairs, sparse.good));
    }
}

OldSparse old_sparse_in(Bytes block) {
    OldSparse sparse;
    extents_in(field(block, 386, 96), sparse);
    sparse.more = block[482] != 0;
    sparse.real_size = number_in(field(block, 483, 12));
    return sparse;
}

// Extents, whether more follow, and the size of the whole.
bool has_map(Bytes block) { return !all_zero(block.subspan(386, 96 + 1 + 12)); }

// GNU tar and what searches for headers step over whatever stands before the first one.
bool header_follows(Bytes head) {
    for (size_t at = kBlock; at + kBlock <= head.size(); at += kBlock) {
        Bytes block = head.subspan(at, kBlock);
        if (starts_with(block.subspan(257), "ustar") && checksum_fits(block)) return true;
    }
    return false;
}

}  // namespace

bool all_zero(Bytes bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

Number number_in(std::string_view field) {
    if (!field.empty() && (field[0] & 0x80) != 0) return binary_in(field);
    Number number;
    size_t at = std::min(field.find_first_not_of(' '), field.size());
    uint64_t value = 0;
    const size_t digits = at;
    for (; at < field.size() && field[at] >= '0' && field[at] <= '7'; at++) {
        value = value * 8 + static_cast<uint64_t>(field[at] - '0');
    }
    std::string_view rest = field.substr(at);
    number.blank = at == digits;
    number.negative = at < field.size() && field[at] == '-' && number.blank;
    number.strict = std::all_of(rest.begin(), rest.end(), is_filling);
    if ((number.strict || !number.blank) && !number.negative) number.value = value;
    return number;
}

bool checksum_fits(Bytes block) {
    std::optional<uint64_t> sum = sum_in(block);
    if (!sum) return false;
    const Sums sums = sums_of(block);
    return *sum == sums.plain || static_cast<int64_t>(*sum) == sums.signed_bytes;
}

std::string Header::full_name() const {
    if (dialect != Dialect::kUstar || prefix.empty()) return name;
    return prefix + '/' + name;
}

Header header_in(Bytes block) {
    Header header;
    header.dialect = dialect_in(block);
    header.name = text_in(field(block, 0, 100), header.name_tail);
    header.link = text_in(field(block, 157, 100), header.name_tail);
    bool ustar_tail = false;
    header.prefix = text_in(field(block, 345, 155), ustar_tail);
    // In star's own dialect times follow a shorter prefix.
    if (field(block, 508, 4) == std::string_view("tar\0", 4)) {
        header.prefix = text_in(field(block, 345, 131), ustar_tail);
        ustar_tail = false;
    }
    header.name_tail = header.name_tail || (header.dialect == Dialect::kUstar && ustar_tail);
    header.type = static_cast<char>(block[156]);
    header.size = number_in(field(block, 124, 12));
    header.mode = number_in(field(block, 100, 8));
    header.numbers_strict = others_strict(block, header.dialect);
    if (header.type == 'S') header.sparse = old_sparse_in(block);
    header.stray_map = header.dialect == Dialect::kGnu && header.type != 'S' && has_map(block);
    header.checksum_old = sum_in(block) != sums_of(block).plain;
    return header;
}

bool starts_tar(const Probe& probe) {
    if (probe.head.size() < kBlock) return false;
    Bytes first = probe.head.first(kBlock);
    if (starts_with(first.subspan(257), "ustar")) return true;
    if (checksum_fits(first) || header_follows(probe.head)) return true;
    // Of what is unpacked the size is not known; where a tar is expected, it is one without
    // members.
    const bool expected = !probe.size && probe.promised;
    const bool empty =
        probe.size == uint64_t{2} * kBlock || probe.size == uint64_t{20} * kBlock || expected;
    return empty && all_zero(probe.head) && all_zero(probe.tail);
}

void add_old_sparse(Bytes block, OldSparse& sparse) {
    extents_in(field(block, 0, 504), sparse);
    sparse.more = block[504] != 0;
}

}  // namespace assay::tar
