// A pickle's verdict that knows torch: persistent ids that name storages are what they should be,
// everything else about a pickle is judged as ever.
//
// Threads: one. Borrows context and table.
#pragma once

#include "joblib/joblib.h"
#include "storages.h"

namespace assay::torch {

enum class Form : uint8_t {
    kZip,      // storages are records of the archive
    kScript,   // the same with a program: what it defines is imported from the archive itself
    kPackage,  // the same with modules
    kLegacy,   // storages follow the pickles
    kTar,
};

// A persistent id, taken apart.
struct StorageId {
    std::string key;
    Storage storage;
};

// Whatever else loads pickles may load these, too: a handler of TorchServe's calls joblib.load.
class TorchVerdict final : public joblib::JoblibVerdict {
  public:
    // `folder` goes before the keys in the table: where this pickle's storages lie.
    TorchVerdict(ScanContext& context, Form form, StorageTable& storages, std::string folder)
        : JoblibVerdict(context), form_(form), storages_(storages), folder_(std::move(folder)) {}

    void global(const pickle::GlobalUse& use) override;
    void call(const pickle::Call& call) override;
    void persistent(uint64_t offset, pickle::Value id) override;

  private:
    using Value = pickle::Value;

    [[nodiscard]] bool is_from_archive(std::string_view module) const;
    [[nodiscard]] std::optional<std::string_view> name_of_class(Value type) const;
    [[nodiscard]] bool is_word(Value value, std::string_view word) const;
    [[nodiscard]] Value module_class(Value callee) const;
    void take_storage(uint64_t offset, Value id);
    void refuse(uint64_t offset, Value id);
    void reduce_package(uint64_t offset, Value id);
    void check_tensor(uint64_t offset, Value callee, Value args);
    void check_view(uint64_t offset, Value args, uint32_t element);
    [[nodiscard]] std::optional<std::vector<Value>> numbers_of(Value sizes) const;

    const Form form_;
    StorageTable& storages_;
    const std::string folder_;
};

}  // namespace assay::torch
