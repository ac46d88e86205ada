// Everything that can be said of a ZIP archive. The format's lecture is in zip.cpp.
#pragma once

#include <span>

#include "assay/rules.h"

namespace assay {

// In the order of the table.
enum class ZipRule : uint8_t {
    kPolyglotPrefix,
    kEocdMissing,
    kEocdMultiple,
    kEocdInComment,
    kEocdComment,
    kEocdTrailing,
    kEocdCountMismatch,
    kEocdCdSizeMismatch,
    kEocdCdOffsetMismatch,
    kEocdDiskNonzero,
    kZip64Conflict,
    kZip64BadLocator,
    kZip64Overflow,
    kZip64UnneededOverride,
    kExtraMalformed,
    kLhMissingSignature,
    kLhNameMismatch,
    kLhFlagMismatch,
    kLhMethodMismatch,
    kLhCrcMismatch,
    kLhSizeMismatch,
    kLhOrphan,
    kGapBytesBetweenEntries,
    kEntryOverlap,
    kEntryOutside,
    kFlagEncrypted,
    kFlagStrongEncryption,
    kFlagPatched,
    kFlagMaskedHeaders,
    kMethodUnsupported,
    kDeflateMalformed,
    kCrcMismatch,
    kSizeMismatch,
    kRatioBomb,
    kCountExcess,
    kNameDuplicate,
    kNameCaseDuplicate,
    kNameFileDirConflict,
    kNameTraversal,
    kNameAbsolute,
    kNameDrive,
    kNameBackslash,
    kNameNul,
    kNameEmpty,
    kNameControl,
    kNameNotUtf8,
    kNameCp437Nonascii,
    kNameUnicodeExtraMismatch,
    kAttrSymlink,
    kAttrDevice,
    kAttrSetuid,
    kDescriptorMismatch,
    kDescriptorNoSignature,
    kStreamUnconfirmed,
};

const Rule& rule_of(ZipRule rule);
std::span<const Rule> zip_rules();

}  // namespace assay
