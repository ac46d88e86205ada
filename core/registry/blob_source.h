// A blob as a source. See Client::open_blob().
#pragma once

#include "caller.h"

namespace assay::registry {

class BlobSource final : public ByteSource {
  public:
    BlobSource(std::shared_ptr<Session> session, std::stop_token stop, Reference repository,
               Descriptor blob);

    [[nodiscard]] std::optional<uint64_t> size() const override { return blob_.size; }
    [[nodiscard]] bool random_access() const override { return false; }
    Result<Lent> read(uint64_t offset, size_t max, BlockPool& pool) override;

    [[nodiscard]] const Failure& failure() const { return caller_.failure(); }

    // The first answer, so that what is missing or forbidden is known when it is opened.
    Status connect_first();

  private:
    Status connect();             // with patience
    Status connect_once();        // an answer whose next byte is the one at at_
    Status check_start();         // of an answer to a request for all of it
    Status check_resumed();       // of one for the rest
    Status check_same();          // that it is the blob which we began with
    Status skip(uint64_t bytes);  // of an answer that starts at the front again
    Result<size_t> fill(uint8_t* to, size_t n);
    Status again(const Error& error);
    Status finish();
    Error lie(const char* text);
    Error fail(const Error& error);

    Caller caller_;
    const Reference repository_;
    const Descriptor blob_;
    Ask ask_;
    uint64_t at_ = 0;       // what has been read
    uint64_t counted_ = 0;  // at_, when tries were last forgiven
    uint32_t tries_ = 0;    // since then
    bool connected_ = false;
    bool ended_ = false;
    std::string etag_;  // strong; empty where the registry gives none
    std::optional<Error> failed_;
};

}  // namespace assay::registry
