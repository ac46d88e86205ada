#include <gtest/gtest.h>

#include "assay/registry.h"

namespace assay::registry {
namespace {

const std::string kSha256 = "sha256:" + std::string(64, 'a');

std::string read(std::string_view text) {
    Result<Reference> read = parse_reference(text);
    return read ? read->text() : std::string("refused");
}

TEST(RegistryReference, NamesWithoutAHostAreDockerHubs) {
    EXPECT_EQ(read("busybox"), "docker.io/library/busybox:latest");
    EXPECT_EQ(read("docker://busybox"), "docker.io/library/busybox:latest");
    EXPECT_EQ(read("busybox:1.36"), "docker.io/library/busybox:1.36");
    EXPECT_EQ(read("org/model"), "docker.io/org/model:latest");
    EXPECT_EQ(read("docker.io/busybox"), "docker.io/library/busybox:latest");
    EXPECT_EQ(read("index.docker.io/busybox"), "docker.io/library/busybox:latest");
    EXPECT_EQ(read("localhost"), "docker.io/library/localhost:latest");
    EXPECT_EQ(read("host:5000"), "docker.io/library/host:5000");
}

TEST(RegistryReference, WhatLooksLikeAHostIsOne) {
    EXPECT_EQ(read("localhost/model"), "localhost/model:latest");
    EXPECT_EQ(read("localhost:5000/model"), "localhost:5000/model:latest");
    EXPECT_EQ(read("ghcr.io/org/model:v1"), "ghcr.io/org/model:v1");
    EXPECT_EQ(read("GHCR.io/org/model"), "GHCR.io/org/model:latest");
    // In small letters it would be somebody's repository on docker.io.
    EXPECT_EQ(read("Upper/model"), "Upper/model:latest");
    EXPECT_EQ(read("127.0.0.1:5000/a/b/c"), "127.0.0.1:5000/a/b/c:latest");
    EXPECT_EQ(read("[::1]:5000/a"), "[::1]:5000/a:latest");
    EXPECT_EQ(read("[::1]/a:t"), "[::1]/a:t");
}

TEST(RegistryReference, ADigestStandsAloneOrBesideATag) {
    EXPECT_EQ(read("h.io/m@" + kSha256), "h.io/m@" + kSha256);
    EXPECT_EQ(read("h.io/m:t@" + kSha256), "h.io/m:t@" + kSha256);
    EXPECT_EQ(parse_reference("h.io/m:t@" + kSha256)->wanted(), kSha256);
    EXPECT_EQ(parse_reference("h.io/m:t")->wanted(), "t");
    std::string sha512 = "sha512:" + std::string(128, '0');
    EXPECT_EQ(read("h.io/m@" + sha512), "h.io/m@" + sha512);
}

TEST(RegistryReference, TheGrammarsEdges) {
    for (const char* good : {"h.io/a__b", "h.io/a---b", "h.io/a.b_c-d", "h.io/0", "h-x.io/a"}) {
        EXPECT_EQ(read(good), std::string(good) + ":latest");
    }
    for (const char* bad : {"",
                            "docker://",
                            "/",
                            "h.io/",
                            "h.io//a",
                            "h.io/a/",
                            "h.io/A",
                            "h.io/a..b",
                            "h.io/a___b",
                            "h.io/a._b",
                            "h.io/-a",
                            "h.io/a-",
                            "h.io/a:",
                            "h.io/a:-t",
                            "h.io/a:.t",
                            "h.io/a:t t",
                            "h.io/a@",
                            "h.io/a@sha256:ab",
                            "-h.io/a",
                            "h-.io/a",
                            ".io/a",
                            "h..io/a",
                            "h.io:/a",
                            "h.io:0/a",
                            "h.io:65536/a",
                            "h.io:x/a",
                            "user@h.io/a",
                            "h.io/a?x",
                            "h.io/../a",
                            "h.io/a%2fb",
                            "http://h.io/a",
                            "docker://docker://a",
                            "[::1/a",
                            "[]/a",
                            "::1/a",
                            "h.io/a\n",
                            "h.io /a",
                            "h.io/a:t:u"}) {
        EXPECT_EQ(read(bad), "refused") << bad;
    }
    EXPECT_EQ(read(std::string(64, 'a')), "refused");
    EXPECT_EQ(read("h.io/a:" + std::string(128, 't')), "h.io/a:" + std::string(128, 't'));
    EXPECT_EQ(read("h.io/a:" + std::string(129, 't')), "refused");
    EXPECT_EQ(read("h.io/" + std::string(250, 'a')), "h.io/" + std::string(250, 'a') + ":latest");
    EXPECT_EQ(read("h.io/" + std::string(251, 'a')), "refused");
    EXPECT_EQ(read("h.io/a@sha256:" + std::string(64, 'A')), "refused");
    EXPECT_EQ(read("h.io/a@md5:" + std::string(32, 'a')), "refused");
    EXPECT_EQ(read(std::string("h.io/a\0b", 8)), "refused");
}

TEST(RegistryReference, AnotherManifestOfTheSameRepository) {
    Reference reference = *parse_reference("h.io/m:t");
    EXPECT_EQ(reference.at(kSha256).text(), "h.io/m@" + kSha256);
    EXPECT_EQ(reference.at("sha256-ab").text(), "h.io/m:sha256-ab");
}

}  // namespace
}  // namespace assay::registry
