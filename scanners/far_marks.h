// What stands so far behind the first bytes that a probe does not see it: the descriptor of a disc
// image, and an archive behind the program that unpacks it.
#pragma once

#include "assay/tape.h"

namespace assay {

// "CD001", behind 32 KiB for whoever starts from the disc.
inline constexpr size_t kDiscMarkEnd = (32 << 10) + 6;
// Whether the first kDiscMarkEnd bytes, or fewer, are those of an image.
bool ends_in_disc_mark(Bytes head);

// Both look without reading where the tape is read at random. `peek`: otherwise, too, which keeps
// that many bytes. Errors count as no.
bool holds_disc(Tape& tape, bool peek);

// Where the tape is read at random alone: whether 7z's magic number stands where programs that
// unpack themselves have it.
bool holds_stubbed_archive(const Tape& tape);

}  // namespace assay
