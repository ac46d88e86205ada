// What can be found in a Jinja template, wherever it lies.
#pragma once

#include "assay/rules.h"

namespace assay::jinja {

inline constexpr size_t kLargeTemplate = 256 * 1024;
inline constexpr double kManyRounds = 100'000;  // more than Jinja's own sandbox allows a range

inline constexpr Rule kRules[] = {
    {"jinja.ssti.dunder", Severity::kCritical,
     "the template reaches for attributes that lead into Python itself",
     "From any value __class__, __globals__ and their like lead to every module that is loaded, "
     "and so to running commands, when the template is rendered outside a sandbox.",
     "Do not render this template; take the model's from another source.",
     "CWE-1336 CWE-94 AML.T0010.003 CVE-2024-34359"},
    {"jinja.ssti.global_access", Severity::kCritical,
     "the template reaches into an object of the renderer",
     "Jinja's and Flask's own objects carry the globals of their modules; no chat template has any "
     "use for what is inside them.",
     "Do not render this template; take the model's from another source.", "CWE-1336 CWE-94"},
    {"jinja.ssti.attr_filter", Severity::kCritical,
     "the template gets an attribute by a computed or private name",
     "The filter attr() takes any text for a name, which hides it from whoever reads the template "
     "and from filters that look for names.",
     "Do not render this template; take the model's from another source.", "CWE-1336 CWE-94"},
    {"jinja.ssti.code_exec", Severity::kCritical, "the template uses what runs code or commands",
     "Rendered outside a sandbox it runs whatever its author chose.",
     "Do not render this template; take the model's from another source.",
     "CWE-1336 CWE-94 CWE-78 CVE-2024-34359"},
    {"jinja.obfuscation.escape", Severity::kHigh, "a dangerous name is spelled with escapes",
     "Letters need no escapes: the name is to be hidden from readers.",
     "Do not render this template; take the model's from another source.", "CWE-1336 CWE-506"},
    {"jinja.obfuscation.concat", Severity::kHigh, "a dangerous name is put together from pieces",
     "A name in pieces is to be hidden from readers.",
     "Do not render this template; take the model's from another source.", "CWE-1336 CWE-506"},
    {"jinja.include", Severity::kHigh, "the template loads another one",
     "Chat templates stand alone: where the renderer has a loader, this reads a file of the "
     "machine that renders it; elsewhere it fails.",
     "Do not render this template; take the model's from another source.", "CWE-73"},
    {"jinja.dos.range", Severity::kMedium, "the template counts to a very large number",
     "Loops of many rounds and texts that repeat without end keep the renderer busy or exhaust its "
     "memory, for every request.",
     "Render it only with limits on time and memory.", "CWE-400 CWE-834"},
    {"jinja.dos.size", Severity::kMedium, "the template is very large",
     "Chat templates take a few kilobytes. A large one costs time and memory to compile.",
     "See what it is made of before you render it.", "CWE-400"},
    {"jinja.dos.nesting", Severity::kMedium, "the template nests very deeply",
     "Jinja's compiler and Python's recurse, and fail or crash on deep nesting.",
     "Do not compile it unless you trust its author.", "CWE-674"},
    {"jinja.unparsable", Severity::kInfo, "the template is not Jinja as Jinja itself reads it",
     "It does not compile, or it is meant for a renderer with a language of its own. Its words "
     "were looked at all the same.",
     "Check that the template works with the library that you use.", ""},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id.substr(6) == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::jinja
