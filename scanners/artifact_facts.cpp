// What an artifact holds and what it says of others, on its way to the fact store; and what its
// place in a store promises.
#include <algorithm>

#include "artifact.h"
#include "kinds.h"

namespace assay {

// ------------------------------------------------------------------------------------------------
// Files of stores.

void Artifact::expect() {
    EngineContext context(*this);
    for (const auto& [rule, detail] : store_->remarks) context.report(*rule, 0, 0, detail);
    if (!store_->expected || !store_->expected->or_as_text || !wants_bulk()) return;
    text_ = std::make_unique<Md5OfText>();
    tape_.attach(*text_);
}

// Whether the content is what its place in a store says.
void Artifact::compare() {
    if (!store_) return;
    put_needs();
    if (store_->part == StoreEntry::Part::kPartial) {
        session().stores.put_blob(*store_, record_, BlobState::kPartial, std::nullopt);
    }
    if (store_->part != StoreEntry::Part::kBlob) return;
    const Expected& expected = *store_->expected;
    std::optional<Digest> actual;
    for (const Digest& made : whole_ ? made_digests() : std::vector<Digest>()) {
        if (made.kind == expected.kind) actual = made;
    }
    BlobState state = actual ? BlobState::kOk : BlobState::kUnchecked;
    if (actual && actual->hex() != expected.hex && !(text_ && text_->hex() == expected.hex)) {
        state = BlobState::kCorrupt;
        const std::string kind(name_of(expected.kind));
        EngineContext(*this).report(*expected.rule, 0, 0,
                                    kind + " is " + actual->hex() + ", not " + expected.hex);
    }
    session().stores.put_blob(*store_, record_, state, actual);
}

void Artifact::put_part(const Claim& claim) {
    std::string blob;
    if (!store_ || !put_ || !resolve_within(record_.path, claim.path, blob)) return;
    put_ = session().stores.put_need(*store_->store, record_.path, blob, claim.name, *claim.value);
}

void Artifact::put_needs() {
    if (store_->blob.empty() || store_->model.empty() || !put_) return;
    put_ = session().stores.put_need(*store_->store, record_.path, store_->blob, store_->model,
                                     store_->name);
}

// An artifact may have a million: they are put in parts as they come.
static constexpr size_t kPart = 256;

void Artifact::fact(Fact fact) {
    if (const auto kind = oci::note_kind_of(fact)) return note(*kind, as_bytes(fact.value));
    const bool of_tensor = fact.kind == "tensor" || fact.kind == "tensor_bytes";
    if (of_tensor && session().facts.is_alone(record_)) return;
    facts_.push_back(std::move(fact));
    if (facts_.size() == kPart) put_facts();
}

void Artifact::claim(Claim claim) {
    claims_.push_back(std::move(claim));
    if (claims_.size() == kPart) put_claims();
}

namespace {

size_t length_of(uint64_t number) {
    size_t length = 1;
    for (; number >= 0x80; number >>= 7) length++;
    return length;
}

// What a record takes for it; see record_codec.cpp.
size_t length_of(const TensorRecord& tensor) {
    size_t length = length_of(tensor.begin) + length_of(tensor.end);
    for (const std::string* text : {&tensor.name, &tensor.dtype, &tensor.sha256}) {
        length += length_of(text->size()) + text->size();
    }
    length += length_of(tensor.shape.size());
    for (const uint64_t extent : tensor.shape) length += length_of(extent);
    return length;
}

}  // namespace

// Tensors wait in memory for their record, so the file pays for them as for its pins, by the
// block. It pays where nobody wants them, too: what a limit cuts does not depend on who reads it.
void Artifact::tensor(const TensorRecord& tensor) {
    if (tensors_cut_) return;
    const VisitOptions& options = session().options;
    if (options.tensor_records || options.tensor_digests) record_.tensors.push_back(tensor);
    if (tensor_digests_) late_.push_back({tensor.begin, tensor.end});
    tensors_size_ += length_of(tensor);
    if (tensors_size_ <= tensors_charge_) return;
    size_t more = (tensors_size_ - tensors_charge_ + kBlockAlign - 1) / kBlockAlign * kBlockAlign;
    Status charged = scope_.hold.charge(more);
    if (charged) tensors_charge_ += more;
    tensors_cut_ = !charged;
    if (!charged) scan_fault(charged.error());
}

// Their digests begin where the tape stands.
void Artifact::tensors_told() {
    if (!session().options.tensor_digests || !wants_bulk()) return;
    if (tensor_digests_) return tell_late();
    if (record_.tensors.empty()) return;
    size_t price = record_.tensors.size() * TensorDigests::kBytesPerTensor;
    Status charged = scope_.hold.charge(price);
    if (!charged) return scan_fault(charged.error());
    digests_charge_ += price;
    tensor_digests_ =
        std::make_unique<TensorDigests>(record_.tensors, tape_.offset(), session().tensor_lanes);
    tape_.attach(tensor_digests_->tap());
}

void Artifact::note(oci::NoteKind kind, Bytes bytes) {
    if (kind == oci::NoteKind::kImageParts) {
        scope_.image = true;
    } else if (put_) {
        put_ = session().images.put(record_, number_, kind, bytes);
    }
}

// Formats whose tensors stand between structure tell them one by one. Where memory ends there are
// no more digests.
void Artifact::tell_late() {
    for (const Extent& extent : late_) {
        Status charged = scope_.hold.charge(TensorDigests::kBytesPerTensor);
        if (charged) digests_charge_ += TensorDigests::kBytesPerTensor;
        if (!charged && last_fault_ != &rules::kLimitPinned) scan_fault(charged.error());
        tensor_digests_->add(charged ? extent.begin : 0, charged ? extent.end : 0);
    }
    late_.clear();
}

void Artifact::put_facts() {
    if (facts_.empty() || !put_) return;
    put_ = session().facts.put_facts(record_, facts_);
    facts_.clear();
}

void Artifact::put_claims() {
    if (claims_.empty() || !put_) return;
    for (const Claim& claim : claims_) {
        if (is_part(claim)) put_part(claim);
    }
    std::erase_if(claims_, is_part);
    if (put_) put_ = session().facts.put_claims(record_, number_, claims_);
    claims_.clear();
}

}  // namespace assay
