// JSON documents of model repositories: what is said of them, alone and with the files beside them.
#include <gtest/gtest.h>

#include "scanners/formats.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"
#include "tests/unit/support/visits.h"

namespace assay {
namespace {

using namespace test;

// A context that has a name, and hears of disowning.
class NamedContext final : public NullContext {
  public:
    explicit NamedContext(std::string path) : path_(std::move(path)) {}
    void add(Finding finding) override {
        found += std::string(found.empty() ? "" : " ") + std::string(finding.rule->id) + "/" +
                 std::string(name_of(finding.severity));
    }
    void claim(Claim claim) override { claims.push_back(std::move(claim)); }
    void refine(std::string_view name) override { kind = name; }
    void disown() override { disowned = true; }
    void incomplete(Coverage to, std::string_view) override { coverage = name_of(to); }
    [[nodiscard]] std::string_view path() const override { return path_; }

    std::string found;
    std::string kind;
    std::string coverage = "full";
    std::vector<Claim> claims;
    bool disowned = false;

  private:
    std::string path_;
};

NamedContext scan(std::string_view text, const std::string& path = "x.json",
                  const Format& format = kJsonFormat, size_t block = 4096) {
    NamedContext context(path);
    CountingSource source(as_bytes(text));
    TestPools pools(block, kPlenty);
    Tape tape(source, pools.pools(), {});
    EXPECT_TRUE(format.scan(tape, context).ok());
    return context;
}

std::string found(std::string_view text, const std::string& path = "x.json") {
    return scan(text, path).found;
}

TEST(JsonFormat, BrokenDataIsLowAndComplete) {
    for (const char* text :
         {"{\"a\":", "{\"a\":1,}", "{'a':1}", "[1,2", "{\"a\":01}", "nonsense"}) {
        NamedContext context = scan(text);
        EXPECT_EQ(context.found, "json.syntax.invalid/low") << text;
        EXPECT_EQ(context.coverage, "full") << text;
    }
    EXPECT_EQ(found("{\"a\":\"\xff\"}"), "json.text.not_utf8/low");
    EXPECT_EQ(found("{\"a\":1} x"), "json.syntax.trailing/low");
    EXPECT_EQ(found("{\"a\":1}\n{\"b\":2}\n", "x.jsonl"), "");
    EXPECT_EQ(found("{\"a\":1,\"a\":2}"), "hf.json.dup_key/low");
    EXPECT_EQ(found("{\"a\":NaN,\"b\":Infinity}"), "hf.json.nan/low");
    EXPECT_EQ(found("{\"a\":\"\\ud800\"}"), "json.text.surrogate/info");
    EXPECT_EQ(found("\xef\xbb\xbf{}"), "json.syntax.invalid/low");
    EXPECT_EQ(found(std::string(2000, '[')), "hf.json.depth/medium");
}

TEST(JsonFormat, WhatALoaderActsOnIsGraver) {
    EXPECT_EQ(found("{\"a\":", "config.json"), "json.syntax.invalid/medium");
    EXPECT_EQ(scan("{\"a\":", "config.json").coverage, "malformed");
    EXPECT_EQ(found("{\"a\":1,\"a\":2}", "sub/config.json"), "hf.json.dup_key/high");
    EXPECT_EQ(found("{\"model_type\":\"x\",\"a\":1,\"a\":2}"), "hf.json.dup_key/high");
    EXPECT_EQ(found("{\"b\":{\"a\":1,\"a\":2},\"model_type\":\"x\"}"), "hf.json.dup_key/high");
    EXPECT_EQ(found("{\"b\":{\"a\":1},\"c\":{\"a\":2},\"model_type\":\"x\"}"), "");
    EXPECT_EQ(found("{\"weight_map\":{\"a\":\"b\",\"a\":\"c\"},\"metadata\":{}}"),
              "st_index.json.dup_key/high");
    EXPECT_EQ(found("{\"model_type\":\"x\"} {}"), "json.syntax.trailing/medium");
    EXPECT_EQ(found("{\"model_type\":\"x\",\"time_step_limit\":[0.0,Infinity]}"),
              "hf.json.nan/low");
}

TEST(JsonFormat, TextThatOnlyStartsLikeADocumentIsNone) {
    EXPECT_TRUE(scan("{\"a\" is what I said", "notes.txt").disowned);
    EXPECT_TRUE(scan("[1] A footnote.", "README").disowned);
    EXPECT_FALSE(scan("{\"a\" is what I said", "notes.json").disowned);
    EXPECT_FALSE(scan("{\"a\": 1}", "notes.txt").disowned);
    EXPECT_FALSE(scan("{\"model_type\":\"x\", oops", "notes.txt").disowned);
    EXPECT_EQ(scan("{\"a\": 1}", "model.gguf").coverage, "unsupported");
}

TEST(HfConfig, CodeOfThisAndOfOtherRepositories) {
    EXPECT_EQ(found(R"({"auto_map":{"AutoModel":"modeling_x.Model"}})"),
              "hf.auto_map.local_code/high");
    EXPECT_EQ(found(R"({"auto_map":{"AutoTokenizer":["tok.Tok",null]}})"),
              "hf.auto_map.local_code/high");
    EXPECT_EQ(found(R"({"auto_map":["tok.Tok",null]})"), "hf.auto_map.local_code/high");
    EXPECT_EQ(found(R"({"auto_map":{"AutoModel":"org/repo--file.Model"}})"),
              "hf.auto_map.remote_repo/critical");
    EXPECT_EQ(found(R"({"model_type":"x","text_config":{"auto_map":{"AutoModel":"o/r--f.M"}}})"),
              "hf.auto_map.remote_repo/critical hf.auto_map.nested/critical");
    EXPECT_EQ(found(R"({"model_type":"x","text_config":{"auto_map":{"AutoModel":"f.M"}}})"),
              "hf.auto_map.local_code/high hf.auto_map.nested/high");
    EXPECT_EQ(found(R"({"auto_map":{}})"), "");
    EXPECT_EQ(found(R"({"auto_map_x":{"AutoModel":"f.M"},"model_type":"x"})"), "");
    // The key may come before what tells the kind, and not in a document of another kind at all.
    EXPECT_EQ(found(R"({"trust_remote_code":true,"model_type":"x"})"),
              "hf.config.trust_remote_code_key/critical");
    EXPECT_EQ(found(R"({"trust_remote_code":true,"learning_rate":1})"), "");
    EXPECT_EQ(found(R"({"trust_remote_code":false,"model_type":"x"})"), "");
}

TEST(HfConfig, AttentionAndPipelines) {
    EXPECT_EQ(found(R"({"_attn_implementation_internal":"org/kernels"})"),
              "hf.config.attn_internal/critical");
    EXPECT_EQ(found(R"({"_attn_implementation":"org/kernels:flash"})"),
              "hf.config.attn_internal/critical");
    EXPECT_EQ(found(R"({"vision_config":{"_attn_implementation":"o/k"},"model_type":"x"})"),
              "hf.config.attn_internal/critical");
    EXPECT_EQ(found(R"({"_attn_implementation":"flash_attention_2"})"), "");
    EXPECT_EQ(found(R"({"_attn_implementation_internal":null})"), "");
    EXPECT_EQ(found(R"({"custom_pipelines":{"t":{"impl":"p.Pipe","pt":["AutoModel"]}}})"),
              "hf.custom_pipelines/high");
}

TEST(ChatTemplates, AreFoundWhateverTheirForm) {
    EXPECT_EQ(found(R"({"chat_template":"{{ x.__class__ }}"})"), "jinja.ssti.dunder/critical");
    EXPECT_EQ(found(R"({"chat_template":"{{ x.\u005f_class__ }}"})"), "jinja.ssti.dunder/critical");
    EXPECT_EQ(found(R"({"chat_template":[{"name":"a","template":"{{ x.__class__ }}"}]})"),
              "jinja.ssti.dunder/critical");
    EXPECT_EQ(found(R"({"chat_template":{"default":"{{ x.__class__ }}"}})"),
              "jinja.ssti.dunder/critical");
    EXPECT_EQ(found(R"({"chat_template":"{{ messages[0].content }}","note":"{{ x.__class__ }}"})"),
              "");
    EXPECT_EQ(found("{\"chat_template\":\"" + std::string(600 * 1024, ' ') + "\"}"),
              "jinja.dos.size/medium");
    EXPECT_EQ(scan("{\"chat_template\":\"" + std::string(600 * 1024, ' ') + "\"}").coverage,
              "cut_by_limit");
}

TEST(PeftAdapter, BaseModelAndItsLibrary) {
    auto adapter = [](const std::string& more) {
        return found("{\"peft_type\":\"LORA\"," + more + "}", "adapter_config.json");
    };
    EXPECT_EQ(adapter(R"("base_model_name_or_path":"org/model")"), "");
    EXPECT_EQ(adapter(R"("base_model_name_or_path":"/home/me/model")"),
              "hf.base_model.path_like/medium");
    EXPECT_EQ(adapter(R"("base_model_name_or_path":"C:\\model")"),
              "hf.base_model.path_like/medium");
    EXPECT_EQ(adapter(R"("auto_mapping":null)"), "");
    EXPECT_EQ(adapter(R"("auto_mapping":{"parent_library":"transformers.models.x"})"), "");
    EXPECT_EQ(adapter(R"("auto_mapping":{"parent_library":"transformersx"})"),
              "hf.adapter.parent_library/high");
    EXPECT_EQ(adapter(R"("auto_mapping":{"parent_library":"os"})"),
              "hf.adapter.parent_library/high");
}

TEST(DiffusersPipeline, LibrariesAndFiles) {
    auto pipeline = [](const std::string& more) {
        return scan("{\"_class_name\":\"P\",\"_diffusers_version\":\"0.30\"," + more + "}",
                    "model_index.json");
    };
    EXPECT_EQ(pipeline(R"("unet":["diffusers","UNet"],"x":[null,null],"r":false)").found, "");
    NamedContext own = pipeline(R"("unet":["my_unet","UNet"])");
    EXPECT_EQ(own.found, "diffusers.custom_module/low");
    ASSERT_EQ(own.claims.size(), 2U);
    EXPECT_EQ(own.claims[0].path, "unet/my_unet.py");
    EXPECT_NE(own.claims[0].if_file, nullptr);
    EXPECT_EQ(found(R"({"_class_name":["file","P"],"_diffusers_version":"0.30"})"),
              "diffusers.custom_module/high");
}

TEST(SkopsSchema, NodesAndTheirLoaders) {
    auto node = [](const std::string& loader, const std::string& module, const std::string& klass,
                   const std::string& content = "{}") {
        return found("{\"__class__\":\"" + klass + "\",\"__module__\":\"" + module +
                         "\",\"__loader__\":\"" + loader + "\",\"content\":" + content + "}",
                     "schema.json");
    };
    EXPECT_EQ(node("ObjectNode", "sklearn.linear_model._base", "LinearRegression"), "");
    EXPECT_EQ(node("NdArrayNode", "numpy", "ndarray"), "");
    EXPECT_EQ(node("FunctionNode", "builtins", "function",
                   R"({"module_path":"numpy","function":"log1p"})"),
              "");
    EXPECT_EQ(
        node("FunctionNode", "builtins", "function", R"({"module_path":"os","function":"system"})"),
        "skops.loader.function/critical");
    EXPECT_EQ(node("FunctionNode", "numpy", "log1p"), "");
    EXPECT_EQ(node("FunctionNode", "os", "system"), "skops.loader.function/critical");
    EXPECT_EQ(node("OperatorFuncNode", "operator", "call"), "skops.loader.operator_func/critical");
    EXPECT_EQ(node("MethodNode", "builtins", "method", R"({"func":"__globals__","obj":{}})"),
              "skops.loader.method/critical");
    EXPECT_EQ(node("ObjectNode", "mypackage", "Thing"), "skops.type.untrusted/high");
    EXPECT_EQ(node("ConstructorFromReduceNode", "os", "system"),
              "skops.loader.constructor_from_reduce/critical skops.type.untrusted/high");
    EXPECT_EQ(node("ListNode", "builtins", "dict"), "skops.loader.class_mismatch/medium");
    EXPECT_EQ(found(R"({"__class__":"dict","__module__":"builtins","__loader__":"DictNode",)"
                    R"("protocol":9})"),
              "skops.protocol.unknown/high");
}

// ------------------------------------------------------------------------------------------------

constexpr const char* kIndex =
    R"({"metadata":{"total_size":30},"weight_map":{"a":"1.safetensors","b":"2.safetensors"}})";

std::string index_of(const std::string& shard, const std::string& name = "") {
    return found("{\"metadata\":{},\"weight_map\":{\"a\":\"" + shard + "\"}}",
                 name.empty() ? "model.safetensors.index.json" : name);
}

TEST(ShardIndex, NamesOfFiles) {
    EXPECT_EQ(index_of("model.safetensors"), "");
    EXPECT_EQ(index_of("sub/model.safetensors"), "");
    EXPECT_EQ(index_of("../model.safetensors"), "st_index.path.traversal/critical");
    EXPECT_EQ(index_of("sub\\\\..\\\\model.safetensors"), "st_index.path.traversal/critical");
    EXPECT_EQ(index_of("/model.safetensors"), "st_index.path.absolute/critical");
    EXPECT_EQ(index_of("C:model.safetensors"), "st_index.path.absolute/critical");
    EXPECT_EQ(index_of("https://x/model.safetensors"), "st_index.path.absolute/critical");
    EXPECT_EQ(index_of("model.bin"), "st_index.path.not_safetensors/critical");
    EXPECT_EQ(index_of("model.bin", "pytorch_model.bin.index.json"), "");
    EXPECT_EQ(index_of(""), "st_index.path.not_safetensors/critical st_index.json.invalid/high");
}

TEST(ShardIndex, WhatItMustHave) {
    const std::string name = "model.safetensors.index.json";
    EXPECT_EQ(found("{}", name), "st_index.json.invalid/high");
    EXPECT_EQ(found("[]", name), "st_index.json.invalid/high");
    EXPECT_EQ(found("{\"weight_map\":{", name), "st_index.json.invalid/high");
    EXPECT_EQ(found(R"({"metadata":{},"weight_map":{}})", name), "st_index.json.invalid/high");
    EXPECT_EQ(found(R"({"weight_map":{"a":"b.safetensors"}})", name),
              "st_index.metadata.missing/low");
    EXPECT_EQ(found(R"({"metadata":{"total_size":1.5},"weight_map":{"a":"b.safetensors"}})", name),
              "st_index.total_size.mismatch/low");
    EXPECT_EQ(found(R"({"metadata":{},"weight_map":{"a":7,"b":"b.safetensors"}})", name),
              "st_index.json.invalid/high");
    EXPECT_EQ(index_of("model-00001-of-00001.safetensors"), "");
    EXPECT_EQ(index_of("model-00001-of-00002.safetensors"), "st_index.shard.numbering/medium");
    EXPECT_EQ(index_of("model-00003-of-00002.safetensors"),
              "st_index.shard.numbering/medium st_index.shard.numbering/medium");
    EXPECT_EQ(index_of("model-00001-of-99999.safetensors"), "st_index.shard.numbering/medium");
}

TEST(ShardIndex, HasAReasonableNumberOfShards) {
    std::string text = "{\"metadata\":{},\"weight_map\":{";
    for (int i = 0; i <= 10'000; i++) {
        const std::string number = std::to_string(i);
        text += (i > 0 ? ",\"" : "\"") + number + "\":\"" + number + ".safetensors\"";
    }
    const NamedContext context = scan(text + "}}", "model.safetensors.index.json");
    EXPECT_EQ(context.found, "st_index.index.too_large/medium");
    EXPECT_EQ(context.coverage, "cut_by_limit");
}

TEST(ShardIndex, UnderAnotherNameItsShardsMayLieElsewhere) {
    const NamedContext blob = scan(kIndex, "blobs/0123");
    EXPECT_EQ(blob.kind, "shard-index");
    EXPECT_TRUE(blob.claims.empty());
    EXPECT_FALSE(scan(kIndex, "model.safetensors.index.json").claims.empty());
    EXPECT_EQ(index_of("../model.safetensors", "blobs/0123"), "st_index.path.traversal/critical");
}

// A safetensors file of tensors of so many bytes.
std::string safetensors(const std::vector<std::pair<std::string, size_t>>& tensors) {
    std::string header = "{";
    size_t end = 0;
    for (const auto& [name, bytes] : tensors) {
        if (end > 0) header += ",";
        header += "\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[" + std::to_string(bytes) +
                  "],\"data_offsets\":[" + std::to_string(end) + "," + std::to_string(end + bytes) +
                  "]}";
        end += bytes;
    }
    header += "}";
    header += std::string((8 - header.size() % 8) % 8, ' ');
    std::string file(8, '\0');
    store_le<uint64_t>(reinterpret_cast<uint8_t*>(file.data()), header.size());
    return file + header + std::string(end, '\0');
}

std::vector<std::string> joined(const std::string& index,
                                const std::map<std::string, std::string>& files) {
    VisitFolder folder;
    folder.write("model.safetensors.index.json", index);
    for (const auto& [name, content] : files) folder.write(name, content);
    VisitOptions options = toy_options(folder);
    options.formats = all_formats();
    Collect sink;
    must_visit(options, sink);
    return rules_of(sink.at("model.safetensors.index.json"));
}

using Rules = std::vector<std::string>;

TEST(ShardIndex, IsJoinedWithItsShards) {
    const std::string a = safetensors({{"a", 10}});
    const std::string b = safetensors({{"b", 20}});
    const std::string both = safetensors({{"a", 10}, {"b", 20}});
    EXPECT_EQ(joined(kIndex, {{"1.safetensors", a}, {"2.safetensors", b}}), Rules{});
    EXPECT_EQ(joined(kIndex, {{"1.safetensors", a}}), Rules{"st_index.shard.missing"});
    EXPECT_EQ(joined(kIndex, {{"1.safetensors", a}, {"2.safetensors", a}}),
              (Rules{"st_index.tensor.not_in_shard", "st_index.tensor.in_two_shards",
                     "st_index.total_size.mismatch"}));
    EXPECT_EQ(joined(kIndex, {{"1.safetensors", a}, {"2.safetensors", both}}),
              (Rules{"st_index.tensor.in_two_shards", "st_index.total_size.mismatch"}));
    EXPECT_EQ(joined(kIndex,
                     {{"1.safetensors", a}, {"2.safetensors", safetensors({{"b", 19}, {"c", 1}})}}),
              Rules{"st_index.tensor.unmapped"});
    EXPECT_EQ(joined(kIndex, {{"1.safetensors", a}, {"2.safetensors", safetensors({{"b", 21}})}}),
              Rules{"st_index.total_size.mismatch"});
}

TEST(ShardIndex, ShardsThatItDoesNotName) {
    const std::string index =
        R"({"metadata":{},"weight_map":{"a":"m-00001-of-00002.safetensors"}})";
    const std::string a = safetensors({{"a", 10}});
    EXPECT_EQ(joined(index, {{"m-00001-of-00002.safetensors", a}}),
              Rules{"st_index.shard.numbering"});
    EXPECT_EQ(
        joined(index, {{"m-00001-of-00002.safetensors", a}, {"m-00002-of-00002.safetensors", a}}),
        (Rules{"st_index.shard.numbering", "st_index.shard.unreferenced"}));
}

// ------------------------------------------------------------------------------------------------

TEST(LfsPointer, Forms) {
    const std::string version = "version https://git-lfs.github.com/spec/v1\n";
    const std::string oid = "oid sha256:" + std::string(64, 'a') + "\n";
    auto pointer = [&](const std::string& text) {
        return scan(version + text, "model.safetensors", kLfsPointerFormat).found.substr(37);
    };
    EXPECT_EQ(pointer(oid + "size 12\n"), "");
    EXPECT_EQ(pointer("ext-0-x sha256:00\n" + oid + "size 12\n"), "");
    EXPECT_EQ(pointer(oid + "size 12\nsize 12\n"), " lfs.pointer.trailing/high");
    EXPECT_EQ(pointer(oid + "size twelve\n"), " lfs.pointer.invalid/high");
    EXPECT_EQ(pointer(oid + "size 12"), " lfs.pointer.invalid/high");
    EXPECT_EQ(pointer(oid), " lfs.pointer.invalid/high");
    EXPECT_EQ(pointer("oid md5:00\nsize 12\n"), " lfs.pointer.oid_form/high");
    EXPECT_EQ(pointer("oid sha256:" + std::string(64, 'A') + "\nsize 12\n"),
              " lfs.pointer.oid_form/high");
    EXPECT_EQ(pointer("zebra 1\n" + oid + "size 12\n"),
              " lfs.pointer.invalid/high lfs.pointer.invalid/high");
    EXPECT_EQ(scan(version + oid + "size 12\n", "a.safetensors", kLfsPointerFormat).coverage,
              "unsupported");
    EXPECT_EQ(scan(version + oid + "size 12\n", "a.png", kLfsPointerFormat).coverage, "full");
}

TEST(WebPage, CountsWhereSomethingElseIsExpected) {
    constexpr std::string_view kPage = "<!DOCTYPE html><html></html>";
    auto page = [&](const char* name) { return scan(kPage, name, kWebPageFormat); };
    EXPECT_EQ(page("model.safetensors").found, "file.html_instead_of_content/medium");
    EXPECT_EQ(page("model.safetensors").coverage, "unsupported");
    EXPECT_EQ(page("config.json").found, "file.html_instead_of_content/medium");
    EXPECT_EQ(page("index.html").found, "");
    EXPECT_FALSE(page("index.html").disowned);
    EXPECT_TRUE(page("README.md").disowned);
    auto matches = [](std::string_view text) {
        Probe probe;
        probe.head = as_bytes(text);
        return kWebPageFormat.matches(probe);
    };
    EXPECT_TRUE(matches("\xef\xbb\xbf \n<HTML lang=en>"));
    EXPECT_TRUE(matches("<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>"));
    EXPECT_FALSE(matches("<?xml version=\"1.0\"?>\n<net></net>"));
    EXPECT_FALSE(matches("<h1>"));
    EXPECT_FALSE(matches(""));
}

TEST(PythonFile, CountsBesideAConfiguration) {
    auto rules = [](bool config) {
        VisitFolder folder;
        folder.write("modeling_x.py", "import torch\n");
        if (config) folder.write("config.json", R"({"model_type":"x"})");
        VisitOptions options = toy_options(folder);
        options.formats = all_formats();
        Collect sink;
        must_visit(options, sink);
        return rules_of(sink.at("modeling_x.py"));
    };
    EXPECT_EQ(rules(true), Rules{"hf.python_file"});
    EXPECT_EQ(rules(false), Rules{});
}

// Wherever a download breaks off.
TEST(JsonFormat, WhatIsCutIsFound) {
    const std::string config =
        R"({"model_type": "x", "auto_map": {"AutoModel": "o/r--f.M"}, "a": [1, 2.5, "é", null]})";
    for (size_t size = 1; size < config.size(); size++) {
        const NamedContext context = scan(config.substr(0, size), "config.json");
        EXPECT_NE(context.found.find("json."), std::string::npos) << size;
        EXPECT_EQ(context.coverage, "malformed") << size;
    }
    for (size_t size = 1; size + 1 < std::string_view(kIndex).size(); size++) {
        const std::string text = std::string(kIndex).substr(0, size);
        EXPECT_NE(found(text, "model.safetensors.index.json").find("st_index.json.invalid"),
                  std::string::npos)
            << size;
    }
}

TEST(JsonFormat, AnyBytesEndInARecord) {
    constexpr std::string_view kPieces[] = {"{",
                                            "}",
                                            "[",
                                            "]",
                                            ",",
                                            ":",
                                            "\"",
                                            "\"auto_map\"",
                                            "\"weight_map\"",
                                            "\"metadata\"",
                                            "\"total_size\"",
                                            "\"a\"",
                                            "1",
                                            "1.0",
                                            "null",
                                            "true",
                                            "\"x--y\"",
                                            "\"../a\"",
                                            "\\u005f",
                                            "\"__loader__\"",
                                            "\"__class__\"",
                                            "\"_diffusers_version\"",
                                            "\"peft_type\"",
                                            " ",
                                            "\n",
                                            "\"chat_template\"",
                                            "\"{{ a.__class__ }}\"",
                                            "\"model-00001-of-00003.safetensors\"",
                                            "\xff",
                                            "NaN",
                                            "\"protocol\"",
                                            "\"content\"",
                                            "\"unet\""};
    for (uint64_t seed : seeds(400)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        std::string text = "{";
        for (uint64_t i = 0, n = dice.below(60); i < n; i++) {
            text += kPieces[dice.size_below(std::size(kPieces))];
        }
        const NamedContext whole = scan(text, "model.safetensors.index.json");
        const NamedContext pieces = scan(text, "model.safetensors.index.json", kJsonFormat, 1);
        EXPECT_EQ(whole.found, pieces.found) << text;
    }
}

}  // namespace
}  // namespace assay
