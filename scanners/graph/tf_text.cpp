// TensorFlow's graphs as text: saved_model.pbtxt, and graphs of checkpoints (.meta), which readers
// take in either form.
//
//   saved_model_schema_version: 1
//   meta_graphs { graph_def { node { name: "x" op: "PyFunc" } } }
//
// The loader takes it where there is no saved_model.pb, so it is as much of a model as that; only
// nobody writes one any more. It is told from the many other texts of protobuf (label maps,
// settings of servers), which are data, and not validated.
#include "formats.h"
#include "kinds.h"

namespace assay {

namespace tensorflow {

namespace {

bool is_named_text(const Probe& probe) {
    return probe.promised && !probe.head.empty() && kind_of(probe).name == "text";
}

bool is_model(std::string_view path, std::string_view head) {
    if (path.ends_with("saved_model.pbtxt")) return true;
    const auto has = [&](std::string_view word) { return head.find(word) != head.npos; };
    // The nodes of MediaPipe's graphs have calculators instead.
    return has("meta_graphs") || has("graph_def") || (has("node {") && has("op: \""));
}

Status scan_text(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(kProbeHead);
    if (!head) return head.error();
    if (is_model(context.path(), as_text(*head))) {
        context.incomplete(Coverage::kUnsupported,
                           "a model of TensorFlow as text is not validated");
    } else {
        context.disown();
    }
    return Done{};
}

constexpr std::string_view kExtensions[] = {"pbtxt", "meta"};

}  // namespace

}  // namespace tensorflow

const Format kTfTextFormat{
    "tf-text",
    false,
    0,
    tensorflow::kExtensions,
    {},
    tensorflow::is_named_text,
    tensorflow::scan_text,
};

}  // namespace assay
