// ONNX models: the same findings whatever the blocks, and a finding for every way of being cut.
#include <gtest/gtest.h>

#include <algorithm>

#include "scanners/formats.h"
#include "scanners/graph/text_suspicion.h"
#include "tests/unit/support/protobuf_maker.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;

constexpr size_t kBlocks[] = {1, 7, 4096, kMiB};

std::string tensor(const std::string& name, uint64_t length, const std::string& raw) {
    return number(1, length) + number(2, 1) + field(8, name) + field(9, raw);
}

std::string node(const std::string& op) { return field(1, "x") + field(2, "y") + field(4, op); }

std::string model(const std::string& graph, const std::string& more = "") {
    return number(1, 9) + field(2, "unit test") + field(7, graph) + field(8, number(2, 20)) + more;
}

// One of everything that a scan looks at.
std::string everything() {
    const std::string inner = field(1, node("Sub")) + field(2, "inner");
    const std::string attribute = field(1, "then_branch") + field(6, inner);
    const std::string external = number(1, 2) + number(2, 1) + field(8, "far") +
                                 field(13, field(1, "location") + field(2, "weights.bin")) +
                                 number(14, 1);
    const std::string sparse = field(1, tensor("values", 1, "1234")) + number(3, 9);
    const std::string graph = field(1, node("If") + field(5, attribute)) + field(2, "graph") +
                              field(5, tensor("near", 2, "12345678")) + field(5, external) +
                              field(15, sparse);
    const std::string function =
        field(1, "F") + field(7, node("Add")) + field(10, "pkg") + field(9, number(2, 20));
    return model(graph, field(14, field(1, "key") + field(2, "value")) + field(25, function));
}

Scanned scanned(const std::string& file, const ScanSetup& setup = {}) {
    return scan_bytes(kOnnxFormat, file, setup);
}

bool matches(const std::string& file, bool promised = false) {
    Probe probe;
    probe.head = as_bytes(file).first(std::min(file.size(), kProbeHead));
    probe.size = file.size();
    probe.promised = promised;
    return kOnnxFormat.matches(probe);
}

TEST(Onnx, GoodModelsHaveNoFindings) {
    for (size_t block : kBlocks) {
        for (bool stream : {false, true}) {
            Scanned result = scanned(everything(), {block, stream});
            EXPECT_EQ(result.context.findings,
                      std::vector<std::string>{"onnx.external.no_checksum 0 0 "});
            EXPECT_TRUE(result.context.lacks.empty());
            EXPECT_EQ(result.fault, "");
            EXPECT_TRUE(result.read_once);
            EXPECT_EQ(result.context.parsed_bytes, everything().size());
        }
    }
}

TEST(Onnx, EveryCutIsFound) {
    const std::string whole = everything();
    const std::string graph_alone = whole.substr(0, whole.find("\x72"));
    for (size_t size = 1; size < whole.size(); size++) {
        const std::string cut = whole.substr(0, size);
        EXPECT_TRUE(matches(cut, true));
        for (bool stream : {false, true}) {
            Scanned result = scanned(cut, {7, stream});
            const bool faulty = !result.fault.empty() || !result.context.lacks.empty() ||
                                result.context.found("onnx.opset.missing");
            // A cut between two fields of the outermost message leaves a model.
            const bool between = result.context.parsed_bytes == size;
            EXPECT_TRUE(faulty || between) << size;
            EXPECT_TRUE(result.read_once) << size;
        }
    }
}

TEST(Onnx, DamageIsReportedTheSameWhateverTheBlocks) {
    for (uint64_t seed : seeds(200)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        std::string file = everything();
        for (uint64_t n = 1 + dice.below(3); n > 0; n--) {
            file[dice.size_below(file.size())] ^= static_cast<char>(1 << dice.below(8));
        }
        for (bool stream : {false, true}) {
            const Scanned whole = scanned(file, {4096, stream});
            const Scanned pieces = scanned(file, {1 + dice.size_below(20), stream});
            EXPECT_EQ(pieces.context.text(), whole.context.text());
            EXPECT_EQ(pieces.fault, whole.fault);
            EXPECT_TRUE(pieces.read_once || !stream);  // bulk that nobody wants is skipped
        }
    }
}

TEST(Onnx, WhatFollowsIsHandedOnFromItsFirstByte) {
    for (const std::string& more : {std::string("\x80\x02}q\0.", 6), std::string("PK\x03\x04", 4),
                                    std::string(1, '\0') + "after a zero"}) {
        for (bool stream : {false, true}) {
            Scanned result = scanned(everything() + more, {16, stream});
            EXPECT_TRUE(result.context.found("onnx.proto.trailing")) << more;
            ASSERT_EQ(result.context.contents().size(), 1u);
            EXPECT_EQ(result.context.contents()[0], more.substr(more[0] == '\0' ? 1 : 0));
            EXPECT_TRUE(result.read_once);
        }
    }
}

TEST(Onnx, ALimitOnMemoryIsVisible) {
    std::string graph = field(2, "g");
    for (int i = 0; i < 200; i++) {
        graph += field(1, node("Op" + std::to_string(i)) + field(7, "org.example"));
    }
    CountingSource source(as_bytes(graph));
    const std::string file = model(graph);
    MemorySource memory(as_bytes(file));
    TestPools pools(4096);
    Tape tape(memory, pools.pools(), {});
    RecordingContext context(4096);
    context.memory = 10'000;
    Status status = kOnnxFormat.scan(tape, context);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::kLimit);
}

TEST(Onnx, WhatIsNoModelDoesNotMatch) {
    EXPECT_TRUE(matches(everything()));
    EXPECT_TRUE(matches(model(field(1, node("Relu")) + field(2, "g"))));
    EXPECT_FALSE(matches(""));
    EXPECT_FALSE(matches("\x08\x07"));
    EXPECT_FALSE(matches("plain text"));
    EXPECT_FALSE(matches(std::string("\x08\x01\x12\x02\x0a\x00", 6)));  // TensorFlow's
    size_t matching = 0;
    for (uint64_t seed : seeds(2000)) {
        const std::vector<uint8_t> noise = random_bytes(4096, seed);
        std::string file(as_text(noise));
        file[0] = 8;  // at least the first byte is right
        file[1] = 7;
        if (matches(file)) matching++;
    }
    EXPECT_EQ(matching, 0u);
}

TEST(TextSuspicion, WhatHasNoBusinessInADescription) {
    for (const char* text :
         {"", "a model", "call model.eval() first", "see https://example.org", "UEsDBA",
          "return torch.ops.exec(x)", "UEsCdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}) {
        EXPECT_EQ(suspicion(text), "") << text;
    }
    for (const char* text : {"<Script>", "__import__('os')", "x; os.system('id')",
                             "UEsDBBQAAAAIAAAAIQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        EXPECT_NE(suspicion(text), "") << text;
    }
}

}  // namespace
}  // namespace assay
