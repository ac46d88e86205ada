// What libarchive unpacks: what must hold of the process around it.
#include <gtest/gtest.h>

#include <cerrno>

#include "scanners/formats.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;

void put(std::string& out, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) out += static_cast<char>(value >> 8 * i);
}

// A cabinet of one stored file. Its name is said to be UTF-8 where attributes have the bit 0x80.
std::string cabinet(std::string_view name, std::string_view content, unsigned attributes) {
    const size_t names = 36 + 8;
    const size_t data = names + 16 + name.size() + 1;
    std::string out = "MSCF";
    put(out, 0, 4);
    put(out, data + 8 + content.size(), 4);
    put(out, 0, 4);
    put(out, names, 4);
    put(out, 0, 4);
    put(out, 0x0103, 2);
    put(out, 1, 2);  // folders
    put(out, 1, 2);  // files
    put(out, 0, 6);
    put(out, data, 4);
    put(out, 1, 2);  // blocks of data
    put(out, 0, 2);  // stored
    put(out, content.size(), 4);
    put(out, 0, 4);
    put(out, 0, 2);
    put(out, 0x21, 2);
    put(out, 0, 2);
    put(out, attributes, 2);
    out.append(name) += '\0';
    put(out, 0, 4);  // no sum
    put(out, content.size(), 2);
    put(out, content.size(), 2);
    return out.append(content);
}

TEST(OtherArchives, WhatRanOutOfMemoryBeforeIsNotTakenForTheirs) {
    for (unsigned attributes : {0x20U, 0xa0U}) {
        errno = ENOMEM;
        Scanned one = scan_bytes(kCabFormat, cabinet("a\xff\xff.txt", "text", attributes), {});
        ASSERT_EQ(one.context.children.size(), 1U);
        EXPECT_EQ(one.context.children[0].content, "text");
        EXPECT_FALSE(one.context.found("archive.structure.damaged")) << one.context.text();
    }
}

}  // namespace
}  // namespace assay
