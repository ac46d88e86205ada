// The tensors of a GGUF file: the list that says what they are, and the data that it promises.
//
// Where the data starts is known only when the whole list has been read, so the list is kept, at
// some hundred bytes for each tensor, which are paid for.
//
// Threads: one. Borrows reader and context.
#pragma once

#include <array>
#include <optional>

#include "assay/context.h"
#include "ggml_types.h"
#include "gguf_reader.h"
#include "paid_vector.h"

namespace assay::gguf {

struct Tensor {
    std::array<uint64_t, 4> shape{};
    uint64_t info = 0;      // where the list has it
    uint64_t offset = 0;    // in the data
    uint64_t bytes = 0;     // 0 where the size is not known
    uint64_t or_bytes = 0;  // the other size that its type may have
    uint64_t name = 0;      // where it starts among the names
    uint16_t name_length = 0;
    uint8_t dimensions = 0;
    uint8_t type = 0;
    bool sized = false;
};

// A stretch of the file, absolute.
struct Stretch {
    uint64_t begin = 0;
    uint64_t end = 0;
};

class TensorList {
  public:
    TensorList(Reader& reader, ScanContext& context)
        : reader_(reader), context_(context), tensors_(context), names_(context), seen_(context) {}

    // An Error where nothing behind it can be read; what is wrong was reported.
    Status read(uint64_t count);

    // Where the tensors lie when the data starts at `start`, and whether that fits; tells the
    // context about each. `size` is the file's, if known. The paddings between tensors are added to
    // `pads`.
    struct Layout {
        uint64_t end = 0;         // of the last byte of a tensor
        uint64_t padded_end = 0;  // the same, aligned
        uint64_t covered = 0;     // bytes of tensors and paddings
        bool sound = true;
        bool sized = true;  // the size of every tensor is known
        bool cut = false;   // the file ends before the data does
    };
    Result<Layout> lay_out(uint64_t start, uint64_t alignment, std::optional<uint64_t> size,
                           PaidVector<Stretch>& pads);

    // "F32 × 65, Q4_K × 193"
    [[nodiscard]] std::string tally() const;

  private:
    Status read_tensor(uint64_t index);
    Status read_name(Tensor& tensor, uint64_t index);
    void judge_name(const Text& name, const Tensor& tensor);
    Status read_shape(Tensor& tensor);
    void measure(Tensor& tensor, uint32_t type);
    std::optional<uint64_t> count_numbers(const Tensor& tensor);
    void choose_size(size_t index, uint64_t alignment, std::optional<uint64_t> size);
    void check_place(const Tensor& tensor, uint64_t alignment);
    bool is_inside(const Tensor& tensor, std::optional<uint64_t> size);
    bool step_over(const Tensor& tensor, uint64_t alignment, PaidVector<Stretch>& pads);
    void tell(const Tensor& tensor);
    [[nodiscard]] std::string_view name_of(const Tensor& tensor) const;

    void report(const Rule& found, const Tensor& tensor) {
        context_.report(found, tensor.info, 0, name_of(tensor));
        sound_ = false;
    }
    Error refuse(const Rule& found, const Tensor& tensor);

    Reader& reader_;
    ScanContext& context_;
    PaidVector<Tensor> tensors_;
    PaidVector<char> names_;
    SeenHashes seen_;
    bool sound_ = true;
    // While they are laid out.
    std::optional<uint64_t> next_ = 0;  // where the next one has to start, in the data
    uint64_t start_ = 0;                // of the data
    Layout layout_;
};

// The next multiple of `alignment`, a power of two; nothing where that does not fit.
std::optional<uint64_t> align_up(uint64_t value, uint64_t alignment);

}  // namespace assay::gguf
