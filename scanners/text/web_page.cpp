// Pages of servers: what a download leaves behind when it was refused, or led to a login.
//
// A page under the name of a model file says nothing of the model, and loaders then complain about
// a header or a magic number. A page that is called one is left alone. Hubs also answer in a line
// of text ("Entry not found"), which counts where weights are expected.
#include <algorithm>
#include <array>

#include "formats.h"
#include "hf_repository.h"
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

// As Hugging Face, GitHub and the stores behind them have it, all of the file.
bool is_refusal(std::string_view text) {
    constexpr size_t kLongest = 512;
    if (text.size() > kLongest) return false;
    return begins_with_any(
        text, {"entry not found", "file not found", "not found", "404: not found", "access denied",
               "repository not found", "revision not found", "access to model ",
               "invalid username or password", "invalid credentials", "unauthorized", "forbidden",
               "internal server error", "too many requests", "bad gateway"});
}

// Many formats keep weights in files of these names, so they promise none of them.
bool is_weights(const std::string& extension) { return extension == "bin" || extension == "ot"; }

std::string_view without_space_before(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    return text.substr(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
}

bool is_page(const Probe& probe) {
    const std::string_view text = without_space_before(as_text(probe.head));
    if (is_refusal(text)) return true;
    // The stores of the large clouds answer in XML.
    const size_t error = std::min(text.find("<Error>"), text.find("<error>"));
    return begins_with_any(text, {"<!doctype html", "<html"}) ||
           (text.starts_with("<?xml") && error < 128);
}

Status scan_page(Tape& tape, ScanContext& context) {
    const std::string extension = extension_of(context.path());
    if (extension == "html" || extension == "htm") return Done{};
    Result<Bytes> head = tape.peek(kProbeHead);
    if (!head) return head.error();
    const bool loaded = is_weights(extension) || promises_loadable(context.path());
    const bool read = extension == "json" || extension == "jinja" || extension == "py";
    // What a name promises says itself how it is broken.
    const bool line = is_refusal(without_space_before(as_text(*head)));
    if (line ? !is_weights(extension) : !loaded && !read) {
        context.disown();
        return Done{};
    }
    context.report(kRules[0], 0, 0, "");
    if (loaded || is_loaded_by_name(context.path()))
        context.incomplete(Coverage::kUnsupported, "a page stands in place of the content");
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
