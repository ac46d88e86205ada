// What torch.save, torch.jit.save, torch.package and torch.export write: a ZIP archive, all of
// whose records lie in one folder.
//
//   <top>/data.pkl               the object, a pickle; tensors name their storages by number
//   <top>/data/0 ...             the storages, as they are in memory, aligned to be mapped
//   <top>/byteorder              "little" or "big"
//   <top>/version                of the format, 1 to 10
//   <top>/.format_version, .storage_alignment, .data/serialization_id     newer ones
//   <top>/constants.pkl, code/   TorchScript: tensors of the program, and the program
//   <top>/.data/extern_modules   torch.package: Python modules and pickles that use them
//
// The folder is that of the directory's first entry, and records are found without regard to the
// case of their letters. TorchServe's .mar is a plain ZIP with a handler in Python.
//
// How attackers bend it: the pickle runs (see pickle.cpp); a second data.pkl, in another folder or
// another case, is what another reader takes; a payload in data/0 waits for a loader that is told
// its name; a storage shorter than the pickle says makes torch read what lies behind it in memory;
// a constants.pkl turns a file of weights into a program. What torch writes is checked against
// itself: the storages against the tensors that view them, and the checksums of all records
// against the id that torch made of them.
#include "torch_zip.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "noting_source.h"
#include "pickle/pickle_rules.h"
#include "pickle/stream.h"
#include "record_index.h"
#include "serialization_id.h"
#include "torch_rules.h"
#include "torch_script.h"
#include "torch_verdict.h"

namespace assay {

namespace torch {

namespace {

constexpr uint64_t kAlignment = 64;
constexpr size_t kSmallRecord = 64;  // no record that is read as text is longer

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

bool is_version(std::string_view text) {
    return (text.size() == 1 && text[0] >= '1' && text[0] <= '9') || text == "10";
}

// Other archives have no such member.
// "./data.pkl" in what calls itself a ZIP is a file of that folder: some archivers write names so.
bool tells(std::string_view member, std::string_view archive) {
    constexpr std::string_view kTelling[] = {
        "data.pkl",      ".format_version",        ".storage_alignment",
        ".data/version", ".data/serialization_id", ".data/extern_modules",
        "byteorder",     "constants.pkl",          "archive_format"};
    if (same_folded(member, "MAR-INF/MANIFEST.json")) return true;
    RecordName name = split_top(member);
    if (name.top == "." && name.rest == "data.pkl" && ends_folded(archive, ".zip")) return false;
    return !name.top.empty() &&
           std::any_of(std::begin(kTelling), std::end(kTelling),
                       [&](std::string_view known) { return same_folded(name.rest, known); });
}

bool is_pickle_name(std::string_view name) {
    return ends_folded(name, ".pkl") || ends_folded(name, ".debug_pkl") ||
           ends_folded(name, ".pickle");
}

class TorchVisitor final : public ZipVisitor {
  public:
    explicit TorchVisitor(ScanContext& context) : storages_(context) {}

    void directory(const ZipDirectory& directory, ScanContext& context) override;
    Status member(const ZipEntry& entry, ByteSource& source, ScanContext& context) override;
    void member_done(const ZipEntry& entry, const ZipMember& member, ScanContext& context) override;
    void end(ScanContext& context) override;

  private:
    // What has to be said of the archive and is only known in parts before the directory is.
    struct Seen {
        bool data_pkl = false;
        bool constants = false;
        bool code = false;
        bool package = false;  // of modules, or of something else that is no checkpoint
        bool storages = false;
        bool version = false;
    };

    void see(std::string_view name);
    [[nodiscard]] Form form() const;
    Status pickle(const ZipEntry& entry, ByteSource& source, ScanContext& context);
    Status code(const ZipEntry& entry, ByteSource& source, ScanContext& context);
    std::string* note_of(std::string_view rest);
    void check_layout(ScanContext& context);
    void check_tops(ScanContext& context);
    void check_notes(ScanContext& context);
    void check_script(ScanContext& context);
    void check_storages(ScanContext& context);
    void check_storage(const std::string& name, const Storage& storage, ScanContext& context);
    [[nodiscard]] std::optional<uint32_t> record_of(const std::string& name) const;
    void check_unused(ScanContext& context);
    void check_id(ScanContext& context);

    StorageTable storages_;
    const ZipDirectory* directory_ = nullptr;
    RecordIndex records_;
    bool indexed_ = false;
    Seen seen_;
    std::string version_;
    std::string inner_version_;  // .data/version, which torch looks at first
    std::string byteorder_;
    std::string id_;
    uint64_t scripts_ = 0;
    uint64_t modules_ = 0;
    uint64_t first_script_ = 0;
    uint64_t first_module_ = 0;
};

// ------------------------------------------------------------------------------------------------
// Members

void TorchVisitor::see(std::string_view name) {
    std::string_view rest = split_top(name).rest;
    if (same_folded(rest, "data.pkl")) seen_.data_pkl = true;
    if (same_folded(rest, "constants.pkl")) seen_.constants = true;
    if (starts_folded(rest, "code/")) seen_.code = true;
    if (starts_folded(rest, "data/")) seen_.storages = true;
    if (same_folded(rest, "version") || same_folded(rest, ".data/version")) seen_.version = true;
    bool other = same_folded(rest, ".data/extern_modules") || same_folded(rest, "archive_format") ||
                 same_folded(name, "MAR-INF/MANIFEST.json");
    if (other) seen_.package = true;
}

void TorchVisitor::directory(const ZipDirectory& directory, ScanContext& context) {
    directory_ = &directory;
    for (const ZipEntry& entry : directory.entries()) see(entry.name);
    indexed_ = context.reserve(directory.entries().size() * RecordIndex::kBytesPerEntry);
    if (indexed_) return records_.build(directory.entries());
    context.report(rules::kStorageLimit, 0, 0, "");
    context.incomplete(Coverage::kCutByLimit, rules::kStorageLimit.message);
}

Form TorchVisitor::form() const {
    if (seen_.package) return Form::kPackage;
    return seen_.constants || seen_.code ? Form::kScript : Form::kZip;
}

std::string* TorchVisitor::note_of(std::string_view rest) {
    if (same_folded(rest, "version")) return &version_;
    if (same_folded(rest, ".data/version")) return &inner_version_;
    if (same_folded(rest, "byteorder")) return &byteorder_;
    if (same_folded(rest, ".data/serialization_id")) return &id_;
    return nullptr;
}

Status TorchVisitor::member(const ZipEntry& entry, ByteSource& source, ScanContext& context) {
    see(entry.name);
    if (is_pickle_name(entry.name)) return pickle(entry, source, context);
    if (ends_folded(entry.name, ".py")) return code(entry, source, context);
    std::string* note = note_of(split_top(entry.name).rest);
    if (!note || !note->empty()) return context.scan_child(entry.name, source);
    NotingSource noting(source, *note, kSmallRecord);
    return context.scan_child(entry.name, noting);
}

// The storages of a/b.pkl are a/b/0 and so on.
Status TorchVisitor::pickle(const ZipEntry& entry, ByteSource& source, ScanContext& context) {
    std::string folder(entry.name.substr(0, entry.name.rfind('.')));
    folder += '/';
    const bool certain = ends_folded(entry.name, "/data.pkl");
    ChildReader reader;
    reader.format = "pickle";
    reader.scan = [&](Tape& tape, ScanContext& child) -> Status {
        Result<Bytes> head = tape.peek(kProbeHead);
        if (!head) return head.error();
        if (head->empty()) {
            child.report(pickle::rules::kFault, 0, 0, "it is empty");
            child.incomplete(Coverage::kMalformed, pickle::rules::kFault.message);
            return Done{};
        }
        // In a stream the program may come later; nothing else has classes of these names.
        Form known = form();
        if (!directory_ && known == Form::kZip) known = Form::kScript;
        TorchVerdict verdict(child, known, storages_, folder);
        auto likely = pickle::likeness(*head, head->size() < kProbeHead);
        return pickle::scan_pickles(tape, child, verdict,
                                    certain ? pickle::Likeness::kYes : likely);
    };
    ChildRequest request;
    request.reader = &reader;
    return context.scan_child(entry.name, source, request);
}

// Read besides whatever it turns out to be; what is found is said of the archive.
Status TorchVisitor::code(const ZipEntry& entry, ByteSource& source, ScanContext& context) {
    const bool script =
        form() == Form::kScript && starts_folded(split_top(entry.name).rest, "code/");
    uint64_t& count = script ? scripts_ : modules_;
    if (count++ == 0) (script ? first_script_ : first_module_) = entry.header_offset;
    if (!script) return context.scan_child(entry.name, source);
    ScriptSearch search;
    ChildReader reader;
    reader.format = "torchscript";
    reader.scan = [&](Tape& tape, ScanContext& child) -> Status {
        child.disown();
        for (;;) {
            Result<Lent> lent = tape.take(SIZE_MAX);
            if (!lent) return lent.error();
            if (lent->bytes.empty()) return Done{};
            search.feed(lent->bytes);
        }
    };
    ChildRequest request;
    request.reader = &reader;
    Status scanned = context.scan_child(entry.name, source, request);
    search.finish();
    for (const ScriptSearch::Hit& hit : search.hits()) {
        context.report(rules::kScriptOp, entry.header_offset, 0,
                       fmt::format("{}: {} at {}", entry.name, hit.name, hit.offset));
    }
    return scanned;
}

void TorchVisitor::member_done(const ZipEntry& entry, const ZipMember& member,
                               ScanContext& context) {
    RecordName name = split_top(entry.name);
    if (!starts_folded(name.rest, "data/") || form() == Form::kPackage || member.packed == 0)
        return;
    if (entry.method != kStored) {
        context.report(rules::kStoragePacked, entry.header_offset, 0, entry.name);
    } else if (member.start % kAlignment != 0 && form() == Form::kZip) {
        context.report(rules::kStorageAlign, entry.header_offset, 0,
                       fmt::format("{}: its data starts at {}", entry.name, member.start));
    }
}

// ------------------------------------------------------------------------------------------------
// The whole

void TorchVisitor::end(ScanContext& context) {
    if (modules_ != 0) {
        context.report(rules::kPython, first_module_, 0, fmt::format("{} modules", modules_));
    }
    check_script(context);
    // A program is handed to torch.jit, which the profile forbids; without data.pkl nothing loads.
    if (context.options().torch_weights_only && (seen_.constants || !seen_.data_pkl)) {
        context.report(pickle::rules::kProfileFile, 0, 0,
                       seen_.constants ? "constants.pkl" : "no data.pkl");
    }
    if (!directory_ || !indexed_) return;
    if (form() != Form::kPackage) {
        check_layout(context);
        check_tops(context);
        check_notes(context);
    }
    check_storages(context);
    check_id(context);
}

void TorchVisitor::check_layout(ScanContext& context) {
    const ZipEntry* first = nullptr;
    for (const ZipEntry& entry : directory_->entries()) {
        RecordName name = split_top(entry.name);
        if (name.top.empty() || !same_folded(name.rest, "data.pkl")) continue;
        if (first) {
            context.report(rules::kManyDataPkl, entry.header_offset, 0,
                           fmt::format("{} and {}", first->name, entry.name));
        }
        if (!first) first = &entry;
    }
    if (!first && seen_.storages) context.report(rules::kNoDataPkl, 0, 0, "");
}

// What archivers leave beside what they pack is harmless.
void TorchVisitor::check_tops(ScanContext& context) {
    if (directory_->entries().empty()) return;
    const std::string_view top = split_top(directory_->entries().front().name).top;
    for (const ZipEntry& entry : directory_->entries()) {
        std::string_view other = split_top(entry.name).top;
        if (other == top) continue;
        bool litter = other == "__MACOSX" || entry.name.ends_with(".DS_Store");
        context.report(rules::kTwoTops, entry.header_offset, 0,
                       fmt::format("{} beside {}/", entry.name, top),
                       litter ? std::optional(Severity::kLow) : std::nullopt);
        return;
    }
}

void TorchVisitor::check_notes(ScanContext& context) {
    std::string_view version = trimmed(inner_version_.empty() ? version_ : inner_version_);
    if (!seen_.version) context.report(rules::kNoVersion, 0, 0, "");
    // In a stream it may have come before anything said that this is torch's.
    if (!version.empty() && !is_version(version)) {
        context.report(rules::kBadVersion, 0, 0, version);
    }
    std::string_view order = trimmed(byteorder_);
    if (!byteorder_.empty() && order != "little" && order != "big") {
        context.report(rules::kByteorder, 0, 0, byteorder_);
    }
}

void TorchVisitor::check_script(ScanContext& context) {
    if (scripts_ != 0) {
        context.report(rules::kScriptCode, first_script_, 0, fmt::format("{} files", scripts_));
    }
    if (!seen_.constants || seen_.package) return;
    std::string_view path = context.path();
    for (std::string_view ending : {".bin", ".ckpt", ".safetensors"}) {
        if (!ends_folded(path, ending)) continue;
        context.report(rules::kScriptDispatch, 0, 0, "constants.pkl");
    }
}

// ------------------------------------------------------------------------------------------------
// Storages

// Where torch looks: beside the pickle, among the program's tensors, in a package's folder.
std::optional<uint32_t> TorchVisitor::record_of(const std::string& name) const {
    if (std::optional<uint32_t> found = records_.find(name)) return found;
    const std::string key = name.substr(name.rfind('/') + 1);
    const std::string top(split_top(name).top);
    for (const char* form : {"{}/constants/{}", "{}/data/{}", "{}/.data/{}.storage"}) {
        if (auto found = records_.find(fmt::format(fmt::runtime(form), top, key))) return found;
    }
    return std::nullopt;
}

// torch reads no more than it asked for; it also does not ask how much there is. Of the inputs that
// a trace remembers it keeps the shapes alone, and records of nothing.
static std::optional<Severity> severity_of_size(const ZipEntry& entry, uint64_t wanted) {
    const bool shape_alone = split_top(entry.name).rest.starts_with("traced_inputs/");
    if (shape_alone && entry.size == 0) return Severity::kInfo;
    return entry.size > wanted ? std::optional(Severity::kMedium) : std::nullopt;
}

void TorchVisitor::check_storage(const std::string& name, const Storage& storage,
                                 ScanContext& context) {
    std::optional<uint32_t> record = record_of(name);
    if (!record) {
        if (storage.no_data) return;
        return context.report(rules::kStorageMissing, 0, 0, name);
    }
    records_.use(*record);
    const ZipEntry& entry = directory_->entries()[*record];
    std::optional<uint64_t> wanted = storage.bytes();
    if (!wanted || *wanted == entry.size) return;
    context.report(rules::kStorageSize, entry.header_offset, 0,
                   fmt::format("{}: {} bytes, the pickle says {}", entry.name, entry.size, *wanted),
                   severity_of_size(entry, *wanted));
}

void TorchVisitor::check_storages(ScanContext& context) {
    for (const auto& [name, storage] : storages_.all()) check_storage(name, storage, context);
    check_unused(context);
}

void TorchVisitor::check_unused(ScanContext& context) {
    if (!seen_.data_pkl || form() == Form::kPackage || storages_.incomplete()) return;
    for (uint32_t i = 0; i < records_.entries().size(); i++) {
        const ZipEntry& entry = records_.entries()[i];
        const bool storage = starts_folded(split_top(entry.name).rest, "data/");
        if (!storage || records_.is_used(i) || entry.name.ends_with('/')) continue;
        context.report(rules::kStorageUnused, entry.header_offset, 0, entry.name);
    }
}

void TorchVisitor::check_id(ScanContext& context) {
    bool newer = false;
    SerializationId made;
    for (uint32_t index : directory_->by_offset()) {
        const ZipEntry& entry = directory_->entries()[index];
        std::string_view rest = split_top(entry.name).rest;
        newer = newer || same_folded(rest, ".format_version");
        if (entry.size != 0 && !same_folded(rest, ".data/serialization_id")) made.add(entry.crc);
    }
    if (id_.empty()) {
        if (newer) context.report(rules::kIdMissing, 0, 0, "");
        return;
    }
    if (made.confirms(id_)) return;
    context.report(rules::kIdMismatch, 0, 0,
                   fmt::format("{}, the records make {}", id_, made.digits()));
}

}  // namespace

}  // namespace torch

const ZipKind kTorchZip = {"pytorch", torch::tells,
                           [](ScanContext& context) -> std::unique_ptr<ZipVisitor> {
                               return std::make_unique<torch::TorchVisitor>(context);
                           }};

}  // namespace assay
