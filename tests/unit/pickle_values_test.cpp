// Values, the stack, the memo: what is kept, what is forgotten, and that what is forgotten still
// says what it was.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "scanners/pickle/memo.h"
#include "scanners/pickle/render.h"
#include "scanners/pickle/stack.h"
#include "scanners/pickle/values.h"

namespace assay::pickle {
namespace {

constexpr uint32_t kKept = Heap::kItemsKept;

struct Rig {
    explicit Rig(size_t memory = SIZE_MAX) : left(memory) { heap.use_memo(memo); }

    Value text(std::string_view content) { return heap.text(Kind::kText, content, content.size()); }
    Value full_list() {
        Value list = heap.container(Kind::kList);
        heap.append(list, Value(Kind::kNone), kKept);
        return list;
    }
    Value pair(Value first, Value second) {
        Value tuple = heap.container(Kind::kTuple);
        heap.append(tuple, first, 1);
        heap.append(tuple, second, 1);
        return tuple;
    }
    std::string shown(Value value) const { return render(heap, value); }

    size_t left;
    Heap heap{[this](size_t bytes) {
        if (bytes > left) return false;
        left -= bytes;
        return true;
    }};
    Memo memo{heap};
    Stack stack{heap};
};

TEST(PickleValues, NumbersOfFiftyFiveBits) {
    constexpr int64_t kMost = (int64_t{1} << 55) - 1;
    for (int64_t number : {int64_t{0}, int64_t{-1}, kMost, -kMost - 1}) {
        EXPECT_TRUE(Value::of_int(number).is(Kind::kInt));
        EXPECT_EQ(Value::of_int(number).payload(), number);
    }
    for (int64_t number : {kMost + 1, -kMost - 2, INT64_MAX, INT64_MIN}) {
        EXPECT_TRUE(Value::of_int(number).is(Kind::kBigInt));
    }
}

TEST(PickleValues, InspectedTextsAreTheSameTexts) {
    Rig rig;
    Value text = rig.text("a");
    Value inspected = text.as_inspected();
    EXPECT_TRUE(inspected.inspected());
    EXPECT_FALSE(text.inspected());
    EXPECT_EQ(inspected.index(), text.index());
    EXPECT_EQ(rig.heap.known_text(inspected), "a");
    EXPECT_FALSE(Value::of_int(-1).as_inspected().kind() != Kind::kInt);
}

TEST(PickleValues, OnlyTextsAreKnownTexts) {
    Rig rig;
    Value bytes = rig.heap.text(Kind::kBytes, "a", 1);
    EXPECT_EQ(rig.heap.known_text(rig.text("a")), "a");
    EXPECT_EQ(rig.heap.known_text(bytes), std::nullopt);
    EXPECT_EQ(rig.heap.text_of(bytes).kept, "a");
    EXPECT_EQ(rig.heap.known_text(Value::of_int(1)), std::nullopt);
    EXPECT_EQ(rig.heap.known_text(rig.heap.text(Kind::kText, "a", 1'000)), std::nullopt);
}

TEST(PickleValues, TheFirstItemsOfAContainer) {
    Rig rig;
    Value list = rig.heap.container(Kind::kList);
    for (int i = 0; i < 100; i++) rig.heap.append(list, Value::of_int(i), 2);
    const Items* items = rig.heap.items_of(list);
    EXPECT_EQ(items->kept, kKept);
    EXPECT_EQ(items->total, 200U);
    EXPECT_EQ(rig.heap.item(list, 63), Value::of_int(31));
    EXPECT_EQ(rig.heap.item(list, 64), Value(Kind::kUnknown));
    EXPECT_EQ(rig.heap.kept_items(list).size(), kKept);
    rig.heap.append(list, Value(), UINT64_MAX - 200);
    EXPECT_EQ(items->total, UINT32_MAX);
    EXPECT_EQ(rig.heap.items_of(Value::of_int(1)), nullptr);
    EXPECT_EQ(rig.heap.items_of(Heap::empty_tuple())->total, 0U);
}

TEST(PickleValues, MoreItemsOnRequest) {
    Rig rig;
    rig.heap.keep_items(1'000);
    Value list = rig.heap.container(Kind::kList);
    for (int i = 0; i < 1'000; i++) rig.heap.append(list, Value::of_int(i), 1);
    EXPECT_EQ(rig.heap.item(list, 999), Value::of_int(999));
}

TEST(PickleValues, TheLastValueOfAKey) {
    Rig rig;
    Value dict = rig.heap.container(Kind::kDict);
    for (int i = 1; i <= 2; i++) {
        rig.heap.append(dict, rig.text("a"), 1);
        rig.heap.append(dict, Value::of_int(i), 1);
    }
    rig.heap.append(dict, rig.text("b"), 1);
    rig.heap.append(dict, rig.text("a"), 1);
    EXPECT_EQ(rig.heap.lookup(dict, "a"), Value::of_int(2));
    EXPECT_EQ(rig.heap.lookup(dict, "c"), std::nullopt);
    EXPECT_EQ(rig.heap.lookup(Value(), "a"), std::nullopt);
}

TEST(PickleValues, WhatCanBeHashed) {
    Rig rig;
    Value list = rig.heap.container(Kind::kList);
    EXPECT_FALSE(rig.heap.hashable(list));
    EXPECT_FALSE(rig.heap.hashable(rig.heap.container(Kind::kDict)));
    EXPECT_FALSE(rig.heap.hashable(rig.heap.container(Kind::kSet)));
    EXPECT_FALSE(rig.heap.hashable(rig.heap.text(Kind::kByteArray, "a", 1)));
    EXPECT_FALSE(rig.heap.hashable(rig.pair(Value(), list)));
    EXPECT_FALSE(rig.heap.hashable(rig.pair(rig.pair(list, Value()), Value())));
    EXPECT_TRUE(rig.heap.hashable(rig.pair(Value(), rig.text("a"))));
    EXPECT_TRUE(rig.heap.hashable(rig.heap.container(Kind::kFrozenSet)));
    EXPECT_TRUE(rig.heap.hashable(Heap::empty_tuple()));
}

TEST(PickleValues, OneGlobalForOneName) {
    Rig rig;
    Value system = rig.heap.global(rig.text("os"), rig.text("system"), true);
    EXPECT_EQ(rig.heap.global(rig.text("os"), rig.text("system"), true), system);
    EXPECT_NE(rig.heap.global(rig.text("os"), rig.text("system"), false), system);
    EXPECT_NE(rig.heap.global(rig.text("system"), rig.text("os"), true), system);
    EXPECT_EQ(rig.heap.global_of(system)->judgement.tier, Tier::kDangerous);
    Value made = rig.heap.made(Kind::kMade, system, Heap::empty_tuple());
    EXPECT_EQ(rig.heap.origin_of(made), rig.heap.global_of(system));
    EXPECT_EQ(rig.heap.global_of(made), nullptr);
    EXPECT_EQ(rig.heap.origin_of(rig.heap.made(Kind::kPersistent, Value(), Value())), nullptr);
}

// ------------------------------------------------------------------------------------------------
// Forgetting

// Whether the room of `value` is used again once a full list has taken it.
bool is_forgotten(Rig& rig, Value value) {
    auto next = [&] {
        return value.is_made() ? rig.heap.made(value.kind(), Value(), Value())
                               : rig.heap.container(value.kind());
    };
    Value list = rig.full_list();
    const Value newest = next();
    rig.heap.append(list, value, 1);
    for (Value made = next(); made.index() <= newest.index(); made = next()) {
        if (made.index() == value.index()) return true;
    }
    return false;
}

TEST(PickleValues, WhatOnlyAFullListHoldsIsTakenApart) {
    Rig rig;
    Value inner = rig.heap.container(Kind::kList);
    EXPECT_TRUE(is_forgotten(rig, rig.pair(inner, Value())));
    Rig again;
    Value callee = again.heap.global(again.text("a"), again.text("B"), false);
    EXPECT_TRUE(is_forgotten(again, again.heap.made(Kind::kMade, callee, Heap::empty_tuple())));
}

TEST(PickleValues, WithEverythingInIt) {
    Rig rig;
    Value list = rig.full_list();
    rig.left = 100'000;
    for (int i = 0; i < 100'000; i++) {
        Value made = rig.heap.made(Kind::kMade, Value(), rig.pair(Value(), Value()));
        rig.heap.set_state(made, rig.pair(rig.heap.container(Kind::kDict), Value()));
        rig.heap.append(list, rig.pair(made, rig.pair(Value(), Value())), 1);
    }
    EXPECT_FALSE(rig.heap.overflowed());
}

TEST(PickleValues, DeepOnesWithoutRecursion) {
    Rig rig;
    Value deep = rig.heap.container(Kind::kList);
    for (int i = 0; i < 500'000; i++) {
        Value around = rig.heap.container(Kind::kTuple);
        rig.heap.append(around, deep, 1);
        deep = around;
    }
    EXPECT_TRUE(is_forgotten(rig, deep));
}

TEST(PickleValues, WhatASecondPlaceHoldsIsNot) {
    Rig rig;
    Value list = rig.heap.container(Kind::kList);
    rig.heap.share(list);
    EXPECT_FALSE(is_forgotten(rig, list));
    Value made = rig.heap.made(Kind::kMade, Value(), Value());
    rig.heap.share(made);
    EXPECT_FALSE(is_forgotten(rig, made));
    EXPECT_FALSE(is_forgotten(rig, Heap::empty_tuple()));
}

TEST(PickleValues, OneThatTwoNumbersHoldIsNot) {
    Rig rig;
    Value list = rig.heap.container(Kind::kList);
    for (uint64_t number : {uint64_t{0}, uint64_t{1}}) {
        rig.memo.put(number, list);
        rig.heap.note_memo(list, number);
    }
    EXPECT_FALSE(is_forgotten(rig, list));
    EXPECT_EQ(rig.memo.get(0), list);
}

TEST(PickleValues, TheMemoGetsAContainerOfTheSameKind) {
    Rig rig;
    for (Kind kind : {Kind::kTuple, Kind::kList, Kind::kDict, Kind::kSet, Kind::kFrozenSet}) {
        Value value = rig.heap.container(kind);
        rig.heap.append(value, rig.text("a"), 1);
        rig.memo.put(7, value);
        rig.heap.note_memo(value, 7);
        rig.heap.append(rig.full_list(), value, 1);
        std::optional<Value> stand_in = rig.memo.get(7);
        ASSERT_TRUE(stand_in);
        EXPECT_EQ(stand_in->kind(), kind);
        EXPECT_NE(*stand_in, value);
        EXPECT_EQ(rig.heap.items_of(*stand_in)->total, UINT32_MAX);
        rig.heap.append(*stand_in, Value(), 1);
        EXPECT_EQ(rig.heap.item(*stand_in, 0), Value(Kind::kUnknown));
        EXPECT_FALSE(rig.heap.items_of(*stand_in)->unhashable);
    }
}

TEST(PickleValues, TheMemoGetsAResultOfTheSameCall) {
    Rig rig;
    Value callee = rig.heap.global(rig.text("os"), rig.text("system"), false);
    auto forget_one = [&](uint64_t number) {
        Value made = rig.heap.made(Kind::kMade, callee, Heap::empty_tuple());
        rig.memo.put(number, made);
        rig.heap.note_memo(made, number);
        rig.heap.append(rig.full_list(), made, 1);
        return rig.memo.get(number);
    };
    std::optional<Value> first = forget_one(0);
    ASSERT_TRUE(first && first->is(Kind::kMade));
    EXPECT_EQ(rig.heap.origin_of(*first), rig.heap.global_of(callee));
    EXPECT_EQ(forget_one(1), first) << "one stands in for all";
    EXPECT_FALSE(is_forgotten(rig, *first));
}

TEST(PickleValues, ANumberThatHoldsSomethingElseByNowKeepsIt) {
    Rig rig;
    Value list = rig.heap.container(Kind::kList);
    rig.memo.put(0, list);
    rig.heap.note_memo(list, 0);
    rig.memo.put(0, Value::of_int(1));
    EXPECT_TRUE(is_forgotten(rig, list));
    EXPECT_EQ(rig.memo.get(0), Value::of_int(1));
}

// ------------------------------------------------------------------------------------------------
// Pages

TEST(PicklePages, AThreadGetsTheOneAgainThatItGaveBack) {
    using Pages = SparePages<Value, 256>;
    constexpr size_t kMore = kSparePages + 2;
    std::set<const Value*> given;
    {
        std::vector<Pages::Page> pages;
        for (size_t i = 0; i < kMore; i++) pages.push_back(Pages::take());
        for (const Pages::Page& page : pages) given.insert(page.get());
        EXPECT_EQ(given.size(), kMore);
    }
    std::vector<Pages::Page> pages;
    for (size_t i = 0; i < kSparePages; i++) {
        pages.push_back(Pages::take());
        EXPECT_TRUE(given.contains(pages.back().get()));
    }
    // What one has taken may be given back by another, and outlive it.
    std::thread([&] { pages.push_back(Pages::take()); }).join();
    std::thread([left = std::move(pages)]() mutable { left.clear(); }).join();
}

// ------------------------------------------------------------------------------------------------
// The memo

TEST(PickleMemo, NumbersWithAndWithoutGaps) {
    Rig rig;
    for (uint64_t number : {uint64_t{0}, uint64_t{1}, uint64_t{3}, uint64_t{1} << 31, UINT64_MAX}) {
        rig.memo.put(number, Value::of_int(static_cast<int64_t>(number & 0xff)));
    }
    EXPECT_EQ(rig.memo.count(), 5U);
    EXPECT_EQ(rig.memo.get(3), Value::of_int(3));
    EXPECT_EQ(rig.memo.get(UINT64_MAX), Value::of_int(255));
    EXPECT_EQ(rig.memo.get(2), std::nullopt);
    rig.memo.put(3, Value::of_int(33));
    EXPECT_EQ(rig.memo.get(3), Value::of_int(33));
    EXPECT_EQ(rig.memo.count(), 5U);
    rig.memo.put(2, Value::of_int(2));
    rig.memo.put(3, Value::of_int(34));
    EXPECT_EQ(rig.memo.count(), 6U) << "a number does not count twice when the gap closes";
    EXPECT_EQ(rig.memo.get(3), Value::of_int(34));
}

TEST(PickleMemo, WithoutMemoryNumbersAreLostAndNotUnknown) {
    Rig rig(0);
    rig.memo.put(0, Value::of_int(1));
    EXPECT_EQ(rig.memo.get(0), Value(Kind::kLost));
    EXPECT_EQ(rig.memo.count(), 1U);
    EXPECT_TRUE(rig.heap.overflowed());
}

// ------------------------------------------------------------------------------------------------
// The stack

TEST(PickleStack, RunsOfTheSame) {
    Rig rig;
    for (int i = 0; i < 1'000; i++) rig.stack.push_constant(Value(Kind::kNone));
    EXPECT_EQ(rig.stack.slots().size(), 1U);
    EXPECT_TRUE(rig.stack.holds(3));
    for (int i = 0; i < 999; i++) rig.stack.pop();
    EXPECT_FALSE(rig.stack.empty());
    EXPECT_FALSE(rig.stack.holds(2));
    rig.stack.pop();
    EXPECT_TRUE(rig.stack.empty());
}

TEST(PickleStack, LongRowsOfNumbersAreNotToldApart) {
    Rig rig;
    for (int i = 0; i < 1'000; i++) rig.stack.push_constant(Value::of_int(i));
    EXPECT_EQ(rig.stack.slots().size(), 65U);
    EXPECT_EQ(rig.stack.slots().front().value, Value::of_int(0));
    EXPECT_TRUE(rig.stack.top().is(Kind::kBigInt));
    rig.stack.mark();
    rig.stack.push_constant(Value::of_int(7));
    EXPECT_EQ(rig.stack.top(), Value::of_int(7));
}

TEST(PickleStack, Marks) {
    Rig rig;
    EXPECT_FALSE(rig.stack.marked());
    rig.stack.push_constant(Value(Kind::kNone));
    rig.stack.mark();
    EXPECT_TRUE(rig.stack.empty());
    EXPECT_EQ(rig.stack.below_mark(), Value(Kind::kNone));
    rig.stack.push_constant(Value(Kind::kNone));
    EXPECT_EQ(rig.stack.slots_above_mark(), 1U) << "a run does not reach across a mark";
    rig.stack.mark();
    rig.stack.mark();
    EXPECT_EQ(rig.stack.below_mark(), std::nullopt);
    rig.stack.drop_to_mark();
    rig.stack.pop_mark();
    rig.stack.drop_to_mark();
    EXPECT_FALSE(rig.stack.marked());
    EXPECT_TRUE(rig.stack.holds(1));
    EXPECT_FALSE(rig.stack.holds(2));
}

TEST(PickleStack, WithoutMemoryItStillCounts) {
    Rig rig(100'000);
    for (int i = 0; i < 10'000; i++) rig.stack.push(rig.heap.text(Kind::kBytes, "", 1'000));
    EXPECT_TRUE(rig.stack.overflowed());
    for (int i = 0; i < 10'000; i++) {
        ASSERT_FALSE(rig.stack.empty()) << i;
        rig.stack.pop();
    }
    EXPECT_TRUE(rig.stack.empty());
}

// ------------------------------------------------------------------------------------------------
// Rendering

TEST(PickleRender, AsPythonWouldWriteIt) {
    Rig rig;
    EXPECT_EQ(rig.shown(Value(Kind::kNone)), "None");
    EXPECT_EQ(rig.shown(Value(Kind::kBool, 1)), "True");
    EXPECT_EQ(rig.shown(Value::of_int(-7)), "-7");
    EXPECT_EQ(rig.shown(rig.text("it's\n\\\x01")), "'it\\'s\\n\\\\\\x01'");
    EXPECT_EQ(rig.shown(rig.heap.text(Kind::kBytes, "a", 1)), "b'a'");
    EXPECT_EQ(rig.shown(rig.heap.text(Kind::kByteArray, "a", 1)), "bytearray(b'a')");
    EXPECT_EQ(rig.shown(rig.heap.text(Kind::kText, "begin", 1'000)), "'begin...'");
    EXPECT_EQ(rig.shown(rig.pair(Value(Kind::kFloat), Value(Kind::kBigInt))), "(<float>, <int>)");
    EXPECT_EQ(rig.shown(Heap::empty_tuple()), "()");
    EXPECT_EQ(rig.shown(Value(Kind::kExtension, 7)), "<extension 7>");
    EXPECT_EQ(rig.shown(Value(Kind::kBuffer)), "<buffer>");
    EXPECT_EQ(rig.shown(Value(Kind::kLost)), "<not kept>");
    EXPECT_EQ(rig.shown(Value()), "<unknown>");
    Value callee = rig.heap.global(rig.text("a"), rig.text("B"), false);
    EXPECT_EQ(rig.shown(rig.heap.made(Kind::kMade, callee, rig.pair(Value::of_int(1), callee))),
              "a.B(1, a.B)");
    EXPECT_EQ(rig.shown(rig.heap.made(Kind::kMade, callee, Value())), "a.B(*<unknown>)");
    EXPECT_EQ(rig.shown(rig.heap.made(Kind::kPersistent, Value(), rig.text("7"))),
              "persistent_load('7')");
}

TEST(PickleRender, ManyItemsAndDepthAreCut) {
    Rig rig;
    EXPECT_EQ(rig.shown(rig.full_list()), "[None, None, None, None, None, None, None, None, ...]");
    Value deep = rig.heap.container(Kind::kList);
    rig.heap.append(deep, deep, 1);
    EXPECT_EQ(rig.shown(deep), "[[[[[...]]]]]");
    Value dict = rig.heap.container(Kind::kDict);
    for (int i = 0; i < 20; i++) rig.heap.append(dict, Value::of_int(i), 1);
    EXPECT_EQ(rig.shown(dict), "{0: 1, 2: 3, 4: 5, 6: 7, 8: 9, 10: 11, 12: 13, 14: 15, ...}");
}

TEST(PickleRender, NoRenderingIsLong) {
    Rig rig;
    Value wide = rig.heap.container(Kind::kList);
    std::string text(Texts::kLongest, '\x01');
    for (int i = 0; i < 8; i++) rig.heap.append(wide, rig.text(text), 1);
    for (int i = 0; i < 4; i++) {
        Value around = rig.heap.container(Kind::kList);
        rig.heap.append(around, wide, 8);
        wide = around;
    }
    std::string shown = rig.shown(wide);
    EXPECT_EQ(shown.size(), 243U);
    EXPECT_TRUE(shown.ends_with("..."));
}

}  // namespace
}  // namespace assay::pickle
