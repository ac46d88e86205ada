#include "dtype.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace assay::numpy {

namespace {

constexpr Error kUnknown{Code::kMalformed, "the type is none that numpy writes", 0, 0};
constexpr Error kTooLarge{Code::kLimit, "an item has more than 2 GiB", 0, 0};

using Kind = Literal::Kind;

// Types whose letter needs no number. 'g' and 'G' are as on 64-bit x86 and ARM.
constexpr std::pair<char, uint64_t> kLetters[] = {
    {'?', 1},  {'b', 1},  {'B', 1},  {'h', 2}, {'H', 2}, {'e', 2}, {'i', 4}, {'I', 4}, {'f', 4},
    {'l', 8},  {'L', 8},  {'q', 8},  {'Q', 8}, {'p', 8}, {'P', 8}, {'d', 8}, {'F', 8}, {'c', 1},
    {'D', 16}, {'g', 16}, {'G', 32}, {'m', 8}, {'M', 8}, {'S', 0}, {'U', 0}, {'V', 0}, {'O', 8},
};

// The sizes that a kind comes in.
constexpr std::pair<char, std::string_view> kSized[] = {
    {'b', " 1 "},          {'i', " 1 2 4 8 "}, {'u', " 1 2 4 8 "}, {'f', " 2 4 8 12 16 "},
    {'c', " 8 16 24 32 "}, {'m', " 8 "},       {'M', " 8 "},       {'O', " 4 8 "},
};

DType sized(uint64_t size, bool object = false) { return {size, object}; }

Result<DType> bounded(uint64_t size, uint64_t count, bool object) {
    if (size != 0 && count > kMaxItemSize / size) return kTooLarge;
    return sized(size * count, object);
}

// How many digits there are, at most as many as a C int surely holds; nothing if they are more.
std::optional<size_t> digits_in(std::string_view text) {
    const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    return end <= 9 ? std::optional(end) : std::nullopt;
}

// "[ns]", "[25us]", "[D/4]".
bool is_unit(std::string_view text) {
    constexpr std::string_view kUnits[] = {"Y",  "M",  "W",  "D",  "h",  "m",  "s",
                                           "ms", "us", "ns", "ps", "fs", "as", "generic"};
    if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    const auto multiple = digits_in(text);
    if (!multiple) return false;
    text.remove_prefix(*multiple);
    const size_t slash = text.find('/');
    const std::string_view unit = text.substr(0, slash);
    const bool known = std::find(std::begin(kUnits), std::end(kUnits), unit) != std::end(kUnits);
    if (!known || slash == std::string_view::npos) return known;
    const std::string_view divisor = text.substr(slash + 1);
    return divisor.find_first_not_of('0') != std::string_view::npos &&
           digits_in(divisor) == divisor.size();
}

Result<DType> letter_alone(char letter) {
    const auto* known = std::find_if(std::begin(kLetters), std::end(kLetters),
                                     [&](const auto& entry) { return entry.first == letter; });
    if (known == std::end(kLetters)) return kUnknown;
    return sized(known->second, letter == 'O');
}

Result<DType> letter_and_number(char letter, std::string_view digits) {
    uint64_t number = 0;
    auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (fault == std::errc::invalid_argument || end != digits.data() + digits.size())
        return kUnknown;
    if (fault == std::errc::result_out_of_range) return kTooLarge;
    if (letter == 'S' || letter == 'V' || letter == 'a') return bounded(number, 1, false);
    if (letter == 'U') return bounded(4, number, false);
    for (const auto& [known, sizes] : kSized) {
        std::string wanted = " " + std::string(digits) + " ";
        if (known == letter && sizes.find(wanted) != std::string_view::npos) {
            return sized(letter == 'O' ? 8 : number, letter == 'O');
        }
    }
    return kUnknown;
}

// How many items a subarray has; nothing where the shape is none.
Result<uint64_t> count_in(const Literal::Value& shape) {
    std::vector<Literal::Value> dimensions;
    if (shape.is(Kind::kTuple)) dimensions = shape.items();
    if (shape.is(Kind::kInt)) dimensions = {shape};
    if (dimensions.empty() && !shape.is(Kind::kTuple)) return kUnknown;
    uint64_t count = 1;
    for (const Literal::Value& dimension : dimensions) {
        if (!dimension.is(Kind::kInt) || dimension.number().value_or(0) < 0) return kUnknown;
        if (!dimension.number()) return kTooLarge;
        auto length = static_cast<uint64_t>(*dimension.number());
        if (length > kMaxItemSize) return kTooLarge;
        count *= length;
        if (count > kMaxItemSize) return kTooLarge;
    }
    return count;
}

Result<DType> subarray(const Literal::Value& base, const Literal::Value& shape) {
    Result<DType> item = dtype_of(base);
    if (!item) return item;
    Result<uint64_t> count = count_in(shape);
    if (!count) return count.error();
    // ('S', 3) is a string of three bytes and no subarray.
    if (item->itemsize == uint64_t{0} && shape.is(Kind::kInt)) return kUnknown;
    return bounded(*item->itemsize, *count, item->has_object);
}

// Names and titles of fields share one space; an empty name stands for one that numpy makes up.
using Names = std::set<std::string_view>;

bool is_field_name(const Literal::Value& name, Names& taken) {
    if (name.is(Kind::kString)) return name.text().empty() || taken.insert(name.text()).second;
    if (!name.is(Kind::kTuple)) return false;
    auto parts = name.items();
    return parts.size() == 2 && parts[0].is(Kind::kString) && parts[1].is(Kind::kString) &&
           taken.insert(parts[0].text()).second && taken.insert(parts[1].text()).second;
}

Result<DType> field(const Literal::Value& value, Names& taken) {
    if (!value.is(Kind::kTuple)) return kUnknown;
    auto parts = value.items();
    if (parts.size() < 2 || parts.size() > 3 || !is_field_name(parts[0], taken)) return kUnknown;
    return parts.size() == 3 ? subarray(parts[1], parts[2]) : dtype_of(parts[1]);
}

Result<DType> record(const Literal::Value& fields) {
    DType whole = sized(0);
    Names taken;
    for (const Literal::Value& value : fields.items()) {
        Result<DType> part = field(value, taken);
        if (!part) return part;
        *whole.itemsize += *part->itemsize;
        whole.has_object |= part->has_object;
        if (*whole.itemsize > kMaxItemSize) return kTooLarge;
    }
    return whole;
}

}  // namespace

Result<DType> dtype_of_string(std::string_view text) {
    constexpr std::string_view kOrders = "<>|=";
    if (!text.empty() && kOrders.find(text.front()) != kOrders.npos) text.remove_prefix(1);
    if (text.empty()) return kUnknown;
    const bool is_time = text.front() == 'M' || text.front() == 'm';
    size_t unit = text.find('[');
    if (is_time && unit != std::string_view::npos) {
        const bool has_size = unit == 2;  // "m8[us]": without the number numpy looks for no unit
        if (!has_size || !is_unit(text.substr(unit))) return kUnknown;
        text = text.substr(0, unit);
    }
    return text.size() == 1 ? letter_alone(text.front())
                            : letter_and_number(text.front(), text.substr(1));
}

Result<DType> dtype_of(const Literal::Value& descr) {
    if (descr.is(Kind::kString)) return dtype_of_string(descr.text());
    if (descr.is(Kind::kList)) return record(descr);
    if (!descr.is(Kind::kTuple)) return kUnknown;
    auto parts = descr.items();
    return parts.size() == 2 ? subarray(parts[0], parts[1]) : Result<DType>(kUnknown);
}

Result<DType> parse_descr(std::string_view text) {
    Result<Literal> literal = Literal::parse(text, true);
    return literal ? dtype_of(literal->root()) : Result<DType>(literal.error());
}

}  // namespace assay::numpy
