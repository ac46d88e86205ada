// ExecuTorch: PyTorch programs for devices, .pte.
//
//   u32 offset of the root, "ET12"; then, in most files, a header of their own:
//   "eh00", u32 its length, u64 size of the program, u64 where segments start, u64 their size
//   the program, a FlatBuffer; segments: weights, and what is for delegates
//
// A program has plans: values, instructions, and delegates, which take over a part of the program
// with a blob of their own (an XNNPACK graph, a Core ML package, code for an accelerator).
//
// How it is bent: segments that lie outside the file or in each other, indices beyond the lists,
// and delegates that nobody knows.
#include <fmt/core.h>

#include "assay/cursor.h"
#include "executorch_plan.h"
#include "flatbuffer_rules.h"
#include "formats.h"
#include "tensor/paid_vector.h"

namespace assay {

namespace executorch {

namespace {

using flat::rule;

// Demonstrations that come with the sources included.
constexpr std::string_view kKnownDelegates[] = {"AotiBackend",
                                                "ArmBackend",
                                                "BackendWithCompilerDemo",
                                                "BackendWithDelegateMappingDemo",
                                                "CoreMLBackend",
                                                "CudaBackend",
                                                "EnnBackend",
                                                "EthosUBackend",
                                                "ExecutorBackend",
                                                "MPSBackend",
                                                "MetalBackend",
                                                "NeuropilotBackend",
                                                "NeutronBackend",
                                                "OpenvinoBackend",
                                                "QnnBackend",
                                                "TOSABackend",
                                                "VgfBackend",
                                                "VulkanBackend",
                                                "XnnpackBackend"};

// ------------------------------------------------------------------------------------------------
// The file

struct Header {
    uint64_t program_size = 0;
    uint64_t segment_base = 0;           // 0: there are none
    uint64_t segments_end = UINT64_MAX;  // where the header says it
};

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context, const Header& header)
        : tape_(tape),
          context_(context),
          header_(header),
          size_(tape.size().value_or(0)),
          buffer_(tape, 0, header.program_size),
          segments_(context),
          plans_(buffer_, context, segments_) {}

    Status run();

  private:
    void visit(const Schema& schema, const flat::Table& table);
    void visit_program(const flat::Table& table);
    void visit_segment(const flat::Table& table);
    void visit_parts(const flat::Table& table);
    void visit_delegate(const flat::Table& table);

    void out_of_range(uint64_t at, std::string_view detail) {
        context_.report(rule("executorch.segment.out_of_range"), at, 0, detail);
        context_.incomplete(Coverage::kMalformed, rule("executorch.segment.out_of_range").message);
    }

    Tape& tape_;
    ScanContext& context_;
    const Header header_;
    const uint64_t size_;
    flat::Buffer buffer_;
    PaidVector<Segment> segments_;
    Plans plans_;
    uint64_t blobs_ = 0;  // of delegates, in the program
    uint64_t end_ = 0;    // of the last segment
    bool afford_ = true;
};

Status Scan::run() {
    flat::walk(buffer_, kProgram,
               [this](const Schema& schema, const flat::Table& table) { visit(schema, table); });
    if (!buffer_.ok()) return flat::refuse(buffer_, context_);
    if (!afford_) return Error{Code::kLimit, "there are more segments than memory allows"};
    const uint64_t end = std::max(end_, header_.program_size);
    context_.parsed(end);
    return flat::scan_trailing(tape_, context_, end, rule("flatbuffer.trailing"));
}

void Scan::visit(const Schema& schema, const flat::Table& table) {
    if (&schema == &kProgram) visit_program(table);
    if (&schema == &kSegment) visit_segment(table);
    if (&schema == &kParts) visit_parts(table);
    if (&schema == &kDelegate) visit_delegate(table);
    if (&schema == &kPlan) context_.property("method", buffer_.string_of(table.place(plan::kName)));
    plans_.visit(schema, table);
    if (&schema == &kNamed) {
        const uint64_t index = buffer_.number(table.place(named::kSegment), 4);
        if (index >= segments_.items().size()) out_of_range(table.at, "of named data");
    }
}

void Scan::visit_program(const flat::Table& table) {
    blobs_ = buffer_.vector_of(table.place(program::kDelegateData), 4).count;
    if (buffer_.vector_of(table.place(program::kPlans), 4).count == 0) {
        buffer_.fail("the program has no plan", table.at);
    }
    const uint64_t version = buffer_.number(table.place(program::kVersion), 4);
    context_.property("ExecuTorch schema version", fmt::format("{}", version));
    const uint64_t segments = buffer_.vector_of(table.place(program::kSegments), 4).count;
    context_.property("segments", fmt::format("{}", segments));
}

// In the order of the file, as they are written.
void Scan::visit_segment(const flat::Table& table) {
    const uint64_t offset = buffer_.number(table.place(segment::kOffset), 8);
    const uint64_t size = buffer_.number(table.place(segment::kSize), 8);
    uint64_t begin = 0;
    uint64_t end = 0;
    const bool wraps = __builtin_add_overflow(header_.segment_base, offset, &begin) ||
                       __builtin_add_overflow(begin, size, &end);
    if (header_.segment_base == 0 || wraps || end > size_ || end > header_.segments_end) {
        out_of_range(table.at, fmt::format("{} bytes at {}", size, offset));
        begin = end = 0;
    } else if (size > 0) {
        const uint64_t before = std::max(end_, header_.program_size);
        if (begin < before) context_.report(rule("executorch.segment.overlap"), table.at, 0, "");
        if (begin > before) context_.gap(before, begin - before);
        end_ = std::max(end_, end);
    }
    afford_ = afford_ && segments_.push_back({begin, end});
}

void Scan::visit_parts(const flat::Table& table) {
    const uint64_t index = buffer_.number(table.place(parts::kSegment), 4);
    const flat::Vector offsets = buffer_.vector_of(table.place(parts::kOffsets), 8);
    if (offsets.count == 0 || !afford_) return;
    const auto& segments = segments_.items();
    if (index >= segments.size()) return out_of_range(table.at, "of constants");
    const uint64_t size = segments[index].end - segments[index].begin;
    for (uint32_t i = 0; i < offsets.count && buffer_.ok(); i++) {
        if (buffer_.number(offsets.at + uint64_t{8} * i, 8) <= size) continue;
        return out_of_range(offsets.at, "of a constant in its segment");
    }
}

void Scan::visit_delegate(const flat::Table& table) {
    const std::string id = buffer_.string_of(table.place(delegate::kId));
    context_.property("delegate", id);
    const bool known = std::find(std::begin(kKnownDelegates), std::end(kKnownDelegates), id) !=
                       std::end(kKnownDelegates);
    if (!known && buffer_.ok()) {
        context_.report(rule("executorch.delegate.unknown"), table.at, 0, id);
    }
    const uint64_t place = table.place(delegate::kProcessed);
    if (place == 0) return;
    const flat::Table data = buffer_.table_of(place);
    const bool in_segment = buffer_.number(data.place(reference::kLocation), 1) == 1;
    const uint64_t index = buffer_.number(data.place(reference::kIndex), 4);
    const uint64_t count = in_segment ? segments_.items().size() : blobs_;
    if (buffer_.ok() && afford_ && index >= count) out_of_range(data.at, "of a delegate");
}

// ------------------------------------------------------------------------------------------------
// The format

bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

// Other versions are told from text by the offset of their root.
bool is_executorch(const Probe& probe) {
    const Bytes head = probe.head;
    if (head.size() < 8 || !starts_with(head.subspan(4), "ET")) return false;
    if (starts_with(head.subspan(6), "12")) return true;
    const uint32_t root = load_le<uint32_t>(head.data());
    return is_digit(head[6]) && is_digit(head[7]) && root % 4 == 0 && root < probe.size.value_or(0);
}

// Where there is none, the file is the program and has no segments.
Result<Header> read_header(Tape& tape, ScanContext& context) {
    const uint64_t size = tape.size().value_or(0);
    Header header{size, 0};
    Result<Bytes> head = tape.peek(40);
    if (!head) return head.error();
    Cursor cursor(*head);
    cursor.skip(8);
    if (as_text(cursor.bytes(4)) != "eh00") return header;
    const uint32_t length = cursor.le32();
    header.program_size = cursor.le64();
    header.segment_base = cursor.le64();
    // Of versions that knew it; 0 says nothing.
    const uint64_t data = length >= 32 ? cursor.le64() : 0;
    if (data != 0) header.segments_end = data + header.segment_base;
    const bool inside = header.program_size <= size && header.segment_base <= size &&
                        data <= size - header.segment_base;
    if (!cursor.ok() || length < 24 || !inside) {
        const Rule& wrong = rule("executorch.segment.out_of_range");
        context.report(wrong, 8, 0, "in the header");
        return Error{Code::kMalformed, wrong.message.data(), 8};
    }
    return header;
}

Status scan_executorch(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(8);
    if (!head) return head.error();
    const std::string_view magic = as_text(*head).substr(4);
    if (magic != "ET12") return Error{Code::kUnsupported, "the file has another version than ET12"};
    Result<Header> header = read_header(tape, context);
    if (!header) return header.error();
    return Scan(tape, context, *header).run();
}

constexpr std::string_view kExtensions[] = {"pte"};

}  // namespace

}  // namespace executorch

const Format kExecutorchFormat{
    "executorch",
    true,
    0,
    executorch::kExtensions,
    flat::kRules,
    executorch::is_executorch,
    executorch::scan_executorch,
};

}  // namespace assay
