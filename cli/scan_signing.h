// assay scan --sign: what was scanned is signed in the same pass, and what the scan found is
// attested.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "assay/emit.h"
#include "signing.h"

namespace assay::cli {

// A statement about a scan: its report is the predicate, and the files that it read, with their
// digests, are the subjects. One thread.
class ScanAttestation {
  public:
    explicit ScanAttestation(size_t memory);

    Status begin(const ReportHeader& header);
    Status record(const Record& record);
    Status end(const Summary& summary);

    // Written whole or not at all; `root` is that of the model's signature.
    Status write(const std::string& path, const SigningIdentity& identity, const std::string& model,
                 const Sha256Digest& root);

  private:
    class SpoolOutput;

    Spool subjects_;
    Spool report_;
    std::unique_ptr<Output> output_;
    std::unique_ptr<Emitter> emitter_;
};

// A scan that signs. Borrowed by the run; its calls are those of the visit.
class ScanSigning final : public RecordSink {
  public:
    // Nothing when it can't start, which has been complained about.
    static std::unique_ptr<ScanSigning> start(const Args& args, int& code);

    void prepare(VisitOptions& options) const;
    Status begin(const ReportHeader& header);
    Status record(const Record& record) override;
    // Signs, unless what was found or not looked at forbids it. The exit code, given the scan's.
    int finish(const Summary& summary, int code);

  private:
    explicit ScanSigning(const Args& args) : args_(args) {}

    const Args& args_;
    std::optional<SigningPlan> plan_;
    std::optional<SigningIdentity> identity_;
    std::unique_ptr<ModelSigner> signer_;
    std::optional<ScanAttestation> attestation_;
};

}  // namespace assay::cli
