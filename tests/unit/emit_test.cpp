#include "assay/emit.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace assay {
namespace {

Digest digest_of(DigestKind kind, uint8_t fill) {
    Digest digest{kind, {}};
    std::fill_n(digest.value.begin(), size_of(kind), fill);
    return digest;
}

std::string hex_of(size_t bytes, const char* pair) {
    std::string text;
    for (size_t i = 0; i < bytes; i++) text += pair;
    return text;
}

Record file_record(const std::string& user_path) {
    Record record;
    record.user_path = user_path;
    record.path = escape_path(user_path);
    record.format = "unknown";
    record.digests = {digest_of(DigestKind::kSha256, 0xAB)};
    return record;
}

Record member_record(const Record& file, const std::string& name) {
    Record record;
    record.kind = EntryKind::kMember;
    record.path = member_path(file.path, name);
    record.place.members = {0};
    return record;
}

ReportHeader test_header() {
    ReportHeader header;
    header.version = "1.2";
    header.rules_digest = [] { return std::string(64, 'd'); };
    header.targets = {"m"};
    return header;
}

std::string emitted(std::string_view format, const std::vector<Record>& records,
                    const ReportHeader& header = test_header()) {
    std::string text;
    auto output = Output::to_string(text);
    auto emitter = make_emitter(format, *output);
    Summary summary;
    EXPECT_TRUE(emitter->begin(header).ok());
    for (const Record& record : records) {
        summary.count(record, Severity::kHigh);
        EXPECT_TRUE(emitter->record(record).ok());
    }
    EXPECT_TRUE(emitter->end(summary).ok());
    return text;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(Emitters, AreNamed) {
    EXPECT_EQ(emitter_names(),
              (std::vector<std::string_view>{"table", "json", "jsonl", "sums", "stores"}));
    std::string text;
    EXPECT_EQ(make_emitter("xml", *Output::to_string(text)), nullptr);
}

TEST(JsonQuote, EscapesAndRepairs) {
    EXPECT_EQ(json_quote(""), "\"\"");
    EXPECT_EQ(json_quote("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(json_quote(std::string_view("\0\x1f\n\t\r\b\x7f", 7)),
              R"("\u0000\u001f\n\t\r\u0008\u007f")");
    EXPECT_EQ(json_quote("größe 模型 😀"), "\"größe 模型 😀\"");
    EXPECT_EQ(json_quote("x\xff\xc0\xafy"), "\"x\uFFFD\uFFFD\uFFFDy\"");
    EXPECT_EQ(json_quote("gpj.\u202Eexe\u2028\u0085"), R"("gpj.\u202eexe\u2028\u0085")");
}

TEST(Json, OfNothing) {
    EXPECT_EQ(
        emitted("json", {}),
        R"({"schema":"assay.report/1","tool":{"name":"assay","version":"1.2","rules":"sha256:)" +
            std::string(64, 'd') +
            R"("},"targets":["m"],
"records":[],
"summary":{"verdict":"nothing","files":0,"bytes":0,)"
            R"("findings":{"critical":0,"high":0,"medium":0,"low":0,"info":0},)"
            R"("coverage":{"full":0,"structure_only":0,"cut_by_limit":0,"malformed":0,)"
            R"("unreadable":0,"unsupported":0}}}
)");
}

// The whole of one record, so that a changed key, order or number is seen.
TEST(Json, RecordsAreWritten) {
    Record record = file_record("a b.bin");
    record.size = ~uint64_t{0};
    record.lower_coverage(Coverage::kMalformed, "why \"not\"");
    record.accounted = {1, 2, 3};
    record.digests.push_back(digest_of(DigestKind::kGitSha1, 0x01));
    record.chunks = ChunkRoot{4096, "c0de"};
    record.tensors = {{"w", "F32", {2, 3}, 8, 32, "beef"}, {"v", "I8", {}, 0, 1, ""}};
    record.findings = {
        {&rules::kEmpty, Severity::kHigh, 5, 6, 7, "det%0Aail", {{"k", "v"}, {"l", "\n"}}}};
    std::string line =
        R"({"target":0,"path":"a b.bin","kind":"file","format":"unknown","size":18446744073709551615,)"
        R"("coverage":"malformed","reason":"why \"not\"",)"
        R"("accounted":{"hashed":1,"parsed":2,"gaps":3},"digests":{"sha256":")" +
        hex_of(32, "ab") + R"(","git-sha1":")" + hex_of(20, "01") +
        R"("},"chunks":{"size":4096,"root":"sha256:c0de"},"tensors":[)"
        R"({"name":"w","dtype":"F32","shape":[2,3],"begin":8,"end":32,"sha256":"beef"},)"
        R"({"name":"v","dtype":"I8","shape":[],"begin":0,"end":1}],"findings":[)"
        R"({"rule":"file.empty","severity":"high","offset":5,"length":6,"count":7,)"
        R"("message":"the file holds no bytes","detail":"det%0Aail",)"
        R"("evidence":{"k":"v","l":"\n"},"fingerprint":")" +
        fingerprint(record.path, record.findings[0]) + R"("}]})";
    std::string text = emitted("json", {record, record});
    EXPECT_TRUE(has(text, "\"records\":[\n" + line + ",\n" + line + "\n],\n\"summary\":")) << text;
    EXPECT_TRUE(has(text, R"("verdict":"findings","files":2,)"));
}

TEST(Jsonl, OneObjectALine) {
    std::string text = emitted("jsonl", {file_record("a"), file_record("b")});
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        lines.push_back(text.substr(at, text.find('\n', at) - at));
    }
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_TRUE(lines[0].starts_with(R"({"type":"header","schema":"assay.report/1","tool":)"));
    EXPECT_TRUE(lines[1].starts_with(R"({"type":"record","target":0,"path":"a","kind":"file",)"));
    EXPECT_TRUE(lines[2].starts_with(R"({"type":"record","target":0,"path":"b",)"));
    EXPECT_TRUE(lines[3].starts_with(R"({"type":"summary","verdict":"clean","files":2,)"));
}

TEST(Json, SaysWhenARunWasInterrupted) {
    std::string text;
    auto output = Output::to_string(text);
    auto emitter = make_emitter("jsonl", *output);
    Summary summary;
    summary.interrupted = true;
    ASSERT_TRUE(emitter->end(summary).ok());
    EXPECT_TRUE(has(text, R"("verdict":"incomplete","interrupted":true,"files":0)")) << text;
}

TEST(Sums, AreWhatSha256sumPrints) {
    std::string hex = hex_of(32, "ab");
    EXPECT_EQ(emitted("sums", {file_record("a b%!\t.bin"), file_record("-")}),
              hex + "  a b%!\t.bin\n" + hex + "  -\n");
    EXPECT_EQ(emitted("sums", {file_record("a\\b"), file_record("c\nd\re")}),
              "\\" + hex + "  a\\\\b\n\\" + hex + "  c\\nd\\re\n");
    EXPECT_EQ(emitted("sums", {file_record("\xff\x1b")}), hex + "  \xff\x1b\n");
}

TEST(Sums, SeveralDigestsAreTagged) {
    Record record = file_record("a\nb");
    record.digests.clear();
    for (DigestKind kind : kAllDigests) record.digests.push_back(digest_of(kind, 0x11));
    std::string expected;
    auto line = [&](const char* tag, size_t bytes) {
        expected += std::string("\\") + tag + " (a\\nb) = " + hex_of(bytes, "11") + "\n";
    };
    line("SHA256", 32);
    line("SHA512", 64);
    line("BLAKE2b", 64);
    line("SHA1", 20);
    line("MD5", 16);
    line("GIT-SHA1", 20);
    line("BLAKE3", 32);
    EXPECT_EQ(emitted("sums", {record}), expected);
}

TEST(Sums, ChunkRootsAndMembers) {
    Record file = file_record("dir/a!b.zip");
    file.chunks = ChunkRoot{1 << 22, "0f"};
    Record silent = member_record(file, "no digest");
    Record member = member_record(file, "x/y!z");
    member.digests = {digest_of(DigestKind::kMd5, 0x22)};
    Record unread = file_record("unread");
    unread.digests.clear();
    EXPECT_EQ(emitted("sums", {file, silent, member, unread}),
              hex_of(32, "ab") + "  dir/a!b.zip\nASSAY-TREE-4194304 (dir/a!b.zip) = 0f\n" +
                  hex_of(16, "22") + "  dir/a!b.zip!x/y%21z\n");
}

TEST(Table, CleanIsSaidOnlyWhenEverythingWasLookedAt) {
    std::string clean = emitted("table", {file_record("a")});
    EXPECT_TRUE(has(clean, "Verdict   CLEAN: everything was looked at")) << clean;
    for (Coverage coverage :
         {Coverage::kStructureOnly, Coverage::kUnsupported, Coverage::kUnreadable}) {
        Record partial = file_record("b");
        partial.lower_coverage(coverage, "for a reason");
        std::string text = emitted("table", {file_record("a"), partial});
        EXPECT_FALSE(has(text, "CLEAN")) << text;
        EXPECT_TRUE(has(text, "INCOMPLETE: 1 of 2 artifacts was not fully looked at")) << text;
    }
    EXPECT_TRUE(has(emitted("table", {}), "NOTHING: there was no regular file to scan"));
}

Record found_record() {
    Record record = file_record("models/ev\x1bil.bin");
    record.size = 1536;
    record.lower_coverage(Coverage::kMalformed, "a bad\nheader");
    record.findings = {
        {&rules::kEmpty, Severity::kLow, 0, 0, 1, "", {}},
        {&rules::kExecutable, Severity::kHigh, 77, 4, 3, "ELF \x1b[2J", {{"m", "x"}}}};
    return record;
}

TEST(Table, GroupsFindingsGravestFirstAndEscapes) {
    std::string text = emitted("table", {file_record("quiet.bin"), found_record()});
    EXPECT_EQ(text, R"(models/ev%1Bil.bin  (unknown, 1.5 KiB)
  HIGH      file.embedded.executable          at byte 77, 3 times
            a program or script where only model data is expected: ELF %1B[2J
  LOW       file.empty
            the file holds no bytes

Not fully looked at
  malformed     models/ev%1Bil.bin: a bad%0Aheader

Scanned   2 files, 1.5 KiB
Findings  3 high, 1 low
Coverage  1 full, 1 malformed
Verdict   FINDINGS: 3 findings fail; 1 of 2 artifacts was not fully looked at
)");
}

TEST(Table, VerboseHasALineForEveryRecord) {
    ReportHeader header = test_header();
    header.verbose = true;
    std::string text = emitted("table", {file_record("quiet.bin"), found_record()}, header);
    EXPECT_TRUE(
        text.starts_with("COVERAGE        FORMAT                SIZE  ARTIFACT\n"
                         "full            unknown                0 B  quiet.bin\n"
                         "malformed       unknown            1.5 KiB  models/ev%1Bil.bin\n"
                         "  HIGH      file.embedded.executable          at byte 77, 3 times\n"))
        << text;
    EXPECT_TRUE(has(text, "            m: x\n"));
}

TEST(Table, ColoursOnlyWhenAsked) {
    EXPECT_FALSE(has(emitted("table", {found_record()}), "\x1b"));
    ReportHeader header = test_header();
    header.color = true;
    EXPECT_TRUE(has(emitted("table", {found_record()}, header), "\x1b[31mHIGH    \x1b[0m"));
}

TEST(Table, WrapsAndShortensLongTexts) {
    Record record = found_record();
    record.findings[1].detail.clear();
    for (int i = 0; i < 400; i++) record.findings[1].detail += "wörd ";
    std::string text = emitted("table", {record});
    EXPECT_TRUE(has(text, "(1400 characters more)")) << text;
    size_t longest = 0;
    for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        std::string line = text.substr(at, text.find('\n', at) - at);
        longest = std::max(longest, line.size() - static_cast<size_t>(std::count(
                                                      line.begin(), line.end(), '\xc3')));
    }
    EXPECT_LE(longest, 82U);
}

}  // namespace
}  // namespace assay
