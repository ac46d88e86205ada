// What keras.saving.save_model writes, .keras: a ZIP archive.
//
//   metadata.json       which version wrote it, and when
//   config.json         the classes of the model and their arguments; see keras_config.h
//   model.weights.h5    or .npz: the weights, by the path of their layer
//   assets/             vocabularies and other files of layers
//
// How attackers bend it: classes that run code (Lambda, wrappers of other frameworks), modules that
// the loader imports, two configurations of which a check sees the other one, weights that are
// links into other files, shapes of terabytes.
#include "keras_zip.h"

#include <algorithm>

#include "formats.h"
#include "keras_config.h"
#include "keras_rules.h"
#include "kinds.h"

namespace assay {

namespace keras {

namespace {

// No other archive has one.
bool is_weights(std::string_view member) {
    return member == "model.weights.h5" || member == "model.weights.npz" ||
           member == "model.weights.json";
}

// As a reader may take it that is not exact.
bool means_config(std::string_view name) {
    while (name.starts_with("./") || name.starts_with("/")) {
        name.remove_prefix(name.find('/') + 1);
    }
    constexpr std::string_view kConfig = "config.json";
    return name.size() == kConfig.size() &&
           std::equal(name.begin(), name.end(), kConfig.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
           });
}

// Keras makes the model of the configuration before it looks for weights.
bool tells(std::string_view member, std::string_view archive) {
    const bool named = extension_of(archive) == "keras";
    return is_weights(member) || (named && means_config(member));
}

class KerasVisitor final : public ZipVisitor {
  public:
    Status member(const ZipEntry& entry, ByteSource& source, ScanContext& context) override;
    void end(ScanContext& context) override;

  private:
    uint64_t configs_ = 0;
    bool config_ = false;
    bool metadata_ = false;
    bool weights_ = false;
};

Status KerasVisitor::member(const ZipEntry& entry, ByteSource& source, ScanContext& context) {
    weights_ = weights_ || is_weights(entry.name);
    metadata_ = metadata_ || entry.name == "metadata.json";
    config_ = config_ || entry.name == "config.json";
    if (!means_config(entry.name)) return context.scan_child(entry.name, source);
    if (++configs_ == 2) context.report(rules::kTwoConfigs, entry.header_offset, 0, entry.name);
    const ChildReader reader{"json", scan_config};
    ChildRequest request;
    request.reader = &reader;
    return context.scan_child(entry.name, source, request);
}

void KerasVisitor::end(ScanContext& context) {
    if (!config_) context.report(rules::kMissing, 0, 0, "config.json");
    if (!metadata_) context.report(rules::kMissing, 0, 0, "metadata.json");
    if (!weights_) context.report(rules::kMissing, 0, 0, "model.weights.h5");
}

// Archives are read by ZIP's own format, with the visitor above. What is left to this one is a file
// whose name says Keras and that is no archive.
bool is_no_archive(const Probe& probe) { return probe.promised && !probe.head.empty(); }

Status scan_no_archive(Tape&, ScanContext& context) {
    context.report(rules::kMissing, 0, 0, "the file is no archive");
    return Error{Code::kMalformed, "the file is no archive", 0};
}

constexpr std::string_view kExtensions[] = {"keras"};

}  // namespace

}  // namespace keras

const Format kKerasFormat{
    "keras",
    false,
    0,
    keras::kExtensions,
    keras::rules::kAll,
    keras::is_no_archive,
    keras::scan_no_archive,
};

const ZipKind kKerasZip = {"keras", keras::tells, [](ScanContext&) -> std::unique_ptr<ZipVisitor> {
                               return std::make_unique<keras::KerasVisitor>();
                           }};

}  // namespace assay
