// What can be wrong with a tar, and above all: on what its readers disagree.
#pragma once

#include "assay/rules.h"

namespace assay::tar {

inline constexpr Rule kRules[] = {
    {"tar.header.checksum", Severity::kHigh, "a header does not have the checksum it gives",
     "Python's reader stops here in silence, others look for the next header and go on: they "
     "see different members. What stands between was scanned.",
     "Fetch it again and compare its digest with the publisher's.", "CWE-436 CWE-354"},
    {"tar.header.magic", Severity::kHigh, "a header says it is of no known kind of tar",
     "Readers go by these bytes when they decide what the other fields mean, so they may see "
     "other names.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.header.number_form", Severity::kHigh,
     "a number in a header is not written as tar writes numbers",
     "Some readers take the digits they find, others refuse the header or take zero: they see "
     "different members.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.header.size_negative", Severity::kHigh, "a member has a negative size",
     "Careless readers go back in the file, or read without end.", "Do not unpack it.",
     "CWE-20 CWE-835"},
    {"tar.header.size_huge", Severity::kHigh, "a member has a size beyond any file",
     "Sums over such numbers wrap around in careless readers, which then go on at another "
     "place.",
     "Do not unpack it.", "CWE-190"},
    {"tar.header.size_on_link", Severity::kHigh, "a link has a size",
     "Some readers step over that much data, others take what follows for the next member: "
     "each sees other members. Both ways were scanned.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.header.size_on_dir", Severity::kHigh, "a folder has a size",
     "Some readers step over that much data, others take what follows for the next member: "
     "each sees other members. Both ways were scanned.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.header.size_on_special", Severity::kHigh, "a device or a pipe has a size",
     "Some readers step over that much data, others take what follows for the next member: "
     "each sees other members. Both ways were scanned.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.pax.size_override", Severity::kCritical,
     "an extended header gives a member another size than its own header",
     "Readers that know extended headers and readers that do not go on at different places, "
     "where one of them finds members that the other never sees.",
     "Do not unpack it.", "CWE-436 CVE-2025-62518 AML.T0010.002"},
    {"tar.pax.dup_key", Severity::kHigh, "an extended header gives the same key twice",
     "Most readers let the last one win, some the first.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.pax.bad_length", Severity::kHigh,
     "a record of an extended header does not have the length it gives",
     "Readers drop such a record, or the whole header, or refuse the archive, and end up with "
     "different names and sizes.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436 CWE-130"},
    {"tar.pax.no_newline", Severity::kHigh,
     "a record of an extended header does not end where its line does",
     "Some readers take the value as it is, others drop it: they end up with different names "
     "and sizes.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.pax.nul", Severity::kHigh, "a name in an extended header has a NUL byte",
     "Some readers cut the name there, others keep all of it: two names for one member.",
     "Do not unpack it.", "CWE-158 CWE-436"},
    {"tar.pax.not_utf8", Severity::kHigh, "a record of an extended header is not UTF-8",
     "Readers replace, drop or keep such bytes, and end up with different names.",
     "Ask for an archive with valid names.", "CWE-436 CWE-176"},
    {"tar.pax.huge", Severity::kHigh, "an extended header is larger than any name",
     "Readers keep it in memory, where a few headers exhaust it; some give up and see other "
     "members than the rest.",
     "Do not unpack it.", "CWE-770 CWE-436"},
    {"tar.pax.unknown_key", Severity::kInfo, "an extended header has a key that is not known here",
     "Readers ignore what they do not know.", "Nothing.", ""},
    {"tar.pax.two_headers", Severity::kHigh, "two extended headers stand before one member",
     "Some readers drop the first one, others take both: they end up with different names and "
     "sizes.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.pax.dangling", Severity::kHigh, "no member follows an extended header",
     "The archive is cut off or was put together from parts. In what is appended to it the "
     "header would rename a member.",
     "Fetch it again and compare its digest with the publisher's.", "CWE-436 CWE-20"},
    {"tar.pax.global_override", Severity::kHigh,
     "a global header gives all members that follow a name, a link or a size",
     "Some readers apply it and others do not: they see different members.",
     "Do not unpack it. Pack the members again from their origin.", "CWE-436"},
    {"tar.gnu.long_dup", Severity::kHigh, "two long names stand before one member",
     "Python takes the first one, other readers the last.", "Do not unpack it.", "CWE-436"},
    {"tar.gnu.long_huge", Severity::kHigh, "a long name is longer than any path",
     "Readers keep it in memory, where a few of them exhaust it; some give up and see other "
     "members than the rest.",
     "Do not unpack it.", "CWE-770"},
    {"tar.gnu.long_vs_pax", Severity::kHigh, "a member has both a long name and an extended header",
     "Which one counts depends on the reader, and some apply what the one says to the other. "
     "No writer makes both.",
     "Do not unpack it.", "CWE-436 AML.T0010.002"},
    {"tar.smuggle.reader_disagreement", Severity::kCritical,
     "readers disagree on what the members are",
     "A member that some readers see lies in what others step over, or under another name: a "
     "scanner may judge one archive and a loader unpack the other.",
     "Do not unpack it.", "CWE-436 CVE-2025-62518 AML.T0010.002"},
    {"tar.sparse.any", Severity::kHigh, "a member is stored with holes",
     "There are four forms of such members. Readers that do not know the one at hand unpack "
     "other bytes than those that do, under another name.",
     "Ask for the archive without sparse files.", "CWE-436"},
    {"tar.sparse.name_override", Severity::kHigh,
     "a sparse member has a second name that is not the first",
     "Readers that know sparse members unpack it under one name, all others under the other.",
     "Do not unpack it.", "CWE-436"},
    {"tar.sparse.realsize_bomb", Severity::kHigh,
     "a sparse member unpacks to far more than it holds",
     "A few bytes fill the disk or the memory of whoever reads the member to its end.",
     "Do not unpack it without a quota.", "CWE-409"},
    {"tar.sparse.map_invalid", Severity::kHigh, "the map of a sparse member makes no sense",
     "Parts overlap, leave the file or do not add up to what is stored. Readers end up with "
     "different bytes, and go on at different places.",
     "Do not unpack it.", "CWE-436 CWE-20"},
    {"tar.name.traversal", Severity::kCritical,
     "a member's name leads out of the folder it is unpacked to",
     "Unpacking it overwrites files elsewhere.", "Do not unpack it.", "CWE-22 CVE-2007-4559"},
    {"tar.name.absolute", Severity::kCritical, "a member's name is an absolute path",
     "Unpacking it may write anywhere on the system.", "Do not unpack it.", "CWE-22 CWE-36"},
    {"tar.name.drive", Severity::kCritical, "a member's name names a drive",
     "Unpacking it may write anywhere on the system.", "Do not unpack it.", "CWE-22 CWE-39"},
    {"tar.name.backslash", Severity::kCritical, "a member's name has a backslash",
     "It is a separator for some readers and a letter for others, so they unpack to different "
     "places.",
     "Ask for an archive with names as the format wants them.", "CWE-22 CWE-436"},
    {"tar.name.duplicate", Severity::kCritical, "two members have the same name",
     "Readers that look a member up take the first or the last, unpacking leaves the last: a "
     "scanner may judge one and a loader run the other.",
     "Do not load it.", "CWE-436 AML.T0010.002"},
    {"tar.name.normalized_duplicate", Severity::kHigh,
     "two members have names that mean the same file",
     "They are two names to whoever looks one up, and one file to whoever unpacks them.",
     "Do not load it. Ask for an archive with distinct names.", "CWE-436"},
    {"tar.name.case_duplicate", Severity::kHigh, "two members have names that differ in case alone",
     "On systems that do not tell case they are one file, and the later one replaces the other.",
     "Ask for an archive with distinct names.", "CWE-178 CWE-436"},
    {"tar.name.nfc_duplicate", Severity::kHigh,
     "two members have names that differ in how letters are composed alone",
     "They look the same, and on systems that normalise names they are one file.",
     "Ask for an archive with distinct names.", "CWE-176 CWE-436"},
    {"tar.name.file_dir_conflict", Severity::kHigh, "one name is both a file and a folder",
     "Unpacking fails or replaces one by the other, depending on the reader.",
     "Ask for an archive with distinct names.", "CWE-436"},
    {"tar.name.nul_tail", Severity::kHigh, "bytes stand behind the end of a name in its field",
     "Readers that take the whole field see another name than readers that end it at the NUL.",
     "Ask for the archive as its writer made it.", "CWE-158 CWE-436"},
    {"tar.name.empty", Severity::kHigh, "a member has no name",
     "Readers differ in whether they see such a member at all, and under which name.",
     "Ask for the archive as its writer made it.", "CWE-436"},
    {"tar.name.control", Severity::kHigh, "a member's name has control characters",
     "They change what a terminal shows, and hide a name from whoever looks at a list.",
     "Do not trust what a terminal shows of it.", "CWE-150"},
    {"tar.name.not_utf8", Severity::kHigh, "a member's name is not UTF-8",
     "Readers replace, drop or keep such bytes, and end up with different names.",
     "Ask for an archive with valid names.", "CWE-436 CWE-176"},
    {"tar.name.too_long", Severity::kHigh, "a member's name is longer than systems take",
     "Unpacking fails there, or cuts the name: some checks of where a path leads stop at that "
     "length, too.",
     "Do not unpack it.", "CWE-22 CVE-2025-4517"},
    {"tar.name.too_deep", Severity::kHigh, "a member's name has more folders than any model needs",
     "Unpacking makes all of them, and whatever goes through them is slow or fails.",
     "Do not unpack it.", "CWE-674"},
    {"tar.link.absolute", Severity::kCritical, "a link leads to an absolute path",
     "Unpacked, it leads later members, or a loader, to any place on the system.",
     "Unpack it only with a tool that refuses such links.", "CWE-59 CVE-2025-4330"},
    {"tar.link.traversal", Severity::kCritical, "a link leads out of the folder it is unpacked to",
     "Unpacked, it leads later members, or a loader, to any place on the system.",
     "Unpack it only with a tool that refuses such links.",
     "CWE-59 CWE-22 CVE-2025-4330 CVE-2025-4138"},
    {"tar.link.write_through", Severity::kCritical,
     "a member is unpacked through a link that an earlier member makes",
     "The member ends up where the link leads, which may be anywhere, whatever its own name "
     "says.",
     "Do not unpack it.", "CWE-59 CVE-2025-4517"},
    {"tar.link.hardlink_to_symlink", Severity::kHigh, "a hard link leads to a symbolic one",
     "Readers link the link or what it leads to, which may lie outside the folder.",
     "Do not unpack it.", "CWE-59"},
    {"tar.link.dangling", Severity::kHigh, "a hard link leads to no member of the archive",
     "It takes a file that was there before, if there is one, and what is written to it later "
     "changes that.",
     "Do not unpack it where other files are.", "CWE-59"},
    {"tar.link.forward", Severity::kHigh, "a hard link leads to a member that comes later",
     "Readers that unpack in order fail, or take a file that was there before; others link the "
     "member.",
     "Ask for the archive as its writer made it.", "CWE-436"},
    {"tar.link.self", Severity::kHigh, "a link leads to itself",
     "Readers that follow it fail or run in circles; a hard link makes some delete what was "
     "there.",
     "Do not unpack it.", "CWE-674"},
    {"tar.link.chain", Severity::kHigh, "a hard link leads to another one",
     "Writers let every link lead to the file. Readers that look only one step far get no "
     "content.",
     "Ask for the archive as its writer made it.", "CWE-436"},
    {"tar.type.device", Severity::kHigh, "a member is a device",
     "No model holds one. Unpacked by a privileged account it gives access to the machine's "
     "devices.",
     "Do not unpack it.", "CWE-22"},
    {"tar.type.fifo", Severity::kMedium, "a member is a pipe",
     "No model holds one. Whoever opens it waits without end.", "Do not unpack it.", ""},
    {"tar.type.unknown", Severity::kHigh, "a member is of a type that tar does not define",
     "Some readers take it for a file, others refuse the archive or step over it. It was "
     "scanned as a file.",
     "Ask for the archive as its writer made it.", "CWE-436"},
    {"tar.type.multivolume", Severity::kHigh, "a member goes on from another volume",
     "Only a part of it is here, and readers differ in whether they see it.",
     "Ask for the archive in one piece.", "CWE-436"},
    {"tar.mode.setuid", Severity::kHigh, "a member runs with its owner's rights",
     "Unpacked by a privileged account it is a program that runs as somebody else.",
     "Do not unpack it with its permissions.", "CWE-732"},
    {"tar.mode.setgid", Severity::kHigh, "a member runs with its group's rights",
     "Unpacked by a privileged account it is a program that runs as somebody else.",
     "Do not unpack it with its permissions.", "CWE-732"},
    {"tar.mode.world_writable", Severity::kLow, "anybody may write to a member",
     "Unpacked with its permissions it can be replaced by any account of the machine.",
     "Unpack it without its permissions.", "CWE-732"},
    {"tar.xattr.capability", Severity::kHigh, "a member brings privileges of its own",
     "Unpacked with its attributes it is a program that may do what its user may not.",
     "Do not unpack it with extended attributes.", "CWE-732"},
    {"tar.eof.missing", Severity::kHigh, "the archive does not end as archives do",
     "The end may be missing. Some readers refuse the archive, others take what is there.",
     "Fetch it again and compare its digest with the publisher's.", "CWE-20"},
    {"tar.eof.single_zero_block", Severity::kHigh,
     "a single block of zeros stands among the members",
     "Most readers stop there, some go on: what follows is seen by some alone. It was scanned.",
     "Do not unpack it.", "CWE-436 AML.T0010.002"},
    {"tar.eof.data_after_eof", Severity::kHigh, "bytes follow the end of the archive",
     "Most readers stop at the end, some go on, and other formats' readers start from behind. "
     "It was scanned as a part of its own.",
     "Find out what it is, and pack the archive anew.", "CWE-436"},
    {"tar.eof.truncated", Severity::kHigh, "the archive ends inside a member or a header",
     "What is missing is unknown. Some readers take what is there, others refuse the archive.",
     "Fetch it again.", "CWE-20"},
    {"tar.count.excess", Severity::kMedium, "the archive has more members than any model needs",
     "A huge number of tiny members costs whoever unpacks them far more than the file's size "
     "suggests.",
     "If that many members are expected, ask for them in parts.", "CWE-770"},
    {"tar.nested", Severity::kMedium, "a member is a tar archive itself",
     "What is inside is seen by no reader of the outer one. It was scanned.", "Find out why.",
     "CWE-436"},
};

// By its id, which is checked when this is compiled.
consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

}  // namespace assay::tar
