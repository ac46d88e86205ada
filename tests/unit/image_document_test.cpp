#include <gtest/gtest.h>

#include "assay/ref_lock.h"
#include "oci/descriptor_reader.h"
#include "oci/image_book.h"
#include "oci/image_view.h"
#include "oci/oci_rules.h"
#include "oci/parse.h"
#include "oci/targets.h"

namespace assay::oci {

namespace {

const std::string kHex(64, 'a');

std::string_view rule_of(std::string_view digest, bool ollama = false) {
    const DigestFault fault = fault_of_digest(digest, ollama);
    return fault.rule ? fault.rule->id : std::string_view();
}

TEST(ImageDigest, EachFaultHasItsRule) {
    EXPECT_EQ(rule_of("sha256:" + kHex), "");
    EXPECT_EQ(rule_of("sha512:" + kHex + kHex), "");
    EXPECT_EQ(rule_of("blake3:" + kHex), "");
    EXPECT_EQ(rule_of(""), "oci.digest.grammar");
    EXPECT_EQ(rule_of("sha256"), "oci.digest.grammar");
    EXPECT_EQ(rule_of("sha256:" + kHex + "a"), "oci.digest.grammar");
    EXPECT_EQ(rule_of("sha256:" + kHex.substr(1)), "oci.digest.grammar");
    EXPECT_EQ(rule_of("sha256:" + kHex.substr(1) + "g"), "oci.digest.grammar");
    EXPECT_EQ(rule_of("sha256:" + kHex.substr(1) + "A"), "oci.digest.uppercase");
    EXPECT_EQ(rule_of("SHA256:" + kHex), "oci.digest.grammar");
    EXPECT_EQ(rule_of("sha256:../" + kHex), "oci.digest.traversal");
    EXPECT_EQ(rule_of("sha1:" + kHex), "oci.digest.weak_alg");
    EXPECT_EQ(rule_of("sha3-256:" + kHex), "oci.digest.unregistered_alg");
    EXPECT_EQ(rule_of("sha256-" + kHex, true), "");
    EXPECT_EQ(rule_of("sha256:" + kHex.substr(1) + "A", true), "");
    EXPECT_EQ(rule_of("sha256:../../x", true), "ollama.digest.traversal");
    EXPECT_EQ(rule_of("md5:" + kHex, true), "ollama.digest.grammar");
}

TEST(ImageDigest, AlgorithmsHaveParts) {
    EXPECT_TRUE(parts_of("sha3-256:a="));
    EXPECT_TRUE(parts_of("a+b.c_d-e:Z"));
    EXPECT_FALSE(parts_of("a--b:Z"));
    EXPECT_FALSE(parts_of("-a:Z"));
    EXPECT_FALSE(parts_of("a:"));
    EXPECT_FALSE(parts_of("a:b/c"));
}

TEST(ImageDocument, IsKnownByItsKeys) {
    auto kind = [](std::string_view text) { return parse_document(text).kind; };
    EXPECT_EQ(kind(R"({"imageLayoutVersion":"1.0.0"})"), DocumentKind::kLayout);
    EXPECT_EQ(kind(R"({"schemaVersion":2,"manifests":[]})"), DocumentKind::kIndex);
    EXPECT_EQ(kind(R"({"schemaVersion":2,"manifests":null})"), DocumentKind::kIndex);
    EXPECT_EQ(kind(R"({"schemaVersion":2,"config":{"digest":"a:b"},"layers":[]})"),
              DocumentKind::kManifest);
    EXPECT_EQ(kind(R"({"architecture":"a","rootfs":{"diff_ids":[]}})"), DocumentKind::kConfig);
    EXPECT_EQ(kind(R"({"modelfs":{"diffIds":[]}})"), DocumentKind::kModelConfig);
    EXPECT_EQ(kind(R"([{"Config":"a","Layers":[]}])"), DocumentKind::kDockerSave);
    EXPECT_EQ(kind(R"([{"Parent":"a","Config":"b"}])"), DocumentKind::kDockerSave);
    // A Keras model, a configuration of transformers, a list of anything.
    EXPECT_EQ(kind(R"({"class_name":"Sequential","config":{"layers":[]}})"), DocumentKind::kNone);
    EXPECT_EQ(kind(R"({"config":{"a":1},"layers":[{"name":"x"}]})"), DocumentKind::kNone);
    EXPECT_EQ(kind(R"([{"a":1},{"Config":"b"}])"), DocumentKind::kNone);
    EXPECT_EQ(kind(R"({"schemaVersion":2,"manifests":[])"), DocumentKind::kNone);
}

TEST(ImageDocument, ComesBackFromTheSpoolAsItWent) {
    const Document document = parse_document(
        R"({"schemaVersion":2,"artifactType":"t","config":{"mediaType":"c","digest":"a:b","size":3},)"
        R"("layers":[{"mediaType":"l","digest":"a:c","annotations":{"org.cncf.model.filepath":"p"}}],)"
        R"("subject":{"digest":"a:d","size":9}})");
    std::vector<uint8_t> bytes;
    encode(document, bytes);
    const Document back = decode_document(bytes);
    EXPECT_EQ(back.artifact_type, "t");
    ASSERT_TRUE(back.config && back.subject);
    EXPECT_EQ(back.config->size, 3U);
    EXPECT_EQ(back.subject->digest, "a:d");
    ASSERT_EQ(back.items.size(), 1U);
    EXPECT_EQ(back.items[0].path, "p");
    EXPECT_FALSE(back.items[0].size);
}

TEST(ImageBook, BlobsLieWhereTheStoreHasThem) {
    EXPECT_EQ(blob_path("index.json", "a:b"), "blobs/a/b");
    EXPECT_EQ(blob_path("x/index.json", "a:b"), "x/blobs/a/b");
    EXPECT_EQ(blob_path("x/blobs/sha256/m", "a:b"), "x/blobs/a/b");
    EXPECT_EQ(blob_path("i.tar!blobs/sha256/m", "a:b"), "i.tar!blobs/a/b");
    EXPECT_EQ(blob_path("i.tar!index.json", "a:b"), "i.tar!blobs/a/b");
    EXPECT_EQ(blob_path("o/manifests/h/n/m/t", "a:b"), "o/blobs/a-b");
    EXPECT_EQ(blob_path("index.json", "a/../b"), "");
    EXPECT_TRUE(is_blob("blobs/sha256/x"));
    EXPECT_FALSE(is_blob("myblobs/sha256/x"));
    EXPECT_FALSE(is_blob("blobs/x"));
}

TEST(ImageTargets, AreWhatSkopeoWrites) {
    EXPECT_EQ(parse_target("models/").transport, Transport::kNone);
    EXPECT_EQ(parse_target("oci-layout").transport, Transport::kNone);
    EXPECT_EQ(parse_target("oci:d").place, "d");
    EXPECT_EQ(parse_target("oci:d:tag").wanted, "tag");
    EXPECT_EQ(parse_target("oci:d@sha256:" + kHex).wanted, "sha256:" + kHex);
    EXPECT_EQ(parse_target("oci-archive:f.tar:r:t").place, "f.tar:r:t");
    EXPECT_EQ(parse_target("docker://h/r:t").place, "h/r:t");
}

TEST(ImageKinds, WhatHoldsNoModelsIsNotApplicable) {
    auto kind = [](std::string_view artifact, std::string_view config, std::string_view layer) {
        Document manifest;
        manifest.artifact_type = artifact;
        manifest.config.emplace().media_type = config;
        manifest.items.emplace_back().media_type = layer;
        return kind_of_manifest(manifest);
    };
    EXPECT_EQ(kind("", kImageConfig, "application/vnd.oci.image.layer.v1.tar").name, "image");
    EXPECT_EQ(kind("", kImageConfig, "application/vnd.in-toto+json").name, "attestation");
    EXPECT_FALSE(kind("application/spdx+json", kEmptyConfig, "application/spdx+json").applicable);
    EXPECT_TRUE(kind("", "application/x", "application/y").applicable);
    EXPECT_EQ(kind("", "application/vnd.docker.ai.model.config.v0.1+json",
                   "application/vnd.docker.ai.gguf.v3")
                  .name,
              "docker-model");
    EXPECT_EQ(kind("application/vnd.cncf.model.manifest.v1+json", kEmptyConfig, "x").name,
              "modelpack");
    EXPECT_EQ(kind("", "application/vnd.kitops.modelkit.config.v1+json", "x").name, "kitops");
    EXPECT_EQ(kind("", "application/vnd.docker.container.image.v1+json",
                   "application/vnd.ollama.image.model")
                  .name,
              "ollama");
}

TEST(RefLock, IsWrittenAndRead) {
    const RefLock lock{{"latest", "sha256:" + kHex}, {"a\"b", "sha256:" + kHex}};
    Result<RefLock> back = parse_ref_lock(text_of(lock));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, lock);
    for (const char* broken : {"", "{}", R"({"schema":"assay.lock/2","refs":{}})",
                               R"({"schema":"assay.lock/1","refs":{"a":"b"}})",
                               R"({"schema":"assay.lock/1","refs":{}} more)"}) {
        EXPECT_FALSE(parse_ref_lock(broken)) << broken;
    }
}

}  // namespace

}  // namespace assay::oci
