// GGUF: fields that lie, files that are cut anywhere, and readings that do not depend on how the
// bytes come.
#include <gtest/gtest.h>

#include "scanners/formats.h"
#include "scanners/tensor/ggml_types.h"
#include "scanners/tensor/gguf_tensors.h"
#include "scanners/tensor/paid_vector.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;

constexpr size_t kBlocks[] = {1, 7, 4096, kMiB};

template <class T>
std::string le(T value) {
    std::string out(sizeof(T), '\0');
    store_le(reinterpret_cast<uint8_t*>(out.data()), value);
    return out;
}

std::string text(const std::string& value) { return le<uint64_t>(value.size()) + value; }

std::string pair(const std::string& key, uint32_t type, const std::string& value) {
    return text(key) + le(type) + value;
}

std::string tensor(const std::string& name, uint64_t length, uint64_t offset) {
    return text(name) + le<uint32_t>(1) + le(length) + le<uint32_t>(0) + le(offset);
}

std::string head(uint64_t tensors, uint64_t pairs) {
    return "GGUF" + le<uint32_t>(3) + le(tensors) + le(pairs);
}

std::string padded(std::string out) {
    out.resize((out.size() + 31) / 32 * 32);
    return out;
}

// A bit of everything: numbers, texts, arrays, two tensors with padding behind each.
std::string small_file() {
    return padded(head(2, 5) + pair("a.number", 4, le<uint32_t>(7)) + pair("a.truth", 7, "\1") +
                  pair("a.text", 8, text("some text")) +
                  pair("a.texts", 9, le<uint32_t>(8) + le<uint64_t>(2) + text("one") + text("")) +
                  pair("a.truths", 9, le<uint32_t>(7) + le<uint64_t>(2) + "\1\1") +
                  tensor("x", 3, 0) + tensor("y", 10, 32)) +
           padded(std::string(12, 'd')) + padded(std::string(40, 'd'));
}

TEST(Gguf, AGoodFileHasNoFindings) {
    for (size_t block : kBlocks) {
        for (bool stream : {false, true}) {
            Scanned scanned = scan_bytes(kGgufFormat, small_file(), {block, stream});
            EXPECT_EQ(scanned.context.findings, std::vector<std::string>{});
            EXPECT_EQ(scanned.context.lacks, std::vector<std::string>{});
            EXPECT_EQ(scanned.fault, "");
            EXPECT_TRUE(scanned.read_once);
            EXPECT_EQ(scanned.context.gap_bytes, 0u);
            EXPECT_EQ(scanned.context.memory, 64 * kMiB) << "all of it was given back";
        }
    }
}

// Only the padding behind the last tensor may be missing.
TEST(Gguf, CutAnywhereIsSeen) {
    const std::string whole = small_file();
    for (size_t size = 4; size < whole.size(); size++) {
        for (bool stream : {false, true}) {
            Scanned scanned = scan_bytes(kGgufFormat, whole.substr(0, size), {7, stream});
            const bool complete = size + 24 >= whole.size();
            EXPECT_EQ(scanned.context.findings.empty(), complete) << size << stream;
            EXPECT_EQ(scanned.fault.empty() && scanned.context.lacks.empty(), complete) << size;
            EXPECT_TRUE(scanned.read_once);
        }
    }
}

// Every field of eight bytes, aligned or not, with what has broken readers.
TEST(Gguf, AnyNumberAnywhereEndsWell) {
    constexpr uint64_t kLies[] = {0,          1,          0x7f,       0xffffffff,       1ULL << 31,
                                  1ULL << 32, 1ULL << 60, 1ULL << 61, (1ULL << 63) - 1, 1ULL << 63,
                                  ~0ULL - 31, ~0ULL};
    const std::string whole = small_file();
    for (size_t at = 4; at + 8 <= whole.size(); at++) {
        for (uint64_t lie : kLies) {
            std::string file = whole;
            file.replace(at, 8, le(lie));
            Scanned random = scan_bytes(kGgufFormat, file, {4096});
            Scanned pieces = scan_bytes(kGgufFormat, file, {13});
            EXPECT_EQ(random.context.text(), pieces.context.text()) << at << " " << lie;
            EXPECT_EQ(random.fault, pieces.fault);
            EXPECT_TRUE(random.read_once);
            EXPECT_TRUE(scan_bytes(kGgufFormat, file, {64, true}).read_once);
        }
    }
}

TEST(Gguf, AVocabularyIsSteppedOver) {
    std::string words;
    for (int i = 0; i < 100'000; i++) words += text(std::string(static_cast<size_t>(i % 40), 'w'));
    const std::string file = head(0, 1) + pair("tokenizer.ggml.tokens", 9,
                                               le<uint32_t>(8) + le<uint64_t>(100'000) + words);
    for (size_t block : {size_t{100}, size_t{4096}, size_t{kMiB}}) {
        Scanned scanned = scan_bytes(kGgufFormat, file, {block});
        EXPECT_EQ(scanned.context.findings, std::vector<std::string>{});
        EXPECT_EQ(scanned.context.memory, 64 * kMiB) << "all of it was given back";
    }
    Scanned cut = scan_bytes(kGgufFormat, file.substr(0, file.size() - 1), {4096});
    EXPECT_TRUE(cut.context.found("gguf.string.len_exceeds_file"));
}

std::string many_tensors(uint64_t count) {
    std::string list;
    for (uint64_t i = 0; i < count; i++) list += tensor("t" + std::to_string(i), 0, 0);
    return padded(head(count, 0) + list);
}

TEST(Gguf, WhatCannotBePaidForIsALimit) {
    const std::string file = many_tensors(5000);
    CountingSource source(as_bytes(file));
    TestPools pools(4096);
    for (size_t memory : {size_t{0}, size_t{20'000}, size_t{200'000}}) {
        Tape tape(source, pools.pools(), {});
        RecordingContext context(4096);
        context.memory = memory;
        Status status = kGgufFormat.scan(tape, context);
        EXPECT_TRUE(status.ok());
        EXPECT_TRUE(context.found("engine.limit.header"));
        EXPECT_EQ(context.lacks.size(), 1u);
        EXPECT_EQ(context.memory, memory) << "all of it was given back";
    }
    EXPECT_TRUE(scan_bytes(kGgufFormat, file, {4096}).context.findings.empty());
}

TEST(Gguf, PaddingIsLookedAtWhereverItLies) {
    const std::string whole = small_file();
    const size_t data = whole.size() - 96;
    for (size_t at : {data + 12, data + 31, data + 32 + 40, data + 95}) {
        std::string file = whole;
        file[at] = '!';
        for (size_t block : kBlocks) {
            for (bool stream : {false, true}) {
                // Of a stream nobody knows yet whether padding follows the last tensor.
                Scanned scanned = scan_bytes(kGgufFormat, file, {block, stream});
                EXPECT_TRUE(
                    scanned.context.found("gguf.pad.nonzero " + std::to_string(at) + " 0 in 1"))
                    << at << " " << block << stream;
            }
        }
    }
}

TEST(Gguf, WhatFollowsIsHandedOn) {
    for (bool stream : {false, true}) {
        Scanned scanned = scan_bytes(kGgufFormat, small_file() + "more", {7, stream});
        EXPECT_TRUE(scanned.context.found("gguf.data.trailing"));
        EXPECT_EQ(scanned.context.contents(), std::vector<std::string>{"more"});
        EXPECT_EQ(scanned.context.gap_bytes, 4u);
        EXPECT_TRUE(scanned.read_once);
    }
}

TEST(Gguf, TypesHaveTheSizesOfTheirBlocks) {
    EXPECT_EQ(gguf::tensor_type(0)->bytes, 4u);
    EXPECT_EQ(gguf::tensor_type(12)->name, "Q4_K");
    EXPECT_EQ(gguf::tensor_type(12)->bytes, 144u);
    EXPECT_EQ(gguf::tensor_type(30)->name, "BF16");
    EXPECT_EQ(gguf::tensor_type(39)->name, "MXFP4");
    EXPECT_EQ(gguf::tensor_type(41)->block, 128u);
    EXPECT_EQ(gguf::tensor_type(42), nullptr);
    for (uint32_t removed : {4u, 5u, 31u, 32u, 33u, 36u, 37u, 38u}) {
        EXPECT_EQ(gguf::tensor_type(removed)->block, 0u);
    }
}

TEST(Gguf, AlignmentDoesNotWrap) {
    EXPECT_EQ(gguf::align_up(0, 32), 0u);
    EXPECT_EQ(gguf::align_up(1, 32), 32u);
    EXPECT_EQ(gguf::align_up(32, 32), 32u);
    EXPECT_EQ(gguf::align_up(7, 1), 7u);
    EXPECT_EQ(gguf::align_up(UINT64_MAX, 1), UINT64_MAX);
    EXPECT_EQ(gguf::align_up(UINT64_MAX - 30, 32), std::nullopt);
}

TEST(SeenHashes, TellWhatCameBeforeInOrder) {
    NullContext context;
    SeenHashes seen(context);
    for (uint64_t i = 0; i < 1000; i++) EXPECT_TRUE(seen.add(i % 997, i));
    std::vector<uint64_t> repeated;
    seen.each_repeated([&](uint64_t what) { repeated.push_back(what); });
    EXPECT_EQ(repeated, (std::vector<uint64_t>{997, 998, 999}));
    EXPECT_EQ(context.memory, 64 * kMiB);
}

}  // namespace
}  // namespace assay
