// One tensor of an ONNX model: where its data is, and whether it is as much as type and shape say.
//
// Data lies in raw_data, or in one of six lists of numbers and texts, of which the type says which;
// or in a file beside the model (onnx_external.h).
#pragma once

#include <array>
#include <string>
#include <vector>

#include "assay/context.h"
#include "onnx_external.h"
#include "protobuf.h"

namespace assay::onnx {

class Tensor {
  public:
    void begin(const protobuf::Event& event);
    void field(const protobuf::Event& event);
    // Behind a field that is raw data which the tape has not passed: says that there is a tensor if
    // what came before is all there is to say, so that its digest can be made as the data passes.
    void tell_ahead(ScanContext& context);
    // The tensor ended; `files` are those of the model.
    Status end(ScanContext& context, ExternalFiles& files);

    ExternalData external;

  private:
    enum Store : uint8_t { kFloats, kInts, kTexts, kLongs, kRaw, kDoubles, kUnsigned, kStores };
    struct Type;
    static const Type* type_numbered(uint64_t number);

    void add_dimension(int64_t dimension);
    void add_data(Store store, const protobuf::Event& event, uint64_t count);
    void check(ScanContext& context) const;
    void check_size(ScanContext& context, const Type& type) const;
    void tell(ScanContext& context, const Type& type);
    void report(ScanContext& context, const Rule& rule, std::string_view what) const;

    uint64_t offset_ = 0;
    std::string name_;
    std::vector<uint64_t> shape_;
    uint64_t elements_ = 1;
    bool bad_shape_ = false;
    uint64_t type_ = 0;
    bool is_external_ = false;
    std::array<uint64_t, kStores> counts_{};
    bool told_ = false;
    unsigned pieces_ = 0;  // of the data; all of it lies in [begin, end) if there is one
    uint64_t begin_ = 0;
    uint64_t end_ = 0;
};

}  // namespace assay::onnx
