#include "gguf_split.h"

#include <fmt/core.h>

#include <charconv>

#include "gguf_rules.h"

namespace assay::gguf {

namespace {

constexpr std::string_view kFact = "gguf.split";

struct PartName {
    std::string stem;   // "folder-free-name"
    uint64_t part = 0;  // from 1
    uint64_t parts = 0;
};

std::string unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        uint8_t byte = 0;
        bool escape = text.size() >= 3 && text[0] == '%' && from_hex(text.substr(1, 2), {&byte, 1});
        out.push_back(escape ? static_cast<char>(byte) : text[0]);
        text.remove_prefix(escape ? 3 : 1);
    }
    return out;
}

std::optional<uint64_t> five_digits(std::string_view text) {
    uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool all = error == std::errc() && end == text.data() + text.size();
    return all ? std::optional(value) : std::nullopt;
}

std::optional<PartName> parse_name(std::string_view path) {
    constexpr size_t kTail = std::string_view("-00001-of-00003.gguf").size();
    const std::string name = unescaped(path.substr(path.find_last_of("/!") + 1));
    if (name.size() <= kTail) return std::nullopt;
    const std::string_view tail = std::string_view(name).substr(name.size() - kTail);
    if (tail[0] != '-' || tail.substr(6, 4) != "-of-" || tail.substr(15) != ".gguf") {
        return std::nullopt;
    }
    auto part = five_digits(tail.substr(1, 5));
    auto parts = five_digits(tail.substr(10, 5));
    if (!part || !parts) return std::nullopt;
    return PartName{name.substr(0, name.size() - kTail), *part, *parts};
}

std::string place(uint64_t number, uint64_t count, const Metadata& metadata) {
    return fmt::format("part {} of {}, {} tensors in all", number + 1, count,
                       metadata.split_tensors.value_or(0));
}

Claim about_part(const PartName& name, uint64_t number) {
    Claim claim;
    claim.path = fmt::format("{}-{:05}-of-{:05}.gguf", name.stem, number + 1, name.parts);
    claim.kind = kFact;
    return claim;
}

void claim_part(const PartName& name, uint64_t number, const Metadata& metadata,
                ScanContext& context) {
    const Rule& wrong = rule("split.inconsistent");
    Claim claim = about_part(name, number);
    claim.name = "place";
    claim.value = place(number, name.parts, metadata);
    claim.if_no_file = claim.if_no_fact = claim.if_other_value = &wrong;
    context.claim(std::move(claim));
}

// That the parts have as many tensors together as each says.
void claim_total(const PartName& name, const Metadata& metadata, ScanContext& context) {
    if (!metadata.split_tensors) return;
    for (uint64_t i = 0; i < name.parts; i++) {
        Claim claim = about_part(name, i);
        claim.name = "tensors";
        claim.value = fmt::format("{}", *metadata.split_tensors);
        claim.if_other_sum = &rule("split.inconsistent");
        context.claim(std::move(claim));
    }
}

}  // namespace

// The first part asks for all others, and each of those for the first, so that none can be missing
// without being missed, yet a thousand parts make two thousand claims and not a million.
void check_split(const Metadata& metadata, uint64_t tensors, ScanContext& context) {
    const Rule& wrong = rule("split.inconsistent");
    const uint64_t count = metadata.split_count.value_or(0);
    const uint64_t number = metadata.split_no.value_or(0);
    if (count == 0) return;
    if (number >= count) {
        return context.report(wrong, 0, 0, fmt::format("part {} of {}", number + 1, count));
    }
    if (metadata.split_tensors && tensors > *metadata.split_tensors) {
        context.report(wrong, 0, 0,
                       fmt::format("{} tensors of {}", tensors, *metadata.split_tensors));
    }
    if (count == 1) return;
    context.fact({std::string(kFact), "place", place(number, count, metadata)});
    context.fact({std::string(kFact), "tensors", fmt::format("{}", tensors)});
    std::optional<PartName> name = parse_name(context.path());
    if (!name) {  // a store that names files by their digest, for instance
        return context.report(
            wrong, 0, 0, "it is a part, but its name does not say so: no loader finds the rest",
            Severity::kMedium);
    }
    if (name->part != number + 1 || name->parts != count) {
        return context.report(wrong, 0, 0,
                              fmt::format("by its name part {} of {}, by its content {} of {}",
                                          name->part, name->parts, number + 1, count));
    }
    if (number != 0) return claim_part(*name, 0, metadata, context);
    for (uint64_t i = 1; i < count; i++) claim_part(*name, i, metadata, context);
    claim_total(*name, metadata, context);
}

}  // namespace assay::gguf
