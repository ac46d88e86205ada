// What is read in a repository of DVC besides the blobs of its cache.
#pragma once

#include <string>

#include "assay/context.h"

namespace assay::dvc {

// Where the cache lies, relative to the file that is read; empty: nowhere that is known.
struct Cache {
    std::string path;
    size_t depth = 0;       // folders of the repository around the file
    bool old = false;       // of the layout before DVC 3
    bool compared = false;  // who reads asks whether files are what the cache says, and no more
};

// A .dvc file, or dvc.lock.
Status scan_outs(Tape& tape, ScanContext& context, const Cache& cache);

// The list of a folder's files; they are parts of whatever the list is a part of.
Status scan_folder_list(Tape& tape, ScanContext& context, const Cache& cache);

}  // namespace assay::dvc
