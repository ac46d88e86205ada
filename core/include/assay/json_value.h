// A JSON document of bounded size as a tree of values: bundles, keys' files, answers of registries.
// Strict, since what is decided on it is whether to trust: a key that comes twice, text that is not
// UTF-8, a lone surrogate, a byte order mark and anything behind the value are faults. Documents
// that are as large as an attacker likes are read without a tree, off a tape
// (scanners/text/json.h).
//
// Plain values; may be read from any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/bytes.h"
#include "assay/result.h"

namespace assay {

struct JsonMember;

class JsonValue;

// An array that may be longer than memory has room for: that of this path of members. Its items are
// handed over one by one and not kept, and an error ends the reading. Limits on values count what
// is kept at a time.
struct JsonStream {
    std::vector<std::string_view> path;
    std::function<Status(JsonValue item)> take;
};

struct JsonLimits {
    size_t bytes = size_t{16} << 20;
    size_t values = size_t{1} << 18;  // each costs about 100 bytes besides its text
    unsigned depth = 64;
};

class JsonValue {
  public:
    enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

    // kLimit beyond the limits, kMalformed otherwise; with the offset.
    static Result<JsonValue> parse(Bytes document, const JsonLimits& limits = {});

    static Result<JsonValue> parse(Bytes document, const JsonLimits& limits,
                                   const JsonStream& stream);

    JsonValue();
    ~JsonValue();
    JsonValue(const JsonValue&);
    JsonValue(JsonValue&&) noexcept;
    JsonValue& operator=(const JsonValue&);
    JsonValue& operator=(JsonValue&&) noexcept;

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is_null() const { return kind_ == Kind::kNull; }
    [[nodiscard]] bool is_object() const { return kind_ == Kind::kObject; }
    [[nodiscard]] bool is_array() const { return kind_ == Kind::kArray; }

    // Null or nothing when the value is of another kind.
    [[nodiscard]] const std::string* text() const;
    [[nodiscard]] std::optional<bool> boolean() const;
    // Only of numbers without fraction and exponent that fit.
    [[nodiscard]] std::optional<int64_t> integer() const;
    [[nodiscard]] std::optional<uint64_t> unsigned_integer() const;
    // As it is written, for those who care.
    [[nodiscard]] const std::string* number() const;

    // Empty for everything but an array, or an object.
    [[nodiscard]] const std::vector<JsonValue>& items() const { return items_; }
    [[nodiscard]] const std::vector<JsonMember>& members() const { return members_; }

    // The member of that name; null where there is none, or this is no object.
    [[nodiscard]] const JsonValue* find(std::string_view key) const;
    // The same for members of members.
    [[nodiscard]] const JsonValue* find_path(std::initializer_list<std::string_view> keys) const;
    // Its text, when there is such a member and it is a string.
    [[nodiscard]] const std::string* find_text(std::string_view key) const;

  private:
    friend class JsonParser;

    Kind kind_ = Kind::kNull;
    std::string text_;  // of a string, decoded; of a number, as written
    std::vector<JsonValue> items_;
    std::vector<JsonMember> members_;
};

struct JsonMember {
    std::string key;
    JsonValue value;
};

}  // namespace assay
