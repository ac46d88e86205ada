// What the objects of a group are called, whichever of the two ways it says so: a tree of symbol
// nodes and a heap of names, or link messages, in the header or in a fractal heap.
#pragma once

#include <functional>

#include "object.h"

namespace assay::hdf5 {

enum class LinkKind : uint8_t { kHard, kSoft, kExternal, kOther };

struct Link {
    LinkKind kind = LinkKind::kHard;
    std::string name;
    uint64_t address = kNowhere;  // of the object, if hard
    std::string target;           // else the path; of an external one, behind "FILE:"
    uint64_t where = 0;           // of the link itself, in the file
};

using LinkSink = std::function<Status(const Link& link)>;

// Whether the object is a group, and if so every link of it.
Status read_links(File& file, const Object& object, const LinkSink& sink);

}  // namespace assay::hdf5
