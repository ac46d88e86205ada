// What a line of protocol 0 stands for that is too long to be kept: its escapes are resolved while
// it is read. Bytes that such pickles hold, whole tensors among them, are written as lines.
#pragma once

#include <string>
#include <string_view>

#include "assay/source.h"
#include "reader.h"

namespace assay::pickle {

// Borrows the reader, which passes the line meanwhile. Ends, too, where the unpickler would refuse
// the line, and where the input does, which pass() tells. Threads: one.
class LineText final : public ByteSource {
  public:
    enum class Form : uint8_t { kQuoted, kRawUnicode };
    // `begun` comes from begin_line() and has not ended.
    LineText(Reader& reader, const Reader::Line& begun, Form form);

    // What the line begins with, until the next call of another function.
    [[nodiscard]] std::string_view head() const { return text_; }

    [[nodiscard]] std::optional<uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;

    // Passes what has not been read: whether there was an end.
    Result<bool> pass();
    // After pass(): of all of the text, and whether the unpickler would not take it.
    [[nodiscard]] uint64_t length() const { return length_; }
    [[nodiscard]] bool refused() const { return refused_; }

  private:
    Status more();
    void resolve();
    [[nodiscard]] bool over() const { return ended_ || cut_; }

    Reader& reader_;
    const Form form_;
    char quote_ = '\0';
    bool ended_ = false;
    bool cut_ = false;
    bool refused_ = false;
    std::string raw_;   // not resolved yet
    std::string text_;  // resolved, not read yet from `used_` on
    size_t used_ = 0;
    uint64_t length_ = 0;
};

}  // namespace assay::pickle
