#include "onnx_external.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "byte_claims.h"
#include "onnx_rules.h"

namespace assay::onnx {

namespace {

bool is_drive(std::string_view path) {
    const auto letter = static_cast<unsigned char>(path.empty() ? ' ' : path[0] | 0x20);
    return path.size() > 1 && path[1] == ':' && letter >= 'a' && letter <= 'z';
}

bool climbs(std::string_view path) {
    for (;;) {
        const size_t end = path.find_first_of("/\\");
        if (path.substr(0, end) == "..") return true;
        if (end == std::string_view::npos) return false;
        path.remove_prefix(end + 1);
    }
}

// What is wrong with a path; nothing where the claim about it decides.
const Rule* wrong_with(std::string_view path) {
    if (path.starts_with("*/_ORT_")) return &rule("external.memory_address");
    if (path.find("://") != std::string_view::npos) return &rule("external.url");
    if (is_drive(path)) return &rule("external.drive");
    if (path.starts_with('/') || path.starts_with('\\')) return &rule("external.absolute");
    if (climbs(path)) return &rule("external.traversal");
    return nullptr;
}

// Decimal digits alone, as the tools write them.
std::optional<uint64_t> number_in(std::string_view text) {
    uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc() || at != end || number > INT64_MAX) {
        return std::nullopt;
    }
    return number;
}

bool is_sha1(std::string_view text) {
    return text.size() == 40 &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

void ExternalData::add(ScanContext& context, uint64_t at, std::string_view key,
                       std::string_view value) {
    std::optional<std::string>* entry = nullptr;
    if (key == "location") entry = &location;
    if (key == "offset") entry = &offset;
    if (key == "length") entry = &length;
    if (key == "checksum") entry = &checksum;
    if (key == "basepath") entry = &basepath;
    if (!entry) {
        // ONNX Runtime keeps weights in the order of its kernels and says so by entries of its own.
        if (!key.starts_with("prepacked")) context.report(rule("external.unknown_key"), at, 0, key);
        return;
    }
    if (*entry) context.report(rule("external.dup_key"), at, 0, key);
    *entry = value;
}

Status ExternalFiles::add(uint64_t at, const ExternalData& data, std::optional<uint64_t> bytes,
                          std::string_view tensor) {
    if (!data.location || data.location->empty()) {
        context_.report(rule("external.missing"), at, 0, fmt::format("{}: no location", tensor));
        return Done{};
    }
    Result<File*> found = file(at, *data.location);
    if (!found) return found.error();
    if (data.basepath && wrong_with(*data.basepath)) check_path(at, *data.basepath);
    no_checksum_ |= !data.checksum;
    if (data.checksum) check_sum(at, *data.checksum, **found);
    const std::optional<Range> where = range(at, data, tensor);
    if (where) {
        const uint64_t length = where->length ? *where->length : bytes.value_or(0);
        (*found)->end =
            std::max((*found)->end, where->offset + std::min(length, uint64_t{INT64_MAX}));
    }
    (*found)->tensors++;
    (*found)->bytes += where && where->length ? *where->length : bytes.value_or(0);
    if (where && where->length && bytes && *where->length != *bytes) {
        context_.report(
            rule("tensor.size_mismatch"), at, 0,
            fmt::format("{}: {} bytes of external data for {}", tensor, *where->length, *bytes));
    }
    return Done{};
}

// It is of the whole file, so each of its tensors says the same.
void ExternalFiles::check_sum(uint64_t at, const std::string& checksum, File& file) {
    std::string lower = checksum;
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'F') letter = static_cast<char>(letter | 0x20);
    }
    const bool other = !file.checksum.empty() && lower != file.checksum;
    if (!is_sha1(checksum) || other) {
        context_.report(rule("external.checksum_mismatch"), at, 0, checksum);
    } else {
        file.checksum = std::move(lower);
    }
}

std::optional<ExternalFiles::Range> ExternalFiles::range(uint64_t at, const ExternalData& data,
                                                         std::string_view tensor) {
    Range range;
    bool good = true;
    const auto bad = [&](const Rule& found, std::string_view text) {
        context_.report(found, at, 0, fmt::format("{}: {}", tensor, text));
        good = false;
    };
    if (data.offset) {
        const auto offset = number_in(*data.offset);
        if (!offset) bad(rule("external.negative"), *data.offset);
        range.offset = offset.value_or(0);
    }
    if (data.length) {
        range.length = number_in(*data.length);
        if (!range.length) bad(rule("external.negative"), *data.length);
    }
    // Both are below 2^63, so the sum does not wrap.
    if (range.offset + range.length.value_or(0) > INT64_MAX) {
        bad(rule("external.out_of_range"), fmt::format("{} at {}", *range.length, range.offset));
    }
    return good ? std::optional(range) : std::nullopt;
}

Result<ExternalFiles::File*> ExternalFiles::file(uint64_t at, const std::string& location) {
    const auto known = files_.find(location);
    if (known != files_.end()) return &known->second;
    constexpr size_t kNode = 128;
    if (!context_.reserve(location.size() + kNode)) {
        return Error{Code::kLimit, "the model names more files than memory allows", at, 0};
    }
    check_path(at, location);
    File& made = files_[location];
    made.at = at;
    return &made;
}

void ExternalFiles::check_path(uint64_t at, const std::string& path) {
    if (const Rule* wrong = wrong_with(path)) return context_.report(*wrong, at, 0, path);
    if (path.ends_with('/')) return context_.report(rule("external.missing"), at, 0, path);
    // The onnx package looks for the two dots anywhere in the path.
    if (path.find("..") == std::string::npos) return;
    context_.report(rule("external.traversal"), at, 0, path, Severity::kLow);
}

// That the file is there, is one, and is long enough for all tensors.
void ExternalFiles::claim(const std::string& path, const File& file) {
    if (wrong_with(path) || path.ends_with('/')) return;
    Claim claim;
    claim.path = path;
    claim.offset = file.at;
    claim.kind = "file";
    claim.name = "size";
    claim.value = std::to_string(file.end);
    claim.if_outside = &rule("external.traversal");
    claim.if_no_file = &rule("external.missing");
    claim.if_less = &rule("external.out_of_range");
    context_.claim(claim);
    claim.name = "type";
    claim.value = "file";
    claim.if_outside = claim.if_no_file = claim.if_less = nullptr;
    claim.if_other_value = &rule("external.symlink");
    context_.claim(claim);
    claim.name = "links";
    claim.value = "1";
    claim.if_other_value = &rule("external.hardlink");
    context_.claim(claim);
    if (file.checksum.empty()) return;
    claim_bytes(claim, {Checksum::kSha1, std::nullopt, ""}, file.checksum);
    claim.if_other_value = &rule("external.checksum_mismatch");
    context_.claim(std::move(claim));
}

void ExternalFiles::end() {
    constexpr size_t kShown = 20;
    if (no_checksum_) context_.report(rule("external.no_checksum"), 0, 0, "");
    size_t shown = 0;
    for (const auto& [location, file] : files_) {
        claim(location, file);
        if (shown++ >= kShown) continue;
        context_.property("external_data",
                          fmt::format("{}: {} tensors, {} bytes", location.substr(0, 200),
                                      file.tensors, file.bytes));
    }
}

}  // namespace assay::onnx
