// The one text that distributions may run.
#include "scanners/pickle/argument_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace assay::pickle {
namespace {

std::string text(const std::string& names, const std::string& in, const std::string& out) {
    return "\ndef _parse_args(self, " + names + " " + in + "):\n    return (" + names + "), " +
           out + "\n\ndef _parse_args_rvs(self, " + names + " " + in +
           ", size=None):\n    return self._argcheck_rvs(" + names + " " + out +
           ", size=size)\n\ndef _parse_args_stats(self, " + names + " " + in +
           ", moments='mv'):\n    return (" + names + "), " + out + ", moments\n";
}

TEST(ArgumentParser, IsWhatTheTemplateGives) {
    EXPECT_TRUE(is_argument_parser(text("", "loc=0, scale=1", "loc, scale")));
    EXPECT_TRUE(is_argument_parser(text("a, b2, ", "loc=0, scale=1", "loc, scale")));
    EXPECT_TRUE(is_argument_parser(text("n, p, ", "loc=0", "loc, 1")));
}

TEST(ArgumentParser, AndNothingMore) {
    const std::string good = text("a, ", "loc=0, scale=1", "loc, scale");
    EXPECT_FALSE(is_argument_parser(""));
    EXPECT_FALSE(is_argument_parser(good + "import os\n"));
    EXPECT_FALSE(is_argument_parser("import os\n" + good));
    EXPECT_FALSE(is_argument_parser(text("a=f(), ", "loc=0, scale=1", "loc, scale")));
    EXPECT_FALSE(is_argument_parser(text("a, ", "loc=f(), scale=1", "loc, scale")));
    EXPECT_FALSE(is_argument_parser(text("1a, ", "loc=0, scale=1", "loc, scale")));
    EXPECT_FALSE(is_argument_parser(text("a,b, ", "loc=0, scale=1", "loc, scale")));
    for (size_t i = 0; i < good.size(); i++) {
        EXPECT_FALSE(is_argument_parser(good.substr(0, i))) << i;
    }
}

}  // namespace
}  // namespace assay::pickle
