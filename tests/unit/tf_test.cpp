// TensorFlow's files: graphs, Keras' metadata, and the table of variables.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "scanners/formats.h"
#include "scanners/graph/crc32c.h"
#include "scanners/graph/leveldb_table.h"
#include "scanners/graph/tf_ops.h"
#include "tests/unit/support/protobuf_maker.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;

constexpr size_t kBlocks[] = {1, 7, 4096, kMiB};

std::string node(const std::string& name, const std::string& op) {
    return field(1, name) + field(2, op);
}

std::string function(const std::string& name, const std::string& body) {
    return field(1, field(1, name)) + field(3, body);
}

std::string saved_model(const std::string& nodes, const std::string& functions = "",
                        const std::string& more = "") {
    const std::string info = field(4, "serve") + field(5, "2.21.0");
    const std::string graph = nodes + field(2, functions);
    return number(1, 1) + field(2, field(1, info) + field(2, graph) + more);
}

std::vector<std::string> found(const std::string& file, const ScanSetup& setup = {}) {
    Scanned result = scan_bytes(kTfSavedModelFormat, file, setup);
    EXPECT_TRUE(result.read_once);
    return result.context.findings;
}

bool finds(const std::string& file, const std::string& rule) {
    return scan_bytes(kTfSavedModelFormat, file, {}).context.found(rule);
}

TEST(TfOps, TablesAreSorted) {
    using namespace tensorflow;
    for (const char* op : {"Abs", "MatMul", "ZipDataset", "_Arg", "PartitionedCall", "SaveV2"}) {
        EXPECT_TRUE(is_known_op(op)) << op;
    }
    EXPECT_FALSE(is_known_op(""));
    EXPECT_FALSE(is_known_op("MatMu"));
    EXPECT_EQ(reach_of("PyFunc"), Reach::kPython);
    EXPECT_EQ(reach_of("WriteFile"), Reach::kFiles);
    EXPECT_EQ(reach_of("RestoreV2"), Reach::kFilesOfSaver);
    EXPECT_EQ(reach_of("DebugIdentityV2"), Reach::kDebug);
    EXPECT_EQ(reach_of("DataServiceDatasetV2"), Reach::kNetwork);
    EXPECT_EQ(reach_of("MatMul"), Reach::kNone);
}

TEST(TfSavedModel, OperatorsBySort) {
    EXPECT_TRUE(found(saved_model(field(1, node("a", "MatMul")))).empty());
    EXPECT_TRUE(finds(saved_model(field(1, node("a", "PyFunc"))), "tf.op.python"));
    EXPECT_TRUE(finds(saved_model(field(1, node("a", "ReadFile"))), "tf.op.file_io"));
    EXPECT_TRUE(finds(saved_model(field(1, node("a", "DebugIdentityV2"))), "tf.op.debug"));
    EXPECT_TRUE(finds(saved_model(field(1, node("a", "RpcClient"))), "tf.op.network"));
    EXPECT_TRUE(finds(saved_model(field(1, node("a", "NobodysOp"))), "tf.op.unknown"));
    EXPECT_TRUE(
        finds(saved_model("", field(1, function("f", node("a", "EagerPyFunc")))), "tf.op.python"));
}

TEST(TfSavedModel, FunctionsOfTheModelAreOperators) {
    const std::string library = field(1, function("mine", node("a", "Add")));
    EXPECT_TRUE(found(saved_model(field(1, node("a", "mine")), library)).empty());
}

TEST(TfSavedModel, SaversAreToldApart) {
    const auto severity = [](const std::string& file) {
        class Severities final : public NullContext {
          public:
            void add(Finding finding) override { highest = std::max(highest, finding.severity); }
            Severity highest = Severity::kInfo;
        };
        MemorySource source(as_bytes(file));
        TestPools pools(4096);
        Tape tape(source, pools.pools(), {});
        Severities context;
        EXPECT_TRUE(kTfSavedModelFormat.scan(tape, context));
        return context.highest;
    };
    const std::string saver = node("SaveV2", "SaveV2");
    EXPECT_EQ(severity(saved_model("", field(1, function("__inference__traced_save_7", saver)))),
              Severity::kInfo);
    EXPECT_EQ(severity(saved_model(field(1, node("save/SaveV2", "SaveV2")))), Severity::kInfo);
    EXPECT_EQ(severity(saved_model(field(1, node("save_1/SaveV2", "SaveV2")))), Severity::kInfo);
    for (const char* name :
         {"saves/SaveV2", "save_x/SaveV2", "save_/SaveV2", "model/save/SaveV2"}) {
        EXPECT_EQ(severity(saved_model(field(1, node(name, "SaveV2")))), Severity::kHigh) << name;
    }
    EXPECT_EQ(severity(saved_model("", field(1, function("serve", saver)))), Severity::kHigh);
    EXPECT_EQ(severity(saved_model(field(1, node("save/x", "WriteFile")))), Severity::kHigh);
    EXPECT_EQ(severity(saved_model(field(1, node("i", "InitializeTableFromTextFileV2")))),
              Severity::kHigh);
    EXPECT_EQ(severity(saved_model(field(1, node("i", "InitializeTableFromTextFileV2")), "",
                                   field(6, field(2, "vocabulary.txt")))),
              Severity::kLow);
}

TEST(TfSavedModel, LambdasInMetadata) {
    const auto object = [](const std::string& metadata) {
        return saved_model(
            "", "", field(7, field(1, field(4, field(1, "_tf_keras_layer") + field(3, metadata)))));
    };
    const std::string lambda = R"({"name": "l", "config": [{"class_name": "Lambda"}]})";
    for (size_t block : kBlocks) {
        const auto findings = found(object(lambda), {block});
        ASSERT_EQ(findings.size(), 1u);
        EXPECT_TRUE(findings[0].starts_with("tf.keras_metadata.lambda"));
    }
    EXPECT_TRUE(found(object(R"({"class_name": "TFOpLambda", "name": "Lambda"})")).empty());
    EXPECT_TRUE(found(object("not JSON: Lambda")).empty());
    const std::string long_one = R"({"x": ")" + std::string(10'000, 'x') + R"(", )";
    EXPECT_TRUE(finds(object(long_one + lambda.substr(1)), "tf.keras_metadata.lambda"));
}

TEST(TfSavedModel, EveryCutIsFound) {
    const std::string whole =
        saved_model(field(1, node("a", "MatMul")), field(1, function("f", node("b", "Add"))));
    for (size_t size = 3; size < whole.size(); size++) {
        for (bool stream : {false, true}) {
            Scanned cut = scan_bytes(kTfSavedModelFormat, whole.substr(0, size), {7, stream});
            // Without a name that says so, what has no graph is no model.
            EXPECT_EQ(cut.fault.empty(), cut.context.disowned) << size;
            EXPECT_TRUE(!cut.context.disowned || size < whole.find("MatMul")) << size;
            EXPECT_TRUE(cut.read_once);
        }
    }
}

// ------------------------------------------------------------------------------------------------

TEST(Crc32c, KnownValues) {
    EXPECT_EQ(crc32c({}), 0u);
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283u);
    EXPECT_EQ(crc32c(std::vector<uint8_t>(32, 0)), 0x8a9136aau);
    const std::vector<uint8_t> random = random_bytes(1000);
    for (size_t i = 0; i < kCrc32cKernelCount; i++) {
        const Crc32cKernel& kernel = kCrc32cKernels[i];
        if (!kernel.usable()) continue;
        for (size_t length : {0U, 1U, 7U, 8U, 9U, 63U, 64U, 1000U}) {
            const Bytes bytes = Bytes(random).first(length);
            EXPECT_EQ(kernel.run(0, bytes), crc32c(bytes)) << kernel.name << " " << length;
            const uint32_t first = kernel.run(0, bytes.first(length / 3));
            EXPECT_EQ(kernel.run(first, bytes.subspan(length / 3)), crc32c(bytes)) << kernel.name;
        }
    }
    EXPECT_EQ(unmask_crc32c(masked_crc32c(random)), crc32c(random));
    EXPECT_EQ(masked_crc32c(as_bytes("foo")),
              ((crc32c(as_bytes("foo")) >> 15 | crc32c(as_bytes("foo")) << 17) + 0xa282ead8u));
}

std::string read_case(const std::string& path) {
    std::ifstream in(std::string(ASSAY_TESTDATA) + "/" + path, std::ios::binary);
    std::stringstream content;
    content << in.rdbuf();
    return content.str();
}

std::string block_of(const std::vector<std::pair<std::string, std::string>>& entries) {
    std::string block;
    for (const auto& [key, value] : entries) {
        block += varint(0) + varint(key.size()) + varint(value.size()) + key + value;
    }
    block += std::string("\0\0\0\0\1\0\0\0", 8);
    block += '\0';
    uint8_t crc[4];
    store_le(crc, masked_crc32c(as_bytes(block)));
    return block + std::string(as_text(crc));
}

std::string handle(size_t offset, size_t size) { return varint(offset) + varint(size - 5); }

std::string bundle(std::vector<std::pair<std::string, std::string>> entries, uint64_t shards = 1) {
    entries.insert(entries.begin(), {"", number(1, shards)});
    const std::string data = block_of(entries);
    const std::string meta = block_of({});
    const std::string index = block_of({{"z", handle(0, data.size())}});
    std::string footer =
        handle(data.size(), meta.size()) + handle(data.size() + meta.size(), index.size());
    footer.resize(40);
    return data + meta + index + footer + std::string(leveldb::kMagic);
}

// Of 32-bit floats.
std::string entry(uint64_t elements, uint64_t offset, uint64_t size, uint64_t shard = 0) {
    return number(1, 1) + field(2, field(2, number(1, elements))) + number(3, shard) +
           number(4, offset) + number(5, size) + fixed32(6, 7);
}

Scanned scanned_bundle(const std::string& file, size_t block = 4096) {
    return scan_bytes(kTfBundleFormat, file, {block});
}

TEST(TfBundle, GoodOnesHaveNoFindings) {
    for (size_t block : kBlocks) {
        Scanned result = scanned_bundle(
            bundle({{"a", entry(2, 0, 8)}, {"b", entry(0, 8, 0)}, {"c", entry(1, 8, 4)}}), block);
        EXPECT_TRUE(result.context.findings.empty());
        EXPECT_TRUE(result.context.lacks.empty());
        EXPECT_EQ(result.fault, "");
        EXPECT_TRUE(result.read_once);
    }
}

TEST(TfBundle, WhatEntriesMayNotSay) {
    const auto finds_in = [](const std::string& file, const std::string& rule) {
        return scanned_bundle(file).context.found(rule);
    };
    EXPECT_TRUE(
        finds_in(bundle({{"a", entry(2, 0, 8)}, {"b", entry(2, 4, 8)}}), "tf.bundle.overlap"));
    EXPECT_TRUE(finds_in(bundle({{"a", entry(2, 0, 12)}}), "tf.bundle.size_mismatch"));
    EXPECT_TRUE(finds_in(bundle({{"a", entry(2, uint64_t(-8), 8)}}), "tf.bundle.out_of_range"));
    EXPECT_TRUE(finds_in(bundle({{"a", entry(2, INT64_MAX - 4, 8)}}), "tf.bundle.out_of_range"));
    EXPECT_TRUE(finds_in(bundle({{"a", entry(uint64_t(-1), 0, 8)}}), "tf.bundle.out_of_range"));
    EXPECT_TRUE(finds_in(bundle({{"a", entry(2, 0, 8, 1)}}), "tf.bundle.missing_shard"));
    EXPECT_TRUE(finds_in(bundle({{"a", entry(2, 0, 8, 1)}}, 0), "tf.bundle.missing_shard"));
    EXPECT_FALSE(finds_in(bundle({{"a", entry(2, 0, 8, 1)}}, 2), "tf.bundle"));
    EXPECT_TRUE(
        finds_in(bundle({{"b", entry(1, 0, 4)}, {"a", entry(1, 4, 4)}}), "tf.bundle.invalid"));
    EXPECT_TRUE(finds_in(bundle({{"a", "\xff"}}), "tf.bundle.invalid"));
}

TEST(TfBundle, EveryFlipIsFound) {
    const std::string whole = bundle({{"a", entry(2, 0, 8)}, {"b", entry(1, 8, 4)}});
    const size_t meta = 13 + 5;  // checked by nobody: the metaindex is not read
    size_t quiet = 0;
    for (size_t at = 0; at < whole.size(); at++) {
        std::string flipped = whole;
        flipped[at] ^= 0x10;
        Scanned result = scanned_bundle(flipped);
        if (result.fault.empty() && result.context.findings.empty()) quiet++;
        EXPECT_TRUE(result.read_once);
    }
    EXPECT_LE(quiet, meta + 40);
}

TEST(TfBundle, EveryCutIsFound) {
    const std::string whole = read_case("tensorflow/benign/input/module/variables/variables.index");
    ASSERT_GT(whole.size(), 100u);
    EXPECT_EQ(scanned_bundle(whole).context.findings, std::vector<std::string>{});
    for (size_t size = 0; size < whole.size(); size++) {
        Scanned cut = scanned_bundle(whole.substr(0, size));
        EXPECT_NE(cut.fault, "") << size;
    }
}

}  // namespace
}  // namespace assay
