// Members that are packed by something else than deflate: bzip2, LZMA, xz or zstd, by the decoders
// that read such streams as files of their own.
#pragma once

#include "assay/context.h"
#include "zip_members.h"

namespace assay {

// As read_member(), for a method that unpacks_as_stream(). What the stream itself shows to be wrong
// is reported here; the member is not whole then.
Result<ZipMember> read_packed_member(Tape& tape, const MemberPlan& plan, ScanContext& context,
                                     const MemberScan& scan);

// Whether `head` can start a member that is packed so. False, for one that is marked as encrypted,
// means that it is.
bool starts_packed(uint16_t method, Bytes head);

}  // namespace assay
