#include "protobuf.h"

#include <algorithm>

namespace assay::protobuf {

namespace {

constexpr size_t kLongestVarint = 10;
constexpr size_t kLongestTag = 5;

bool fits(Type type, Wire wire) {
    switch (type) {
        case Type::kInt:
            return wire == Wire::kVarint;
        case Type::kFixed32:
            return wire == Wire::kFixed32;
        case Type::kFixed64:
            return wire == Wire::kFixed64;
        case Type::kText:
        case Type::kBulk:
        case Type::kLeft:
        case Type::kMessage:
            return wire == Wire::kBytes;
        case Type::kInts:
        case Type::kManyInts:
            return wire == Wire::kVarint || wire == Wire::kBytes;
        case Type::kManyFixed32:
            return wire == Wire::kFixed32 || wire == Wire::kBytes;
        case Type::kManyFixed64:
            return wire == Wire::kFixed64 || wire == Wire::kBytes;
    }
    return false;
}

}  // namespace

Reader::Reader(Tape& tape, Schema schema, uint8_t root) : tape_(&tape), schema_(schema) {
    Open whole;
    whole.end = tape.size().value_or(kNoEnd);
    whole.message = root;
    open_.push_back(whole);
}

Reader::Reader(Bytes bytes, Schema schema, uint8_t root, bool whole)
    : tape_(nullptr),
      schema_(schema),
      begin_(bytes.data()),
      at_(bytes.data()),
      end_(bytes.data() + bytes.size()) {
    Open message;
    if (whole) message.end = bytes.size();
    message.message = root;
    open_.push_back(message);
}

// ------------------------------------------------------------------------------------------------
// Bytes

Status Reader::sync() {
    const auto used = static_cast<uint64_t>(at_ - begin_);
    begin_ = at_ = end_ = nullptr;
    last_window_ = false;
    return tape_ ? tape_->advance(used) : Status(Done{});
}

bool Reader::refill(size_t n) {
    if (!tape_) exhausted_ = true;
    if (!tape_) return false;
    Status moved = sync();
    Result<Bytes> bytes = moved ? tape_->peek_some() : Result<Bytes>(moved.error());
    if (bytes && bytes->size() < n) bytes = tape_->peek(n);
    if (!bytes) {
        failed_ = bytes.error();
        return false;
    }
    begin_ = at_ = bytes->data();
    end_ = begin_ + bytes->size();
    last_window_ = bytes->size() < n;
    return !last_window_;
}

bool Reader::skip(uint64_t n) {
    const auto at_hand = static_cast<uint64_t>(end_ - at_);
    at_ += std::min(n, at_hand);
    if (n <= at_hand) return true;
    if (!tape_) exhausted_ = true;
    if (!tape_) return false;
    Status moved = sync();
    if (moved) moved = tape_->skip(n - at_hand);
    if (moved) return true;
    if (moved.error().code == Code::kTruncated) return stop_at_end();
    failed_ = moved.error();
    return false;
}

bool Reader::stop(Fault::Kind kind, const char* text) {
    if (!fault_) fault_ = {kind, text, offset(), static_cast<uint32_t>(open_.size() - 1)};
    return false;
}

bool Reader::stop_at_end() {
    if (failed_ || exhausted_) return false;
    return stop(Fault::Kind::kTruncated, "the bytes end before the message does");
}

bool Reader::stop_outside() {
    if (open_.size() == 1 || open_.back().cut) return stop_at_end();
    return stop(Fault::Kind::kTooLong, "a field leads out of its message");
}

// ------------------------------------------------------------------------------------------------
// Events

bool Reader::next(Event& event) {
    while (!done_) {
        told_ = true;
        if (!step(event)) {
            done_ = true;
        } else if (told_) {
            return true;
        }
    }
    return false;
}

bool Reader::step(Event& event) {
    if (offset() < owed_to_ && !skip(owed_to_ - offset())) return false;
    if (offset() < packed_end_) return read_packed(event);
    return at_end() ? close_message(event) : read_field(event);
}

bool Reader::at_end() {
    if (offset() >= open_.back().end) return true;
    return open_.back().end == kNoEnd && !need(1);
}

bool Reader::close_message(Event& event) {
    if (failed_ || exhausted_) return false;
    if (open_.back().group) return stop(Fault::Kind::kInvalid, "a group has no end");
    if (open_.size() == 1) return false;
    const Open closed = open_.back();
    open_.pop_back();
    event = {};
    event.kind = Event::Kind::kEnd;
    event.parent = open_.back().message;
    event.message = closed.message;
    event.number = closed.number;
    event.depth = static_cast<uint32_t>(open_.size() - 1);
    event.offset = event.start = closed.start;
    event.length = offset() - closed.start;
    return true;
}

const Field* Reader::find(uint32_t number, bool& again) {
    Open& inner = open_.back();
    if (inner.message == kUnknownMessage) return nullptr;
    const Message fields = schema_[inner.message];
    for (size_t i = 0; i < fields.size(); i++) {
        if (fields[i].number != number) continue;
        const uint64_t bit = uint64_t{1} << i;
        again = fields[i].once && (inner.seen & bit) != 0;
        inner.seen |= bit;
        return &fields[i];
    }
    return nullptr;
}

bool Reader::read_field(Event& event) {
    event = {};
    event.parent = open_.back().message;
    event.depth = static_cast<uint32_t>(open_.size() - 1);
    event.offset = offset();
    if (!need(kLongestTag + kLongestVarint) && failed_) return false;
    exhausted_ = false;  // fewer may do
    uint64_t tag = 0;
    if (!read_varint(tag, kLongestTag)) return false;
    const uint64_t wire = tag & 7;
    if (tag >> 3 == 0 || tag > std::numeric_limits<uint32_t>::max() || wire > 5) {
        at_ -= offset() - event.offset;
        return stop(Fault::Kind::kInvalid, "what should be a field is none");
    }
    event.number = static_cast<uint32_t>(tag >> 3);
    event.start = offset();
    if (static_cast<Wire>(wire) == Wire::kGroupEnd) return close_group(event);
    const Field* field = find(event.number, event.again);
    if (field && fits(field->type, static_cast<Wire>(wire))) {
        return read_known(*field, static_cast<Wire>(wire), event);
    }
    event.kind = field ? Event::Kind::kOther : Event::Kind::kUnknown;
    return read_unknown(static_cast<Wire>(wire), event);
}

bool Reader::read_known(const Field& field, Wire wire, Event& event) {
    bool good = false;
    if (wire == Wire::kBytes) return read_bytes(field, event);
    if (wire == Wire::kVarint) good = read_varint(event.value);
    if (wire == Wire::kFixed32) good = read_fixed(event.value, 4);
    if (wire == Wire::kFixed64) good = read_fixed(event.value, 8);
    event.length = offset() - event.start;
    if (field.type >= Type::kManyInts) event.value = 1;
    return good;
}

bool Reader::read_bytes(const Field& field, Event& event) {
    if (!read_length(event)) return false;
    switch (field.type) {
        case Type::kText:
            return read_text(event);
        case Type::kMessage:
            event.kind = Event::Kind::kBegin;
            event.message = field.message;
            return open(event, field.message, false);
        case Type::kInts:
            packed_ = event;
            packed_end_ = event.start + event.length;
            told_ = false;
            return true;
        case Type::kManyInts:
        case Type::kManyFixed32:
        case Type::kManyFixed64:
            return count_packed(event, field.type);
        case Type::kLeft:
            owed_to_ = event.start + event.length;
            return leave();
        default:
            return skip(event.length);
    }
}

// A head is all there is, so nothing is left of it.
bool Reader::leave() {
    Status synced = tape_ ? sync() : Status(Done{});
    if (!synced) failed_ = synced.error();
    return synced.ok();
}

bool Reader::open(const Event& event, uint8_t message, bool group) {
    if (open_.size() > kMaxDepth) {
        return stop(Fault::Kind::kTooDeep, "messages nest deeper than readers go");
    }
    Open inner;
    inner.start = event.start;
    inner.end = group ? open_.back().end : event.start + event.length;
    inner.cut = group ? open_.back().cut : cut_;
    inner.number = event.number;
    inner.message = message;
    inner.group = group;
    open_.push_back(inner);
    return true;
}

bool Reader::close_group(const Event& event) {
    if (!open_.back().group || open_.back().number != event.number) {
        return stop(Fault::Kind::kInvalid, "a group ends that did not begin");
    }
    open_.pop_back();
    told_ = false;
    return true;
}

// Tag and length are in one window, so that in the outermost message they can be given back.
bool Reader::read_unknown(Wire wire, Event& event) {
    told_ = open_.back().message != kUnknownMessage;
    if (wire == Wire::kGroup) return open(event, kUnknownMessage, true);
    if (!read_extent(wire, event)) return false;
    const uint64_t end = event.start + event.length;
    if (open_.size() == 1) at_ -= offset() - event.offset;
    owed_to_ = end;
    return true;
}

// Where the content of a field is; of bytes it is not passed yet.
bool Reader::read_extent(Wire wire, Event& event) {
    bool good = true;
    uint64_t ignored = 0;
    if (wire == Wire::kVarint) good = read_varint(ignored);
    if (wire == Wire::kFixed32) good = read_fixed(ignored, 4);
    if (wire == Wire::kFixed64) good = read_fixed(ignored, 8);
    if (wire == Wire::kBytes) good = read_length(event);
    if (wire != Wire::kBytes) event.length = offset() - event.start;
    return good;
}

// ------------------------------------------------------------------------------------------------
// Contents

bool Reader::read_varint(uint64_t& value, size_t longest) {
    const uint64_t left = open_.back().end - offset();
    const auto wanted = static_cast<size_t>(std::min<uint64_t>(left, longest));
    if (!need(wanted) && failed_) return false;
    const size_t most = std::min(static_cast<size_t>(end_ - at_), wanted);
    value = 0;
    for (size_t i = 0; i < most; i++) {
        if (i + 1 == kLongestVarint && at_[i] > 1) break;
        value |= uint64_t{at_[i] & 0x7fu} << (7 * i);
        if (at_[i] >= 0x80) continue;
        exhausted_ = false;  // there were enough after all
        at_ += i + 1;
        return true;
    }
    if (most < wanted) return stop_at_end();
    if (wanted < longest) return stop_outside();
    return stop(Fault::Kind::kInvalid, "a number has more bytes than numbers have");
}

bool Reader::read_fixed(uint64_t& value, size_t bytes) {
    if (open_.back().end - offset() < bytes) return stop_outside();
    if (!need(bytes)) return stop_at_end();
    value = bytes == 4 ? load_le<uint32_t>(at_) : load_le<uint64_t>(at_);
    at_ += bytes;
    return true;
}

// A length that leads out of a file that is cut is made to end there.
bool Reader::read_length(Event& event) {
    if (!read_varint(event.length)) return false;
    event.start = offset();
    if (event.length > kMaxLength) {
        return stop(Fault::Kind::kTooLong, "a length is more than two gigabytes");
    }
    const uint64_t left = open_.back().end - event.start;
    cut_ = event.length > left;
    if (!cut_) return true;
    stop_outside();
    if (fault_->kind != Fault::Kind::kTruncated) return false;
    event.length = left;
    event.cut = true;
    return true;
}

bool Reader::read_text(Event& event) {
    const auto shown = static_cast<size_t>(std::min<uint64_t>(event.length, kKept));
    if (!need(shown)) return stop_at_end();
    event.text = {reinterpret_cast<const char*>(at_), shown};
    event.cut |= shown < event.length;
    // The text has to last until the next call, so what follows it is passed over then.
    at_ += shown;
    owed_to_ = event.start + event.length;
    return true;
}

bool Reader::read_packed(Event& event) {
    event = packed_;
    event.start = offset();
    open_.push_back({event.start, packed_end_, 0, 0, kUnknownMessage, false, cut_});
    const bool good = read_varint(event.value);
    open_.pop_back();
    event.length = offset() - event.start;
    packed_.again = false;
    return good;
}

bool Reader::count_packed(Event& event, Type type) {
    if (type == Type::kManyInts) return count_varints(event);
    const uint64_t bytes = type == Type::kManyFixed32 ? 4 : 8;
    if (event.length % bytes != 0 && !event.cut) {
        return stop(Fault::Kind::kInvalid, "packed numbers end inside one");
    }
    event.value = event.length / bytes;
    return skip(event.length);
}

bool Reader::count_varints(Event& event) {
    size_t open = 0;  // bytes of a number that has not ended
    for (uint64_t left = event.length; left > 0;) {
        if (!need(1)) return stop_at_end();
        const auto piece = std::min<uint64_t>(left, static_cast<uint64_t>(end_ - at_));
        for (uint64_t i = 0; i < piece; i++) {
            open = at_[i] >= 0x80 ? open + 1 : 0;
            event.value += open == 0 ? 1 : 0;
            if (open < kLongestVarint) continue;
            at_ += i;
            return stop(Fault::Kind::kInvalid, "a number has more bytes than numbers have");
        }
        at_ += piece;
        left -= piece;
    }
    if (open == 0 || event.cut) return true;
    return stop(Fault::Kind::kInvalid, "packed numbers end inside one");
}

// ------------------------------------------------------------------------------------------------

Likeness likeness(Bytes head, Schema schema, uint8_t root) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x09; };
    Likeness found;
    Reader reader(head, schema, root, false);
    for (Event event; found.fits && reader.next(event);) {
        const bool known = event.kind != Event::Kind::kUnknown && event.kind != Event::Kind::kOther;
        found.fits = known && std::none_of(event.text.begin(), event.text.end(), is_control);
        if (found.fits && event.kind != Event::Kind::kEnd) found.fields++;
    }
    found.fits &= !reader.fault();
    return found;
}

}  // namespace assay::protobuf
