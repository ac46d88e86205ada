#include "flatbuffer.h"

#include <algorithm>

namespace assay::flat {

// ------------------------------------------------------------------------------------------------
// Bytes

const Buffer::Page* Buffer::page(uint64_t number) {
    Page& page = pages_[number % kPages];
    if (page.number == number) return &page;
    Result<Bytes> bytes = tape_.at(number * kPage, kPage);
    if (!bytes) {
        fail(bytes.error());
        return nullptr;
    }
    page.number = number;
    page.bytes.assign(bytes->begin(), bytes->end());
    return &page;
}

bool Buffer::step(uint64_t at, uint64_t n) {
    if (n > steps_left_) fail({Code::kLimit, "the model refers to the same bytes too often", at});
    if (ok()) steps_left_ -= n;
    return ok();
}

bool Buffer::bytes(uint64_t at, std::span<uint8_t> to) {
    return claim(at, to.size()) && copy(at, to);
}

bool Buffer::copy(uint64_t at, std::span<uint8_t> to) {
    if (!step(at, 1 + to.size() / 8)) return false;
    for (size_t done = 0; done < to.size();) {
        const Page* from = page((at + done) / kPage);
        const size_t offset = static_cast<size_t>((at + done) % kPage);
        if (!from) return false;
        if (offset >= from->bytes.size()) {
            fail({Code::kTruncated, "the file ends early", at});
            return false;
        }
        const size_t length = std::min(to.size() - done, from->bytes.size() - offset);
        std::copy_n(from->bytes.data() + offset, length, to.data() + done);
        done += length;
    }
    return true;
}

// Whether [at, at + length) lies in the buffer.
bool Buffer::claim(uint64_t at, uint64_t length) {
    if (!ok()) return false;
    if (at < base_ || at > end_ || length > end_ - at) {
        fail("an offset leads out of the buffer", at);
        return false;
    }
    extent_ = std::max(extent_, at + length);
    return true;
}

uint64_t Buffer::number(uint64_t place, uint8_t size, uint64_t otherwise) {
    return place == 0 || !ok() ? otherwise : load(place, size);
}

void Buffer::number_aligned(uint64_t place, uint8_t size) {
    if ((place - base_) % size != 0) fail("a number is not aligned", place);
    number(place, size);
}

uint64_t Buffer::load(uint64_t place, uint8_t size) {
    std::array<uint8_t, 8> bytes{};
    if (!claim(place, size) || !copy(place, std::span(bytes).first(size))) return 0;
    return load_le<uint64_t>(bytes.data());
}

// ------------------------------------------------------------------------------------------------
// Tables, vectors, strings

uint64_t Buffer::follow(uint64_t place) {
    if ((place - base_) % 4 != 0) fail("an offset is not aligned", place);
    const uint64_t offset = load(place, 4);
    if (offset == 0) fail("an offset is zero", place);
    return place + offset;
}

Table Buffer::root() { return table(follow(base_)); }

Table Buffer::table(uint64_t at) {
    Table table;
    if ((at - base_) % 4 != 0) fail("a table is not aligned", at);
    const auto back = static_cast<int32_t>(number(at, 4));
    const uint64_t vtable = at - static_cast<uint64_t>(static_cast<int64_t>(back));
    if ((vtable - base_) % 2 != 0) fail("a vtable is not aligned", vtable);
    const auto length = static_cast<uint16_t>(number(vtable, 2));
    if (length < 4 || length % 2 != 0) fail("a vtable has an impossible length", vtable);
    if (!claim(vtable, length)) return {};
    const auto size = static_cast<uint16_t>(number(vtable + 2, 2));
    if (size < 4) fail("a table has an impossible length", at);
    if (!claim(at, size)) return {};
    std::vector<uint8_t> bytes(length - 4U);
    if (!copy(vtable + 4, bytes)) return {};
    table.at = at;
    for (size_t i = 0; i < bytes.size(); i += 2) {
        const auto slot = load_le<uint16_t>(bytes.data() + i);
        const bool inside = slot == 0 || (slot >= 4 && slot < size);
        if (!inside) fail("a field lies outside its table", vtable + 4 + i);
        table.slots.push_back(slot);
    }
    return ok() ? table : Table{};
}

Vector Buffer::vector_of(uint64_t place, uint32_t item_size) {
    if (place == 0) return {};
    const uint64_t at = follow(place);
    if ((at - base_) % 4 != 0) fail("a vector is not aligned", at);
    const auto count = static_cast<uint32_t>(number(at, 4));
    const uint64_t bytes = uint64_t{count} * item_size;
    if (!claim(at, 4) || !claim(at + 4, bytes)) return {};
    return {at + 4, count};
}

Vector Buffer::string_bytes(uint64_t place) {
    Vector bytes = vector_of(place, 1);
    if (place != 0 && ok() && number(bytes.at + bytes.count, 1) != 0) {
        fail("a string has no end", bytes.at);
    }
    return ok() ? bytes : Vector{};
}

std::string Buffer::string_of(uint64_t place, size_t most) {
    const Vector bytes = string_bytes(place);
    std::vector<uint8_t> text(std::min<size_t>(bytes.count, most));
    if (!copy(bytes.at, text)) return {};
    return std::string(as_text(text));
}

// ------------------------------------------------------------------------------------------------
// All of it

namespace {

// As many tables as the library's own verifier takes, and strings in proportion.
constexpr uint64_t kMostObjects = 4'000'000;
constexpr uint32_t kDeepest = 64;

class Walk {
  public:
    Walk(Buffer& buffer, const Visit& visit) : buffer_(buffer), visit_(visit) {}

    void table(const Schema* schema, const Table& table, uint32_t depth) {
        if (!count_object(table.at) || !schema) return;
        if (depth > kDeepest) return buffer_.fail("tables nest too deeply", table.at);
        for (const Field& field : schema->fields) check_scalar(field, table);
        if (buffer_.ok()) visit_(*schema, table);
        for (const Field& field : schema->fields) follow(schema, field, table, depth);
    }

  private:
    bool count_object(uint64_t at) {
        if (++objects_ > kMostObjects) buffer_.fail("there are more objects than readers take", at);
        return buffer_.ok();
    }

    void check_scalar(const Field& field, const Table& table) {
        const uint64_t place = table.place(field.slot);
        if (place == 0 || field.kind != Kind::kScalar) return;
        buffer_.number_aligned(place, field.size);
    }

    void follow(const Schema* schema, const Field& field, const Table& table, uint32_t depth) {
        const uint64_t place = table.place(field.slot);
        if (place == 0 || !buffer_.ok()) return;
        switch (field.kind) {
            case Kind::kScalar:
                return;
            case Kind::kString:
                buffer_.string_bytes(place);
                return;
            case Kind::kTable:
                return this->table(field.table, buffer_.table_of(place), depth + 1);
            case Kind::kUnion:
                return follow_union(schema, field, table, place, depth);
            case Kind::kScalars:
                buffer_.vector_of(place, field.size);
                return;
            case Kind::kStrings:
            case Kind::kTables:
                return follow_all(field, place, depth);
        }
    }

    void follow_union(const Schema* schema, const Field& field, const Table& table, uint64_t place,
                      uint32_t depth) {
        const uint64_t type = buffer_.number(table.place(static_cast<uint8_t>(field.slot - 1)), 1);
        const bool named = std::any_of(
            schema->fields.begin(), schema->fields.end(),
            [&](const Field& other) { return other.slot == field.slot && other.type == type; });
        if (type == 0 || (field.type == 0 ? named : field.type != type)) return;
        this->table(field.table, buffer_.table_of(place), depth + 1);
    }

    void follow_all(const Field& field, uint64_t place, uint32_t depth) {
        const Vector items = buffer_.vector_of(place, 4);
        for (uint32_t i = 0; i < items.count && buffer_.ok(); i++) {
            const uint64_t item = items.at + uint64_t{4} * i;
            if (field.kind == Kind::kStrings) {
                if (count_object(item)) buffer_.string_bytes(item);
            } else {
                table(field.table, buffer_.table_of(item), depth + 1);
            }
        }
    }

    Buffer& buffer_;
    const Visit& visit_;
    uint64_t objects_ = 0;
};

}  // namespace

void walk(Buffer& buffer, const Schema& schema, const Visit& visit) {
    const Table root = buffer.root();
    if (buffer.ok()) Walk(buffer, visit).table(&schema, root, 0);
}

}  // namespace assay::flat
