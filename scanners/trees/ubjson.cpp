#include "ubjson.h"

#include "assay/bytes.h"

namespace assay::ubjson {

namespace {

constexpr size_t kDepth = 512;
constexpr uint64_t kKept = 256;     // of a text
constexpr uint64_t kPiece = 65536;  // of a list of numbers

class Reader {
  public:
    Reader(Tape& tape, Sink& sink) : tape_(tape), sink_(sink) {}
    Result<std::optional<Fault>> run();

  private:
    // What is open: how many values are left, if that was said, and of which type.
    struct Level {
        bool object;
        std::optional<uint64_t> left;
        uint8_t type;  // 0: each value has its own
    };

    Result<bool> step();
    Result<bool> value(uint8_t type);
    Result<bool> begin(bool object);
    Result<bool> begin_typed(Level& level);
    Result<bool> numbers(const Level& level);
    Result<bool> text(bool is_key, uint64_t start);
    Result<bool> number(uint8_t type);
    Result<std::optional<uint64_t>> length();
    Result<bool> take_letter(uint8_t& letter);
    Result<bool> end();
    [[nodiscard]] bool fits(uint64_t n) const {
        return !tape_.size() || n <= *tape_.size() - tape_.offset();
    }
    bool stop(const char* what, bool deep = false) {
        fault_ = Fault{deep, what, tape_.offset()};
        return false;
    }

    Tape& tape_;
    Sink& sink_;
    std::vector<Level> levels_;
    std::optional<Fault> fault_;
};

size_t width_of(uint8_t type) {
    switch (type) {
        case 'i':
        case 'U':
        case 'C':
            return 1;
        case 'I':
            return 2;
        case 'l':
        case 'd':
            return 4;
        case 'L':
        case 'D':
            return 8;
        default:
            return 0;
    }
}

std::optional<int64_t> number_of(uint8_t type, const uint8_t* at) {
    switch (type) {
        case 'i':
            return static_cast<int8_t>(*at);
        case 'U':
        case 'C':
            return *at;
        case 'I':
            return static_cast<int16_t>(load_be<uint16_t>(at));
        case 'l':
            return static_cast<int32_t>(load_be<uint32_t>(at));
        case 'L':
            return static_cast<int64_t>(load_be<uint64_t>(at));
        default:
            return std::nullopt;
    }
}

Result<bool> Reader::take_letter(uint8_t& letter) {
    Result<Bytes> next = tape_.peek(1);
    if (!next) return next.error();
    if (next->empty()) return stop("the document ends early");
    letter = next->front();
    Status moved = tape_.advance(1);
    return moved ? Result<bool>(true) : moved.error();
}

Result<bool> Reader::number(uint8_t type) {
    const size_t width = width_of(type);
    Result<Bytes> bytes = tape_.peek(width);
    if (!bytes) return bytes.error();
    if (bytes->size() < width) return stop("a number is cut off");
    sink_.number(number_of(type, bytes->data()));
    Status moved = tape_.advance(width);
    return moved ? Result<bool>(true) : moved.error();
}

// Absent, with a fault, where it is no length.
Result<std::optional<uint64_t>> Reader::length() {
    uint8_t type = 0;
    Result<bool> taken = take_letter(type);
    if (!taken) return taken.error();
    if (!*taken) return std::optional<uint64_t>();
    const size_t width =
        number_of(type, reinterpret_cast<const uint8_t*>("\0\0\0\0\0\0\0\0")) ? width_of(type) : 0;
    if (width == 0 || type == 'C') {
        stop("a length that is no whole number");
        return std::optional<uint64_t>();
    }
    Result<Bytes> bytes = tape_.peek(width);
    if (!bytes) return bytes.error();
    const auto value = bytes->size() < width ? -1 : number_of(type, bytes->data()).value_or(-1);
    if (value < 0) {
        stop("a length below zero, or cut off");
        return std::optional<uint64_t>();
    }
    Status moved = tape_.advance(width);
    if (!moved) return moved.error();
    return std::optional(static_cast<uint64_t>(value));
}

Result<bool> Reader::text(bool is_key, uint64_t start) {
    Result<std::optional<uint64_t>> size = length();
    if (!size) return size.error();
    if (!*size) return false;
    if (!fits(**size)) return stop("a text is longer than the file");
    Result<Bytes> bytes = tape_.peek(static_cast<size_t>(std::min(**size, kKept)));
    if (!bytes) return bytes.error();
    if (is_key) {
        sink_.key(as_text(*bytes), start);
    } else {
        sink_.text(as_text(*bytes));
    }
    Status moved = tape_.advance(**size);
    if (moved) return true;
    if (moved.error().code != Code::kTruncated) return moved.error();
    return stop("a text is cut off");
}

Result<bool> Reader::begin(bool object) {
    if (levels_.size() == kDepth) return stop("values lie too deep in each other", true);
    sink_.open(object, tape_.offset() - 1);
    Level level{object, std::nullopt, 0};
    Result<bool> typed = begin_typed(level);
    if (!typed || !*typed) return typed;
    if (level.type != 0 && level.left && !object && width_of(level.type) != 0) {
        return numbers(level);
    }
    levels_.push_back(level);
    return true;
}

// "$type" and "#count" ahead of the values.
Result<bool> Reader::begin_typed(Level& level) {
    Result<Bytes> next = tape_.peek(2);
    if (!next) return next.error();
    if (next->size() == 2 && (*next)[0] == '$') {
        level.type = (*next)[1];
        Status moved = tape_.advance(2);
        if (!moved) return moved.error();
        next = tape_.peek(1);
        if (!next) return next.error();
        if (next->empty() || next->front() != '#') return stop("a type without a count");
        constexpr std::string_view kTypes = "ZNTFiUIlLdDCSH[{";
        if (kTypes.find(static_cast<char>(level.type)) == kTypes.npos) {
            return stop("values of an unknown type");
        }
    }
    if (next->empty() || next->front() != '#') return true;
    Status moved = tape_.advance(1);
    if (!moved) return moved.error();
    Result<std::optional<uint64_t>> count = length();
    if (!count) return count.error();
    level.left = *count;
    return count->has_value();
}

Result<bool> Reader::numbers(const Level& level) {
    const uint64_t width = width_of(level.type);
    uint64_t left = *level.left;
    if (left > UINT64_MAX / 8 || !fits(left * width)) {
        return stop("a list is longer than the file");
    }
    while (left > 0) {
        const uint64_t count = std::min(left, kPiece / width);
        Result<Bytes> bytes = tape_.peek(static_cast<size_t>(count * width));
        if (!bytes) return bytes.error();
        if (bytes->size() < count * width) return stop("a list is cut off");
        for (uint64_t i = 0; i < count; i++) {
            sink_.number(number_of(level.type, bytes->data() + i * width));
        }
        Status moved = tape_.advance(count * width);
        if (!moved) return moved.error();
        left -= count;
    }
    sink_.close();
    return true;
}

Result<bool> Reader::value(uint8_t type) {
    switch (type) {
        case 'Z':
        case 'N':
        case 'T':
        case 'F':
            sink_.other(type == 'T' || type == 'F' ? std::optional(type == 'T') : std::nullopt);
            return true;
        case 'S':
        case 'H':
            return text(false, 0);
        case '[':
            return begin(false);
        case '{':
            return begin(true);
        default:
            return width_of(type) != 0 ? number(type) : stop("a value of unknown type");
    }
}

Result<bool> Reader::end() {
    sink_.close();
    levels_.pop_back();
    return true;
}

// One value of the innermost container, or its end.
Result<bool> Reader::step() {
    Level& level = levels_.back();
    if (level.left && *level.left == 0) return end();
    if (!level.left) {
        Result<Bytes> next = tape_.peek(1);
        if (!next) return next.error();
        if (next->empty()) return stop("the document ends early");
        if (next->front() == (level.object ? '}' : ']')) {
            Status moved = tape_.advance(1);
            return moved ? end() : moved.error();
        }
    }
    if (level.left) --*level.left;
    uint8_t type = level.type;
    if (level.object) {
        Result<bool> named = text(true, tape_.offset());
        if (!named || !*named) return named;
    }
    // Types without bytes would let a count of any size take none.
    const bool empty = type == 'Z' || type == 'N' || type == 'T' || type == 'F';
    if (empty && !level.object) return stop("a list of values that take no room");
    if (type == 0) {
        Result<bool> taken = take_letter(type);
        if (!taken || !*taken) return taken;
    }
    return value(type);
}

Result<std::optional<Fault>> Reader::run() {
    uint8_t first = 0;
    Result<bool> more = take_letter(first);
    if (more && *more) {
        more = first == '{' || first == '[' ? value(first) : stop("no object");
    }
    while (more && *more && !levels_.empty()) more = step();
    if (!more) return more.error();
    return fault_;
}

}  // namespace

Result<std::optional<Fault>> read(Tape& tape, Sink& sink) { return Reader(tape, sink).run(); }

}  // namespace assay::ubjson
