// What a statement is about, read from disk: one file, or a folder with all that is in it.
//
// A folder's first subject is the folder: its digest is SHA-256 over the digests of its files, in
// bytewise order of their names, as OpenSSF model signatures have it, and it says so: a file may
// have the same digest, but is not the folder. Git's own files at the root
// and signatures there (*.sig, *.sigstore.json) are not part of it, so that attestations can pile
// up beside what they are about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "args.h"
#include "assay/attestation.h"

namespace assay::cli {

// Nothing when something could not be read, which was complained about.
std::optional<std::vector<Subject>> subjects_of(const Args& args, const std::string& path,
                                                int& code);

// What there is to compare with a statement.
struct Found {
    std::vector<Subject> subjects;
    std::vector<std::string> unread;  // names; where there are some, nothing is known of the whole
};
// Nothing when no file could be read, which was complained about.
std::optional<Found> found_in(const Args& args, const std::string& path, int& code);

// How what is there differs from what was stated; nothing where a whole (a folder's root digest, or
// the file's) is among the subjects.
std::vector<std::string> differences(const Found& found, const std::vector<Subject>& stated);

// Why nothing can be compared with a statement that knows digests of other kinds alone.
std::optional<std::string> lacking_sha256(const std::vector<Subject>& stated);

}  // namespace assay::cli
