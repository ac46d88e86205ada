// What is found in whole pickle files: each rule, what the user may choose, and what stands between
// and behind pickles.
#include <gtest/gtest.h>

#include "scanners/pickle/verdict.h"
#include "tests/unit/support/pickle_programs.h"
#include "tests/unit/support/pickle_scans.h"

namespace assay {
namespace {

using namespace test;
using namespace test::program;
using namespace std::string_literals;
using Lines = std::vector<std::string>;

// The same whatever the blocks are.
PickleContext scan(const std::string& file, PickleSetup setup = {}) {
    PickleContext whole = scan_pickle_file(file, setup);
    EXPECT_TRUE(whole.read_once);
    EXPECT_EQ(whole.memory, setup.memory);
    for (size_t block_size : {size_t{1}, size_t{7}}) {
        setup.block_size = block_size;
        EXPECT_EQ(scan_pickle_file(file, setup).text(), whole.text()) << block_size;
    }
    return whole;
}

Lines findings(const std::string& pickle, const PickleSetup& setup = {}) {
    return scan(pickle + ".", setup).findings;
}

const std::string kUnknown = global("a", "b");
const std::string kObject = global("a", "B") + ")R";

TEST(PickleVerdict, WhatIsDangerous) {
    EXPECT_EQ(findings(shell()), (Lines{"high pickle.global.dangerous 0 posix.system",
                                        "critical pickle.call.dangerous 22 posix.system('id')"}));
    EXPECT_EQ(findings(shell() + shell() + "\x86").size(), 3U) << "a name once, calls each time";
    EXPECT_EQ(findings(global("posix", "system")),
              Lines{"high pickle.global.dangerous 0 posix.system"});
}

TEST(PickleVerdict, WhatIsUnknown) {
    EXPECT_EQ(findings(kUnknown), Lines{"medium pickle.global.unknown 0 a.b"});
    EXPECT_EQ(findings(kUnknown + ")R"),
              (Lines{"medium pickle.global.unknown 0 a.b", "high pickle.call.unknown 6 a.b()"}));
    EXPECT_EQ(findings(kObject), Lines{"medium pickle.global.unknown 0 a.B"}) << "a class";
    EXPECT_EQ(findings(kUnknown + ")\x81"), Lines{"medium pickle.global.unknown 0 a.b"})
        << "NEWOBJ takes classes only";
    EXPECT_EQ(findings(global("a", "_b") + ")\x81").size(), 2U);
    EXPECT_EQ(findings(global("a", "B.c") + ")\x81").size(), 2U);
}

TEST(PickleVerdict, WhatIsHarmless) {
    EXPECT_EQ(findings(global("collections", "OrderedDict") + ")R"), Lines());
    EXPECT_EQ(findings("]("s + number(1) + text("a") + "e"), Lines());
}

TEST(PickleVerdict, WhatIsComputed) {
    EXPECT_EQ(findings(kObject + ")R").back(), "high pickle.call.computed 8 a.B()()");
    EXPECT_EQ(findings(kObject + text("c") + "\x93").back(),
              "high pickle.name.computed 13 a.B() . 'c'");
    EXPECT_EQ(findings("\x82\x07)R"), (Lines{"high pickle.ext.opcode 0 extension 7",
                                             "high pickle.call.computed 3 <extension 7>()"}));
    EXPECT_EQ(findings("Pid\n"), Lines{"high pickle.persid 0 'id'"});
}

TEST(PickleVerdict, WhatIsDropped) {
    const std::string dict = global("collections", "OrderedDict") + ")R";
    EXPECT_EQ(findings(dict + "0N"),
              Lines{"low pickle.call.discarded 27 collections.OrderedDict()"});
    EXPECT_EQ(findings(kObject + "0N").back(), "medium pickle.call.discarded 7 a.B()");
}

TEST(PickleVerdict, WhatIsEncoded) {
    auto encode = [](std::string_view codec) {
        return findings(global("_codecs", "encode") + text("a") + text(codec) + "\x86R");
    };
    EXPECT_EQ(encode("latin1"), Lines());
    EXPECT_EQ(encode("utf-8"), Lines());
    EXPECT_EQ(encode("rot13"), Lines{"high pickle.call.codec 33 _codecs.encode('a', 'rot13')"});
    EXPECT_EQ(findings(global("_codecs", "encode") + text("a") + "\x85R"), Lines());
}

TEST(PickleVerdict, Attributes) {
    auto attribute = [](const std::string& object, std::string_view name) {
        Lines lines = findings(global("builtins", "getattr") + object + text(name) + "\x86R");
        return !lines.empty() && lines.back().starts_with("high pickle.attribute.private");
    };
    const std::string dict = global("collections", "OrderedDict");
    EXPECT_TRUE(attribute(dict, "__subclasses__"));
    EXPECT_TRUE(attribute(dict + ")R", "__class__"));
    EXPECT_TRUE(attribute(dict + ")R", "a.b"));
    EXPECT_TRUE(attribute(global("posix", "system"), "name"));
    EXPECT_TRUE(attribute("Pid\n", "name"));
    EXPECT_FALSE(attribute(dict + ")R", "keys"));
    EXPECT_FALSE(attribute(dict, "fromkeys"));
    const std::string spline = global("scipy.interpolate._interpolate", "interp1d");
    EXPECT_FALSE(attribute(spline, "_call_linear")) << "reviewed by its whole name";
    EXPECT_TRUE(attribute(spline, "_call_other"));
    EXPECT_EQ(findings(global("operator", "attrgetter") + text("__class__") + "\x85R").size(), 1U);
    EXPECT_EQ(findings(global("operator", "attrgetter") + text("name") + "\x85R"), Lines());
    EXPECT_EQ(findings(global("operator", "itemgetter") + number(1) + "\x85R"), Lines());
    EXPECT_EQ(findings(kObject + "N}" + text("__class__") + "Ns\x86" + "b").back(),
              "high pickle.attribute.private 26 a.B().'__class__' = ...");
    EXPECT_EQ(findings(kObject + "N}" + text("weight") + "Ns\x86" + "b").size(), 1U);
}

TEST(PickleVerdict, WhatIsSharedByTheProcess) {
    EXPECT_EQ(findings(global("collections", "OrderedDict") + "}b"),
              Lines{"critical pickle.build.global 26 collections.OrderedDict.__setstate__({})"});
    EXPECT_EQ(findings(global("collections", "OrderedDict") + "NNs"),
              Lines{"critical pickle.build.global 27 SETITEM on collections.OrderedDict"});
    EXPECT_EQ(findings(kObject + "}b").size(), 1U);
}

TEST(PickleVerdict, ItemsOfOthers) {
    EXPECT_EQ(findings(kObject + "Na").back(), "medium pickle.set.foreign 8 APPEND on a.B()");
    EXPECT_EQ(findings(global("collections", "OrderedDict") + ")RNNs"), Lines());
    EXPECT_EQ(findings("Pid\nNa").back(),
              "critical pickle.build.global 5 APPEND on persistent_load('id')");
}

TEST(PickleVerdict, CallsByOthers) {
    auto partial = [](const std::string& callee) {
        return findings(global("functools", "partial") + callee + "\x85R");
    };
    EXPECT_EQ(partial(global("collections", "OrderedDict")), Lines());
    EXPECT_EQ(partial(global("posix", "system")).back(),
              "critical pickle.call.dangerous 34 functools.partial(posix.system)");
    EXPECT_EQ(partial(kUnknown).back(), "medium pickle.global.unknown 19 a.b")
        << "kept, not called";
    EXPECT_EQ(partial(global("a", "_b")).back(),
              "high pickle.call.unknown 26 functools.partial(a._b)");
    EXPECT_EQ(partial("Pid\n").back(),
              "high pickle.call.computed 24 functools.partial(persistent_load('id'))");
    auto instance = [](const std::string& callee) {
        return findings(global("copyreg", "__newobj__") + callee + "\x85R");
    };
    EXPECT_EQ(instance(global("collections", "OrderedDict")), Lines());
    EXPECT_EQ(instance(global("posix", "system")).size(), 2U);
    EXPECT_EQ(instance(kObject).back().substr(0, 25), "high pickle.call.computed");
}

TEST(PickleVerdict, FaultsAndFrames) {
    EXPECT_EQ(findings("0N"), Lines{"medium pickle.stream.fault 0 the stack has too few values"});
    EXPECT_EQ(findings(kObject + "t").back(), "high pickle.stream.fault 7 there is no MARK")
        << "what was called has run by then";
    PickleContext broken = scan(kObject + "t.");
    EXPECT_EQ(broken.lacks.size(), 1U);
    EXPECT_TRUE(broken.lacks[0].starts_with("malformed"));
    EXPECT_EQ(scan(proto(4) + frame(text("id") + ".", 3)).findings,
              Lines{"high pickle.frame.straddle 11 an instruction straddles its end"});
}

TEST(PickleVerdict, WhatTheUserAllows) {
    PickleSetup setup;
    setup.options.allow = {"posix.system", "a.b"};
    EXPECT_EQ(findings(shell(), setup), Lines());
    EXPECT_EQ(findings(kUnknown + ")R", setup), Lines());
    EXPECT_EQ(findings(global("os", "system") + ")R", setup).size(), 2U) << "another spelling";
    EXPECT_EQ(findings(global("a", "bc"), setup).size(), 1U);
}

TEST(PickleVerdict, Strict) {
    PickleSetup setup;
    setup.options.strict = true;
    EXPECT_EQ(findings(kUnknown, setup), Lines{"high pickle.global.unknown 0 a.b"});
    EXPECT_EQ(findings(kObject + "Na", setup).back(), "high pickle.set.foreign 8 APPEND on a.B()");
}

TEST(PickleVerdict, OnlyWeights) {
    PickleSetup setup;
    setup.options.torch_weights_only = true;
    EXPECT_EQ(findings(global("collections", "OrderedDict") + ")R", setup), Lines());
    EXPECT_EQ(findings(global("collections", "deque"), setup),
              Lines{"high pickle.weights_only.global 0 collections.deque"});
    EXPECT_EQ(findings("I1\n", setup), Lines{"high pickle.weights_only.opcode 0 INT"});
    EXPECT_EQ(findings(proto(2) + text("a") + "q\1"s, setup), Lines());
}

TEST(PickleVerdict, WhatLiesInsideValues) {
    const std::string inner = shell("a longer command") + ".";
    PickleContext context = scan(binary(inner) + ".");
    EXPECT_EQ(context.findings,
              (Lines{"/high pickle.global.dangerous 0 posix.system",
                     "/critical pickle.call.dangerous 36 posix.system('a longer command')",
                     "low pickle.nested 0 as it is"}));
    EXPECT_EQ(context.children, Lines{"value@0 "});
    std::string twice = binary(binary(inner) + inner) + ".";
    EXPECT_TRUE(scan(twice).found("//critical pickle.call.dangerous"));
}

TEST(PickleVerdict, LoadersOfWhatLiesInThisPickle) {
    auto load = [](const std::string& bytes) {
        return findings(global("torch.storage", "_load_from_bytes") + bytes + "\x85R").back();
    };
    const std::string inner = "\x80\x02]" + text("benign") + "a.";
    EXPECT_TRUE(load(binary(inner)).starts_with("medium pickle.call.unknown"));
    EXPECT_TRUE(
        load(binary("what cannot be looked into")).starts_with("critical pickle.call.dang"));
    EXPECT_TRUE(load("N").starts_with("critical pickle.call.dangerous"));
}

TEST(PickleVerdict, LongOnesAreRememberedAsInspected) {
    const std::string longer = "\x80\x02]" + text(std::string(300, 'x')) + "a.";
    Lines lines = findings(global("torch.storage", "_load_from_bytes") + binary(longer) + "\x85R");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[1].substr(0, 26), "medium pickle.call.unknown");
}

TEST(PickleVerdict, WithoutMemory) {
    std::string filler;
    for (int i = 0; i < 20'000; i++) filler += text("text " + std::to_string(i)) + "\x94";
    PickleSetup setup;
    setup.memory = 100'000;
    PickleContext context = scan_pickle_file("(" + filler + "1" + shell() + ".", setup);
    EXPECT_TRUE(context.found("high pickle.global.dangerous"));
    EXPECT_TRUE(context.found("critical pickle.call.dangerous")) << "the callee survives";
    EXPECT_TRUE(context.found("medium engine.limit.pickle_values"));
    ASSERT_EQ(context.lacks.size(), 1U);
    EXPECT_TRUE(context.lacks[0].starts_with("cut_by_limit"));
    EXPECT_EQ(context.memory, setup.memory) << "all is given back";
}

TEST(PickleVerdict, ManyFindingsAreNotHeldBack) {
    std::string calls;
    for (int i = 0; i < 1'000; i++) calls += kUnknown + ")R0";
    EXPECT_EQ(findings(calls + "N").size(), 2'001U);
}

// ------------------------------------------------------------------------------------------------
// More than one pickle, and what is none

PickleSetup asked() {
    PickleSetup setup;
    setup.likely.reset();
    return setup;
}

TEST(PickleStream, OneBehindTheOther) {
    PickleContext context = scan("N.N." + shell() + ".");
    EXPECT_EQ(context.findings, (Lines{"high pickle.global.dangerous 4 posix.system",
                                       "critical pickle.call.dangerous 26 posix.system('id')",
                                       "info pickle.stream.multiple 2 3 pickles"}));
    EXPECT_EQ(context.lacks, Lines());
    EXPECT_EQ(context.gap_bytes, 0U);
}

TEST(PickleStream, WhatTrails) {
    EXPECT_EQ(scan("N.\n").findings, Lines()) << "an editor's line feed";
    EXPECT_EQ(scan("N.\r\n").findings, Lines());
    EXPECT_EQ(scan("N.\n\n").findings, Lines{"medium pickle.stream.trailing 2 2 bytes"});
    EXPECT_EQ(scan("N." + std::string(5, '\0')).findings,
              Lines{"info pickle.stream.trailing 2 5 bytes"});
    EXPECT_EQ(scan("N." + std::string(5, '\0') + "x").findings,
              Lines{"medium pickle.stream.trailing 2 6 bytes"});
    PickleContext context = scan("N.\xff\xfe\xfd");
    EXPECT_EQ(context.findings, Lines{"medium pickle.stream.trailing 2 3 bytes"});
    EXPECT_EQ(context.gap_bytes, 3U);
    EXPECT_EQ(context.parsed_bytes, 2U);
}

TEST(PickleStream, WhatIsResumed) {
    for (const std::string& between : {"\xff"s, std::string(1'000, '\xff'), "\xff((("s}) {
        PickleContext context = scan("N." + between + shell() + ".");
        EXPECT_TRUE(context.found("medium pickle.stream.trailing 2 ")) << between;
        EXPECT_TRUE(context.found("high pickle.stream.resumed"));
        EXPECT_TRUE(context.found("critical pickle.call.dangerous"));
        EXPECT_TRUE(context.found("info pickle.stream.multiple"));
    }
    EXPECT_TRUE(scan("N.N" + shell()).found("critical pickle.call.dangerous"))
        << "a cut one that has called";
}

TEST(PickleStream, WhatFollowsAndImportsIsRun) {
    PickleContext context = scan("N." + global("posix", "system") + "\xff");
    EXPECT_TRUE(context.found("high pickle.global.dangerous 2 posix.system"));
    EXPECT_TRUE(context.found("pickle.stream.fault"));
    EXPECT_EQ(context.lacks.size(), 1U);
}

TEST(PickleStream, BehindABrokenOne) {
    PickleContext context = scan(kUnknown + "\xff" + shell() + ".");
    EXPECT_TRUE(context.found("critical pickle.call.dangerous"));
    EXPECT_TRUE(context.found("info pickle.stream.multiple"));
    EXPECT_EQ(context.lacks.size(), 1U);
}

TEST(PickleStream, WhatIsNoPickleAfterAllIsDisowned) {
    PickleContext text = scan("I like this.\n", asked());
    EXPECT_FALSE(text.disowned) << "it was never taken";
    PickleContext more = scan("NN more text", asked());
    EXPECT_TRUE(more.findings.empty());
    PickleContext lists = scan("(lp0\nI1\na.and more", asked());
    EXPECT_TRUE(lists.disowned);
    EXPECT_EQ(lists.findings, Lines());
    EXPECT_FALSE(scan("(lp0\nI1\na.", asked()).disowned);
    EXPECT_FALSE(scan("(lp0\nI1\na." + shell(), {}).disowned);
}

TEST(PickleStream, WhatImportsAndCallsIsNeverDisowned) {
    PickleSetup setup;
    setup.likely = pickle::Likeness::kMaybe;
    PickleContext context = scan(shell() + "\xff", setup);
    EXPECT_FALSE(context.disowned);
    EXPECT_TRUE(context.found("critical pickle.call.dangerous"));
    EXPECT_TRUE(scan(global("posix", "system") + "\xff", setup).disowned);
}

TEST(PickleStream, AFaultOfALaterOneCounts) {
    PickleContext context = scan("N." + shell() + "t.");
    EXPECT_EQ(context.lacks.size(), 1U);
}

TEST(PickleStream, StopsWhenItIsTold) {
    PickleContext context{PickleSetup{}};
    context.stop = true;
    std::string bytes = "N.N.";
    MemorySource two(as_bytes(bytes));
    context.scan(two);
    EXPECT_EQ(context.fault, "interrupted");
}

}  // namespace
}  // namespace assay
