// What the name of a member can do to whoever unpacks it, whatever the kind of archive.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay {

bool has_control(std::string_view name);  // NUL is a question of its own
bool has_parent_step(std::string_view name);
bool is_rooted(std::string_view name);  // by either separator
bool names_drive(std::string_view name);
bool is_utf8(std::string_view text);
std::string fold_case(std::string_view name);  // of ASCII letters

// The path without empty steps and steps to itself or back; nothing where it leads out of the
// folder that it starts in. `path` counts from `folder`, which is such a path itself.
std::optional<std::string> resolve_path(std::string_view folder, std::string_view path);

// Whether a symbolic link of that name leads to something in the folder that it is unpacked to,
// whatever else is a link there: it goes up first, not through anything.
bool leads_inside(std::string_view name, std::string_view target);

}  // namespace assay
