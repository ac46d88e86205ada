// JSON, token by token, as it stands in the bytes.
//
// Documents of hostile origin are read differently by different readers: of a key that comes twice
// one takes the first, another the last; 1e400, 007, NaN, a lone surrogate or a comma too many pass
// here and not there. So nothing is merged, converted or repaired: keys come as often as they
// occur, numbers as they are spelled, and each token says where it is. No token, object or document
// is held as a whole; what is kept of a text is bounded, and so is the depth.
//
// Threads: one. Borrows the tape, which stands where the reader stands only after sync().
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/tape.h"

namespace assay::json {

enum class Kind : uint8_t {
    kObject,
    kObjectEnd,
    kArray,
    kArrayEnd,
    kKey,
    kString,
    kNumber,
    kTrue,
    kFalse,
    kNull,
};

struct Token {
    Kind kind = Kind::kNull;
    bool escaped = false;    // a text that is spelled with escapes
    bool cut = false;        // `text` is the beginning only
    bool surrogate = false;  // a text with half a surrogate pair, which most readers refuse
    bool loose = false;     // a number that the standard does not know: NaN, -Infinity, 007, +1, .5
    uint32_t depth = 0;     // containers around it; of an end, those around what it ends
    uint64_t offset = 0;    // of its first byte, the quote of a text
    uint64_t length = 0;    // its bytes, quotes included
    uint64_t hash = 0;      // of all of a key, decoded
    std::string_view text;  // decoded text, or a number as spelled; until the next call
};

enum class FaultKind : uint8_t { kEndsEarly, kSyntax, kNotUtf8, kTooDeep };

struct Fault {
    FaultKind kind;
    const char* text;  // "a comma is followed by no value"
    uint64_t offset;
};

struct ReadOptions {
    uint64_t length = std::numeric_limits<uint64_t>::max();  // of the document, from here
    size_t kept = 4096;                                      // of a text
    uint32_t depth = 1000;  // containers in each other; Python and serde give up before
};

// Of a text that comes in any pieces.
class KeyHash {
  public:
    KeyHash& add(std::string_view text);
    [[nodiscard]] uint64_t value() const;

  private:
    void add_byte(uint8_t byte);

    uint64_t hash_ = 0xcbf29ce484222325;
    uint64_t word_ = 0;  // the last bytes that fill none
    unsigned filled_ = 0;
    uint64_t length_ = 0;
};

// What Token::hash is of a key with this text.
uint64_t hash_of(std::string_view text);

class Reader {
  public:
    explicit Reader(Tape& tape, const ReadOptions& options = {});

    // One value with all that is in it; white space before it is passed over, what follows it is
    // not looked at. False when the value has ended, and for good at the first fault or failure.
    bool next(Token& token);

    // Where the value ended, or reading got to.
    [[nodiscard]] uint64_t offset() const {
        return tape_.offset() + static_cast<uint64_t>(at_ - begin_);
    }
    [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }
    // What the tape failed with, if it did.
    [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

    // Moves the tape to offset(). Texts of tokens are gone.
    Status sync();

  private:
    enum class Expect : uint8_t {
        kValue,
        kValueOrEnd,
        kKey,
        kKeyOrEnd,
        kColon,
        kCommaOrEnd,
        kNothing,
    };

    bool need(size_t n) { return static_cast<size_t>(end_ - at_) >= n || refill(n); }
    bool refill(size_t n);
    bool skip_space();
    // Whether what is at hand is surely no space.
    [[nodiscard]] bool is_at_mark() const { return at_ != end_ && *at_ > ' '; }
    bool pass_comma();
    bool pass_colon();
    bool read(Token& token);
    bool read_value(Token& token);
    bool read_key(Token& token);
    bool open(Token& token, Kind kind);
    bool close(Token& token);
    bool read_word(Token& token);
    bool read_rest_of_word(Token& token);
    bool classify_word(Token& token);
    bool read_text(Token& token);
    bool read_text_slowly(Token& token, std::string_view begun);
    bool read_escape(Token& token);
    bool read_sequence(Token& token);
    void keep(std::string_view piece, Token& token);
    void keep_half(Token& token);
    void keep_unit(uint32_t unit, Token& token);
    bool stop(FaultKind kind, const char* text);
    bool stop_at_end() {
        return stop(FaultKind::kEndsEarly, "the text ends before the value does");
    }

    Tape& tape_;
    const ReadOptions options_;
    const uint64_t limit_;  // where the document has to end
    const uint8_t* begin_ = nullptr;
    const uint8_t* at_ = nullptr;
    const uint8_t* end_ = nullptr;
    Expect expect_ = Expect::kValue;
    std::vector<bool> objects_;  // for each open container, whether it is one
    std::string kept_;
    KeyHash hash_;            // of what was kept and what was not
    uint32_t high_half_ = 0;  // the last escape was the first half of a pair
    std::optional<Fault> fault_;
    std::optional<Error> failed_;
};

// Which keys an object has more than once. Takes 8 to 22 bytes for each key of the objects that are
// open, and half as much again while it grows; the caller pays for bytes().
class DuplicateKeys {
  public:
    void open();
    void close();
    // False if the object that was opened last has this key. Keys are told apart by 64 bits.
    bool add(uint64_t hash);
    // Whether it has it, which is not to say that it should.
    [[nodiscard]] bool has(uint64_t hash) const;
    [[nodiscard]] size_t bytes() const;

  private:
    struct Object {
        size_t first;  // of its keys, while they are few
        size_t count = 0;
        std::vector<uint64_t> slots;  // a hash table, once they are many
    };
    static constexpr size_t kFew = 16;

    static size_t slot_of(const std::vector<uint64_t>& slots, uint64_t hash);
    static bool insert(std::vector<uint64_t>& slots, uint64_t hash);
    void grow(Object& object);

    std::vector<Object> objects_;
    std::vector<uint64_t> keys_;  // of all open objects that have few
    size_t slot_bytes_ = 0;
};

}  // namespace assay::json
