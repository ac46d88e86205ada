// A descriptor is three things: a type, a digest and a size. Clients build paths and addresses from
// the digest, allocate by the size and choose a parser by the type, so each of them is an
// attacker's lever before a single byte of the blob was read.
#include "descriptor_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "assay/base64.h"
#include "assay/digest.h"
#include "oci_rules.h"

namespace assay::oci {

using json::Kind;
using json::shown;
using json::Token;

namespace {

constexpr size_t kLongest = 4096;  // of a text that is kept
constexpr size_t kMostData = size_t{256} << 10;

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_hex_of_any_case(std::string_view text) {
    return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Digits of each registered algorithm; 0 for the others.
size_t digits_of(std::string_view algorithm) {
    if (algorithm == "sha256" || algorithm == "blake3") return 64;
    return algorithm == "sha512" ? 128 : 0;
}

bool is_weak(std::string_view algorithm) {
    return algorithm == "md5" || algorithm == "sha1" || algorithm == "crc32" ||
           algorithm == "adler32";
}

bool is_path(std::string_view digest) {
    return digest.find_first_of("/\\") != std::string_view::npos ||
           digest.find("..") != std::string_view::npos || digest.find('\0') != digest.npos;
}

DigestFault fault_of_ollama(std::string_view digest) {
    if (is_path(digest)) return {&rule("ollama.digest.traversal"), "it is a path"};
    const bool good = digest.size() == 71 &&
                      (digest.starts_with("sha256:") || digest.starts_with("sha256-")) &&
                      is_hex_of_any_case(digest.substr(7));
    return good ? DigestFault{} : DigestFault{&rule("ollama.digest.grammar"), "it is no SHA-256"};
}

}  // namespace

DigestFault fault_of_digest(std::string_view digest, bool ollama) {
    if (ollama) return fault_of_ollama(digest);
    if (is_path(digest)) return {&rule("oci.digest.traversal"), "it is a path"};
    const std::optional<DigestParts> parts = parts_of(digest);
    if (!parts) return {&rule("oci.digest.grammar"), "it is not of the form algorithm:digits"};
    if (is_weak(parts->algorithm)) return {&rule("oci.digest.weak_alg"), parts->algorithm};
    const size_t digits = digits_of(parts->algorithm);
    if (digits == 0) return {&rule("oci.digest.unregistered_alg"), parts->algorithm};
    if (parts->encoded.size() != digits || !is_hex_of_any_case(parts->encoded)) {
        return {&rule("oci.digest.grammar"), "it has not the digits of its algorithm"};
    }
    if (!is_hex(parts->encoded)) return {&rule("oci.digest.uppercase"), "digits are capitals"};
    return {};
}

bool is_absolute(std::string_view path) {
    return path.starts_with('/') || path.starts_with('\\') || (path.size() > 1 && path[1] == ':');
}

bool leads_out(std::string_view path) {
    for (size_t at = 0; at <= path.size();) {
        const size_t end = std::min(path.find_first_of("/\\", at), path.size());
        if (path.substr(at, end - at) == "..") return true;
        at = end + 1;
    }
    return false;
}

std::string platform_of(std::string_view os, std::string_view architecture,
                        std::string_view variant) {
    if (os.empty() && architecture.empty()) return {};
    std::string platform = fmt::format("{}/{}", os, architecture);
    if (!variant.empty()) platform += fmt::format("/{}", variant);
    return platform;
}

void DescriptorReader::begin(const Token& object) {
    *this = DescriptorReader(*found_);
    object_ = object;
    one_.offset = object.offset;
}

void DescriptorReader::report(const Rule& rule, std::string detail) {
    found_->add(rule, object_, std::move(detail));
}

void DescriptorReader::field(std::string_view name, const Token& value) {
    if (name == "urls" && value.kind == Kind::kString) {
        return report(rule("oci.descriptor.urls"), shown(value.text));
    }
    if (name == "size" && value.kind != Kind::kObjectEnd && value.kind != Kind::kArrayEnd) {
        size_ = shown(value.text);
        size_is_number_ = value.kind == Kind::kNumber;
    }
    if (value.kind != Kind::kString) return;
    const std::string text(value.text.substr(0, kLongest));
    if (name == "mediaType") one_.media_type = text;
    if (name == "digest") one_.digest = text;
    if (name == "artifactType") one_.artifact_type = text;
    if (name != "data") return;
    data_ = value.text.substr(0, kMostData);
    data_cut_ = value.cut || value.text.size() > kMostData;
}

void DescriptorReader::entry(std::string_view name, std::string_view key, const Token& value) {
    // Items of an array of texts stand one level deeper than its field.
    if (name == "urls" && value.kind == Kind::kString) return field(name, value);
    if (value.kind != Kind::kString) return;
    const std::string_view text = value.text.substr(0, kLongest);
    if (name == "annotations") return annotation(key, text);
    if (name != "platform") return;
    if (key == "os") os_ = text;
    if (key == "architecture") architecture_ = text;
    if (key == "variant") variant_ = text;
}

void DescriptorReader::annotation(std::string_view key, std::string_view text) {
    if (key == "org.opencontainers.image.ref.name") one_.ref = text;
    if (key == "io.containerd.image.name" && one_.ref.empty()) one_.ref = text;
    if (key == "org.cncf.model.filepath") one_.path = text;
    if (key == "org.opencontainers.image.title" && one_.path.empty()) one_.path = text;
    if (key == "org.cncf.model.file.metadata+json") file_metadata_ = text;
}

Descriptor DescriptorReader::end(bool ollama) {
    one_.platform = platform_of(os_, architecture_, variant_);
    check_digest(ollama);
    check_size();
    if (data_) check_data();
    if (one_.media_type.empty()) report(rule("oci.mediatype.missing"), shown(one_.digest));
    if (one_.media_type.find("nondistributable") != std::string::npos ||
        one_.media_type == "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip") {
        report(rule("oci.descriptor.nondistributable"), shown(one_.media_type));
    }
    return std::move(one_);
}

void DescriptorReader::check_digest(bool ollama) {
    const DigestFault fault = fault_of_digest(one_.digest, ollama);
    if (!fault.rule) return;
    report(*fault.rule, one_.digest.empty() ? std::string("there is none")
                                            : fmt::format("{}: {}", shown(one_.digest), fault.why));
}

void DescriptorReader::check_size() {
    const std::string text = size_.value_or("");
    uint64_t size = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), size);
    const bool whole = size_is_number_ && fault == std::errc() &&
                       end == text.data() + text.size() && size <= INT64_MAX;
    if (whole) {
        one_.size = size;
    } else if (size_is_number_ && text.starts_with('-')) {
        report(rule("oci.size.negative"), text);
    } else {
        report(rule("oci.size.not_integer"), size_ ? text : "there is none");
    }
}

// What is longer than is kept cannot be compared; nobody embeds that much.
void DescriptorReader::check_data() {
    if (data_cut_) return report(rule("oci.descriptor.data_mismatch"), "it is too long to compare");
    const std::optional<std::vector<uint8_t>> content = from_base64(*data_);
    if (!content) return report(rule("oci.descriptor.data_mismatch"), "it is no base64");
    const bool sized = !one_.size || *one_.size == content->size();
    const std::string digest = "sha256:" + to_hex(sha256_of(*content));
    const bool same = !one_.digest.starts_with("sha256:") || one_.digest == digest;
    if (sized && same) return;
    report(rule("oci.descriptor.data_mismatch"),
           fmt::format("{} bytes, {}", content->size(), same ? "another size" : digest));
}

}  // namespace assay::oci
