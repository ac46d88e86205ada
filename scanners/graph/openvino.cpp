#include "openvino.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "text_suspicion.h"
#include "xml_rules.h"

namespace assay::openvino {

namespace {

bool is_own_set(std::string_view version) {
    constexpr std::string_view kOther[] = {"experimental", "util", "type_relaxed_opset",
                                           "ie_internal_opset"};
    if (std::find(std::begin(kOther), std::end(kOther), version) != std::end(kOther)) return true;
    return version.starts_with("opset") && version.size() > 5 &&
           version.find_first_not_of("0123456789", 5) == std::string_view::npos;
}

// Also with a version behind it, "libx.so.1", and as Windows reads it, "X.DLL".
bool is_library(std::string_view value) {
    std::string lower(value);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    while (lower.ends_with(' ') || lower.ends_with('.')) lower.pop_back();
    const size_t version = lower.rfind(".so.");
    const bool numbered = version != std::string::npos &&
                          lower.find_first_not_of("0123456789.", version + 4) == lower.npos;
    return numbered || lower.ends_with(".so") || lower.ends_with(".dll") ||
           lower.ends_with(".dylib");
}

std::optional<uint64_t> number_in(std::string_view text) {
    uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc() || at != end || number > INT64_MAX) {
        return std::nullopt;
    }
    return number;
}

// Of an element; 0 where that differs, nothing where there is no such type.
std::optional<uint64_t> bits_of(std::string_view type) {
    constexpr std::pair<std::string_view, uint64_t> kTypes[] = {
        {"f64", 64},   {"f32", 32}, {"f16", 16},    {"bf16", 16},  {"i64", 64},
        {"u64", 64},   {"i32", 32}, {"u32", 32},    {"i16", 16},   {"u16", 16},
        {"i8", 8},     {"u8", 8},   {"boolean", 8}, {"f8e4m3", 8}, {"f8e5m2", 8},
        {"f8e8m0", 8}, {"i4", 4},   {"u4", 4},      {"nf4", 4},    {"f4e2m1", 4},
        {"u2", 2},     {"u1", 1},   {"u3", 3},      {"u6", 6},     {"string", 0},
    };
    for (const auto& [name, bits] : kTypes) {
        if (name == type) return bits;
    }
    return std::nullopt;
}

// "2, 3": how many elements; nothing where the shape is none.
std::optional<uint64_t> elements_in(std::string_view shape) {
    uint64_t count = 1;
    while (!shape.empty()) {
        const size_t comma = shape.find(',');
        std::string_view one = shape.substr(0, comma);
        shape.remove_prefix(comma == std::string_view::npos ? shape.size() : comma + 1);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        const auto length = number_in(one);
        if (!length || __builtin_mul_overflow(count, *length, &count)) return std::nullopt;
    }
    return count;
}

}  // namespace

Status Network::tag(const xml::Tag& tag) {
    if (tag.end) {
        if (tag.name == "layer" && !constants_.empty()) constants_.pop_back();
        return Done{};
    }
    for (const xml::Attribute& attribute : tag.attributes) {
        if (!is_library(attribute.value)) continue;
        context_.report(xml_rule("openvino.layer.library_attr"), tag.offset, 0,
                        fmt::format("{}: {}", attribute.name, attribute.value));
    }
    if (tag.name == "library") {
        context_.report(xml_rule("openvino.layer.library_attr"), tag.offset, 0, "an element");
    }
    if (tag.name == "net") {
        context_.property("name", shown(tag.find("name").value_or("")));
        context_.property("version", shown(tag.find("version").value_or("")));
    }
    if (tag.name == "layer") layer(tag);
    if (constants_.empty()) return Done{};
    const bool constant_data = tag.name == "data" && constants_.back();
    // Up to version 7 layers of any type had weights: <blobs><weights offset="0" size="36"/>.
    const bool blob = tag.name != "data" && tag.find("offset") && tag.find("size");
    return constant_data || blob ? constant(tag) : Status(Done{});
}

void Network::layer(const xml::Tag& tag) {
    layers_++;
    // The name of an operator is looked up in capitals or not; this one has another by which it is.
    std::string type(tag.find("type").value_or(""));
    for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    constants_.push_back(type == "const" || type == "constant");
    const auto version = tag.find("version");
    if (!version || is_own_set(*version)) return;
    context_.report(xml_rule("openvino.layer.extension"), tag.offset, 0,
                    fmt::format("{}: {} of {}", tag.find("name").value_or(""),
                                tag.find("type").value_or(""), *version));
}

Status Network::constant(const xml::Tag& tag) {
    const auto offset = number_in(tag.find("offset").value_or(""));
    const auto size = number_in(tag.find("size").value_or(""));
    if (!offset || !size) {
        context_.report(xml_rule("openvino.const.out_of_range"), tag.offset, 0,
                        "offset or size are no numbers");
        return Done{};
    }
    if (tag.name == "data") check_size(tag, *size);
    if (!context_.reserve(sizeof(Extent))) {
        return Error{Code::kLimit, "the model has more constants than memory allows", tag.offset,
                     0};
    }
    extents_.push_back({*offset, *offset + *size});
    return Done{};
}

void Network::check_size(const xml::Tag& tag, uint64_t size) {
    const std::string_view type = tag.find("element_type").value_or("");
    const std::optional<uint64_t> known = bits_of(type);
    const uint64_t bits = known.value_or(0);
    // The last versions that had none of their own gave the precision of the layer's output.
    if (!known && tag.find("element_type")) {
        context_.report(xml_rule("openvino.const.element_type"), tag.offset, 0, shown(type));
    }
    if (bits == 0) return;
    const auto elements = elements_in(tag.find("shape").value_or(""));
    uint64_t wanted = 0;
    const bool fits = elements && !__builtin_mul_overflow(*elements, bits, &wanted) &&
                      wanted / 8 + (wanted % 8 != 0 ? 1 : 0) == size;
    if (fits) return;
    context_.report(
        xml_rule("openvino.const.size_mismatch"), tag.offset, 0,
        fmt::format("{} bytes for {} of {}", size, tag.find("shape").value_or(""), type));
}

void Network::check_overlap() {
    std::sort(extents_.begin(), extents_.end(), [](const Extent& a, const Extent& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    for (size_t i = 1; i < extents_.size(); i++) {
        const Extent& before = extents_[i - 1];
        const Extent& here = extents_[i];
        const bool same = before.begin == here.begin && before.end == here.end;
        if (same || here.begin >= before.end || here.begin == here.end) continue;
        context_.report(xml_rule("openvino.const.overlap"), 0, 0, fmt::format("at {}", here.begin));
    }
}

void Network::end(bool whole) {
    context_.property("layers", std::to_string(layers_));
    context_.property("constants", std::to_string(extents_.size()));
    check_overlap();
    claim_weights(whole);
}

// Beside the model and of its name.
void Network::claim_weights(bool whole) {
    uint64_t reach = 0;
    for (const Extent& extent : extents_) reach = std::max(reach, extent.end);
    std::string_view name = context_.path();
    name.remove_prefix(std::min(name.size(), name.find_last_of("/!") + 1));
    if (reach == 0 || !name.ends_with(".xml")) return;
    name.remove_suffix(4);
    Claim claim;
    claim.path = std::string(name) + ".bin";
    claim.kind = "file";
    claim.name = "size";
    claim.value = std::to_string(reach);
    claim.if_no_file = &xml_rule("openvino.bin.missing");
    claim.if_less = &xml_rule("openvino.const.out_of_range");
    // More constants may have followed.
    if (whole) claim.if_more = &xml_rule("openvino.bin.trailing");
    context_.claim(std::move(claim));
}

}  // namespace assay::openvino
