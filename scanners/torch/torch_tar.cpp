// What torch.save wrote in versions 0.1: an uncompressed tar.
//
//   sys_info   a pickle that describes the system
//   storages   a pickle, their number; for each a pickle (key, location, type), i64 length, data
//   tensors    a pickle, their number; for each a pickle (key, storage, type), i32 dimensions,
//              4 bytes of nothing, i64 sizes, i64 strides, i64 offset
//   pickle     the object; tensors are persistent ids, by number
//
// torch tries this form before any other, for a plain file that it can open by name, and for long
// read it with a plain unpickler whatever was asked for. Members are taken by name and extracted to
// a folder first, so a member that is a link leads the loader to a file of somebody else's choice,
// and the last of several members of one name counts.
//
// What is a member, and what readers of tars disagree on, is archive/tar.h's matter. Members that
// are no plain files are findings here, whatever their names.

#include "torch_tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "archive/tar_header.h"
#include "formats.h"
#include "pickle/pickle_rules.h"
#include "pickle/stream.h"
#include "torch_rules.h"
#include "torch_verdict.h"

namespace assay {

namespace torch {

namespace {

constexpr std::string_view kMembers[] = {"sys_info", "pickle", "storages", "tensors"};

bool is_member(std::string_view name) {
    return std::find(std::begin(kMembers), std::end(kMembers), name) != std::end(kMembers);
}

std::string_view bare(std::string_view name) {
    if (name.starts_with("./")) name.remove_prefix(2);
    return name;
}

// One member, read the way its name asks for.
class MemberScan {
  public:
    MemberScan(Tape& tape, ScanContext& context)
        : tape_(tape),
          context_(context),
          storages_(context),
          verdict_(context, Form::kTar, storages_, "") {}

    Status object() { return pickle::scan_pickles(tape_, context_, verdict_, kSure); }
    Status storages() { return counted(&MemberScan::storage); }
    Status tensors() { return counted(&MemberScan::tensor); }

  private:
    static constexpr pickle::Likeness kSure = pickle::Likeness::kYes;

    // An item is what follows its pickle; false when it is not what it should be.
    using Item = Result<bool> (MemberScan::*)();
    Status counted(Item item);
    Result<bool> pickle(const pickle::MachineHook& finished);
    Result<bool> storage();
    Result<bool> tensor();
    Result<bool> pass(uint64_t n);

    Tape& tape_;
    ScanContext& context_;
    StorageTable storages_;
    TorchVerdict verdict_;
    uint32_t element_ = 0;  // of the last pickle's type
};

Result<bool> MemberScan::pickle(const pickle::MachineHook& finished) {
    Result<pickle::Run> run = run_pickle(tape_, context_, verdict_, {}, finished);
    if (!run) return run.error();
    context_.parsed(run->end - run->begin);
    return run->outcome == pickle::Outcome::kStop && !run->faulted;
}

Status MemberScan::counted(Item item) {
    std::optional<int64_t> count;
    Result<bool> good = pickle([&](pickle::Machine& machine) {
        pickle::Value result = machine.result();
        if (result.is(pickle::Kind::kInt)) count = result.payload();
    });
    for (int64_t i = 0; good && *good && count && i < *count; i++) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        good = (this->*item)();
    }
    if (!good) return good.error();
    Result<Bytes> more = tape_.peek(1);
    if (!more) return more.error();
    const bool clean = *good && count && *count >= 0 && more->empty();
    if (clean) return Done{};
    if (!*good || !count) context_.incomplete(Coverage::kMalformed, "an item of it is broken");
    context_.report(rules::kLegacySequence, tape_.offset(), 0, "");
    return scan_rest(tape_, context_, verdict_, 1);
}

Result<bool> MemberScan::pass(uint64_t n) {
    const uint64_t left = tape_.size() ? *tape_.size() - tape_.offset() : UINT64_MAX;
    Status moved = n <= left ? tape_.skip(n) : Status(Error{Code::kTruncated, "", 0, 0});
    if (moved) context_.parsed(n);
    if (moved) return true;
    if (moved.error().code != Code::kTruncated) return moved.error();
    context_.report(rules::kLegacyTruncated, tape_.offset(), 0, "");
    return false;
}

Result<bool> MemberScan::storage() {
    element_ = 0;
    Result<bool> good = pickle([&](pickle::Machine& machine) {
        const pickle::Heap& heap = machine.heap();
        const pickle::Global* type = heap.global_of(heap.item(machine.result(), 2));
        if (!machine.result().is(pickle::Kind::kTuple) || !type) return;
        element_ = element_size_of_storage(heap.known_text(type->name).value_or(""));
    });
    if (!good || !*good) return good;
    Result<Bytes> length = tape_.peek(sizeof(uint64_t));
    if (!length) return length.error();
    if (length->size() < sizeof(uint64_t) || element_ == 0) return false;
    Storage storage;
    storage.numel = load_le<uint64_t>(length->data());
    storage.element = element_;
    std::optional<uint64_t> bytes = storage.bytes();
    if (!bytes || *bytes > UINT64_MAX - sizeof(uint64_t)) return false;
    return pass(sizeof(uint64_t) + *bytes);
}

Result<bool> MemberScan::tensor() {
    Result<bool> good = pickle({});
    if (!good || !*good) return good;
    Result<Bytes> bytes = tape_.peek(sizeof(uint32_t));
    if (!bytes) return bytes.error();
    if (bytes->size() < sizeof(uint32_t)) return false;
    const uint64_t dimensions = load_le<uint32_t>(bytes->data());
    return pass(8 + dimensions * 16 + 8);
}

// ------------------------------------------------------------------------------------------------
// The tar

class Visitor final : public TarVisitor {
  public:
    Status member(const TarEntry& entry, ByteSource& source, ScanContext& context) override;
    void other(const TarEntry& entry, ScanContext& context) override;
};

void Visitor::other(const TarEntry& entry, ScanContext& context) {
    context.report(rules::kTarMember, entry.offset, 0,
                   fmt::format("{}: type {}", entry.name, entry.type));
    context.incomplete(Coverage::kMalformed, "a member is no plain file");
}

Status Visitor::member(const TarEntry& entry, ByteSource& source, ScanContext& context) {
    std::string_view name = bare(entry.name);
    if (!entry.is_file()) other(entry, context);
    ChildReader reader;
    reader.format = "pickle";
    reader.scan = [&](Tape& tape, ScanContext& child) -> Status {
        MemberScan scan(tape, child);
        if (name == "storages") return scan.storages();
        return name == "tensors" ? scan.tensors() : scan.object();
    };
    ChildRequest request;
    if (entry.is_file() && is_member(name)) request.reader = &reader;
    return context.scan_child(entry.name, source, request);
}

Status scan_torch_tar(Tape& tape, ScanContext& context) {
    std::unique_ptr<TarVisitor> visitor = tar_visitor(context);
    return walk_tar(tape, context, *visitor);
}

constexpr std::array<std::string_view, 1> kExtensions = {"pt"};

}  // namespace

bool starts_torch_tar(const Probe& probe) {
    if (!tar::starts_tar(probe)) return false;
    return is_member(bare(tar::header_in(probe.head.first(tar::kBlock)).name));
}

bool tells_torch_tar(const TarEntry& entry) {
    std::string_view name = bare(entry.name);
    return entry.is_file() && is_member(name) && name != "pickle";
}

std::unique_ptr<TarVisitor> tar_visitor(ScanContext& context) {
    context.report(rules::kTarForm, 0, 0, "");
    if (context.options().torch_weights_only) {
        context.report(pickle::rules::kProfileFile, 0, 0, "a tar");
    }
    return std::make_unique<Visitor>();
}

}  // namespace torch

// It brings the rules of all of torch's forms: those that are archives or pickles are read by their
// formats.
const Format kTorchTarFormat = {
    "pytorch-tar",        false, 0, torch::kExtensions, torch::rules::kAll, torch::starts_torch_tar,
    torch::scan_torch_tar};

}  // namespace assay
