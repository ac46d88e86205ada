// The binary form of a record: a format byte, then the fields of Record in the order in which they
// are declared, written with the primitives of codec.h.
#include <algorithm>

#include "assay/record.h"
#include "codec.h"

namespace assay {

static constexpr uint8_t kFormatByte = 1;
static constexpr size_t kEntryKinds = 4;
static constexpr size_t kSeverities = 5;

static void put_place(Encoder& to, const Place& place) {
    to.number(place.target);
    to.number(place.file);
    to.list(place.members, [&](uint32_t member) { to.number(member); });
}

static void put_digest(Encoder& to, const Digest& digest) {
    to.byte(static_cast<uint8_t>(digest.kind));
    to.raw(digest.bytes());
}

static void put_chunks(Encoder& to, const std::optional<ChunkRoot>& chunks) {
    to.byte(chunks ? 1 : 0);
    if (!chunks) return;
    to.number(chunks->chunk_size);
    to.text(chunks->root);
}

static void put_tensor(Encoder& to, const TensorRecord& tensor) {
    to.text(tensor.name);
    to.text(tensor.dtype);
    to.list(tensor.shape, [&](uint64_t extent) { to.number(extent); });
    to.number(tensor.begin);
    to.number(tensor.end);
    to.text(tensor.sha256);
}

static void put_finding(Encoder& to, const Finding& finding) {
    to.text(finding.rule->id);
    to.byte(static_cast<uint8_t>(finding.severity));
    to.number(finding.offset);
    to.number(finding.length);
    to.number(finding.count);
    to.text(finding.detail);
    to.list(finding.evidence, [&](const auto& pair) {
        to.text(pair.first);
        to.text(pair.second);
    });
}

void encode_record(const Record& record, std::vector<uint8_t>& out) {
    Encoder to(out);
    to.byte(kFormatByte);
    put_place(to, record.place);
    to.byte(static_cast<uint8_t>(record.kind));
    to.text(record.path);
    to.text(record.user_path);
    to.text(record.format);
    to.number(record.size);
    to.byte(static_cast<uint8_t>(record.coverage));
    to.text(record.reason);
    to.number(record.accounted.hashed);
    to.number(record.accounted.parsed);
    to.number(record.accounted.gaps);
    to.list(record.digests, [&](const Digest& digest) { put_digest(to, digest); });
    put_chunks(to, record.chunks);
    to.number(record.tensors.size());
    to.raw(record.tensors.bytes());
    to.list(record.findings, [&](const Finding& finding) { put_finding(to, finding); });
}

static Place take_place(Decoder& from) {
    Place place;
    place.target = from.number32();
    place.file = from.number();
    from.list([&] { place.members.push_back(from.number32()); });
    return place;
}

static Digest take_digest(Decoder& from) {
    Digest digest{from.one_of<DigestKind>(kAllDigests.size()), {}};
    Bytes value = from.raw(size_of(digest.kind));
    std::copy(value.begin(), value.end(), digest.value.begin());
    return digest;
}

static std::optional<ChunkRoot> take_chunks(Decoder& from) {
    if (!from.one_of<bool>(2)) return std::nullopt;
    ChunkRoot chunks;
    chunks.chunk_size = from.number();
    chunks.root = from.text();
    return chunks;
}

static TensorRecord take_tensor(Decoder& from) {
    TensorRecord tensor;
    tensor.name = from.text();
    tensor.dtype = from.text();
    from.list([&] { tensor.shape.push_back(from.number()); });
    tensor.begin = from.number();
    tensor.end = from.number();
    tensor.sha256 = from.text();
    return tensor;
}

TensorList::TensorList(std::initializer_list<TensorRecord> tensors) {
    for (const TensorRecord& tensor : tensors) push_back(tensor);
}

void TensorList::push_back(const TensorRecord& tensor) {
    Encoder to(bytes_);
    put_tensor(to, tensor);
    count_++;
}

TensorRecord TensorList::Iterator::operator*() const {
    Decoder from(Bytes(bytes_).subspan(at_));
    return take_tensor(from);
}

TensorList::Iterator& TensorList::Iterator::operator++() {
    Decoder from(Bytes(bytes_).subspan(at_));
    take_tensor(from);
    at_ += static_cast<size_t>(from.cursor().offset());
    return *this;
}

static Finding take_finding(Decoder& from, const Rulebook& book) {
    Finding finding;
    finding.rule = book.find(from.text());
    if (finding.rule == nullptr) from.fail("a finding of a rule that is not known here");
    finding.severity = from.one_of<Severity>(kSeverities);
    finding.offset = from.number();
    finding.length = from.number();
    finding.count = from.number();
    finding.detail = from.text();
    from.list([&] {
        std::string name = from.text();
        finding.evidence.emplace_back(std::move(name), from.text());
    });
    return finding;
}

static Record take_record(Decoder& from, const Rulebook& book) {
    Record record;
    record.place = take_place(from);
    record.kind = from.one_of<EntryKind>(kEntryKinds);
    record.path = from.text();
    record.user_path = from.text();
    record.format = from.text();
    record.size = from.number();
    record.coverage = from.one_of<Coverage>(kCoverageKinds);
    record.reason = from.text();
    record.accounted.hashed = from.number();
    record.accounted.parsed = from.number();
    record.accounted.gaps = from.number();
    from.list([&] { record.digests.push_back(take_digest(from)); });
    record.chunks = take_chunks(from);
    from.list([&] { record.tensors.push_back(take_tensor(from)); });
    from.list([&] { record.findings.push_back(take_finding(from, book)); });
    return record;
}

Result<Record> decode_record(Bytes bytes, const Rulebook& book) {
    Decoder from(bytes);
    if (from.byte() != kFormatByte) from.fail("this is no record, or one of another version");
    Record record = take_record(from, book);
    if (from.cursor().remaining() != 0) from.fail("there are bytes behind the record");
    if (!from.cursor().ok()) return from.cursor().error();
    return record;
}

}  // namespace assay
