// joblib dumps: the real ones, walked to their last byte, and small ones of which every field may
// lie.
#include "scanners/joblib/joblib.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "scanners/formats.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;
using namespace std::string_literals;

// ------------------------------------------------------------------------------------------------
// A dump, by its instructions

std::string le(uint64_t value, size_t bytes) {
    std::string out;
    for (size_t i = 0; i < bytes; i++) out += static_cast<char>(value >> (8 * i) & 0xff);
    return out;
}

std::string text(std::string_view value) { return "X" + le(value.size(), 4) + std::string(value); }

std::string number(int64_t value) { return "\x8a\x08" + le(static_cast<uint64_t>(value), 8); }

std::string global(std::string_view module, std::string_view name) {
    return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}

std::string frame(const std::string& body) { return "\x95" + le(body.size(), 8) + body; }

std::string dtype(std::string_view code, int64_t size = -1, int64_t flags = 0) {
    return global("numpy", "dtype") + text(code) + "\x89\x88\x87R(" + number(3) + text("<") +
           "NNN" + number(size) + number(-1) + number(flags) + "tb";
}

struct Wrapped {
    std::vector<int64_t> shape = {4};
    std::string type = dtype("f8");
    bool padded = false;
    std::string module = "joblib.numpy_pickle";
};

// Up to the BUILD that the array follows.
std::string wrapper(const Wrapped& wrapped) {
    std::string shape = "(";
    for (int64_t length : wrapped.shape) shape += number(length);
    std::string padding = wrapped.padded ? number(16) : "N";
    return global(wrapped.module, "NumpyArrayWrapper") + ")\x81}(" + text("shape") + shape + "t" +
           text("dtype") + wrapped.type + text("numpy_array_alignment_bytes") + padding + "ub";
}

std::string dump(const std::string& body) { return "\x80\x04" + body; }

const std::string kEvil = global("os", "system") + text("true") + "\x85R";
const std::string kObjects = dtype("O8", -1, 63);

// ------------------------------------------------------------------------------------------------
// Scans

struct Scanned {
    RecordingContext context;
    uint64_t end = 0;  // where the format stopped reading
    bool once = false;

    [[nodiscard]] bool clean() const {
        return context.findings.empty() && context.lacks.empty() && !context.disowned;
    }
};

Scanned scan(std::string_view file, size_t block = 4096, bool sized = true) {
    CountingSource source(as_bytes(file));
    if (!sized) source.without_size().only_in_order();
    TestPools pools(block);
    Tape tape(source, pools.pools(), {});
    Scanned out{RecordingContext(block)};
    Status scanned = kPickleFormat.scan(tape, out.context);
    if (!scanned) out.context.lacks.emplace_back(scanned.error().text);
    out.end = tape.offset();
    out.once = tape.drain().ok() && source.every_byte_once();
    return out;
}

bool finds(const std::string& file, std::string_view rule) {
    return scan(file).context.found(rule);
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// What joblib wrote without compressing it.
std::vector<std::filesystem::path> real_dumps() {
    std::vector<std::filesystem::path> paths;
    for (const char* folder : {"benign_dumps", "benign_dumps_old"}) {
        std::filesystem::path input = std::filesystem::path(ASSAY_TESTDATA) / "joblib" / folder;
        for (const auto& entry : std::filesystem::directory_iterator(input / "input")) {
            std::string name = entry.path().filename();
            bool raw = name.starts_with("raw") || name.starts_with("objects");
            if (raw || name == "dtypes.joblib" || name == "masked.joblib" ||
                name == "matrix.joblib")
                paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

TEST(Joblib, RealDumpsEndAtTheirStopWhateverTheBlocks) {
    EXPECT_GE(real_dumps().size(), 20u);
    for (const auto& path : real_dumps()) {
        const std::string file = read(path);
        for (size_t block : {size_t{1}, size_t{2}, size_t{7}, size_t{64}, size_t{4096}}) {
            for (bool sized : {true, false}) {
                Scanned scanned = scan(file, block, sized);
                EXPECT_TRUE(scanned.clean()) << path << "\n" << scanned.context.text();
                EXPECT_EQ(scanned.end, file.size()) << path;
                EXPECT_EQ(scanned.context.parsed_bytes, file.size()) << path;
                EXPECT_TRUE(scanned.once) << path;
                EXPECT_TRUE(scanned.context.names().empty()) << path;
            }
        }
    }
}

TEST(Joblib, ADumpThatIsCutAnywhereIsNeverClean) {
    for (const char* name : {"raw.joblib", "objects.joblib", "raw_p2.joblib"}) {
        const std::string file =
            read(std::string(ASSAY_TESTDATA) + "/joblib/benign_dumps/input/" + name);
        ASSERT_GT(file.size(), 100u);
        for (size_t kept = 1; kept < file.size(); kept++) {
            std::string_view cut = std::string_view(file).substr(0, kept);
            Scanned scanned = scan(cut);
            EXPECT_FALSE(scanned.clean()) << name << " cut at " << kept;
            EXPECT_TRUE(scanned.once);
            EXPECT_EQ(scan(cut, 7).context.text(), scanned.context.text()) << name << kept;
            EXPECT_FALSE(scan(cut, 64, false).clean()) << name << " cut at " << kept;
        }
    }
}

TEST(Joblib, DamageChangesNothingBetweenBlocks) {
    const std::string whole =
        read(std::string(ASSAY_TESTDATA) + "/joblib/benign_dumps/input/objects.joblib");
    for (uint64_t seed = 0; seed < 300; seed++) {
        std::string file = whole;
        const auto noise = random_bytes(12, seed);
        for (size_t i = 0; i + 2 < noise.size(); i += 3) {
            file[(size_t{noise[i]} << 8 | noise[i + 1]) % file.size()] ^=
                static_cast<char>(noise[i + 2]);
        }
        Scanned one = scan(file, 1);
        EXPECT_EQ(scan(file, 4096).context.text(), one.context.text()) << "seed " << seed;
        EXPECT_TRUE(one.once);
    }
}

// ------------------------------------------------------------------------------------------------
// How far an array reaches

TEST(Joblib, AnArrayTakesExactlyItsBytes) {
    struct Case {
        std::vector<int64_t> shape;
        std::string type;
        size_t bytes;
    };
    const Case cases[] = {
        {{4}, dtype("f8"), 32},
        {{}, dtype("f8"), 8},
        {{2, 3}, dtype("<i2"), 12},
        {{0}, dtype("f8"), 0},
        {{3, 0, 5}, dtype("f8"), 0},
        {{5}, dtype("u1"), 5},
        {{5}, dtype("b1"), 5},
        {{3}, dtype("c16"), 48},
        {{2}, dtype("U500", 4), 8},
        {{2}, dtype("S3", 3), 6},
        {{2}, dtype("V1000", 24), 48},
        {{2}, dtype("M8"), 16},
        {{1}, dtype("f8", 4096), 8},
        {{1, 1, 1, 1, 7}, dtype("f4"), 28},
        {{int64_t{1} << 50, 1 << 30, 0}, dtype("u1"), 0},
    };
    for (const Case& known : cases) {
        const std::string head = wrapper({known.shape, known.type});
        const std::string items(known.bytes, '\0');
        EXPECT_TRUE(scan(dump(head + items + ".")).clean()) << known.type << known.bytes;
        EXPECT_FALSE(scan(dump(head + items + std::string(1, '\0') + ".")).clean());
        EXPECT_TRUE(finds(dump(head + items + kEvil + "."), "pickle.call.dangerous"));
        if (items.empty()) continue;
        const std::string cut = dump(head + items.substr(1));
        EXPECT_TRUE(finds(cut, "joblib.array.truncated"));
        EXPECT_TRUE(scan(cut, 7, false).context.found("joblib.array.truncated"));
    }
}

TEST(Joblib, WhatIsNoArrayIsNotSteppedOver) {
    const std::vector<int64_t> overflow[] = {{-1},
                                             {-2, -2},
                                             {int64_t{1} << 54, int64_t{1} << 54},
                                             {INT64_MAX},
                                             {int64_t{1} << 54, 2048}};
    for (const auto& shape : overflow) {
        const std::string file = dump(wrapper({shape}) + "0" + kEvil + ".");
        EXPECT_TRUE(finds(file, "joblib.array.size_overflow"));
        EXPECT_TRUE(finds(file, "pickle.call.dangerous"));
    }
    const std::string unknown[] = {dtype("f5"),
                                   dtype("f8,O"),
                                   dtype("V8", -1),
                                   dtype("O8,i4"),
                                   "N",
                                   text("f8"),
                                   number(1),
                                   global("numpy", "float64"),
                                   global("numpy", "dtype") + text("f8") + "\x85R"};
    for (const std::string& type : unknown) {
        const std::string file = dump(wrapper({{4}, type}) + "0" + kEvil + ".");
        EXPECT_TRUE(finds(file, "joblib.array.dtype_unresolved")) << type;
        EXPECT_TRUE(finds(file, "pickle.call.dangerous")) << type;
        EXPECT_FALSE(scan(file).context.lacks.empty());
    }
}

TEST(Joblib, FlagsDecideWhetherAPickleFollows) {
    const std::string inner = "\x80\x02" + kEvil + ".";
    for (int64_t flags : {1, 63, 257, -1}) {
        const std::string file = dump(wrapper({{1}, dtype("f8", -1, flags)}) + inner + ".");
        EXPECT_TRUE(finds(file, "joblib.array.dtype_contradiction")) << flags;
        EXPECT_TRUE(finds(file, "pickle.call.dangerous")) << flags;
    }
    const std::string denied = dump(wrapper({{1}, dtype("O8", -1, 62)}) + "12345678" + kEvil + ".");
    EXPECT_TRUE(finds(denied, "joblib.array.dtype_contradiction"));
    EXPECT_TRUE(finds(denied, "pickle.call.dangerous"));
    EXPECT_TRUE(scan(dump(wrapper({{1}, kObjects}) + "\x80\x02N." + ".")).clean());
}

// Records of records of records, each of which the memo makes of the one before: 32^20 parts.
TEST(Joblib, ATypeIsNoLabyrinth) {
    std::string type = dtype("O8", -1, 63) + "r" + le(0, 4);
    for (uint32_t level = 1; level < 20; level++) {
        std::string fields = "}(";
        for (uint32_t i = 0; i < 32; i++)
            fields += text(std::to_string(i)) + "j" + le(level - 1, 4) + "K\0\x86"s;
        type += "0" + global("numpy", "dtype") + text("V8") + "\x89\x88\x87R(" + number(3) +
                text("|") + "NN" + fields + "u" + number(8) + number(-1) + number(0) + "tbr" +
                le(level, 4);
    }
    EXPECT_TRUE(finds(dump(wrapper({{1}, type}) + std::string(8, '\0') + "."),
                      "joblib.array.dtype_contradiction"));
}

TEST(Joblib, AnyOtherClassHasNoArrayBehindIt) {
    for (const char* module : {"mine.numpy_pickle", "joblib.other", "notjoblib.numpy_pickle"}) {
        const std::string file =
            dump(wrapper({{4}, dtype("f8"), false, module}) + "0" + kEvil + ".");
        EXPECT_TRUE(finds(file, "pickle.call.dangerous")) << module;
        EXPECT_FALSE(finds(file, "joblib.")) << module;
    }
    const std::string vendored = "sklearn.externals.joblib.numpy_pickle";
    EXPECT_TRUE(
        scan(dump(wrapper({{1}, dtype("f8"), false, vendored}) + std::string(8, '\0') + "."))
            .clean());
}

TEST(Joblib, PaddingIsAsLongAsItSays) {
    for (int length = 0; length < 256; length++) {
        const std::string padding = static_cast<char>(length) + std::string(size_t(length), '\xff');
        const std::string array = padding + std::string(32, '\0');
        const std::string head = wrapper({{4}, dtype("f8"), true});
        const bool honest = length >= 1 && length <= 16;
        EXPECT_EQ(scan(dump(head + array + ".")).clean(), honest) << length;
        EXPECT_EQ(finds(dump(head + array + "."), "joblib.pad.invalid"), !honest) << length;
        EXPECT_TRUE(finds(dump(head + array + kEvil + "."), "pickle.call.dangerous")) << length;
        if (length == 0) continue;
        std::string other = array;
        other[static_cast<size_t>(length)] = '\0';
        EXPECT_TRUE(finds(dump(head + other + "."), "joblib.pad.invalid")) << length;
        EXPECT_TRUE(finds(dump(head + padding.substr(1)), "joblib.")) << length;
    }
}

// ------------------------------------------------------------------------------------------------
// Two cursors

TEST(Joblib, ArraysLieBehindTheFrameThatAnnouncesThem) {
    const std::string array(32, '\0');
    EXPECT_TRUE(scan(dump(frame(wrapper({})) + array + frame("."))).clean());
    const std::string left = dump(frame(wrapper({}) + "0" + kEvil) + array + "N.");
    EXPECT_TRUE(finds(left, "joblib.frame.not_drained"));
    EXPECT_TRUE(finds(left, "pickle.call.dangerous"));
    EXPECT_FALSE(finds(left, "pickle.stream."));
    const std::string two = dump(frame(wrapper({}) + "0" + wrapper({{1}, kObjects}) + "0N") +
                                 array + "\x80\x02N." + ".");
    Scanned scanned = scan(two);
    EXPECT_TRUE(scanned.context.found("joblib.frame.not_drained"));
    EXPECT_FALSE(scanned.context.found("pickle.stream."));
    EXPECT_EQ(scanned.end, two.size());
    EXPECT_TRUE(scanned.context.lacks.empty());
}

TEST(Joblib, ArraysOfAFrameThatEndsTooSoonAreReadAllTheSame) {
    const std::string evil = "\x80\x02" + kEvil + ".";
    for (const char* end : {".", ".00", "\xff", "\xff\xff"}) {
        const std::string file = dump(frame(wrapper({{1}, kObjects}) + end) + evil + ".");
        for (size_t block : {size_t{1}, size_t{4096}}) {
            Scanned scanned = scan(file, block);
            EXPECT_TRUE(scanned.context.found("pickle.call.dangerous")) << end;
            EXPECT_TRUE(scanned.once);
        }
    }
    Scanned stopped = scan(dump(frame(wrapper({}) + ".left") + std::string(32, '\0')));
    EXPECT_EQ(stopped.context.contents(), std::vector<std::string>{"left"});
    EXPECT_FALSE(stopped.context.found("pickle.stream.trailing"));
}

TEST(Joblib, AFrameMayNotAnnounceArraysWithoutEnd) {
    std::string wrappers;
    for (int i = 0; i < 1100; i++) wrappers += wrapper({{1}, dtype("u1")}) + "0";
    Scanned scanned = scan(dump(frame(wrappers + "N") + std::string(1100, '\0') + "."));
    EXPECT_TRUE(scanned.context.found("engine.limit.joblib_arrays"));
    EXPECT_FALSE(scanned.context.lacks.empty());
    EXPECT_EQ(scanned.context.memory, 64 * kMiB) << "memory was not given back";
}

// ------------------------------------------------------------------------------------------------
// What lies in arrays

TEST(Joblib, ObjectsAreReadByAPlainUnpickler) {
    const std::string inner = "\x80\x02" + wrapper({{1}}) + "0" + kEvil + ".";
    const std::string file = dump(wrapper({{1}, kObjects}) + inner + ".");
    EXPECT_TRUE(finds(file, "joblib.array.misplaced"));
    EXPECT_TRUE(finds(file, "pickle.call.dangerous"));
    const std::string cut = dump(wrapper({{1}, kObjects}) + "\x80\x02" + kEvil);
    EXPECT_TRUE(finds(cut, "pickle.call.dangerous"));
    EXPECT_TRUE(finds(cut, "pickle.stream.fault"));
    EXPECT_FALSE(scan(cut).context.lacks.empty());
}

// pickle.load takes items for instructions, from the stack and the memo that are there.
TEST(Joblib, ItemsAreRunAsAPlainUnpicklerWould) {
    const std::string names = text("os") + "\x94" + text("system") + "\x94";
    const std::string programs[] = {
        "0" + kEvil + ".",
        "0h"s + '\0' + "h\x01\x93.",
        "0\x93" + text("true") + "\x85R.",
        "0\x94h\x02\x93" + text("true") + "\x85R.",
        "(" + text("x") + "1" + kEvil,
    };
    for (const std::string& program : programs) {
        const auto n = static_cast<int64_t>(program.size());
        const std::string file = dump(names + wrapper({{n}, dtype("u1")}) + program + ".");
        EXPECT_TRUE(finds(file, "joblib.array.program")) << program;
        const std::string packed =
            dump(names + wrapper({{n}, dtype("u1"), true}) + "\x01\xff" + program + ".");
        EXPECT_FALSE(finds(packed, "joblib.array.program")) << "padding stops it";
    }
    const std::string harmless[] = {"0.",
                                    "NNNN",
                                    "\x93",
                                    "R",
                                    "0" + global("numpy", "ndarray") + ".",
                                    "0" + global("no\tname", "x") + ".",
                                    "\x82\x01",
                                    "h\x63"};
    for (const std::string& items : harmless) {
        const auto n = static_cast<int64_t>(items.size());
        EXPECT_TRUE(scan(dump(wrapper({{n}, dtype("u1")}) + items + ".")).clean()) << items;
    }
    const std::string folder = "0" + global("lib-dynload", "__path__") + "0" + kEvil;
    const auto n = static_cast<int64_t>(folder.size());
    EXPECT_TRUE(finds(dump(wrapper({{n}, dtype("u1")}) + folder + "."), "joblib.array.program"));
}

TEST(Joblib, APlainReadingLeadsOverTheArraysEnd) {
    const std::string hidden = "B" + le(60, 4) + std::string(20, 'y') + "0" + kEvil + ".";
    const std::string rest = hidden + std::string(65 - hidden.size(), 'z') + ".";
    const std::string items = "0X" + le(2 + 5 + 20, 4) + "..";
    const auto n = static_cast<int64_t>(items.size());
    EXPECT_TRUE(finds(dump(wrapper({{n}, dtype("u1")}) + items + rest), "joblib.array.program"));
    const std::string far = "B" + le(200'000, 4) + std::string(200'000, '\0') + ".";
    const std::string on = "X" + le(190'000, 4);
    const std::string file = dump(wrapper({{5}, dtype("u1")}) + on + far);
    EXPECT_TRUE(finds(file, "joblib.array.program"));
    const std::string beyond = "X" + le(900'000, 4);
    EXPECT_TRUE(scan(dump(wrapper({{5}, dtype("u1")}) + beyond + far)).clean());
}

TEST(Joblib, PlainReadingsTakeNoLongerThanTheFile) {
    std::string file;
    for (int i = 0; i < 4000; i++) file += wrapper({{1}, dtype("u1")}) + "N0";
    Scanned scanned = scan(dump(file + "N."));
    EXPECT_TRUE(scanned.context.found("joblib.array.program") ||
                scanned.context.found("engine.limit.joblib_items"));
    EXPECT_EQ(scanned.context.memory, 64 * kMiB);
}

TEST(Joblib, ItemsThatAreAProgramAreScannedAsOne) {
    std::string items = "\x80\x02" + kEvil + ".";
    items.resize(64, '\0');
    Scanned scanned = scan(dump(wrapper({{64}, dtype("u1")}) + items + "."));
    EXPECT_EQ(scanned.context.contents(), std::vector<std::string>{items});
    EXPECT_TRUE(scanned.context.found("pickle.nested"));
    EXPECT_TRUE(scanned.context.lacks.empty());
    EXPECT_TRUE(scanned.once);
}

// ------------------------------------------------------------------------------------------------
// Companions

class ClaimsContext final : public NullContext {
  public:
    void claim(Claim claim) override { claims.push_back(std::move(claim)); }
    void add(Finding finding) override { rules.emplace_back(finding.rule->id); }
    std::vector<Claim> claims;
    std::vector<std::string> rules;
};

ClaimsContext companion(const std::string& name) {
    const std::string file = dump(global("joblib.numpy_pickle", "NDArrayWrapper") + ")\x81}(" +
                                  text("filename") + name + "ub.");
    CountingSource source(as_bytes(file));
    TestPools pools(64);
    Tape tape(source, pools.pools(), {});
    ClaimsContext context;
    EXPECT_TRUE(kPickleFormat.scan(tape, context).ok());
    return context;
}

TEST(Joblib, CompanionsAreClaimedOrRefused) {
    ClaimsContext honest = companion(text("model.pkl_01.npy"));
    EXPECT_TRUE(honest.rules.empty());
    ASSERT_EQ(honest.claims.size(), 1u);
    EXPECT_EQ(honest.claims[0].path, "model.pkl_01.npy");
    EXPECT_EQ(honest.claims[0].kind, "");
    EXPECT_EQ(honest.claims[0].if_no_file->id, "joblib.companion.missing");
    EXPECT_EQ(honest.claims[0].if_outside->id, "joblib.companion.traversal");
    const std::pair<const char*, std::string> refused[] = {
        {"traversal", text("../a.npy")},
        {"traversal", text("a/../b.npy")},
        {"traversal", text("..")},
        {"traversal", text("a\\..\\b")},
        {"absolute", text("/a.npy")},
        {"absolute", text("\\\\host\\a")},
        {"absolute", text("C:a.npy")},
        {"unresolved", number(1)},
        {"unresolved", "N"},
    };
    for (const auto& [why, name] : refused) {
        ClaimsContext context = companion(name);
        EXPECT_TRUE(context.claims.empty()) << name;
        EXPECT_EQ(context.rules, std::vector<std::string>{std::string("joblib.companion.") + why});
    }
    EXPECT_EQ(companion(text("..a.npy")).claims.size(), 1u);
}

}  // namespace
}  // namespace assay
