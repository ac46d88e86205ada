// What Git's index says: which file of the working tree is at which content.
#pragma once

#include <functional>
#include <string_view>

#include "assay/tape.h"

namespace assay {

struct GitIndexEntry {
    std::string_view path;  // from the root of the working tree; lent until the next entry
    Bytes id;               // SHA-1 of the content as a blob; lent as long
    uint32_t size = 0;      // of the file when it was checked out, modulo 2^32
    bool is_file = false;   // no link, no other repository
};

// Entries in the index's order until `each` wants no more or the bytes are no index of versions 2
// to 4: Git rewrites it at any time and nobody loads a model by it, so that a damaged one is no
// finding. Errors are those of the tape.
Status each_index_entry(Tape& tape, const std::function<bool(const GitIndexEntry&)>& each);

bool is_git_index(Bytes head);

}  // namespace assay
