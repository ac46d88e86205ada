// What tests of visit() need: a folder to fill, toy formats, and a sink that keeps the records.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "assay/emit.h"
#include "assay/visit.h"
#include "tests/unit/support/files.h"
#include "tests/unit/support/toy_format.h"

namespace assay::test {

class VisitFolder : public TempFolder {
  public:
    void write(const std::string& name, const std::string& content) const {
        std::filesystem::path file = *this / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << content;
    }
};

class Collect final : public RecordSink {
  public:
    Status record(const Record& record) override {
        records.push_back(record);
        return Done{};
    }
    [[nodiscard]] const Record& at(const std::string& path) const {
        for (const Record& record : records) {
            if (record.path == path) return record;
        }
        ADD_FAILURE() << "no record " << path;
        static const Record none;
        return none;
    }
    std::vector<Record> records;
};

inline constexpr const Format* kAllToys[] = {&toy::kToy, &toy::kCount, &toy::kBomb, &toy::kThrow};

inline VisitOptions toy_options(const VisitFolder& folder) {
    VisitOptions options;
    options.targets = {folder.path()};
    options.formats = kAllToys;
    options.member_digests = true;
    options.threads = 2;
    return options;
}

inline Summary must_visit(const VisitOptions& options, RecordSink& sink,
                          VisitStats* stats = nullptr) {
    Result<Summary> summary = visit(options, {sink, nullptr, stats, {}, {}});
    EXPECT_TRUE(summary.ok()) << (summary ? "" : describe(summary.error()));
    return summary ? *summary : Summary{};
}

inline std::string random_text(size_t size, uint32_t seed) {
    std::mt19937 random(seed);
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>('a' + random() % 26);
    return text;
}

inline std::string sha256_hex(std::string_view content) {
    return to_hex(sha256_of(as_bytes(content)));
}

inline std::vector<std::string> rules_of(const Record& record) {
    std::vector<std::string> ids;
    for (const Finding& finding : record.findings) ids.emplace_back(finding.rule->id);
    return ids;
}

// A report as text, so that two runs can be compared byte for byte.
inline std::string report_text(const VisitOptions& options) {
    std::string text;
    auto output = Output::to_string(text);
    auto emitter = make_emitter("json", *output);
    ReportHeader header;
    header.targets = {"t"};
    EXPECT_TRUE(emitter->begin(header).ok());
    Summary summary = must_visit(options, *emitter);
    EXPECT_TRUE(emitter->end(summary).ok());
    EXPECT_TRUE(output->commit().ok());
    return text;
}

// A format of the test's own that matches everything that starts with "OWN".
inline Format own_format(
    Status (*scan)(Tape&, ScanContext&), bool (*matches)(const Probe&) = [](const Probe& probe) {
        return starts_with(probe.head, "OWN");
    }) {
    return {"own", false, 0, {}, {}, matches, scan};
}

inline toy::Toy nested_toy() {
    toy::Toy inner;
    inner.members = {{"leaf", random_text(100'000, 1)}, {"empty", ""}, {"small", "tiny"}};
    toy::Toy outer;
    outer.members = {{"first", random_text(70'001, 2)},
                     {"inner.toy", inner.encode()},
                     {"a!b%c\n", random_text(63, 3)}};
    outer.gap = "....";
    return outer;
}

}  // namespace assay::test
