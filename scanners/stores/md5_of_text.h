// MD5 as DVC computed it before its version 3: of what looks like text, with every "\r\n" as "\n".
// Which content DVC took for text depended on its first 512 bytes and its version, so a blob may
// match either way.
#pragma once

#include <memory>
#include <string>

#include "assay/digest.h"
#include "assay/tap.h"

namespace assay {

class Md5OfText final : public Tap {
  public:
    Md5OfText();
    void feed(const BlockRef& block, Bytes bytes) override;
    void finish() override;
    // Empty before finish().
    [[nodiscard]] const std::string& hex() const { return hex_; }

  private:
    std::unique_ptr<Hasher> hasher_;
    bool held_ = false;  // a "\r" that ended the bytes before
    std::string hex_;
};

}  // namespace assay
