// An observer that sees every byte of one artifact exactly once and in order.
#pragma once

#include "assay/block.h"

namespace assay {

class Tap {
  public:
    virtual ~Tap() = default;

    // `bytes` lie in `block`. Keep a BlockRef to use them after this call returns.
    virtual void feed(const BlockRef& block, Bytes bytes) = 0;

    // No more bytes will come: the artifact has been read to its end.
    virtual void finish() = 0;
};

}  // namespace assay
