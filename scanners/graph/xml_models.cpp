// Models in XML: OpenVINO's (openvino.h) and PMML (pmml.h).
//
// Which one it is says the outermost element, which may stand far behind comments and declarations.
// Neither has any use for a document type or entities: those are findings of their own, since the
// reader that fetches them is the one that everybody forgot about (XXE).
#include <fmt/core.h>

#include <optional>

#include "assay/format.h"
#include "formats.h"
#include "openvino.h"
#include "pmml.h"
#include "xml_rules.h"

namespace assay::xml {

namespace {

void tell_declared(const Declared& declared, ScanContext& context) {
    const auto tell = [&](bool is, const Rule& found) {
        if (is) context.report(found, declared.offset, 0, "");
    };
    tell(declared.doctype, xml_rule("xml.doctype"));
    tell(declared.entity, xml_rule("xml.entity"));
    tell(declared.external, xml_rule("xml.external_entity"));
    tell(declared.laughs, xml_rule("xml.billion_laughs"));
}

Status broken(const Fault& fault, ScanContext& context) {
    if (fault.kind == Fault::Kind::kTruncated) {
        return Error{Code::kTruncated, fault.text, fault.offset, 0};
    }
    const bool deep = fault.kind == Fault::Kind::kTooDeep;
    context.report(deep ? xml_rule("xml.depth") : xml_rule("xml.invalid"), fault.offset, 0,
                   fault.text);
    return Error{Code::kMalformed, fault.text, fault.offset, 0};
}

// Behind a prefix that a namespace was given.
void strip_prefix(std::string& name) {
    const size_t colon = name.find(':');
    if (colon != std::string::npos) name.erase(0, colon + 1);
}

// UTF-16, UTF-32, or the characters of IBM's hosts.
bool is_other_encoding(Bytes head) {
    return starts_with(head, "\xff\xfe") || starts_with(head, "\xfe\xff") ||
           starts_with(head, std::string_view("\0\0\xfe\xff", 4)) ||
           starts_with(head, std::string_view("\0\0\0<", 4)) ||
           starts_with(head, "\x4c\x6f\xa7\x94") || starts_with(head, "\x4c\x5a\xc4\xd6") ||
           starts_with(head, std::string_view("<\0", 2)) ||
           starts_with(head, std::string_view("\0<", 2));
}

// Whether an element of that name seems to begin in the text.
bool holds_element(std::string_view text, std::string_view name) {
    for (size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
        const std::string_view behind = text.substr(at + 1);
        const bool named = behind.starts_with(name) && behind.size() > name.size();
        if (named && std::string_view(" \t\r\n/>").find(behind[name.size()]) != text.npos)
            return true;
    }
    return false;
}

// What ended the document before its outermost element: nothing that concerns anybody, or what
// keeps this reader from a model that a lenient one takes.
Status no_element(const Reader& reader, const Tag& tag, std::string_view root, bool in_head,
                  ScanContext& context) {
    if (reader.fault() && (in_head || tag.name == root)) return broken(*reader.fault(), context);
    context.disown();
    return Done{};
}

// `namespaces`: whether readers go by them.
template <class Model>
Status scan(Tape& tape, ScanContext& context, std::string_view root, bool namespaces) {
    Result<Bytes> head = tape.peek(kProbeHead);
    if (!head) return head.error();
    if (is_other_encoding(*head)) {
        context.incomplete(Coverage::kUnsupported,
                           "the document is in an encoding that is not read");
        return Done{};
    }
    const bool in_head = holds_element(as_text(*head), root);
    Reader reader(tape);
    Model model(context);
    Tag tag;
    bool is_root = true;
    while (reader.next(tag)) {
        if (namespaces) strip_prefix(tag.name);
        if (std::exchange(is_root, false) && tag.name != root) {
            context.disown();
            return Done{};
        }
        Status taken = model.tag(tag);
        if (!taken) return taken;
    }
    if (reader.failed()) return *reader.failed();
    if (is_root) return no_element(reader, tag, root, in_head, context);
    tell_declared(reader.declared(), context);
    Status synced = reader.sync();
    if (!synced) return synced;
    context.parsed(tape.offset());
    model.end(!reader.fault());
    return reader.fault() ? broken(*reader.fault(), context) : Status(Done{});
}

// How long a declaration of a document type is, with what it declares: brackets in quotes and in
// comments end nothing.
size_t length_of_doctype(std::string_view text) {
    bool subset = false;
    for (size_t at = 0; at < text.size(); at++) {
        const std::string_view rest = text.substr(at);
        const std::string_view end = rest.starts_with("<!--") ? "-->"
                                     : rest.starts_with("<?") ? "?>"
                                     : rest[0] == '"'         ? "\""
                                     : rest[0] == '\''        ? "'"
                                                              : "";
        if (!end.empty()) {
            const size_t mark = end == "-->" ? 4 : end.size();
            const size_t close = text.find(end, at + mark);
            if (close == text.npos) return text.size();
            at = close + end.size() - 1;
        } else if (rest[0] == '[' || rest[0] == ']') {
            subset = rest[0] == '[';
        } else if (rest[0] == '>' && !subset) {
            return at + 1;
        }
    }
    return text.size();
}

// The name of the outermost element; "" where it is further on, nothing where this is no XML.
std::optional<std::string_view> root_of(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const auto pass = [&](size_t mark, std::string_view end) {
        const size_t at = text.find(end, mark);
        text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
    };
    for (;;) {
        text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
        if (text.empty()) return "";
        if (text.starts_with("<?")) {
            pass(2, "?>");
        } else if (text.starts_with("<!--")) {
            pass(4, "-->");
        } else if (text.starts_with("<!DOCTYPE")) {
            text.remove_prefix(length_of_doctype(text));
        } else {
            break;
        }
    }
    if (!text.starts_with('<')) return std::nullopt;
    return text.substr(1, std::min(text.size(), text.find_first_of(" \t\r\n/>")) - 1);
}

bool has_root(const Probe& probe, std::string_view name) {
    if (!probe.head.empty() && probe.head[0] != '<' && probe.head[0] != 0xef &&
        probe.head[0] > ' ') {
        return false;
    }
    const auto root = root_of(as_text(probe.head));
    const bool more = probe.head.size() == kProbeHead;
    return root == name || (root == "" && more);
}

bool is_prefixed(const Probe& probe, std::string_view name) {
    const auto root = root_of(as_text(probe.head));
    const size_t colon = root ? root->find(':') : std::string_view::npos;
    return colon != std::string_view::npos && root->substr(colon + 1) == name;
}

// Whether it is for want of a better name: a reader that guesses the encoding would take it.
bool is_unreadable(const Probe& probe) { return probe.promised && is_other_encoding(probe.head); }

// OpenVINO's reader passes over text before the first element.
bool is_openvino(const Probe& probe) {
    if (has_root(probe, "net") || is_unreadable(probe)) return true;
    return probe.promised && holds_element(as_text(probe.head), "net");
}
bool is_pmml(const Probe& probe) { return has_root(probe, "PMML") || is_prefixed(probe, "PMML"); }

constexpr std::string_view kXml[] = {"xml"};
constexpr std::string_view kPmml[] = {"pmml", "xml"};

}  // namespace

}  // namespace assay::xml

namespace assay {

const Format kOpenvinoFormat{
    "openvino",
    false,
    0,
    xml::kXml,
    kXmlRules,
    xml::is_openvino,
    [](Tape& tape, ScanContext& context) {
        return xml::scan<openvino::Network>(tape, context, "net", false);
    },
};
const Format kPmmlFormat{
    "pmml",
    false,
    0,
    xml::kPmml,
    {},
    xml::is_pmml,
    [](Tape& tape, ScanContext& context) {
        return xml::scan<pmml::Document>(tape, context, "PMML", true);
    },
};

}  // namespace assay
