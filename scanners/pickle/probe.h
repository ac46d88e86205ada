// Whether bytes are a pickle, asked of the first bytes of every file and of values inside pickles.
#pragma once

#include "assay/bytes.h"

namespace assay::pickle {

enum class Likeness : uint8_t {
    kNo,
    kMaybe,  // nothing speaks against it; what it does will tell
    kYes,    // it says so, or it imports and calls
};

// `complete`: `head` is all there is.
Likeness likeness(Bytes head, bool complete);

// How long the pickle is that starts here; 0 where its STOP is not among these bytes.
size_t length_of_first(Bytes head);

// Whether it could be read as far as to import something, with what is on the stack already: enough
// where a pickle may well follow.
bool would_import(Bytes head);

// Whether an archive or a compressed stream starts here.
bool starts_archive(Bytes head);

inline constexpr size_t kLeastLoaded = 12;

// Whether it could be read as far as to call what it imports.
bool would_call(Bytes head);

// Whether a value that starts so is loaded or unpacked as it is: a pickle that calls, or may do so
// behind the end of the head, an archive, a compressed stream.
bool is_loaded(Bytes head);

// Whether a value of `length` bytes that starts with `head` is itself something that is loaded or
// unpacked: a pickle that calls, an archive, or the base64 or hexadecimal text of one, or its bytes
// as the characters of a text (how protocol 2 stores bytes).
enum class Wrapping : uint8_t { kNone, kBare, kBase64, kHex, kLatin1 };
Wrapping nested_in(Bytes head, uint64_t length);

}  // namespace assay::pickle
