// Messages of protobuf, field by field: what is told, and what is refused.
#include "scanners/graph/protobuf.h"

#include <gtest/gtest.h>

#include "tests/unit/support/protobuf_maker.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/sources.h"

namespace assay::protobuf {
namespace {

using namespace test;
using Kind = Event::Kind;

enum : uint8_t { kRoot, kLeaf };
constexpr Field kRootFields[] = {
    one(1, Type::kInt),       one(2, Type::kText),         many(3, Type::kBulk),
    message(4, kLeaf),        messages(5, kRoot),          many(6, Type::kInts),
    many(7, Type::kManyInts), many(8, Type::kManyFixed32), many(9, Type::kManyFixed64),
    one(10, Type::kFixed32),  one(11, Type::kFixed64),
};
constexpr Field kLeafFields[] = {one(1, Type::kText)};
constexpr Message kMessages[] = {kRootFields, kLeafFields};

constexpr size_t kBlocks[] = {1, 3, 7, 4096};

struct Told {
    std::string events;
    std::optional<Fault> fault;
    bool failed = false;
    uint64_t offset = 0;
};

std::string line(const Event& event) {
    constexpr std::string_view kKinds = "=<>?!";
    std::string text(event.depth, ' ');
    text += kKinds[static_cast<size_t>(event.kind)];
    text += std::to_string(event.number);
    if (event.again) text += " again";
    if (event.value != 0) text += " " + std::to_string(event.value);
    if (!event.text.empty()) text += " '" + std::string(event.text.substr(0, 20)) + "'";
    if (event.cut) text += " cut";
    return text + "\n";
}

Told told(std::string_view bytes, size_t block = 4096, bool stream = false) {
    CountingSource source(as_bytes(bytes));
    if (stream) source.only_in_order().without_size();
    TestPools pools(block);
    Tape tape(source, pools.pools(), {});
    Reader reader(tape, kMessages);
    Told result;
    for (Event event; reader.next(event);) {
        result.events += line(event);
        EXPECT_LE(event.offset, event.start);
        EXPECT_LE(event.start + event.length, bytes.size());
    }
    result.fault = reader.fault();
    result.failed = reader.failed().has_value();
    EXPECT_TRUE(reader.sync().ok());
    result.offset = tape.offset();
    return result;
}

TEST(Protobuf, EveryTypeIsTold) {
    const std::string bytes = number(1, 300) + field(2, "text") + field(3, "bulk") +
                              field(4, field(1, "leaf")) + field(5, field(5, "") + number(1, 7)) +
                              number(6, 5) + field(6, varint(1) + varint(200)) + field(6, "") +
                              number(7, 9) + field(7, varint(1) + varint(2) + varint(300)) +
                              field(8, std::string(8, 'f')) + fixed32(8, 1) +
                              field(9, std::string(24, 'd')) + fixed32(10, 77) + fixed64(11, 88);
    for (size_t block : kBlocks) {
        for (bool stream : {false, true}) {
            Told result = told(bytes, block, stream);
            EXPECT_EQ(result.events,
                      "=1 300\n=2 'text'\n=3\n<4\n =1 'leaf'\n>4\n<5\n <5\n >5\n =1 7\n>5\n=6 5\n"
                      "=6 1\n=6 200\n=7 1\n=7 3\n=8 2\n=8 1\n=9 3\n=10 77\n=11 88\n");
            EXPECT_FALSE(result.fault);
            EXPECT_FALSE(result.failed);
            EXPECT_EQ(result.offset, bytes.size());
        }
    }
}

TEST(Protobuf, WhatComesTwiceIsSaid) {
    EXPECT_EQ(told(number(1, 1) + number(1, 2) + field(4, "") + field(4, "")).events,
              "=1 1\n=1 again 2\n<4\n>4\n<4 again\n>4\n");
    EXPECT_EQ(told(field(5, number(1, 1)) + field(5, number(1, 2))).events,
              "<5\n =1 1\n>5\n<5\n =1 2\n>5\n");
}

TEST(Protobuf, UnknownFieldsAndGroupsArePassed) {
    const std::string group =
        tag(30, 3) + number(1, 5) + tag(31, 3) + tag(31, 4) + field(4, "x") + tag(30, 4);
    EXPECT_EQ(told(field(40, "unknown") + group + number(1, 7)).events, "?40\n?30\n=1 7\n");
    EXPECT_EQ(told(field(5, field(40, "unknown") + group + number(1, 7))).events,
              "<5\n ?40\n ?30\n =1 7\n>5\n");
    EXPECT_EQ(told(field(1, "no number") + number(2, 9) + fixed64(10, 1)).events, "!1\n!2\n!10\n");
}

TEST(Protobuf, LongTextsAreCut) {
    const std::string text(3 * kKept, 't');
    for (size_t block : kBlocks) {
        Told result = told(field(2, text) + number(1, 7), block);
        EXPECT_EQ(result.events, "=2 'tttttttttttttttttttt' cut\n=1 7\n");
    }
}

TEST(Protobuf, FaultsBySort) {
    const std::pair<std::string, Fault::Kind> kCases[] = {
        {tag(0, 0) + "x", Fault::Kind::kInvalid},
        {tag(1, 6), Fault::Kind::kInvalid},
        {tag(1, 7), Fault::Kind::kInvalid},
        {tag(1, 4), Fault::Kind::kInvalid},
        {tag(30, 3) + tag(31, 4), Fault::Kind::kInvalid},
        {tag(30, 3), Fault::Kind::kInvalid},
        {field(5, tag(30, 3)) + tag(30, 4), Fault::Kind::kInvalid},
        {tag(1, 0) + std::string(10, '\xff') + "\x01", Fault::Kind::kInvalid},
        {tag(1, 0) + std::string(9, '\xff') + "\x02", Fault::Kind::kInvalid},
        {std::string(5, '\xff') + "\x01", Fault::Kind::kInvalid},
        {field(8, "abc"), Fault::Kind::kInvalid},
        {field(7, "\x01\x80"), Fault::Kind::kInvalid},
        {field(7, std::string(11, '\x80')), Fault::Kind::kInvalid},
        {tag(3, 2) + varint(uint64_t{1} << 31), Fault::Kind::kTooLong},
        {field(5, tag(2, 2) + varint(5) + "four"), Fault::Kind::kTooLong},
        {field(5, tag(10, 5) + "abc"), Fault::Kind::kTooLong},
        {field(5, tag(1, 0) + "\x80"), Fault::Kind::kTooLong},
        {field(5, tag(6, 2) + varint(2) + "\x01"), Fault::Kind::kTooLong},
        {tag(2, 2) + varint(5) + "four", Fault::Kind::kTruncated},
        {tag(10, 5) + "abc", Fault::Kind::kTruncated},
        {tag(1, 0) + "\x80", Fault::Kind::kTruncated},
        {"\x80", Fault::Kind::kTruncated},
    };
    for (const auto& [bytes, kind] : kCases) {
        for (bool stream : {false, true}) {
            Told result = told(bytes, 3, stream);
            ASSERT_TRUE(result.fault) << to_hex(as_bytes(bytes));
            EXPECT_EQ(result.fault->kind, kind) << to_hex(as_bytes(bytes)) << result.fault->text;
        }
    }
}

TEST(Protobuf, DepthIsBounded) {
    const auto nested = [](size_t depth) {
        std::string inner;
        for (size_t i = 0; i < depth; i++) inner = field(5, inner);
        return inner;
    };
    EXPECT_FALSE(told(nested(kMaxDepth)).fault);
    Told deep = told(nested(kMaxDepth + 1));
    ASSERT_TRUE(deep.fault);
    EXPECT_EQ(deep.fault->kind, Fault::Kind::kTooDeep);
    std::string groups;
    for (int i = 0; i < 100'000; i++) groups += tag(30, 3);
    Told many = told(groups);
    ASSERT_TRUE(many.fault);
    EXPECT_EQ(many.fault->kind, Fault::Kind::kTooDeep);
}

TEST(Protobuf, WhatIsCutIsStillTold) {
    const std::string whole =
        number(1, 7) + field(5, field(4, field(1, "leaf")) + field(2, "tail"));
    for (size_t size = 1; size < whole.size(); size++) {
        Told result = told(std::string_view(whole).substr(0, size));
        if (size == 2) continue;  // a message of its own
        ASSERT_TRUE(result.fault) << size;
        EXPECT_EQ(result.fault->kind, Fault::Kind::kTruncated) << size;
    }
    EXPECT_NE(told(whole.substr(0, whole.size() - 2)).events.find("'leaf'"), std::string::npos);
}

TEST(Protobuf, BlocksMakeNoDifference) {
    for (uint64_t seed : seeds(30)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        std::string bytes = number(1, dice.bits()) + field(2, std::string(dice.below(40), 'a')) +
                            field(5, number(6, 5) + field(6, varint(dice.bits()))) +
                            field(7, varint(dice.bits()) + varint(3)) + field(40, "unknown");
        for (uint64_t n = dice.below(4); n > 0; n--) {
            bytes[dice.size_below(bytes.size())] = static_cast<char>(dice.bits());
        }
        const Told whole = told(bytes);
        for (size_t block : kBlocks) {
            const Told pieces = told(bytes, block);
            EXPECT_EQ(pieces.events, whole.events);
            EXPECT_EQ(pieces.fault.has_value(), whole.fault.has_value());
            EXPECT_EQ(pieces.offset, whole.offset);
        }
    }
}

TEST(Protobuf, Likeness) {
    const std::string bytes = number(1, 7) + field(2, "name") + field(5, field(2, "inner"));
    EXPECT_EQ(likeness(as_bytes(bytes), kMessages).fields, 4u);
    EXPECT_TRUE(likeness(as_bytes(bytes), kMessages).fits);
    for (size_t size = 0; size < bytes.size(); size++) {
        EXPECT_TRUE(likeness(as_bytes(bytes).first(size), kMessages).fits) << size;
    }
    EXPECT_FALSE(likeness(as_bytes(bytes + number(50, 1)), kMessages).fits);
    EXPECT_FALSE(likeness(as_bytes(field(2, std::string("\x01\x02"))), kMessages).fits);
    EXPECT_FALSE(likeness(as_bytes(std::string_view("plain text, no message")), kMessages).fits);
}

}  // namespace
}  // namespace assay::protobuf
