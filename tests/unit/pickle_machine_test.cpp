// What a pickle would import, call and change is told at its instruction, whatever the size of the
// blocks it comes in.
#include <gtest/gtest.h>

#include "scanners/pickle/machine.h"
#include "tests/unit/support/pickle_programs.h"

namespace assay {
namespace {

using namespace test;
using namespace test::program;
using namespace std::string_literals;
using Lines = std::vector<std::string>;

constexpr size_t kBlockSizes[] = {1, 7, 4096};

Lines heard(const std::string& pickle) {
    Lines once;
    for (size_t block_size : kBlockSizes) {
        for (bool stream : {false, true}) {
            Lines lines = run(pickle, {block_size, stream}).heard;
            if (once.empty()) once = lines;
            EXPECT_EQ(lines, once) << block_size;
        }
    }
    return once;
}

std::string result(const std::string& pickle) {
    Ran ran = run(pickle);
    EXPECT_EQ(ran.heard, Lines());
    EXPECT_EQ(ran.outcome, "stop");
    EXPECT_EQ(ran.end, pickle.size());
    return ran.result;
}

std::string fault(const std::string& pickle) {
    Lines lines = heard(pickle);
    return lines.empty() ? "" : lines.front();
}

// ------------------------------------------------------------------------------------------------
// Constants and containers

TEST(PickleMachine, Numbers) {
    EXPECT_EQ(result("K\xff."), "255");
    EXPECT_EQ(result("M\xff\xff."), "65535");
    EXPECT_EQ(result("J\xff\xff\xff\xff."), "-1");
    EXPECT_EQ(result("I-12\n."), "-12");
    EXPECT_EQ(result("I01\n."), "True");
    EXPECT_EQ(result("I00\n."), "False");
    EXPECT_EQ(result("I1\n."), "1");
    EXPECT_EQ(result("L-12L\n."), "-12");
    EXPECT_EQ(result("\x8a\x00."s), "0");
    EXPECT_EQ(result("\x8a\x01\x80."), "-128");
    EXPECT_EQ(result("\x8a\x02\x80\x00."s), "128");
    EXPECT_EQ(result("\x8b\x02\x00\x00\x00\xff\x7f."s), "32767");
    EXPECT_EQ(result("\x8a\x09" + std::string(8, '\0') + "\x01."), "<int>");
    EXPECT_EQ(result("L99999999999999999999L\n."), "<int>");
    EXPECT_EQ(result("G" + std::string(8, '\0') + "."), "<float>");
    EXPECT_EQ(result("F1.5\n."), "<float>");
    EXPECT_EQ(result("N."), "None");
    EXPECT_EQ(result("\x88."), "True");
    EXPECT_EQ(result("\x89."), "False");
}

TEST(PickleMachine, Texts) {
    EXPECT_EQ(result(short_text("a") + "."), "'a'");
    EXPECT_EQ(result(text("a") + "."), "'a'");
    EXPECT_EQ(result(sized("\x8d", "a", 8) + "."), "'a'");
    EXPECT_EQ(result("S'\\x61'\n."), "'a'");
    EXPECT_EQ(result("V\\u0061\n."), "'a'");
    EXPECT_EQ(result(sized("U", "\xff", 1) + "."), "'\xff'");
    EXPECT_EQ(result(sized("T", "a", 4) + "."), "'a'");
    EXPECT_EQ(result(sized("C", "a", 1) + "."), "b'a'");
    EXPECT_EQ(result(binary("a") + "."), "b'a'");
    EXPECT_EQ(result(sized("\x8e", "a", 8) + "."), "b'a'");
    EXPECT_EQ(result(sized("\x96", "a", 8) + "."), "bytearray(b'a')");
}

TEST(PickleMachine, Containers) {
    EXPECT_EQ(result(")."), "()");
    EXPECT_EQ(result("N\x85."), "(None,)");
    EXPECT_EQ(result("K\x01K\x02\x86."), "(1, 2)");
    EXPECT_EQ(result("K\x01K\x02K\x03\x87."), "(1, 2, 3)");
    EXPECT_EQ(result("(K\x01K\x02t."), "(1, 2)");
    EXPECT_EQ(result("(K\x01K\x01K\x02l."), "[1, 1, 2]");
    EXPECT_EQ(result("(K\x01K\x02"
                     "d."),
              "{1: 2}");
    EXPECT_EQ(result("](K\x01K\x02"
                     "e."),
              "[1, 2]");
    EXPECT_EQ(result("]K\x01"
                     "a."),
              "[1]");
    EXPECT_EQ(result("}(K\x01K\x02u."), "{1: 2}");
    EXPECT_EQ(result("}K\x01K\x02s."), "{1: 2}");
    EXPECT_EQ(result("\x8f(K\x01K\x02\x90."), "{1, 2}");
    EXPECT_EQ(result("(K\x01\x91."), "frozenset({1})");
    EXPECT_EQ(result("](e."), "[]");
}

TEST(PickleMachine, StackMarksAndMemo) {
    EXPECT_EQ(result("K\x01K\x02"
                     "0."),
              "1");
    EXPECT_EQ(result("K\x01(K\x02K\x03"
                     "1."),
              "1");
    EXPECT_EQ(result("K\x01(0."), "1") << "POP takes a mark, too";
    EXPECT_EQ(result("K\x01"
                     "2\x86."),
              "(1, 1)");
    EXPECT_EQ(result("K\x01q\x05"
                     "0h\x05."),
              "1");
    EXPECT_EQ(result("K\x01r\x00\x00\x00\x80"
                     "0j\x00\x00\x00\x80."s),
              "1");
    EXPECT_EQ(result("K\x01p300\n0g300\n."), "1");
    EXPECT_EQ(result("K\x01\x94K\x02\x94"
                     "00h\x00h\x01\x86."s),
              "(1, 2)");
    EXPECT_EQ(result("K\x01q\x00K\x02q\x00"
                     "0h\x00\x86."s),
              "(1, 2)");
    EXPECT_EQ(result("K\x01q\x01K\x02\x94"
                     "h\x01."),
              "2")
        << "MEMOIZE counts what is there";
    EXPECT_EQ(result("]q\x00h\x00K\x01"
                     "a0."s),
              "[1]")
        << "one object, two places";
    EXPECT_EQ(result("]q\x00h\x00"
                     "a."s),
              "[[[[[...]]]]]");
}

// ------------------------------------------------------------------------------------------------
// What runs

TEST(PickleMachine, EachWayToName) {
    EXPECT_EQ(heard("cposix\nsystem\n."), Lines{"0 global posix.system"});
    EXPECT_EQ(heard(text("posix") + text("system") + "\x93."), Lines{"21 global posix.system"});
    EXPECT_EQ(heard("S'\\x70osix'\nVs\\u0079stem\n\x93."), Lines{"25 global posix.system"});
    EXPECT_EQ(
        heard(short_text("posix") + "\x94" + short_text("system") + "\x94" + "00h\x00h\x01\x93."s),
        Lines{"23 global posix.system"});
    EXPECT_EQ(heard("(iposix\nsystem\n."),
              (Lines{"1 global posix.system", "1 call posix.system()"}));
    EXPECT_EQ(heard("\x82\x07."), Lines{"0 extension 7"});
    EXPECT_EQ(heard("\x83\x07\x01."), Lines{"0 extension 263"});
    EXPECT_EQ(heard("\x84\x07\x01\x01\x00."s), Lines{"0 extension 65799"});
}

TEST(PickleMachine, EachWayToCall) {
    const std::string name = global("posix", "system");
    const std::string told = " call posix.system('id')";
    EXPECT_EQ(heard(name + text("id") + "\x85R."), (Lines{"0 global posix.system", "22" + told}));
    EXPECT_EQ(heard("(" + text("id") + "iposix\nsystem\n."),
              (Lines{"8 global posix.system", "8" + told}));
    EXPECT_EQ(heard("(" + name + text("id") + "o."), (Lines{"1 global posix.system", "22" + told}));
    EXPECT_EQ(heard(name + text("id") + "\x85\x81."),
              (Lines{"0 global posix.system", "22 call posix.system.__new__('id')"}));
    EXPECT_EQ(heard(name + text("id") + "\x85}\x92."),
              (Lines{"0 global posix.system", "23 call posix.system.__new__('id') with {}"}));
    EXPECT_EQ(heard(name + "}" + "b."),
              (Lines{"0 global posix.system", "15 build posix.system from {}"}));
    EXPECT_EQ(heard("Pid\n."), Lines{"0 persistent 'id'"});
    EXPECT_EQ(heard(text("id") + "Q."), Lines{"7 persistent 'id'"});
}

TEST(PickleMachine, EachWayToGiveItems) {
    const std::string made = global("a", "B") + ")R";
    const Lines begin = {"0 global a.B", "6 call a.B()"};
    auto with = [&](const std::string& line) { return Lines{begin[0], begin[1], line}; };
    EXPECT_EQ(heard(made + "Na."), with("8 APPEND a.B()"));
    EXPECT_EQ(heard(made + "(Ne."), with("9 APPENDS a.B()"));
    EXPECT_EQ(heard(made + "NNs."), with("9 SETITEM a.B()"));
    EXPECT_EQ(heard(made + "(NNu."), with("10 SETITEMS a.B()"));
    EXPECT_EQ(heard(made + "(N\x90."), with("9 ADDITEMS a.B()"));
    EXPECT_EQ(heard(made + "N0."), begin);
    EXPECT_EQ(heard(made + "0N."), with("7 discarded a.B()"));
    EXPECT_EQ(heard("(" + made + "1N."),
              (Lines{"1 global a.B", "7 call a.B()", "8 discarded a.B()"}));
}

TEST(PickleMachine, StateReplacesStateAfterItIsTold) {
    Lines lines = heard(global("a", "B") + ")R}bNb.");
    EXPECT_EQ(lines.at(2), "8 build a.B() from {}");
    EXPECT_EQ(lines.at(3), "10 build a.B() from None");
}

TEST(PickleMachine, NamesThatAreNoConstants) {
    EXPECT_EQ(heard(global("a", "b") + ")R" + text("c") + "\x93.").back(),
              "13 computed a.b() . 'c'");
    EXPECT_EQ(heard("K\x01" + text("c") + "\x93."),
              (Lines{"8 computed 1 . 'c'", "8 fault STACK_GLOBAL takes texts only"}));
    std::string longer(pickle::Texts::kLongest + 1, 'x');
    Lines lines = heard(text(longer) + text("c") + "\x93.");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(lines[0].find("computed") != std::string::npos);
}

// ------------------------------------------------------------------------------------------------
// Faults: the first is told, and the machine goes on

TEST(PickleMachine, Faults) {
    EXPECT_EQ(fault(""), "0 fault the pickle ends before its STOP");
    EXPECT_EQ(fault("N"), "1 fault the pickle ends before its STOP");
    EXPECT_EQ(fault("J\x01"), "0 fault the pickle ends before its STOP");
    EXPECT_EQ(fault("X\x05\x00\x00\x00"
                    "abc"s),
              "0 fault the pickle ends before its STOP");
    EXPECT_EQ(fault("X\x05\x10\x00\x00"
                    "abc"s),
              "0 fault the pickle ends before its STOP");
    EXPECT_EQ(fault("cposix\nsyst"), "0 fault the pickle ends before its STOP");
    EXPECT_EQ(fault("."), "0 fault the stack has too few values");
    EXPECT_EQ(fault("0N."), "0 fault the stack has too few values");
    EXPECT_EQ(fault("2N."), "0 fault the stack has too few values");
    EXPECT_EQ(fault("N(."), "2 fault the stack has too few values");
    EXPECT_EQ(fault("N\x86."), "1 fault the stack has too few values");
    EXPECT_EQ(fault("Na."), "1 fault the stack has too few values");
    EXPECT_EQ(fault("(Ne."), "2 fault the stack has too few values");
    EXPECT_EQ(fault("N((Ne."), "4 fault the stack has too few values") << "below is a mark";
    EXPECT_EQ(fault("N(t(e."), "");
    EXPECT_EQ(fault("Nt."), "1 fault there is no MARK");
    EXPECT_EQ(fault("N1."), "1 fault there is no MARK");
    EXPECT_EQ(fault("Ne."), "1 fault there is no MARK");
    EXPECT_EQ(fault("No."), "1 fault there is no MARK");
    EXPECT_EQ(fault("(N\x64."), "2 fault a DICT has an odd number of items");
    EXPECT_EQ(fault("}(Nu."), "3 fault SETITEMS has an odd number of items");
    EXPECT_EQ(fault("}]Ns."), "3 fault a key can't be hashed");
    EXPECT_EQ(fault("}(N]u."), "");
    EXPECT_EQ(fault("}(]Nu."), "4 fault a key can't be hashed");
    EXPECT_EQ(fault("}]\x85Ns."), "4 fault a key can't be hashed");
    EXPECT_EQ(fault("\x8f(]\x90."), "3 fault an item of a set can't be hashed");
    EXPECT_EQ(fault("NNa."), "2 fault what is appended to takes no items");
    EXPECT_EQ(fault(")NNs."), "3 fault what items are set in takes none");
    EXPECT_EQ(fault("h\x09."), "0 fault the memo has no such value");
    EXPECT_EQ(fault("Np-1\n."), "1 fault the number of a value in the memo is none");
    EXPECT_EQ(fault("gx\n."), "0 fault the number of a value in the memo is none");
    EXPECT_EQ(fault("I\n."), "0 fault INT is followed by what is no number");
    EXPECT_EQ(fault("Lx\n."), "0 fault LONG is followed by what is no number");
    EXPECT_EQ(fault("Fx\n."), "0 fault FLOAT is followed by what is no number");
    EXPECT_EQ(fault("Sx\n."), "0 fault STRING is followed by what is no quoted text");
    EXPECT_EQ(fault("V\\u1\n."), "0 fault UNICODE has an escape that is none");
    EXPECT_EQ(fault(text("\xff") + "."), "0 fault a text is not valid UTF-8");
    EXPECT_EQ(fault(text(std::string(300, 'x') + "\xff") + "."),
              "0 fault a text is not valid UTF-8");
    EXPECT_EQ(fault("c\nx\n."), "0 fault a name is empty");
    EXPECT_EQ(fault("c\xff\nx\n."), "0 fault a name is not valid text");
    EXPECT_EQ(fault("(i\xc3\xa9\nx\n."), "1 fault a name is not valid text");
    EXPECT_EQ(fault("P\xff\n."), "0 fault a persistent id is not ASCII");
    EXPECT_EQ(fault("NNR."), "2 fault REDUCE has no tuple of arguments");
    EXPECT_EQ(fault("N)R."), "2 fault what is called can't be called");
    EXPECT_EQ(fault("NN\x81."), "2 fault NEWOBJ has no tuple of arguments");
    EXPECT_EQ(fault("N)N\x92."), "3 fault NEWOBJ_EX has no tuple and dict of arguments");
    EXPECT_EQ(fault("N}b."), "2 fault BUILD on a value without attributes");
    EXPECT_EQ(fault("NNb."), "");
    EXPECT_EQ(fault("\x82\x00."s), "0 fault an extension code below 1");
    EXPECT_EQ(fault("\x97."), "0 fault an out-of-band buffer, which no file has");
    EXPECT_EQ(fault("N\x98."), "1 fault a value that is no buffer");
    EXPECT_EQ(fault(binary("x") + "\x98."), "");
    EXPECT_EQ(fault("\x80\x06N."), "0 fault a protocol that does not exist");
    EXPECT_EQ(fault("N\xff."), "1 fault a byte that is no instruction");
    EXPECT_EQ(fault("\x8b\xff\xff\xff\xff."), "0 fault LONG4 has a negative length");
    EXPECT_EQ(fault("T\xff\xff\xff\xff."),
              "0 fault an operand has a negative length, or one beyond all memory");
    EXPECT_EQ(fault("\x8d" + std::string(8, '\xff') + "."),
              "0 fault an operand has a negative length, or one beyond all memory");
}

TEST(PickleMachine, GoesOnBehindAFault) {
    Ran ran = run("t" + shell() + "0h\x09" + shell() + ".");
    EXPECT_EQ(ran.outcome, "stop");
    EXPECT_EQ(ran.heard.front(), "0 fault there is no MARK");
    EXPECT_EQ(ran.heard.back(), "49 call posix.system('id')");
    EXPECT_EQ(std::count_if(
                  ran.heard.begin(), ran.heard.end(),
                  [](const std::string& line) { return line.find("fault") != std::string::npos; }),
              1)
        << "only the first is told";
}

TEST(PickleMachine, StopsWhereNothingCanBeRead) {
    Ran ran = run("\xff" + shell() + ".");
    EXPECT_EQ(ran.outcome, "fault");
    EXPECT_EQ(ran.heard, Lines{"0 fault a byte that is no instruction"});
    EXPECT_EQ(ran.end, 1U);
}

TEST(PickleMachine, StandsBehindStop) {
    for (size_t block_size : kBlockSizes) {
        Ran ran = run("K\x01.K\x02.", {block_size});
        EXPECT_EQ(ran.outcome, "stop");
        EXPECT_EQ(ran.end, 3U);
        EXPECT_EQ(ran.result, "1");
        EXPECT_EQ(ran.instructions, 2U);
    }
}

TEST(PickleMachine, WhatTheSourceFailsWith) {
    std::string pickle = "(" + text(std::string(1'000, 'x')) + "t.";
    CountingSource source(as_bytes(pickle));
    source.fail_at(500, Error{Code::kIo, "made to fail", 0, 0});
    TestPools pools(64);
    Tape tape(source, pools.pools(), {});
    Listener listener;
    pickle::Machine machine(tape, listener, [](size_t) { return true; });
    listener.watch(machine);
    Result<pickle::Outcome> outcome = machine.run();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().text, "made to fail");
    EXPECT_EQ(listener.heard, Lines());
}

// ------------------------------------------------------------------------------------------------
// Long operands, lines and trace

TEST(PickleMachine, LongOperandsArePassed) {
    for (size_t length : std::initializer_list<size_t>{255, 256, 257, 4095, 4096, 4097, 100'000}) {
        std::string content(length, 'x');
        for (const std::string& operand : {text(content), binary(content), sized("T", content, 4),
                                           sized("\x96", content, 8), "S'" + content + "'\n"}) {
            for (size_t block_size : {size_t{7}, size_t{4096}}) {
                Ran ran = run(operand + shell() + "\x86.", {block_size});
                EXPECT_EQ(ran.outcome, "stop");
                EXPECT_EQ(ran.heard.size(), 2U) << length << " " << operand[0];
            }
        }
    }
}

TEST(PickleMachine, TracesEachInstruction) {
    Ran ran =
        run("\x80\x04K\x01q\x02"
            "0h\x02.",
            {.trace = true});
    EXPECT_EQ(ran.steps,
              (Lines{"0 PROTO 4", "2 BININT1 ", "4 BINPUT 2", "6 POP ", "7 BINGET 2", "9 STOP "}));
}

// They are taken several at a time where nobody watches.
TEST(PickleMachine, RowsOfNumbersAreCountedAndCutLikeOthers) {
    const std::string floats = "G" + std::string(8, '\1') + "G" + std::string(8, '\2');
    const std::string row = floats + "K\1K\2M\1\2M\3\4J\1\2\3\4J\5\6\7\0"s + floats;
    const std::string all = "\x80\x04](" + row + "e.";
    for (size_t block_size : kBlockSizes) {
        const Ran watched = run(all, {block_size, false, SIZE_MAX, true});
        const Ran ran = run(all, {block_size, true});
        EXPECT_EQ(ran.outcome, "stop");
        EXPECT_EQ(ran.heard, Lines());
        EXPECT_EQ(ran.instructions, 15U);
        EXPECT_EQ(watched.instructions, ran.instructions);
        EXPECT_EQ(ran.result, watched.result);
        for (size_t cut = 4; cut < all.size(); cut++) {
            EXPECT_EQ(run(all.substr(0, cut), {block_size}).heard,
                      run(all.substr(0, cut), {4096, false, SIZE_MAX, true}).heard)
                << cut;
        }
    }
    // A frame may end in the row, and straddle a number of it.
    EXPECT_EQ(heard("\x80\x04" + frame("](" + floats) + row + "e."), Lines());
    EXPECT_EQ(heard("\x80\x04" + frame("](" + floats + "G12") + "345678" + row + "e.").size(), 1U);
}

// ------------------------------------------------------------------------------------------------
// Frames and raw bytes

TEST(PickleMachine, Frames) {
    EXPECT_EQ(heard(proto(4) + frame(shell() + ".")),
              (Lines{"11 global posix.system", "33 call posix.system('id')"}));
    EXPECT_EQ(heard(proto(4) + frame("N") + frame("0N.")), Lines());
    EXPECT_EQ(heard(proto(4) + frame(text("id") + ".", 3)),
              Lines{"11 frame an instruction straddles its end"});
    EXPECT_EQ(heard(proto(4) + frame(frame("N", 1) + ".", 5)).size(), 1U);
    EXPECT_EQ(run(proto(4) + frame("N.", 3)).heard,
              Lines{"2 fault a frame that is longer than what follows"});
    EXPECT_EQ(heard(proto(4) + frame("N.", UINT64_MAX)),
              Lines{"2 fault a frame beyond all memory"});
    EXPECT_EQ(heard(proto(4) + frame(frame("N."))).front(),
              "11 frame a frame starts inside another");
}

TEST(PickleMachine, RawBytesBehindTheFrameOfTheirBuild) {
    const std::string object = global("a", "B") + ")R}b";
    const std::string pickle = proto(4) + frame(object + "0") + "RAW!" + frame("N.");
    for (size_t block_size : kBlockSizes) {
        Listener listener;
        listener.raw_after_build = true;
        listener.raw_length = 4;
        Ran ran = run(pickle, listener, {block_size});
        EXPECT_EQ(ran.outcome, "stop");
        EXPECT_EQ(ran.end, pickle.size());
        EXPECT_EQ(ran.result, "None");
        EXPECT_EQ(ran.heard, (Lines{"11 global a.B", "17 call a.B()", "19 build a.B() from {}",
                                    "20 discarded a.B()", "21 raw "}));
    }
}

// The frame ends in front of a number's only byte, with which its row would go on.
TEST(PickleMachine, RawBytesThatLookLikeMoreNumbers) {
    const std::string object = global("a", "B") + ")R}b";
    const std::string pickle = proto(4) + frame(object + "K") + "\1" + "K\2" + "0.";
    for (size_t block_size : kBlockSizes) {
        Listener listener;
        listener.raw_after_build = true;
        listener.raw_length = 2;
        Ran ran = run(pickle, listener, {block_size});
        EXPECT_EQ(ran.outcome, "stop");
        EXPECT_EQ(ran.heard,
                  (Lines{"11 global a.B", "17 call a.B()", "19 build a.B() from {}", "22 raw "}))
            << block_size;
        EXPECT_EQ(ran.result, "a.B()");
    }
}

TEST(PickleMachine, RawBytesRightBehindTheirBuildWithoutAFrame) {
    for (size_t block_size : kBlockSizes) {
        Listener listener;
        listener.raw_after_build = true;
        listener.raw_length = 4;
        Ran ran = run(global("a", "B") + ")R}bcccc0N.", listener, {block_size});
        EXPECT_EQ(ran.outcome, "stop");
        EXPECT_EQ(ran.heard.at(3), "9 raw ");
        EXPECT_EQ(ran.result, "None");
    }
}

TEST(PickleMachine, RawBytesBehindAStopInsideTheFrame) {
    const std::string object = global("a", "B") + ")R}b";
    Listener listener;
    listener.raw_after_build = true;
    listener.raw_length = 4;
    Ran ran = run(proto(4) + frame(object + ".left") + "RAW!", listener);
    EXPECT_EQ(ran.outcome, "stop");
    EXPECT_EQ(ran.end, 2 + 9 + object.size() + 5 + 4);
}

TEST(PickleMachine, RawBytesOfWhichNobodyKnowsTheEnd) {
    Listener listener;
    listener.raw_after_build = true;
    listener.raw_ends = false;
    Ran ran = run(global("a", "B") + ")R}b" + shell() + ".", listener);
    EXPECT_EQ(ran.outcome, "fault");
    EXPECT_EQ(ran.heard.back(), "9 raw ");
}

// ------------------------------------------------------------------------------------------------
// Payloads

TEST(PickleMachine, PayloadsAreLookedIntoWhereTheyStand) {
    const std::string inner = "(S'inner command'\niposix\nsystem\n.";
    for (size_t block_size : kBlockSizes) {
        for (size_t padding : std::initializer_list<size_t>{0, 300, 10'000}) {
            const std::string content = inner + std::string(padding, 'x');
            for (const std::string& operand :
                 {binary(content), text(content), sized("\x96", content, 8)}) {
                Listener listener;
                Listener nested;
                std::string seen;
                listener.wants = [](pickle::Kind, Bytes head, uint64_t) { return head[0] == '('; };
                listener.look = [&](uint64_t, ByteSource& source) -> Status {
                    TestPools pools(block_size);
                    Tape tape(source, pools.pools(), {});
                    pickle::Machine machine(tape, nested, [](size_t) { return true; });
                    nested.watch(machine);
                    Result<pickle::Outcome> outcome = machine.run();
                    if (!outcome) return outcome.error();
                    Status drained = tape.drain();
                    return drained ? source.settle() : drained;
                };
                Ran ran = run("(" + operand + "K\x01t.", listener, {block_size});
                EXPECT_EQ(ran.outcome, "stop");
                EXPECT_EQ(ran.heard, Lines());
                EXPECT_EQ(nested.heard.back(), "18 call posix.system('inner command')");
                EXPECT_TRUE(ran.result.ends_with(", 1)")) << ran.result;
            }
        }
    }
}

TEST(PickleMachine, APayloadThatIsCut) {
    Listener listener;
    listener.wants = [](pickle::Kind, Bytes, uint64_t) { return true; };
    std::string pickle = binary(std::string(300, 'x'));
    pickle.resize(pickle.size() - 1);
    Ran ran = run(pickle, listener, {.block_size = 7, .stream = true});
    EXPECT_EQ(ran.outcome, "fault");
    EXPECT_EQ(ran.heard, Lines{"0 fault the pickle ends before its STOP"});
}

TEST(PickleMachine, ALookThatFailsEndsTheRun) {
    for (const std::string& operand : {binary(std::string(300, 'x')), binary(std::string(30, 'x')),
                                       "S'" + std::string(30, 'x') + "'\n"}) {
        Listener listener;
        listener.wants = [](pickle::Kind, Bytes, uint64_t) { return true; };
        listener.look = [](uint64_t, ByteSource&) -> Status {
            return Error{Code::kInterrupted, "interrupted", 0, 0};
        };
        Ran ran = run(operand + shell() + ".", listener);
        EXPECT_EQ(ran.outcome, "interrupted");
        EXPECT_EQ(ran.heard, Lines());
    }
}

TEST(PickleMachine, WhatIsLookedIntoIsStillChecked) {
    for (size_t padding : std::initializer_list<size_t>{20, 300}) {
        Listener listener;
        listener.wants = [](pickle::Kind, Bytes, uint64_t) { return true; };
        Ran ran = run(text(std::string(padding, 'x') + "\xff") + ".", listener);
        EXPECT_EQ(ran.heard, Lines{"0 fault a text is not valid UTF-8"});
    }
}

// ------------------------------------------------------------------------------------------------
// Memory

std::string distinct_texts(size_t count) {
    std::string out;
    for (size_t i = 0; i < count; i++) out += text("text " + std::to_string(i)) + "\x94";
    return out;
}

std::string many(std::string_view instructions, size_t count) {
    std::string out;
    for (size_t i = 0; i < count; i++) out += instructions;
    return out;
}

TEST(PickleMachine, WithoutMemoryItStillTellsWhatIsCalled) {
    const std::string fillers[] = {
        "",
        "(" + distinct_texts(20'000),
        many("(", 50'000),
        many("]", 50'000),
        many("](", 50'000),
        many("]\x94", 50'000),
        "(" + many("]K\x01\x85", 50'000),
        "](" + many("}", 50'000) + "e",
        many("Np9\n", 1) + many("K\x01r\x01\x02\x03\x7f", 10),
        many(global("a", "B") + ")R", 5'000),
    };
    for (const std::string& filler : fillers) {
        for (size_t memory : std::initializer_list<size_t>{0, 1'000, 20'000, 100'000, 400'000}) {
            Ran ran = run("\x80\x04" + filler + shell() + ".", {.memory = memory});
            EXPECT_LE(ran.reserved, memory);
            bool named = std::any_of(ran.heard.begin(), ran.heard.end(), [](const auto& line) {
                return line.find("global posix.system") != std::string::npos;
            });
            EXPECT_TRUE(named) << memory << " " << filler.substr(0, 4);
            EXPECT_TRUE(ran.overflowed ||
                        ran.heard.back().find("call posix.system") != std::string::npos)
                << memory << " " << filler.substr(0, 4);
        }
    }
}

TEST(PickleMachine, ComputedNamesAreStillNamesWithoutMemory) {
    std::string fillers;
    for (int i = 0; i < 20'000; i++) fillers += text("text " + std::to_string(i)) + "\x94" + "0";
    Ran ran = run(fillers + text("posix") + text("system") + "\x93.", {.memory = 100'000});
    EXPECT_TRUE(ran.overflowed);
    EXPECT_EQ(ran.heard.size(), 1U);
    EXPECT_TRUE(ran.heard.back().ends_with("global posix.system")) << ran.heard.back();
}

TEST(PickleMachine, AMillionOfTheSameTakesNoRoom) {
    for (const char* instruction : {"N", "\x88", "K\x01", "G\0\0\0\0\0\0\0\0"}) {
        std::string one = instruction[0] == 'G' ? "G" + std::string(8, '\0') : instruction;
        Ran ran = run("](" + many(one, 1'000'000) + "e.", {.memory = 100'000});
        EXPECT_FALSE(ran.overflowed);
        EXPECT_EQ(ran.outcome, "stop");
    }
}

TEST(PickleMachine, AMillionDifferentNumbersTakeLittle) {
    std::string numbers = "](";
    for (uint32_t i = 0; i < 300'000; i++) numbers += "J" + little(i, 4);
    Ran ran = run(numbers + "e.", {.memory = 200'000});
    EXPECT_FALSE(ran.overflowed);
}

TEST(PickleMachine, WhatOnlyALongListHoldsIsForgotten) {
    std::string items;
    for (int i = 0; i < 50'000; i++) items += "](" + number(7) + "Nea";
    Ran ran = run("]" + items + ".", {.memory = 200'000});
    EXPECT_FALSE(ran.overflowed);
    EXPECT_EQ(ran.result,
              "[[7, None], [7, None], [7, None], [7, None], [7, None], [7, None], [7, "
              "None], [7, None], ...]");
}

// A full list, an object in it that is held elsewhere, and one more object that would take its
// room.
TEST(PickleMachine, WhatIsHeldElsewhereIsNotForgotten) {
    const std::string full = "](" + many("N", 65) + "eq" + std::string(1, '\0');
    const std::string object = global("a", "B") + "K\x07\x85Rq\x01";
    const std::string other = global("x", "Y") + ")R0";
    const std::string get_list = "h" + std::string(1, '\0');
    const std::string got = full + "0" + object + get_list + "h\x01" + "a0" + other + "}b.";
    EXPECT_TRUE(run(got).heard.back().ends_with("build a.B(7) from {}")) << run(got).heard.back();
    const std::string doubled = full + "(" + object + "2e" + other + "h\x01}b.";
    EXPECT_TRUE(run(doubled).heard.back().ends_with("build a.B(7) from {}"));
    const std::string once = full + "(" + object + "e" + other + "h\x01}b.";
    EXPECT_TRUE(run(once).heard.back().ends_with("build a.B(*<unknown>) from {}"));
}

}  // namespace
}  // namespace assay
