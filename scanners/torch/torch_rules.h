// What can be found in a PyTorch file, whichever of its forms it has.
#pragma once

#include <span>

#include "assay/rules.h"

namespace assay::torch::rules {

extern const Rule kPersid;           // pytorch.persid.not_storage
extern const Rule kPersidPath;       // pytorch.persid.key_path_like
extern const Rule kStorageMissing;   // pytorch.storage.missing
extern const Rule kStorageSize;      // pytorch.storage.size_mismatch
extern const Rule kStorageUnused;    // pytorch.storage.unreferenced
extern const Rule kStorageAlign;     // pytorch.storage.misaligned
extern const Rule kStoragePacked;    // pytorch.storage.compressed
extern const Rule kStorageLimit;     // engine.limit.torch_storages
extern const Rule kNoDataPkl;        // pytorch.layout.no_data_pkl
extern const Rule kManyDataPkl;      // pytorch.layout.multiple_data_pkl
extern const Rule kNoVersion;        // pytorch.layout.no_version
extern const Rule kBadVersion;       // pytorch.layout.bad_version
extern const Rule kTwoTops;          // pytorch.layout.two_toplevel_dirs
extern const Rule kByteorder;        // pytorch.byteorder.invalid
extern const Rule kIdMismatch;       // pytorch.serialization_id.crc_mismatch
extern const Rule kIdMissing;        // pytorch.serialization_id.missing
extern const Rule kScriptCode;       // pytorch.torchscript.code_present
extern const Rule kScriptDispatch;   // pytorch.torchscript.dispatch
extern const Rule kScriptOp;         // pytorch.torchscript.suspicious_op
extern const Rule kPython;           // pytorch.extra_member.python
extern const Rule kLegacyMagic;      // pytorch.legacy.magic_computed
extern const Rule kLegacySequence;   // pytorch.legacy.bad_sequence
extern const Rule kLegacyTrailing;   // pytorch.legacy.trailing
extern const Rule kLegacyTruncated;  // pytorch.legacy.truncated_storage
extern const Rule kLegacySource;     // pytorch.legacy.source_code
extern const Rule kTarForm;          // pytorch.tar.legacy_format
extern const Rule kTarMember;        // pytorch.tar.member_not_regular

extern const std::span<const Rule> kAll;

}  // namespace assay::torch::rules
