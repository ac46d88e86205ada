// A source that keeps the first bytes of what passes, for a container that has to know what a
// member began with.
#pragma once

#include <string>

#include "assay/bytes.h"
#include "assay/source.h"

namespace assay {

// Borrows both.
class NotingSource final : public ByteSource {
  public:
    NotingSource(ByteSource& inner, std::string& note, size_t most)
        : inner_(inner), note_(note), most_(most) {}

    [[nodiscard]] std::optional<uint64_t> size() const override { return inner_.size(); }
    [[nodiscard]] bool random_access() const override { return inner_.random_access(); }
    [[nodiscard]] bool passes_by_itself() const override { return inner_.passes_by_itself(); }

    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override {
        Result<Lent> lent = inner_.read(offset, max, pool);
        if (lent && offset == note_.size() && note_.size() < most_) {
            note_ += as_text(lent->bytes).substr(0, most_ - note_.size());
        }
        return lent;
    }
    Result<Lent> read_ahead(uint64_t offset, size_t max, BlockPool& pool) override {
        return inner_.read_ahead(offset, max, pool);
    }
    Result<Lent> glance(uint64_t offset, size_t max, BlockPool& pool) override {
        return inner_.glance(offset, max, pool);
    }
    Status settle() override { return inner_.settle(); }

  private:
    ByteSource& inner_;
    std::string& note_;
    const size_t most_;
};

}  // namespace assay
