#include "scan_signing.h"

#include <fmt/format.h>

#include <algorithm>

#include "assay/attestation.h"
#include "assay/base64.h"
#include "commands.h"
#include "registries.h"

namespace assay::cli {

namespace {

// All of a spool, in pieces.
Status each_piece(const Spool& spool, const std::function<void(Bytes)>& take) {
    std::vector<uint8_t> piece(kMiB);
    for (uint64_t at = 0; at < spool.size(); at += piece.size()) {
        piece.resize(static_cast<size_t>(std::min<uint64_t>(piece.size(), spool.size() - at)));
        Status read = spool.read(at, piece);
        if (!read) return read;
        take(piece);
    }
    return Done{};
}

// base64 of a text that comes in pieces of any length.
class Base64Pieces {
  public:
    explicit Base64Pieces(Output& output) : output_(output) {}

    void take(Bytes bytes) {
        held_.insert(held_.end(), bytes.begin(), bytes.end());
        const size_t whole = held_.size() / 3 * 3;
        put(whole);
    }
    Status finish() {
        put(held_.size());
        return written_;
    }

  private:
    void put(size_t count) {
        if (written_) written_ = output_.write(to_base64(Bytes(held_).first(count)));
        held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    Output& output_;
    std::vector<uint8_t> held_;
    Status written_ = Done{};
};

}  // namespace

class ScanAttestation::SpoolOutput final : public Output {
  public:
    explicit SpoolOutput(Spool& spool) : spool_(spool) {}
    Status write(std::string_view text) override { return spool_.append(as_bytes(text)); }
    Status flush() override { return Done{}; }
    Status commit() override { return Done{}; }

  private:
    Spool& spool_;
};

ScanAttestation::ScanAttestation(size_t memory)
    : subjects_(memory / 2),
      report_(memory / 2),
      output_(std::make_unique<SpoolOutput>(report_)),
      emitter_(make_emitter("json", *output_)) {}

Status ScanAttestation::begin(const ReportHeader& header) { return emitter_->begin(header); }

Status ScanAttestation::record(const Record& record) {
    Status told = emitter_->record(record);
    if (!told || !record.place.is_file()) return told;
    for (const Digest& digest : record.digests) {
        if (digest.kind != DigestKind::kSha256) continue;
        return subjects_.append(as_bytes("," + subject_text({record.path, digest.hex()})));
    }
    return Done{};
}

Status ScanAttestation::end(const Summary& summary) { return emitter_->end(summary); }

Status ScanAttestation::write(const std::string& path, const SigningIdentity& identity,
                              const std::string& model, const Sha256Digest& root) {
    const std::string head = fmt::format(R"({{"_type":"{}","subject":[{})", kStatementType,
                                         subject_text({model, to_hex(root), true}));
    const std::string middle =
        fmt::format(R"(],"predicateType":"{}","predicate":)", kScanPredicate);
    auto pieces = [&](const std::function<void(Bytes)>& take) -> Status {
        take(as_bytes(head));
        Status passed = each_piece(subjects_, take);
        take(as_bytes(middle));
        if (passed) passed = each_piece(report_, take);
        take(as_bytes("}"));
        return passed;
    };
    const uint64_t size = head.size() + subjects_.size() + middle.size() + report_.size() + 1;
    Bundle bundle = identity.material;
    bundle.envelope.emplace();
    auto signature = sign_pae(identity.key, bundle.envelope->payload_type, size, pieces);
    if (!signature) return signature.error();
    bundle.envelope->signature = std::move(*signature);
    Result<std::unique_ptr<Output>> file = Output::to_file(path);
    if (!file) return file.error();
    BundleFrame frame = frame_bundle(bundle);
    Status written = (*file)->write(frame.head);
    Base64Pieces coded(**file);
    Status passed = pieces([&](Bytes piece) { coded.take(piece); });
    if (written) written = coded.finish();
    if (written) written = (*file)->write(frame.tail);
    if (!passed) return passed;
    return written ? (*file)->commit() : written;
}

// ------------------------------------------------------------------------------------------------

std::unique_ptr<ScanSigning> ScanSigning::start(const Args& args, int& code) {
    code = kExitUsage;
    if (args.targets.size() != 1 || args.targets.front() == "-") {
        complain("--sign", "signs one model, a folder or a file");
        return nullptr;
    }
    if (names_image(args.targets.front())) {
        complain(args.targets.front(),
                 "--sign signs files and folders. An image is signed by the digest of its "
                 "manifest: scan it with -o json=REPORT, then `assay sign-image IMAGE` and `assay "
                 "attest IMAGE --type scan --predicate REPORT`");
        return nullptr;
    }
    std::unique_ptr<ScanSigning> signing(new ScanSigning(args));
    signing->plan_ = signing_plan(args, code);
    if (!signing->plan_ || !may_write_signature(signing->plan_->signature)) return nullptr;
    signing->identity_ = signing_identity(args.signing.signer, code);
    if (!signing->identity_) return nullptr;
    signing->signer_ = std::make_unique<ModelSigner>(*signing->plan_);
    if (!args.seal.attest.empty()) signing->attestation_.emplace(signing->plan_->memory);
    return signing;
}

// All is scanned; what the signature leaves out is left out of that alone.
void ScanSigning::prepare(VisitOptions& options) const {
    std::vector<DigestKind> wanted = options.digests;
    prepare_visit(*plan_, options);
    options.passes_over = [this](const std::string& path) {
        const std::string name = plan_->model.name_of(path);
        return name == plan_->model.name_if_inside(plan_->signature) ||
               name == plan_->model.name_if_inside(args_.seal.attest);
    };
    options.digests = {plan_->settings.hash};
    for (DigestKind kind : wanted) {
        if (kind != plan_->settings.hash) options.digests.push_back(kind);
    }
}

Status ScanSigning::begin(const ReportHeader& header) {
    return attestation_ ? attestation_->begin(header) : Status(Done{});
}

Status ScanSigning::record(const Record& record) {
    Status attested = attestation_ ? attestation_->record(record) : Status(Done{});
    return attested ? signer_->record(record) : attested;
}

int ScanSigning::finish(const Summary& summary, int code) {
    const bool clean = verdict_of(summary) == Verdict::kClean;
    if (!clean && !args_.seal.sign_anyway) {
        complain(plan_->signature, fmt::format("not signed: the verdict is {}; --sign-anyway signs "
                                               "all the same, and says so",
                                               name_of(verdict_of(summary))));
        return code;
    }
    int signed_code = signer_->finish(*identity_, true);
    if (signed_code != kExitClean) return signed_code;
    if (!args_.quiet) {
        complain(plan_->signature,
                 fmt::format("signed, root {}", to_hex(signer_->writer().root())));
    }
    if (!attestation_) return code;
    Status attested = attestation_->end(summary);
    if (attested) {
        attested = attestation_->write(args_.seal.attest, *identity_, plan_->model.name(),
                                       signer_->writer().root());
    }
    if (attested) return code;
    complain(args_.seal.attest, describe(attested.error()));
    return code == kExitClean ? kExitIncomplete : code;
}

}  // namespace assay::cli
