// Envelopes, bundles and statements: their bytes, and what they refuse. tests/cli/oms_test.py has
// the rules one by one.
#include <gtest/gtest.h>

#include "assay/base64.h"
#include "assay/bundle.h"
#include "assay/json_text.h"
#include "assay/oms.h"

namespace assay {
namespace {

TEST(JsonStream, ItemsOfOneListAreHandedOver) {
    std::vector<std::string> seen;
    auto take = [&](JsonValue item) -> Status {
        seen.push_back(*item.find_text("n"));
        return Done{};
    };
    const std::string text = R"({"a":[{"n":"no"}],"p":{"r":[{"n":"1"},{"n":"2","r":[]}],"q":[3]}})";
    Result<JsonValue> root = JsonValue::parse(as_bytes(text), {}, {{"p", "r"}, take});
    ASSERT_TRUE(root.ok());
    EXPECT_EQ(seen, (std::vector<std::string>{"1", "2"}));
    EXPECT_TRUE(root->find_path({"p", "r"})->is_array());
    EXPECT_TRUE(root->find_path({"p", "r"})->items().empty());
    EXPECT_EQ(root->find_path({"p", "q"})->items().size(), 1U);
    EXPECT_EQ(root->find("a")->items().size(), 1U);
}

TEST(JsonStream, ManyItemsCountOneByOneAndErrorsEndIt) {
    std::string text = R"({"r":[0)";
    for (int i = 0; i < 1000; i++) text += ",1";
    text += "]}";
    size_t count = 0;
    auto take = [&](const JsonValue&) -> Status {
        count++;
        return Done{};
    };
    EXPECT_TRUE(JsonValue::parse(as_bytes(text), {text.size(), 10}, {{"r"}, take}).ok());
    EXPECT_EQ(count, 1001U);
    EXPECT_FALSE(JsonValue::parse(as_bytes(text), {text.size(), 10}).ok());
    auto refuse = [](const JsonValue&) -> Status { return Error{Code::kUnsupported, "no"}; };
    Result<JsonValue> refused = JsonValue::parse(as_bytes(text), {}, {{"r"}, refuse});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kUnsupported);
}

TEST(JsonStream, AListThatComesTwiceIsRefused) {
    const std::string text = R"({"r":[1],"r":[2]})";
    auto take = [](const JsonValue&) -> Status { return Done{}; };
    EXPECT_FALSE(JsonValue::parse(as_bytes(text), {}, {{"r"}, take}).ok());
}

TEST(Dsse, PaeHasLengthsOfBytes) {
    EXPECT_EQ(as_text(pae_of("http://example.com/HelloWorld", as_bytes("hello world"))),
              "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    EXPECT_EQ(as_text(pae_of("ä", as_bytes("ö"))), "DSSEv1 2 ä 2 ö");
}

TEST(Dsse, StreamedAndWholeAreTheSame) {
    for (KeyAlgorithm algorithm : {KeyAlgorithm::kEcP256, KeyAlgorithm::kEcP384,
                                   KeyAlgorithm::kEcP521, KeyAlgorithm::kEd25519}) {
        PrivateKey key = *PrivateKey::generate(algorithm);
        auto pieces = [](const std::function<void(Bytes)>& take) -> Status {
            take(as_bytes("hello "));
            take(as_bytes("world"));
            return Done{};
        };
        auto signature = sign_pae(key, "type", 11, pieces);
        ASSERT_TRUE(signature.ok());
        const std::string text = "hello world";
        Envelope envelope{"type", {text.begin(), text.end()}, *signature, {}};
        EXPECT_TRUE(verify_envelope(envelope, key.public_key()).ok());
        EXPECT_TRUE(key.public_key().verify(pae_of("type", as_bytes(text)), *signature).ok());
        envelope.payload[0] ^= 1;
        EXPECT_FALSE(verify_envelope(envelope, key.public_key()).ok());
        envelope.payload[0] ^= 1;
        envelope.payload_type = "other";
        EXPECT_FALSE(verify_envelope(envelope, key.public_key()).ok());
    }
}

TEST(Dsse, Version02SignedAPythonExpression) {
    PrivateKey key = *PrivateKey::generate(KeyAlgorithm::kEcP384);
    const std::string payload = "a'b\n\\\x01\xff\"";
    const std::string pae = "DSSEV1 28 application/vnd.in-toto+json 8 b'a\\'b\\n\\\\\\x01\\xff\"'";
    Envelope envelope{std::string(kInTotoPayload), {payload.begin(), payload.end()}, {}, {}};
    envelope.signature =
        *key.sign_digest(MessageHash::of(MessageDigest::kSha256, as_bytes(pae)), RsaPadding::kPss);
    EXPECT_TRUE(verify_envelope_v02(envelope, key.public_key(), true).ok());
    EXPECT_TRUE(verify_envelope_v02(envelope, key.public_key(), false).ok());
    envelope.signature = *key.sign(as_bytes(pae), RsaPadding::kPss);
    EXPECT_TRUE(verify_envelope_v02(envelope, key.public_key(), false).ok());
    EXPECT_FALSE(verify_envelope_v02(envelope, key.public_key(), true).ok());
}

TEST(Dsse, JsonBytesAreTakenInEitherAlphabet) {
    const std::vector<uint8_t> bytes = {0xfb, 0xff, 0xfe, 0x01};
    for (const char* text : {"+//+AQ==", "+//+AQ", "-__-AQ==", "-__-AQ"}) {
        EXPECT_EQ(bytes_of_json(text), bytes) << text;
    }
    for (const char* text : {"+__-AQ==", "+//+AQ=", "+//+A", "+//+AR==", "+/ /+AQ=="}) {
        EXPECT_EQ(bytes_of_json(text), std::nullopt) << text;
    }
}

TEST(Bundle, WhatIsWrittenReadsTheSame) {
    Bundle bundle;
    bundle.material = Bundle::Material::kCertificateChain;
    bundle.certificates = {{1, 2, 3}, {4}};
    bundle.timestamps = {{5, 6}};
    bundle.envelope = Envelope{std::string(kInTotoPayload), {'{', '}'}, {7, 8}, "hint"};
    Result<Bundle> again = read_bundle(as_bytes(write_bundle(bundle)));
    ASSERT_TRUE(again.ok()) << again.error().text;
    EXPECT_EQ(again->certificates, bundle.certificates);
    EXPECT_EQ(again->timestamps, bundle.timestamps);
    EXPECT_EQ(again->envelope->payload, bundle.envelope->payload);
    EXPECT_EQ(again->envelope->signature, bundle.envelope->signature);
    EXPECT_EQ(again->envelope->keyid, "hint");
    EXPECT_EQ(write_bundle(*again), write_bundle(bundle));
}

TEST(Oms, NamesThatAModelCanHave) {
    for (const char* good : {"a", "a/b", "...", ".git", "a b", "ä/ö", "a:1:2", "\\"}) {
        EXPECT_TRUE(is_model_name(good)) << good;
    }
    for (const char* bad :
         {"", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "a/../b", "\xff", "a\xc0\x80"}) {
        EXPECT_FALSE(is_model_name(bad)) << bad;
    }
    EXPECT_FALSE(is_model_name(std::string_view("a\0b", 3)));
    EXPECT_TRUE(is_within("cache/x", {"other", "cache"}));
    EXPECT_TRUE(is_within("cache", {"cache"}));
    EXPECT_FALSE(is_within("cache2", {"cache"}));
    EXPECT_FALSE(is_within("sub/cache", {"cache"}));
}

std::string text_of(const Spool& spool) {
    std::string text(spool.size(), '\0');
    EXPECT_TRUE(spool.read(0, {reinterpret_cast<uint8_t*>(text.data()), text.size()}).ok());
    return text;
}

OmsResource resource(const std::string& name) {
    OmsResource made;
    made.name = name;
    const Sha256Digest digest = sha256_of(as_bytes(name));
    std::copy(digest.begin(), digest.end(), made.digest.value.begin());
    return made;
}

TEST(Oms, WriterAndReaderAgree) {
    OmsWriter writer({}, OmsDialect::kSpec, kMiB);
    OmsResource first = resource("a");
    first.size = 7;
    first.chunks = ChunkRoot{4096, std::string(64, 'a')};
    TensorList tensors{{"t", "F32", {1}, 0, 4, std::string(64, 'b')}};
    ASSERT_TRUE(writer.add(first, &tensors).ok());
    ASSERT_TRUE(writer.add(resource("b")).ok());
    writer.bind_side_file("side", sha256_of(as_bytes("side")));
    ASSERT_TRUE(writer.finish("model").ok());
    const std::string payload = text_of(writer.payload());
    std::string about;
    Result<OmsManifest> read = read_oms(as_bytes(payload), {}, about);
    ASSERT_TRUE(read.ok()) << read.error().text << about;
    EXPECT_EQ(read->root, writer.root());
    EXPECT_EQ(read->model_name, "model");
    ASSERT_EQ(read->resources.size(), 2U);
    EXPECT_EQ(read->resources[0].size, 7U);
    EXPECT_EQ(read->resources[0].chunks, first.chunks);
    EXPECT_EQ(read->resources[1].digest, resource("b").digest);
    EXPECT_EQ(read->side_file, "side");
    EXPECT_EQ(read->side_digest, sha256_of(as_bytes("side")));
    auto listed = read_oms_tensors(as_bytes(payload), "a");
    ASSERT_TRUE(listed.ok());
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_EQ((*listed)[0].name, "t");
    Result<OmsExtras> line = read_oms_extras(as_bytes(oms_extras(first, &tensors)));
    ASSERT_TRUE(line.ok());
    EXPECT_EQ(line->resource.chunks, first.chunks);
    ASSERT_EQ(line->tensors.size(), 1U);
    EXPECT_EQ(line->tensors[0].sha256, std::string(64, 'b'));
}

TEST(Oms, TheRootIsOverTheDigestsInTheirOrder) {
    OmsWriter writer({}, OmsDialect::kSpec, kMiB);
    std::vector<uint8_t> digests;
    for (const char* name : {"a", "b"}) {
        OmsResource made = resource(name);
        ASSERT_TRUE(writer.add(made).ok());
        digests.insert(digests.end(), made.digest.bytes().begin(), made.digest.bytes().end());
    }
    ASSERT_TRUE(writer.finish("model").ok());
    EXPECT_EQ(writer.root(), sha256_of(digests));
}

TEST(Oms, LimitsAreErrors) {
    OmsSettings parts;
    parts.by_shards = true;
    parts.shard_size = 1;
    OmsWriter writer(parts, OmsDialect::kSpec, 4096);
    Status added = Done{};
    for (int i = 0; added && i < 1000; i++) added = writer.add(resource("name"));
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(added.error().code, Code::kLimit);
    OmsWriter small({}, OmsDialect::kSpec, kMiB);
    EXPECT_FALSE(OmsWriter({}, OmsDialect::kSpec, kMiB).finish("m").ok());
    for (int i = 0; i < 100; i++) ASSERT_TRUE(small.add(resource(std::to_string(i))).ok());
    ASSERT_TRUE(small.finish("m").ok());
    std::string about;
    Result<OmsManifest> read = read_oms(as_bytes(text_of(small.payload())), {false, 16384}, about);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code, Code::kLimit);
}

}  // namespace
}  // namespace assay
