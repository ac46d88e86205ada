// The arithmetic of torch's tensors, its names, its serialization id, and the search in its code.
#include <gtest/gtest.h>

#include "scanners/torch/record_index.h"
#include "scanners/torch/serialization_id.h"
#include "scanners/torch/storages.h"
#include "scanners/torch/torch_legacy.h"
#include "scanners/torch/torch_script.h"
#include "support/null_context.h"

namespace assay::torch {
namespace {

using Dimensions = std::vector<Dimension>;

TEST(Torch, AViewReachesItsLastElement) {
    EXPECT_EQ(elements_reached(0, Dimensions{}), 1u) << "a number";
    EXPECT_EQ(elements_reached(5, Dimensions{}), 6u);
    EXPECT_EQ(elements_reached(0, Dimensions{{2, 3}, {3, 1}}), 6u);
    EXPECT_EQ(elements_reached(0, Dimensions{{3, 1}, {2, 3}}), 6u) << "transposed";
    EXPECT_EQ(elements_reached(4, Dimensions{{2, 3}, {3, 1}}), 10u);
    EXPECT_EQ(elements_reached(0, Dimensions{{1000, 0}}), 1u) << "expanded";
    EXPECT_EQ(elements_reached(900, Dimensions{{0, 7}, {9, 1}}), 0u) << "empty";
    EXPECT_EQ(elements_reached(0, Dimensions{{1, INT64_MAX}}), 1u) << "the stride is not used";
}

TEST(Torch, AViewThatCannotBeIsNone) {
    EXPECT_FALSE(elements_reached(-1, Dimensions{{2, 1}}));
    EXPECT_FALSE(elements_reached(0, Dimensions{{-2, 1}}));
    EXPECT_FALSE(elements_reached(9, Dimensions{{2, -1}}));
    EXPECT_FALSE(elements_reached(0, Dimensions{{INT64_MAX, 3}}));
    EXPECT_FALSE(elements_reached(0, Dimensions{{INT64_MAX, 1}, {INT64_MAX, 1}, {4, 1}}));
    EXPECT_EQ(elements_reached(INT64_MAX, Dimensions{{INT64_MAX, 1}}), UINT64_MAX - 1);
    EXPECT_FALSE(elements_reached(INT64_MAX, Dimensions{{INT64_MAX, 1}, {4, 1}}));
    EXPECT_FALSE(elements_reached(-1, Dimensions{{0, 1}})) << "empty, and yet impossible";
}

TEST(Torch, StoragesHaveSizes) {
    EXPECT_EQ(element_size_of_storage("BFloat16Storage"), 2u);
    EXPECT_EQ(element_size_of_storage("ComplexDoubleStorage"), 16u);
    EXPECT_EQ(element_size_of_storage("UntypedStorage"), 1u);
    EXPECT_EQ(element_size_of_storage("SomeStorage"), 0u);
    EXPECT_EQ(element_size_of_dtype("float8_e4m3fn"), 1u);
    EXPECT_EQ(element_size_of_dtype("uint16"), 2u);
    EXPECT_EQ(elements_per_unit("QUInt2x4Storage"), 4u);
    Storage storage;
    storage.numel = 6;
    EXPECT_FALSE(storage.bytes()) << "of unknown elements";
    storage.element = 4;
    EXPECT_EQ(storage.bytes(), 24u);
    storage.numel = uint64_t{1} << 62;
    EXPECT_FALSE(storage.bytes());
}

TEST(Torch, ManyStoragesAreALimitThatShows) {
    class Context final : public test::NullContext {
      public:
        std::string said;
        Coverage lowered = Coverage::kFull;
        void incomplete(Coverage coverage, std::string_view) override { lowered = coverage; }

      protected:
        void add(Finding finding) override { said += finding.rule->id; }
    };
    Context context;
    context.memory = 100'000;
    StorageTable storages(context);
    for (int i = 0; i < 10'000; i++) storages.add(std::to_string(i), Storage());
    EXPECT_EQ(context.said, "engine.limit.torch_storages") << "and it is said once";
    EXPECT_EQ(context.lowered, Coverage::kCutByLimit);
}

TEST(Torch, KeysAreNoPaths) {
    EXPECT_TRUE(is_plain_key("0"));
    EXPECT_TRUE(is_plain_key("94048286569824"));
    EXPECT_TRUE(is_plain_key("cpu_0.storage"));
    for (std::string_view bad : {"", ".", "..", "../0", "a/b", "/0", "a\\b", "C:0", "0.."}) {
        EXPECT_FALSE(is_plain_key(bad)) << bad;
    }
    EXPECT_FALSE(is_plain_key(std::string_view("0\0", 2)));
}

// The checksums and the id of testdata/torch/benign_models/input/linear.pth.
TEST(Torch, TheSerializationIdIsAFoldOfChecksums) {
    const SerializationId none;
    EXPECT_EQ(none.digits(), "00000000000000000000");
    SerializationId id;
    for (uint32_t crc : {0x6f304e19u, 0x83dcefb7u, 0xe971773fu, 0x19e33d85u, 0xbc1a84c5u,
                         0x6d3f58b5u, 0x55679ed1u}) {
        id.add(crc);
    }
    const std::string whole = "0561108523619670529409163331625300220574";
    EXPECT_TRUE(id.confirms(whole));
    EXPECT_FALSE(none.confirms(whole));
    EXPECT_FALSE(id.confirms(whole.substr(20))) << "both halves belong to it";
    id.add(0);
    EXPECT_FALSE(id.confirms(whole));
}

TEST(Torch, RecordsAreFoundWhateverTheirCase) {
    std::vector<ZipEntry> entries(4);
    entries[0].name = "net/data/1";
    entries[1].name = "net/Data.PKL";
    entries[2].name = "NET/data.pkl";
    entries[3].name = "net/data/0";
    RecordIndex index;
    index.build(entries);
    EXPECT_EQ(index.find("net/data.pkl"), 1u) << "the first of two";
    EXPECT_EQ(index.find("net/DATA/0"), 3u);
    EXPECT_FALSE(index.find("net/data/2"));
    EXPECT_FALSE(index.find("net/data/"));
    EXPECT_FALSE(index.is_used(3));
    index.use(3);
    EXPECT_TRUE(index.is_used(3));
    EXPECT_EQ(split_top("a/b/c").rest, "b/c");
    EXPECT_EQ(split_top("alone").top, "");
    EXPECT_TRUE(ends_folded("a.PKL", ".pkl"));
    EXPECT_FALSE(ends_folded("kl", ".pkl"));
}

std::vector<std::string> names_in(std::string_view code, size_t piece) {
    ScriptSearch search;
    for (size_t at = 0; at < code.size(); at += piece) {
        search.feed(as_bytes(code.substr(at, piece)));
    }
    search.finish();
    std::vector<std::string> names;
    for (const ScriptSearch::Hit& hit : search.hits()) names.push_back(hit.name);
    return names;
}

TEST(Torch, CodeIsSearchedAsItIsRead) {
    using Names = std::vector<std::string>;
    struct Case {
        std::string_view code;
        Names names;
    };
    const Case cases[] = {
        {"torch.save(x)", {"torch.save"}},
        {"y = torch . \n save (x)", {"torch.save"}},
        {"y = torch.saved(x)", {}},
        {"self.torch.save(x)", {}},
        {"__torch__.save(x)", {}},
        {"f = torch", {"torch"}},
        {"f = ops.aten\n", {"ops.aten"}},
        {"torch.add(ops.aten.add(x), torch.ops.mine.add(y))", {}},
        {"# torch.save(x)\ny", {}},
        {"# \ntorch.save(x)", {"torch.save"}},
        {"'torch.save' \"torch.save\" '\\'torch.save'", {}},
        {"''; torch.save(x)", {"torch.save"}},
        {"''torch.save(x)", {"torch.save"}},
        {"\"\"\" \" torch.save \"\" \\\"\"\" torch.save\"\"\"", {}},
        {"\"\"\"a\"\"\"torch.save(x)", {"torch.save"}},
        {"'open\ntorch.save(x)", {"torch.save"}},
        {"x = 1.\ntorch.save(x)", {"torch.save"}},
        {"x = 1.e5\ntorch.save(x)", {"torch.save"}},
        {"return torch.from_file(p)", {"torch.from_file"}},
        {"ops.torchaudio.sox_io_load_audio_file(p)", {"ops.torchaudio.sox_io_load_audio_file"}},
    };
    for (const Case& one : cases) {
        for (size_t piece : {size_t{1}, size_t{3}, size_t{1000}})
            EXPECT_EQ(names_in(one.code, piece), one.names) << one.code;
    }
}

TEST(Torch, LegacyFilesStartWithTheirNumber) {
    auto is = [](std::string_view text, bool certain) {
        return is_legacy(as_bytes(text), certain);
    };
    const std::string magic("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 13);
    EXPECT_TRUE(is("\x80\x02" + magic, true));
    EXPECT_TRUE(is(std::string("\x80\x04\x95\x0d\0\0\0\0\0\0\0", 11) + magic, true));
    EXPECT_TRUE(is("L119547037146038801333356L\n.", false));
    EXPECT_FALSE(is("\x80\x02\x8a\x0a", true));
    EXPECT_FALSE(is("", true));
    EXPECT_TRUE(is("\x80\x02].\x80\x02M\xe9\x03.", true)) << "its second number is torch's";
    EXPECT_FALSE(is("\x80\x02].\x80\x02M\xe9\x03.", false));
    EXPECT_FALSE(is("\x80\x02].\x80\x02M\xe8\x03.", true));
}

}  // namespace
}  // namespace assay::torch
