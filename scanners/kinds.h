// Tells what an artifact is by its content, for everything that no format claims.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "assay/format.h"

namespace assay {

struct Kind {
    std::string_view name;
    std::string_view extensions;  // that promise it, between spaces: " pt pth "
    // Inert: nothing loads or unpacks it, hashing it is all there is to do. Otherwise a format must
    // validate it, and where none does the coverage is unsupported.
    bool inert;
    bool executable;
    bool (*matches)(const Probe& probe);
};

// Never null: the last kind is "unknown".
const Kind& kind_of(const Probe& probe);
// What it is if it is not `kind`, among kinds whose names are `accepted`. Precondition: `kind` is
// kind_of() the same probe, so that no kind before it fits.
const Kind& kind_after(const Kind& kind, const Probe& probe,
                       const std::function<bool(std::string_view)>& accepted);

// Whether it begins as JSON does, whatever else it is.
bool begins_as_json(const Probe& probe);

// Whether the content speaks for no kind but one that the name promises: text and unknown bytes may
// be what is left of anything.
bool is_vague(const Kind& kind, std::string_view name);

// MLflow's file has no extension, but a name that stands for one.
inline constexpr std::string_view kNameOfMlmodel = "MLmodel";

// What stands behind the last dot, in lower case; of MLmodel all of it.
std::string extension_of(std::string_view name);

// Whether the name promises a kind that the content is not. `kind` is the content's, "" if empty.
bool contradicts_name(std::string_view name, std::string_view kind);

// What to say where a loader falls back to something else, since the content is not what the name
// promises; null where it only fails.
const Rule* fallback_of(std::string_view name, std::string_view kind);

// Whether a loader that goes by names would take both for the same.
bool promises_the_same(std::string_view name, std::string_view other);

// Whether the name promises something that is loaded or unpacked.
bool promises_loadable(std::string_view name);

// Whether the name says that this is a program or a script.
bool promises_executable(std::string_view name);

}  // namespace assay
