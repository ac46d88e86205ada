// TFLite: models for phones and microcontrollers, one FlatBuffer.
//
//   u32 offset of the root, "TFL3"; Model{version, operator codes, subgraphs, buffers, metadata, …}
//
// A subgraph lists tensors and operators; an operator names its code and its tensors by number, a
// tensor its buffer. Weights lie in buffers, inside the FlatBuffer or, in files beyond 2 GB, behind
// it, by offset and size. Task libraries append a ZIP archive of labels.
//
// How it is bent: numbers that lead beyond the lists (an interpreter that indexes with them reads
// and writes other memory, CVE-2020-15211 and dozens like it), offsets out of the file, and
// operators: a custom one is native code of whatever program loads the model, and one that starts
// with Flex is TensorFlow's, which can read and write files and, in Python, run it. Which one that
// is says not its code but its options, where a node of TensorFlow stands in a FlexBuffer.
#include <fmt/core.h>

#include "archive/zip.h"
#include "assay/place.h"
#include "flatbuffer_rules.h"
#include "formats.h"
#include "tensor/paid_vector.h"
#include "tf_names.h"
#include "tflite_schema.h"

namespace assay {

namespace tflite {

namespace {

using flat::rule;

constexpr int32_t kBuiltinCustom = 32;

// Operators that come with TFLite, MediaPipe, and the compilers of accelerators.
constexpr std::string_view kKnownCustom[] = {"AudioSpectrogram",
                                             "Convolution2DTransposeBias",
                                             "DenseImageWarp",
                                             "Landmarks2TransformMatrix",
                                             "MaxPoolingWithArgmax2D",
                                             "MaxUnpooling2D",
                                             "Mfcc",
                                             "NumericVerify",
                                             "Resampler",
                                             "TFLite_Detection_PostProcess",
                                             "TransformLandmarks",
                                             "TransformTensorBilinear",
                                             "edgetpu-custom-op",
                                             "ethos-u"};

// Before the name of an operator of TensorFlow.
constexpr std::string_view kFlex = "Flex";

constexpr std::string_view kTypeNames[] = {
    "float32", "float16",   "int32",  "uint8",   "int64",      "string", "bool",
    "int16",   "complex64", "int8",   "float64", "complex128", "uint64", "resource",
    "variant", "uint32",    "uint16", "int4",    "bfloat16"};

// Of an element; 0 where that differs.
constexpr uint8_t kTypeBits[] = {32, 16,  32, 8, 64, 0,  8,  16, 64, 8,
                                 64, 128, 64, 0, 0,  32, 16, 4,  16};
static_assert(std::size(kTypeBits) == std::size(kTypeNames));

constexpr uint64_t kVersion = 3;
constexpr int32_t kMostBuiltin = 255;  // some 210 are in use

template <size_t N>
bool is_among(std::string_view name, const std::string_view (&names)[N]) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool reaches_out(tensorflow::Reach reach) {
    return reach != tensorflow::Reach::kNone && reach != tensorflow::Reach::kFilesIfNamed;
}

std::optional<Severity> severity_of(tensorflow::Reach reach) {
    return reach == tensorflow::Reach::kPython ? std::optional(Severity::kCritical) : std::nullopt;
}

class Scan {
  public:
    Scan(Tape& tape, ScanContext& context)
        : tape_(tape),
          context_(context),
          buffer_(tape, 0, tape.size().value_or(0)),
          codes_(context),
          buffers_(context) {}

    Status run();

  private:
    struct Stretch {
        uint64_t begin = 0;
        uint64_t end = 0;
    };

    void visit(const Schema& schema, const flat::Table& table);
    void visit_model(const flat::Table& table);
    void visit_opcode(const flat::Table& table);
    void visit_custom(const std::string& name, uint64_t at);
    void visit_flex(std::string_view op, uint64_t at);
    void visit_options(const flat::Table& table, const Stretch& behind);
    void look_for_operators(const Stretch& options, const std::string& code);
    void visit_buffer(const flat::Table& table);
    void visit_graph(const flat::Table& table);
    void visit_tensor(const flat::Table& table);
    void visit_operator(const flat::Table& table);
    void check_indices(uint64_t place, const char* text);
    Stretch external(const flat::Table& table, uint8_t offset_slot, uint8_t size_slot);
    void check_size(const flat::Table& table, const flat::Vector& shape, uint64_t type,
                    const Stretch& data);
    void tell(const flat::Table& table, const Stretch& data);

    void property(std::string_view name, uint64_t value) {
        if (context_.options().properties) context_.property(name, fmt::format("{}", value));
    }

    Tape& tape_;
    ScanContext& context_;
    flat::Buffer buffer_;
    PaidVector<uint64_t> codes_;  // where each one is that is TensorFlow's, else 0
    PaidVector<Stretch> buffers_;
    uint64_t opcodes_ = 0;
    uint64_t graphs_ = 0;
    uint64_t tensors_ = 0;  // of the subgraph that is being visited
    uint64_t end_ = 0;      // of what lies behind the FlatBuffer
    bool afford_ = true;
};

Status Scan::run() {
    flat::walk(buffer_, kModel,
               [this](const Schema& schema, const flat::Table& table) { visit(schema, table); });
    if (!buffer_.ok()) return flat::refuse(buffer_, context_);
    if (!afford_) return Error{Code::kLimit, "there are more buffers than memory allows"};
    const uint64_t end = std::max(end_, buffer_.extent());
    context_.parsed(end);
    return flat::scan_trailing(tape_, context_, end, rule("flatbuffer.trailing"));
}

void Scan::visit(const Schema& schema, const flat::Table& table) {
    if (&schema == &kModel) visit_model(table);
    if (&schema == &kOperatorCode) visit_opcode(table);
    if (&schema == &kBuffer) visit_buffer(table);
    if (&schema == &kSubGraph) visit_graph(table);
    if (&schema == &kTensor) visit_tensor(table);
    if (&schema == &kOperator) visit_operator(table);
    if (&schema == &kMetadata) {
        const uint64_t index = buffer_.number(table.place(metadata::kBuffer), 4);
        if (index >= buffers_.items().size())
            context_.report(rule("tflite.buffer.out_of_range"), table.at, 0, "metadata");
        context_.property("metadata", buffer_.string_of(table.place(metadata::kName)));
    }
    if (&schema == &kSignature) {
        if (buffer_.number(table.place(signature::kSubGraph), 4) >= graphs_) {
            buffer_.fail("a signature names a subgraph that does not exist", table.at);
        }
    }
}

void Scan::visit_model(const flat::Table& table) {
    opcodes_ = buffer_.vector_of(table.place(model::kOperatorCodes), 4).count;
    graphs_ = buffer_.vector_of(table.place(model::kSubGraphs), 4).count;
    const uint64_t version = buffer_.number(table.place(model::kVersion), 4);
    property("TFLite version", version);
    if (version != kVersion && buffer_.ok()) {
        context_.report(rule("tflite.model.version"), table.at, 0, fmt::format("{}", version));
        context_.incomplete(Coverage::kUnsupported, rule("tflite.model.version").message);
    }
    if (graphs_ == 0) buffer_.fail("the model has no subgraph", table.at);
    property("operator codes", opcodes_);
    property("subgraphs", graphs_);
    context_.property("description", buffer_.string_of(table.place(model::kDescription), 200));
}

// ------------------------------------------------------------------------------------------------
// Operators

void Scan::visit_opcode(const flat::Table& table) {
    const auto old = static_cast<int8_t>(buffer_.number(table.place(opcode::kOldBuiltin), 1));
    const int32_t code = buffer_.signed_number(table.place(opcode::kBuiltin));
    const int32_t number = std::max<int32_t>(old, code);
    if (number < 0 || number > kMostBuiltin) {
        context_.report(rule("tflite.op.unknown"), table.at, 0, fmt::format("{}", number));
    }
    std::string name;
    if (number == kBuiltinCustom) {
        name = buffer_.string_of(table.place(opcode::kCustom));
        visit_custom(name, table.at);
    }
    afford_ = afford_ && codes_.push_back(name.starts_with(kFlex) ? table.at : 0);
}

void Scan::visit_custom(const std::string& name, uint64_t at) {
    context_.property("custom operator", name);
    if (name.starts_with(kFlex)) return visit_flex(std::string_view(name).substr(kFlex.size()), at);
    context_.report(rule("tflite.op.custom"), at, 0, name,
                    is_among(name, kKnownCustom) ? std::optional(Severity::kLow) : std::nullopt);
}

void Scan::visit_flex(std::string_view op, uint64_t at) {
    const std::string name = std::string(kFlex).append(op);
    const tensorflow::Reach reach = tensorflow::reach_of(op);
    if (reaches_out(reach)) {
        context_.report(rule("tflite.op.flex_file_io"), at, 0, name, severity_of(reach));
    } else {
        context_.report(rule("tflite.op.custom"), at, 0, name,
                        tensorflow::is_known_op(op) ? Severity::kLow : Severity::kMedium);
    }
}

// A node of TensorFlow, in the table or behind the FlatBuffer.
void Scan::visit_options(const flat::Table& table, const Stretch& behind) {
    const uint64_t code = buffer_.number(table.place(op::kOpcode), 4);
    if (!buffer_.ok() || !afford_ || code >= codes_.items().size()) return;
    const uint64_t at = codes_.items()[code];
    if (at == 0) return;
    const std::string name = buffer_.string_of(buffer_.table(at).place(opcode::kCustom));
    const flat::Vector inside = buffer_.vector_of(table.place(op::kOptions), 1);
    look_for_operators({inside.at, inside.at + inside.count}, name);
    look_for_operators(behind, name);
}

// Pieces overlap by the longest name.
void Scan::look_for_operators(const Stretch& options, const std::string& code) {
    constexpr uint64_t kPiece = 64 * 1024;
    constexpr uint64_t kStep = kPiece - 2 * tensorflow::kLongestNamed;
    for (uint64_t at = options.begin; at < options.end && buffer_.ok(); at += kStep) {
        std::vector<uint8_t> piece(std::min(kPiece, options.end - at));
        if (!buffer_.bytes(at, piece)) return;
        const bool file = as_text(piece).find("file://") != std::string_view::npos;
        const auto visit = [&](size_t place, std::string_view name, tensorflow::Reach reach) {
            const bool told = std::string_view(code).substr(kFlex.size()) == name;
            const bool named = reach == tensorflow::Reach::kFilesIfNamed && file;
            if (told || !(named || reaches_out(reach))) return;
            context_.report(rule("tflite.op.flex_file_io"), at + place, name.size(),
                            fmt::format("{} runs {}", code, name), severity_of(reach));
        };
        tensorflow::each_reaching_name(piece, visit);
    }
}

void Scan::visit_operator(const flat::Table& table) {
    if (buffer_.number(table.place(op::kOpcode), 4) >= opcodes_) {
        buffer_.fail("an operator has a code that does not exist", table.at);
    }
    for (uint8_t slot : {op::kInputs, op::kOutputs, op::kIntermediates}) {
        check_indices(table.place(slot), "an operator names a tensor that does not exist");
    }
    visit_options(table, external(table, op::kLargeOffset, op::kLargeSize));
}

// An input that is left out is -1.
void Scan::check_indices(uint64_t place, const char* text) {
    const flat::Vector indices = buffer_.vector_of(place, 4);
    for (uint32_t i = 0; i < indices.count && buffer_.ok(); i++) {
        const int64_t index = buffer_.signed_number(indices.at + uint64_t{4} * i);
        if (index < -1 || index >= static_cast<int64_t>(tensors_)) buffer_.fail(text, indices.at);
    }
}

// ------------------------------------------------------------------------------------------------
// Buffers, tensors

// What lies behind the FlatBuffer; an offset of 0 or 1 says that nothing does.
Scan::Stretch Scan::external(const flat::Table& table, uint8_t offset_slot, uint8_t size_slot) {
    const uint64_t offset = buffer_.number(table.place(offset_slot), 8);
    const uint64_t size = buffer_.number(table.place(size_slot), 8);
    if (offset <= 1 || !buffer_.ok()) return {};
    if (offset > buffer_.end() || size > buffer_.end() - offset) {
        context_.report(rule("tflite.buffer.out_of_range"), table.at, 0,
                        fmt::format("{} bytes at {}", size, offset));
        context_.incomplete(Coverage::kMalformed, rule("tflite.buffer.out_of_range").message);
        return {};
    }
    end_ = std::max(end_, offset + size);
    return {offset, offset + size};
}

void Scan::visit_buffer(const flat::Table& table) {
    Stretch stretch = external(table, buffer::kOffset, buffer::kSize);
    const flat::Vector data = buffer_.vector_of(table.place(buffer::kData), 1);
    if (data.count > 0) stretch = {data.at, data.at + data.count};
    afford_ = afford_ && buffers_.push_back(stretch);
}

void Scan::visit_graph(const flat::Table& table) {
    tensors_ = buffer_.vector_of(table.place(graph::kTensors), 4).count;
    property("tensors", tensors_);
    property("operators", buffer_.vector_of(table.place(graph::kOperators), 4).count);
    for (uint8_t slot : {graph::kInputs, graph::kOutputs}) {
        check_indices(table.place(slot), "a subgraph names a tensor that does not exist");
    }
}

void Scan::visit_tensor(const flat::Table& table) {
    const uint64_t index = buffer_.number(table.place(tensor::kBuffer), 4);
    const auto& buffers = buffers_.items();
    if (!buffer_.ok() || !afford_) return;
    // Models that were quantised have none at all where no tensor has data.
    if (index >= buffers.size() && index > 0) {
        context_.report(rule("tflite.buffer.out_of_range"), table.at, 0,
                        fmt::format("{} of {}", index, buffers.size()));
        context_.incomplete(Coverage::kMalformed, rule("tflite.buffer.out_of_range").message);
    } else if (index < buffers.size() && buffers[index].end > 0) {
        tell(table, buffers[index]);
    }
}

// What is stored sparsely is as long as it likes, and so are texts.
void Scan::check_size(const flat::Table& table, const flat::Vector& shape, uint64_t type,
                      const Stretch& data) {
    const uint64_t bits = type < std::size(kTypeBits) ? kTypeBits[type] : 0;
    if (bits == 0 || table.place(tensor::kSparsity) != 0 || !buffer_.ok()) return;
    uint64_t wanted = bits;
    bool overflow = false;
    for (uint32_t i = 0; i < shape.count; i++) {
        const uint64_t side = buffer_.number(shape.at + uint64_t{4} * i, 4);
        overflow |= __builtin_mul_overflow(wanted, side, &wanted);
    }
    wanted = wanted / 8 + (wanted % 8 != 0 ? 1 : 0);
    if (!buffer_.ok() || (!overflow && wanted <= data.end - data.begin)) return;
    context_.report(
        rule("tflite.tensor.size_mismatch"), table.at, 0,
        fmt::format("{}: {} bytes for {}", buffer_.string_of(table.place(tensor::kName)),
                    data.end - data.begin,
                    overflow ? "more than 64 bits" : fmt::format("{}", wanted)));
}

void Scan::tell(const flat::Table& table, const Stretch& data) {
    TensorRecord record;
    const uint64_t type = buffer_.number(table.place(tensor::kType), 1);
    record.name = escape_text(buffer_.string_of(table.place(tensor::kName)));
    record.dtype = type < std::size(kTypeNames) ? kTypeNames[type] : "unknown";
    const flat::Vector shape = buffer_.vector_of(table.place(tensor::kShape), 4);
    for (uint32_t i = 0; i < std::min<uint32_t>(shape.count, 16); i++) {
        record.shape.push_back(buffer_.number(shape.at + uint64_t{4} * i, 4));
    }
    record.begin = data.begin;
    record.end = data.end;
    check_size(table, shape, type, data);
    if (buffer_.ok()) context_.tensor(std::move(record));
}

// ------------------------------------------------------------------------------------------------
// The format

// With an archive behind it, it is the archive's reader that comes here with the model alone.
bool is_tflite(const Probe& probe) {
    return probe.head.size() >= 8 && starts_with(probe.head.subspan(4), "TFL3") &&
           !is_zip_archive(probe);
}

Status scan_tflite(Tape& tape, ScanContext& context) { return Scan(tape, context).run(); }

constexpr std::string_view kExtensions[] = {"tflite", "lite"};

}  // namespace

}  // namespace tflite

const Format kTfliteFormat{
    "tflite", true, 0, tflite::kExtensions, flat::kRules, tflite::is_tflite, tflite::scan_tflite,
};

}  // namespace assay
