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
// Only this form is read here: plain files under these names. Every other member is a finding.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "archive/zip_members.h"
#include "formats.h"
#include "pickle/stream.h"
#include "torch_rules.h"
#include "torch_verdict.h"

namespace assay {

namespace torch {

namespace {

constexpr size_t kBlock = 512;
constexpr std::string_view kMembers[] = {"sys_info", "pickle", "storages", "tensors"};

struct TarHeader {
    std::string name;
    uint64_t size = 0;
    char type = '0';
    bool good = false;  // the checksum and the numbers can be read
};

// Digits of base 8, with spaces or a zero byte behind them.
std::optional<uint64_t> octal(std::string_view field) {
    uint64_t number = 0;
    field = field.substr(0, field.find('\0'));
    while (field.starts_with(' ')) field.remove_prefix(1);
    while (field.ends_with(' ')) field.remove_suffix(1);
    for (char digit : field) {
        if (digit < '0' || digit > '7') return std::nullopt;
        number = number * 8 + static_cast<uint64_t>(digit - '0');
    }
    return field.empty() ? std::nullopt : std::optional(number);
}

// The sum of all bytes, with the sum's own field taken as spaces.
uint64_t checksum(Bytes block) {
    constexpr size_t kFrom = 148;
    constexpr size_t kTo = 156;
    uint64_t sum = 0;
    for (size_t i = 0; i < kBlock; i++) sum += i >= kFrom && i < kTo ? uint8_t{' '} : block[i];
    return sum;
}

// Precondition: a whole block.
TarHeader read_header(Bytes block) {
    std::string_view text = as_text(block);
    TarHeader header;
    header.name = text.substr(0, std::min<size_t>(100, text.find('\0')));
    if (header.name.starts_with("./")) header.name.erase(0, 2);
    header.type = text[156];
    std::optional<uint64_t> size = octal(text.substr(124, 12));
    std::optional<uint64_t> sum = octal(text.substr(148, 8));
    header.size = size.value_or(0);
    header.good = size && sum == checksum(block);
    return header;
}

bool is_member(std::string_view name) {
    return std::find(std::begin(kMembers), std::end(kMembers), name) != std::end(kMembers);
}

bool is_torch_tar(const Probe& probe) {
    if (probe.head.size() < kBlock || !starts_with(probe.head.subspan(257), "ustar")) return false;
    return is_member(read_header(probe.head.first(kBlock)).name);
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

class TarWalk {
  public:
    TarWalk(Tape& tape, ScanContext& context) : tape_(tape), context_(context) {}
    Status run();

  private:
    Result<bool> member();
    Status content(const TarHeader& header, bool plain);
    Status tail();

    Tape& tape_;
    ScanContext& context_;
};

Status TarWalk::run() {
    context_.report(rules::kTarForm, 0, 0, "");
    for (;;) {
        if (context_.stop_requested()) return Error{Code::kInterrupted, "interrupted"};
        Result<bool> more = member();
        if (!more) return more.error();
        if (!*more) return tail();
    }
}

// False at the end, and where there is no header.
Result<bool> TarWalk::member() {
    Result<Bytes> block = tape_.peek(kBlock);
    if (!block) return block.error();
    if (block->size() < kBlock) return false;
    TarHeader header = read_header(*block);
    if (!header.good) return false;
    const uint64_t at = tape_.offset();
    const bool plain = header.type == '0' || header.type == '\0';
    if (!plain) {
        context_.report(rules::kTarMember, at, kBlock,
                        fmt::format("{}: type {}", header.name, header.type));
        context_.incomplete(Coverage::kMalformed, "a member is no plain file");
    }
    context_.parsed(kBlock);
    Status moved = tape_.advance(kBlock);
    // Links, devices and folders have no data, whatever their size says.
    const bool bare = header.type >= '1' && header.type <= '6';
    if (moved && !bare) moved = content(header, plain);
    if (!moved) return moved.error();
    return true;
}

Status TarWalk::content(const TarHeader& header, bool plain) {
    const uint64_t padding = (kBlock - header.size % kBlock) % kBlock;
    MemberSource source(tape_, header.size);
    ChildReader reader;
    reader.format = "pickle";
    reader.scan = [&](Tape& tape, ScanContext& child) -> Status {
        MemberScan scan(tape, child);
        if (header.name == "storages") return scan.storages();
        return header.name == "tensors" ? scan.tensors() : scan.object();
    };
    ChildRequest request;
    if (plain && is_member(header.name)) request.reader = &reader;
    const uint64_t end = tape_.offset() + header.size;
    Status scanned = context_.scan_child(header.name, source, request);
    if (!scanned) return scanned;
    Status moved = tape_.offset() < end ? tape_.skip(end - tape_.offset()) : Status(Done{});
    context_.parsed(padding);
    return moved ? tape_.skip(padding) : moved;
}

// Zeros, to a multiple of some block.
Status TarWalk::tail() {
    const uint64_t start = tape_.offset();
    Result<uint64_t> zeros = skip_zeros(tape_, UINT64_MAX);
    if (!zeros) return zeros.error();
    Result<Bytes> more = tape_.peek(1);
    if (!more) return more.error();
    context_.gap(start, *zeros);
    if (more->empty()) return Done{};
    context_.report(rules::kLegacyTrailing, tape_.offset(), 0, "");
    context_.incomplete(Coverage::kMalformed, "no header stands where one should");
    if (!tape_.size()) return Done{};
    MemberSource rest(tape_, *tape_.size() - tape_.offset());
    return context_.scan_child(fmt::format("gap@{}", tape_.offset()), rest);
}

Status scan_torch_tar(Tape& tape, ScanContext& context) { return TarWalk(tape, context).run(); }

constexpr std::array<std::string_view, 1> kExtensions = {"pt"};

}  // namespace

}  // namespace torch

// It brings the rules of all of torch's forms: those that are archives or pickles are read by their
// formats.
const Format kTorchTarFormat = {
    "pytorch-tar",        false, 0, torch::kExtensions, torch::rules::kAll, torch::is_torch_tar,
    torch::scan_torch_tar};

}  // namespace assay
