// Pages of servers: what a download leaves behind when it was refused, or led to a login.
//
// A page under the name of a model file says nothing of the model, and loaders then complain about
// a header or a magic number. A page that is called one is left alone.
#include <algorithm>
#include <array>

#include "formats.h"
#include "kinds.h"

namespace assay::web {

namespace {

constexpr Rule kRules[] = {
    {"file.html_instead_of_content", Severity::kMedium,
     "a page of a server stands in place of the file",
     "The download was refused, or led to a login or a page about the file: there is nothing here "
     "to load.",
     "Fetch the file itself; sign in first if the page says so.", ""},
};

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> lower) {
    return std::any_of(lower.begin(), lower.end(), [&](std::string_view mark) {
        return text.size() >= mark.size() &&
               std::equal(mark.begin(), mark.end(), text.begin(), [](char a, char b) {
                   return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
               });
    });
}

bool is_page(const Probe& probe) {
    std::string_view text = as_text(probe.head);
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || text[first] != '<') return false;
    text.remove_prefix(first);
    // The stores of the large clouds answer in XML.
    const size_t error = std::min(text.find("<Error>"), text.find("<error>"));
    return begins_with_any(text, {"<!doctype html", "<html"}) ||
           (text.starts_with("<?xml") && error < 128);
}

Status scan_page(Tape&, ScanContext& context) {
    const std::string extension = extension_of(context.path());
    if (extension == "html" || extension == "htm") return Done{};
    // Many formats keep weights in files of these names, so they promise none of them.
    const bool weights = extension == "bin" || extension == "ot";
    const bool loaded = weights || promises_loadable(context.path());
    if (!loaded && extension != "json" && extension != "jinja" && extension != "py") {
        context.disown();
        return Done{};
    }
    context.report(kRules[0], 0, 0, "");
    if (loaded) context.incomplete(Coverage::kUnsupported, "a page stands in place of the content");
    return Done{};
}

constexpr std::string_view kExtensions[] = {"html", "htm"};

}  // namespace

}  // namespace assay::web

namespace assay {

const Format kWebPageFormat{
    "html", false, 0, web::kExtensions, web::kRules, web::is_page, web::scan_page,
};

}  // namespace assay
