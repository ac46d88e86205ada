#include <gtest/gtest.h>

#include "core/registry/documents.h"
#include "core/registry/headers.h"
#include "core/registry/logins.h"
#include "core/registry/url.h"

namespace assay::registry {
namespace {

// ---- heads

TEST(RegistryHeaders, OneValueIsNoneOfTwo) {
    Headers headers;
    for (const char* line : {"ETag: \"a\"", "Link:  b ", "X: 1", "x: 2", "Y: 1", "y:1", "no colon",
                             " folded: x", ": none", "a b: c"}) {
        headers.add(line);
    }
    EXPECT_EQ(headers.one("etag"), "\"a\"");
    EXPECT_EQ(headers.one("link"), "b");
    EXPECT_EQ(headers.one("x"), "");
    EXPECT_EQ(headers.one("y"), "1");
    EXPECT_FALSE(headers.one("z"));
    EXPECT_FALSE(headers.one("a b"));
    EXPECT_EQ(headers.all("x"), (std::vector<std::string>{"1", "2"}));
}

std::string challenges(std::string_view value) {
    std::string text;
    for (const Challenge& challenge : parse_challenges(value)) {
        text += challenge.scheme + "{";
        for (const auto& [name, param] : challenge.params) text += name + "=" + param + ";";
        text += "}";
    }
    return text;
}

TEST(RegistryHeaders, Challenges) {
    EXPECT_EQ(
        challenges(R"(Bearer realm="https://a/t",service="s",scope="repository:a:pull,push")"),
        "bearer{realm=https://a/t;scope=repository:a:pull,push;service=s;}");
    EXPECT_EQ(challenges(R"(Basic realm="a \"b\" c")"), "basic{realm=a \"b\" c;}");
    EXPECT_EQ(challenges("Basic"), "basic{}");
    EXPECT_EQ(challenges("Negotiate, Basic realm=x , charset = UTF-8"),
              "negotiate{}basic{charset=UTF-8;realm=x;}");
    EXPECT_EQ(challenges("NTLM abc/+==, Bearer realm=\"y\""), "ntlm{}bearer{realm=y;}");
    EXPECT_EQ(challenges(" ,, Basic realm=x ,,"), "basic{realm=x;}");
}

TEST(RegistryHeaders, BrokenChallengesAreNone) {
    for (const char* bad : {"", "realm=\"x\"", "Basic realm=\"x", "Basic realm=\"x\\", "Bearer @",
                            "Bearer realm=\"x\" service=\"y\"", "Bearer realm=\"x\",realm=\"y\"",
                            "Basic \"x\"", "="}) {
        EXPECT_EQ(challenges(bad), "") << bad;
    }
    std::string many;
    for (int i = 0; i < 17; i++) many += "Basic,";
    EXPECT_EQ(challenges(many), "");
}

std::string range(std::string_view value) {
    auto range = parse_content_range(value);
    if (!range) return "none";
    return std::to_string(range->first) + " " + std::to_string(range->last) + " " +
           (range->total ? std::to_string(*range->total) : "*");
}

TEST(RegistryHeaders, ContentRange) {
    EXPECT_EQ(range("bytes 0-9/10"), "0 9 10");
    EXPECT_EQ(range("bytes 5-9/*"), "5 9 *");
    EXPECT_EQ(range("Bytes 0-0/1"), "0 0 1");
    EXPECT_EQ(range("bytes 0-18446744073709551614/18446744073709551615"),
              "0 18446744073709551614 18446744073709551615");
    for (const char* bad :
         {"", "bytes", "bytes 0-9", "bytes */10", "bytes 9-0/10", "bytes 0-10/10", "bytes 0-9/10 ",
          "bytes -9/10", "bytes 0-/10", "bytes +1-9/10", "bytes 0-9/18446744073709551616",
          "bytes 0x0-9/10", "octets 0-9/10", "bytes 0/9-10", "bytes  0-9/10"}) {
        EXPECT_EQ(range(bad), "none") << bad;
    }
}

TEST(RegistryHeaders, LinksAndTypes) {
    EXPECT_EQ(parse_next_link("</v2/x?n=1>; rel=\"next\""), "/v2/x?n=1");
    EXPECT_EQ(parse_next_link("<a>; rel=prev, <b>; title=\"x\"; rel=next"), "b");
    EXPECT_EQ(parse_next_link("<a>;REL = next"), "a");
    for (const char* none : {"", "<a>", "<a>; rel=prev", "<a", "a; rel=next", "<a>; xrel=next"}) {
        EXPECT_FALSE(parse_next_link(none)) << none;
    }
    EXPECT_EQ(parse_media_type(" Application/JSON ; charset=utf-8"), "application/json");
}

TEST(RegistryHeaders, WhatIsShownIsHarmless) {
    EXPECT_EQ(printable("a\x1b[\n\xc3\xa9", 100), "a%1B[%0A%C3%A9");
    EXPECT_EQ(printable("abcdef", 3), "abc...");
}

// ---- URLs

TEST(RegistryUrl, PartsAreLibcurls) {
    Result<const Curl*> curl = load_curl();
    ASSERT_TRUE(curl) << curl.error().text;
    Result<Url> url = parse_url(**curl, "https://EXAMPLE.com/a?b");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->place(), "example.com:443");
    EXPECT_TRUE(url->secure());
    Result<Url> next = parse_url(**curl, "../c", "http://h:81/a/b/d");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->text, "http://h:81/a/c");
    EXPECT_FALSE(next->same_origin(*url));
    EXPECT_TRUE(parse_url(**curl, "//other/x", "https://h/")
                    ->same_origin(*parse_url(**curl, "https://OTHER:443/y")));
    for (const char* bad : {"", "ftp://h/", "file:///etc/passwd", "https://u@h/", "https://u:p@h/",
                            "https://h/a b", "https://h/\n", "h"}) {
        EXPECT_FALSE(parse_url(**curl, bad)) << bad;
    }
}

TEST(RegistryUrl, LoopbackByNameAlone) {
    for (const char* ours : {"localhost", "127.0.0.1", "127.9.9.9", "[::1]"}) {
        EXPECT_TRUE(is_loopback(ours)) << ours;
    }
    for (const char* other : {"127.evil.example", "localhost.evil.example",
                              "127.0.0.1.evil.example", "0.0.0.0", "128.0.0.1", "127.1", ""}) {
        EXPECT_FALSE(is_loopback(other)) << other;
    }
    EXPECT_EQ(escape_query("a b&c=d\n"), "a%20b%26c%3Dd%0A");
}

// ---- logins

Result<std::optional<std::string>> helper(const std::string& name, const std::string& server) {
    if (name == "silent") return std::optional<std::string>();
    return std::optional<std::string>(R"({"Username": ")" + name + R"(", "Secret": ")" + server +
                                      "\"}");
}

std::string login(std::string_view config, const std::string& host,
                  const std::string& repository = "org/model") {
    Result<JsonValue> parsed = JsonValue::parse(as_bytes(config));
    EXPECT_TRUE(parsed);
    Result<std::optional<Login>> found = find_in_config(*parsed, host, repository, helper);
    if (!found) return found.error().text;
    if (!found.value()) return "nobody";
    return (*found)->user + "|" + (*found)->password.reveal() + "|" +
           (*found)->identity_token.reveal();
}

TEST(RegistryLogins, AuthsByPlace) {
    std::string config = R"({"auths": {
        "https://index.docker.io/v1/": {"auth": "aHViOmh1Yg=="},
        "ghcr.io": {"auth": "YTpiOmM="},
        "quay.io": {"auth": "YTpi"}, "quay.io/org": {"username": "o", "password": "p"},
        "https://gcr.io/some/path": {"identitytoken": "t"},
        "http://host:5000/v2/": {"auth": "YTpi", "identitytoken": "t"},
        "empty.io": {}, "wrong.io": {"auth": "YTpi\n"}, "also.io": {"auth": "YQ=="}}})";
    EXPECT_EQ(login(config, "docker.io"), "hub|hub|");
    EXPECT_EQ(login(config, "ghcr.io"), "a|b:c|");
    EXPECT_EQ(login(config, "ghcr.io:443"), "nobody");
    EXPECT_EQ(login(config, "evil.ghcr.io"), "nobody");
    EXPECT_EQ(login(config, "quay.io"), "o|p|");
    EXPECT_EQ(login(config, "quay.io", "organ/model"), "a|b|");
    EXPECT_EQ(login(config, "gcr.io"), "||t");
    EXPECT_EQ(login(config, "host:5000"), "a|b|t");
    EXPECT_EQ(login(config, "empty.io"), "nobody");
    EXPECT_NE(login(config, "wrong.io").find("is not USER:PASSWORD"), std::string::npos);
    EXPECT_NE(login(config, "also.io").find("is not USER:PASSWORD"), std::string::npos);
}

TEST(RegistryLogins, HelpersBeforeAndStoreBehind) {
    std::string config = R"({"auths": {"a.io": {"auth": "YTpi"}, "b.io": {}},
                             "credHelpers": {"a.io": "one", "d.io": "silent"}, "credsStore": "all"})";
    EXPECT_EQ(login(config, "a.io"), "one|a.io|");
    EXPECT_EQ(login(config, "b.io"), "all|b.io|");
    EXPECT_EQ(login(config, "c.io"), "all|c.io|");
    EXPECT_EQ(login(config, "d.io"), "nobody");
    EXPECT_EQ(login(config, "docker.io"), "all|https://index.docker.io/v1/|");
    EXPECT_EQ(login("{}", "a.io"), "nobody");
    EXPECT_EQ(login(R"({"auths": [], "credHelpers": 1, "credsStore": {}})", "a.io"), "nobody");
    EXPECT_EQ(
        (*login_of_helper(R"({"Username": "<token>", "Secret": "t"})"))->identity_token.reveal(),
        "t");
    EXPECT_FALSE(login_of_helper("no"));
    EXPECT_FALSE(login_of_helper(R"({"Username": "x"})"));
}

// ---- lists of referrers

TEST(RegistryDocuments, AnIndexKeepsWhatOthersWrote) {
    std::string digest = "sha256:" + std::string(64, 'a');
    std::string before =
        R"({"schemaVersion":2,"x":[1e3,null,true,"\u00e9"],"manifests":[{"mediaType":"m",)"
        R"("digest":")" +
        digest + R"(","size":7,"platform":{"os":"linux"}}],"z":{}})";
    Descriptor added{"t", "sha256:" + std::string(64, 'b'), 9, "kind", {{"k", "v"}}};
    Result<std::string> after = add_to_index(before, added);
    ASSERT_TRUE(after);
    EXPECT_NE(after->find(R"("x":[1e3,null,true,"é"])"), std::string::npos) << *after;
    EXPECT_NE(after->find(R"("platform":{"os":"linux"}})"), std::string::npos) << *after;
    Result<std::vector<Descriptor>> all = read_index(*after);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ((*all)[0].digest, digest);
    EXPECT_EQ((*all)[1].artifact_type, "kind");
    EXPECT_EQ((*all)[1].annotations.front().second, "v");
    EXPECT_EQ(read_index(*add_to_index("", added))->size(), 1U);
}

TEST(RegistryDocuments, WhatIsNoIndexIsNotExtended) {
    for (const char* bad :
         {"[]", "{", R"({"manifests":{}})", R"({"manifests":[],"layers":[]})", R"({"config":1})",
          R"({"manifests":[],"manifests":[]})", R"({"manifests":[]} x)"}) {
        EXPECT_FALSE(add_to_index(bad, {})) << bad;
        EXPECT_FALSE(read_index(bad)) << bad;
    }
    EXPECT_FALSE(
        read_index(R"({"manifests":[{"mediaType":"m","digest":"sha256:../x","size":1}]})"));
    EXPECT_FALSE(read_index(R"({"manifests":[7]})"));
    EXPECT_TRUE(read_index(R"({"manifests":null})")->empty());
}

}  // namespace
}  // namespace assay::registry
