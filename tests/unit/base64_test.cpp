#include "assay/base64.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

std::string decoded(std::string_view text, Base64 alphabet = Base64::kStandard) {
    auto bytes = from_base64(text, alphabet);
    return bytes ? std::string(as_text(*bytes)) : "refused";
}

TEST(Base64, ThereAndBack) {
    for (std::string_view text :
         {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\xfd"}) {
        EXPECT_EQ(decoded(to_base64(as_bytes(text))), text);
        EXPECT_EQ(decoded(to_base64(as_bytes(text), Base64::kUrl), Base64::kUrl), text);
    }
    EXPECT_EQ(to_base64(as_bytes("fooba")), "Zm9vYmE=");
    EXPECT_EQ(to_base64(as_bytes("\xff\xef")), "/+8=");
    EXPECT_EQ(to_base64(as_bytes("\xff\xef"), Base64::kUrl), "_-8=");
}

TEST(Base64, RefusesWhatIsNotCanonical) {
    EXPECT_EQ(decoded("Zg"), "refused") << "padding is missing";
    EXPECT_EQ(decoded("Zg", Base64::kUrl), "f");
    EXPECT_EQ(decoded("Zg="), "refused");
    EXPECT_EQ(decoded("Zg==="), "refused");
    EXPECT_EQ(decoded("Zh=="), "refused") << "bits behind the last byte";
    EXPECT_EQ(decoded("Z"), "refused");
    EXPECT_EQ(decoded("Z==="), "refused");
    EXPECT_EQ(decoded("Zg==\n"), "refused");
    EXPECT_EQ(decoded("Zm 9v"), "refused");
    EXPECT_EQ(decoded("_-8="), "refused");
    EXPECT_EQ(decoded("Zm9v=Zm9v"), "refused");
    EXPECT_EQ(decoded("===="), "refused");
}

}  // namespace
}  // namespace assay
