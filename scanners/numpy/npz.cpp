#include "npz.h"

#include <fmt/core.h>

#include "formats.h"
#include "kinds.h"
#include "noting_source.h"
#include "npy.h"

namespace assay::numpy {

namespace {

// What a Mac's archiver puts beside a file is no member that anybody wrote.
bool is_of_finder(std::string_view member) {
    return member.substr(member.rfind('/') + 1).starts_with("._");
}

std::string_view kind_of_beginning(std::string_view begin) {
    Probe probe;
    probe.head = as_bytes(begin);
    if (begin.empty()) return "empty";
    return kPickleFormat.matches(probe) ? kPickleFormat.name : kind_of(probe).name;
}

void say_what_it_is(const ZipEntry& entry, std::string_view begin, ScanContext& context) {
    const std::string_view kind = kind_of_beginning(begin);
    const bool pickle = kind == "pickle";
    if (is_of_finder(entry.name) && !pickle) return;
    context.report(not_npy_rule(), entry.header_offset, 0, fmt::format("{}: {}", entry.name, kind),
                   pickle ? Severity::kCritical : Severity::kHigh);
}

}  // namespace

bool names_array(std::string_view member) { return extension_of(member) == "npy"; }

Status scan_array_member(const ZipEntry& entry, ByteSource& source, ScanContext& context) {
    std::string begin;
    NotingSource noting(source, begin, kProbeHead);
    Status scanned = context.scan_child(entry.name, noting);
    if (scanned && !begin.starts_with(kMagic)) say_what_it_is(entry, begin, context);
    return scanned;
}

}  // namespace assay::numpy
