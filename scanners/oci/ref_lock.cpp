#include "assay/ref_lock.h"

#include "assay/json_text.h"
#include "descriptor_reader.h"
#include "text/json_memory.h"

namespace assay {

namespace {

constexpr std::string_view kSchema = "assay.lock/1";

Error malformed(const char* why) { return {Code::kMalformed, why, 0, 0}; }

}  // namespace

Result<RefLock> parse_ref_lock(std::string_view text) {
    RefLock lock;
    std::string top;
    std::string ref;
    std::string schema;
    const char* wrong = nullptr;
    const bool whole = json::each_token(text, [&](const json::Token& token) {
        const bool key = token.kind == json::Kind::kKey;
        if (key && token.depth == 1) top = token.text;
        if (key && token.depth == 2) ref = token.text;
        if (key || token.kind != json::Kind::kString) return;
        if (token.depth == 1 && top == "schema") schema = token.text;
        if (token.depth != 2 || top != "refs") return;
        if (oci::fault_of_digest(token.text, false).rule) wrong = "a tag has what is no digest";
        if (!lock.emplace(ref, token.text).second) wrong = "a tag stands in it twice";
    });
    if (!whole) return malformed("it is no JSON");
    if (schema != kSchema) return malformed("it is no lock file of this version");
    if (wrong) return malformed(wrong);
    return lock;
}

std::string text_of(const RefLock& lock) {
    std::string text = "{\"schema\":" + json_quote(kSchema) + ",\n\"refs\":{";
    for (auto at = lock.begin(); at != lock.end(); ++at) {
        text += at == lock.begin() ? "\n" : ",\n";
        text += json_quote(at->first) + ":" + json_quote(at->second);
    }
    return text + "}}\n";
}

}  // namespace assay
