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

// How far a pickle could be followed that starts amid other bytes, and what is known of it where it
// leads out of sight: behind a long operand it may be gone on with.
struct Walk {
    enum class End : uint8_t { kNone, kPickle, kAt, kNextLine };
    End end = End::kNone;
    uint64_t at = 0;     // kAt: where it goes on, from the first byte
    size_t passed = 1;   // so many bytes are no better beginnings
    uint8_t values = 0;  // on the stack, as far as they are counted; rather more than there are
    uint8_t names = 0;   // texts that read as names, 2 at most
    uint8_t instructions = 0;
    bool magic = false;
    bool by_texts = false;  // it began with a text, and an import by lines begins anew
    bool marked = false;
    bool holds = false;     // arguments or a state were made
    bool named = false;     // something was imported by a name that can be read
    bool imported = false;  // or by number, in what says that it is a pickle

    [[nodiscard]] bool tells() const { return magic || marked || imported || names > 0; }
    bool operator==(const Walk&) const = default;
};

// Follows the instructions of `head`, of `rest` bytes that follow in all. kPickle: it imports by a
// readable name and calls, or says that it is a pickle and imports or goes on for long: random
// bytes do neither in gigabytes.
Walk walk_on(Bytes head, Walk walk, uint64_t rest);

// Whether a value that starts so is loaded or unpacked as it is: a pickle that calls, or may do so
// behind the end of the head, an archive, a compressed stream. `length`: of the whole value.
bool is_loaded(Bytes head, uint64_t length);

// Whether a value of `length` bytes that starts with `head` is itself something that is loaded or
// unpacked: a pickle that calls, an archive, or the base64 or hexadecimal text of one, or its bytes
// as the characters of a text (how protocol 2 stores bytes).
enum class Wrapping : uint8_t { kNone, kBare, kBase64, kHex, kLatin1 };
Wrapping nested_in(Bytes head, uint64_t length);

}  // namespace assay::pickle
