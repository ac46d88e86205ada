// Any text: the same tokens for any size of blocks, and a value for both of our readers where it is
// one for simdjson.
//
// Input: one byte for the size of the blocks, then the text.
#include <cstdlib>

#include "assay/json_value.h"
#include "scanners/text/json.h"
#include "tests/unit/support/json_oracle.h"

using namespace assay;

static void require(bool condition) {
    if (!condition) std::abort();
}

// Of the places and texts of all tokens, and of the fault.
static uint64_t digest_of(std::string_view text, size_t block_size) {
    test::CountingSource source(as_bytes(text));
    test::TestPools pools(block_size);
    Tape tape(source, pools.pools(), {});
    json::Reader reader(tape, {.kept = 16});
    json::DuplicateKeys keys;
    uint64_t digest = 0;
    auto add = [&](uint64_t value) { digest = (digest ^ value) * 0x100000001b3; };
    for (json::Token token; reader.next(token);) {
        add(token.offset * 16 + static_cast<uint64_t>(token.kind));
        add(token.length * 8 + token.escaped + token.cut * 2U + token.surrogate * 4U);
        add(std::hash<std::string_view>()(token.text) ^ token.depth);
        require(token.text.size() <= 16);
        if (token.kind == json::Kind::kObject) keys.open();
        if (token.kind == json::Kind::kKey) add(keys.add(token.hash));
        if (token.kind == json::Kind::kObjectEnd) keys.close();
    }
    if (reader.fault()) add(reader.fault()->offset);
    return digest;
}

// The tree besides refuses keys that come twice, which are none of simdjson's business.
static bool tree_accepts(std::string_view text) {
    Result<JsonValue> value = JsonValue::parse(as_bytes(text), {.depth = test::kOracleDepth});
    return value.ok() || std::string_view(value.error().text) == "a key comes twice";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    const std::string_view text = as_text({data + 1, size - 1});
    require(digest_of(text, 4096) == digest_of(text, size_t{data[0]} + 1));
    if (text.empty() || test::has_long_number(text)) return 0;
    require(test::reader_accepts(text, 4096) == test::simdjson_accepts(text));
    require(!test::simdjson_accepts(text) || tree_accepts(text));
    return 0;
}
