// Names that mean something in a Jinja template.
#pragma once

#include <string_view>

namespace assay::jinja {

// Attributes that lead into Python itself, of the language ("__class__") or of its frames and
// functions ("f_globals"). Texts are compared with the first alone: others are words, too.
bool is_dunder(std::string_view name);
bool is_internal(std::string_view name);

// "a.__class__.b", as the filters map() and selectattr() take it.
bool has_dunder_step(std::string_view path);
// "{0.__class__}", as str.format() takes it.
bool has_dunder_field(std::string_view format);

// Attributes and functions that run code or commands, whatever they belong to.
bool runs_code(std::string_view name);
bool is_builtin_danger(std::string_view name);
// A member of Python's os, sys, … that has no place in a template.
bool is_module_danger(std::string_view module, std::string_view member);

// Objects that Jinja and Flask give every template: whether this step goes inside one.
bool enters_global(std::string_view object, std::string_view member);

// Such an object, and one that is nothing but a function or a class.
bool is_renderers(std::string_view object);
bool is_closed(std::string_view object);

// Whether a name of which pieces are not known (each a `gap`) may well be a private one: what is
// known of it is most of its letters, in order.
bool may_be_dunder(std::string_view name, char gap);

// Filters that take the name of an attribute.
bool takes_attribute(std::string_view filter);

}  // namespace assay::jinja
