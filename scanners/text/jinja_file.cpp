// Templates in files of their own: chat_template.jinja, additional_chat_templates/NAME.jinja.
//
// Any text is a template, most of them one without a tag, so content cannot tell; what is rendered
// is rendered because of its name, and only then the text is read. Of texts (.txt) those are meant
// for it that say so by their name. See jinja.h for what is found.
#include <algorithm>

#include "assay/limits.h"
#include "formats.h"
#include "jinja.h"
#include "jinja_rules.h"
#include "kinds.h"

namespace assay::jinja {

namespace {

constexpr size_t kMostRead = kMiB;

bool is_named_template(const Probe& probe) {
    return probe.promised && !probe.head.empty() && kind_of(probe).inert;
}

bool is_template(std::string_view path) {
    if (!path.ends_with(".txt")) return true;
    const size_t folder = path.find_last_of("/!");
    const std::string_view name = path.substr(folder == std::string_view::npos ? 0 : folder + 1);
    return name.find("chat_template") != std::string_view::npos;
}

Status scan_template(Tape& tape, ScanContext& context) {
    if (!is_template(context.path())) {
        context.disown();
        return Done{};
    }
    const uint64_t size = tape.size().value_or(kMostRead);
    Result<Bytes> text = tape.peek(static_cast<size_t>(std::min<uint64_t>(size, kMostRead)));
    if (!text) return text.error();
    check_template(as_text(*text), 0, context);
    Status moved = tape.advance(text->size());
    if (!moved) return moved;
    context.parsed(tape.offset());
    Result<Bytes> more = tape.peek(1);
    if (!more) return more.error();
    if (!more->empty()) context.incomplete(Coverage::kCutByLimit, "the template is too large");
    return Done{};
}

constexpr std::string_view kExtensions[] = {"jinja", "jinja2", "j2", "txt"};

}  // namespace

}  // namespace assay::jinja

namespace assay {

const Format kJinjaFormat{
    "jinja",
    false,
    0,
    jinja::kExtensions,
    jinja::kRules,
    jinja::is_named_template,
    jinja::scan_template,
};

}  // namespace assay
