#include "zip_rules.h"

#include <array>

namespace assay {

static constexpr std::array kRules = {
    Rule{"zip.polyglot.prefix", Severity::kCritical, "bytes stand before the first member",
         "Readers that look at the start see another file than readers that look for the directory "
         "at the end: a scanner may judge one and a loader run the other.",
         "Do not load it. Ask for the archive as its writer made it, and look at what the prefix "
         "is.",
         "CWE-434 AML.T0010.002"},
    Rule{"zip.eocd.missing", Severity::kHigh, "no end record leads to a directory",
         "The archive is cut off or damaged. Readers that need the directory refuse it, readers "
         "that go forward take what is left of it.",
         "Fetch it again and compare its digest with the publisher's.", "CWE-20"},
    Rule{"zip.eocd.multiple", Severity::kHigh, "there is more than one end record",
         "Which one counts depends on the reader, and each may lead to other members under the "
         "same names.",
         "Do not load it. Pack the members again from their origin.", "CWE-436 AML.T0010.002"},
    Rule{"zip.eocd.in_comment", Severity::kHigh, "the archive's comment holds an end record",
         "Readers that search from the end take the one in the comment, others the one before it: "
         "two archives in one file.",
         "Do not load it. Pack the members again from their origin.", "CWE-436 AML.T0010.002"},
    Rule{"zip.eocd.comment", Severity::kMedium, "the archive has a comment that is no plain text",
         "No model writer makes a comment. Bytes at the very end of a file are where other formats "
         "look for their own structure.",
         "Look at the comment, and pack the archive without it.", "CWE-436"},
    Rule{"zip.eocd.trailing", Severity::kMedium, "bytes follow the end of the archive",
         "No member holds these bytes. Most readers pass over them, some other format's reader may "
         "start with them.",
         "Look at the bytes, and ask for the archive without them.", "CWE-436"},
    Rule{"zip.eocd.count_mismatch", Severity::kHigh,
         "the end record counts other members than the directory has",
         "Readers that go by the count see fewer members, or other ones, than readers that go by "
         "the size.",
         "Do not load it. Pack the members again from their origin.", "CWE-436"},
    Rule{"zip.eocd.cd_size_mismatch", Severity::kHigh,
         "the directory's size is not what the end record says",
         "Readers that trust the size and readers that follow the entries see different "
         "directories.",
         "Do not load it. Pack the members again from their origin.", "CWE-436"},
    Rule{"zip.eocd.cd_offset_mismatch", Severity::kHigh,
         "the directory is not where the end record says",
         "Some readers go to the place that is written, others count back from the end: they may "
         "find two different directories.",
         "Do not load it. Pack the members again from their origin.", "CWE-436 AML.T0010.002"},
    Rule{"zip.eocd.disk_nonzero", Severity::kHigh, "the archive claims to be one part of several",
         "Parts are long out of use. Readers that refuse them do not see what readers that ignore "
         "the fields do.",
         "Ask for the archive in one piece.", "CWE-436"},
    Rule{"zip.zip64.conflict", Severity::kHigh,
         "the 64-bit fields say otherwise than the 32-bit ones",
         "A reader takes one or the other, so the archive has two meanings.",
         "Do not load it. Pack the members again from their origin.", "CWE-436"},
    Rule{"zip.zip64.bad_locator", Severity::kHigh,
         "the locator of the 64-bit end record leads nowhere, or to another record",
         "Readers that follow the locator and readers that look just before it see different "
         "directories.",
         "Do not load it. Pack the members again from their origin.", "CWE-436 CVE-2025-8291"},
    Rule{"zip.zip64.overflow", Severity::kHigh, "a 64-bit size or offset lies beyond any file",
         "Sums over such numbers wrap around in careless readers, which then read other bytes than "
         "were checked.",
         "Do not load it.", "CWE-190"},
    Rule{"zip.zip64.unneeded_override", Severity::kHigh,
         "an entry has 64-bit values that contradict 32-bit ones which need none",
         "Readers that let the 64-bit values win read other bytes than those that only look at "
         "them where they must.",
         "Do not load it. Pack the members again from their origin.", "CWE-436"},
    Rule{"zip.extra.malformed", Severity::kMedium,
         "the extra fields of an entry do not fit their length",
         "Some readers refuse the archive for it, others pass over it: a scanner may give up where "
         "a loader goes on.",
         "Ask for the archive as its writer made it.", "CWE-436"},
    Rule{"zip.lh.missing_signature", Severity::kHigh,
         "the directory leads to a place where no member starts",
         "Some readers refuse such a member, others take the bytes they find.",
         "Do not load it. Fetch the archive again and compare its digest with the publisher's.",
         "CWE-20 CWE-436"},
    Rule{"zip.lh.name_mismatch", Severity::kCritical,
         "a member has one name in the directory and another before its data",
         "A scanner that goes by one name and a loader that goes by the other do not speak of the "
         "same member. Nobody writes such an archive by accident.",
         "Do not load it.", "CWE-436 CVE-2025-1944 AML.T0010.002"},
    Rule{"zip.lh.flag_mismatch", Severity::kHigh,
         "a member has other flags in the directory than before its data",
         "One reader refuses the member as encrypted or patched while another loads it.",
         "Do not load it.", "CWE-436 CVE-2025-1945"},
    Rule{"zip.lh.method_mismatch", Severity::kHigh,
         "a member is packed otherwise than the directory says",
         "Readers that trust the one place get other bytes than readers that trust the other.",
         "Do not load it.", "CWE-436"},
    Rule{"zip.lh.crc_mismatch", Severity::kHigh,
         "a member has one checksum in the directory and another before its data",
         "Only one of them can be true, and readers differ in which one they check.",
         "Fetch the archive again and compare its digest with the publisher's.", "CWE-436 CWE-354"},
    Rule{"zip.lh.size_mismatch", Severity::kHigh,
         "a member has other sizes in the directory than before its data",
         "Readers that go forward and readers that go by the directory take different bytes for "
         "the member.",
         "Do not load it.", "CWE-436"},
    Rule{"zip.lh.orphan", Severity::kHigh, "a member is in the archive but not in its directory",
         "Readers that go by the directory never see it, readers that go forward or repair "
         "archives unpack it: a hidden member. It was scanned.",
         "Find out what wrote it there, and pack the archive anew.", "CWE-436 AML.T0010.002"},
    Rule{"zip.gap.bytes_between_entries", Severity::kMedium,
         "bytes belong to no member and no structure",
         "Archive writers leave no gaps. What lies there is seen by no reader of archives, but a "
         "loader that is sent to the place would use it. It was scanned.",
         "Pack the archive anew, or find out what wrote the bytes.", "CWE-436"},
    Rule{"zip.entry.overlap", Severity::kCritical, "two entries share bytes of the file",
         "One piece of data under several names is how a small archive expands without bound, and "
         "how a member is hidden inside another.",
         "Do not unpack or load it.", "CWE-409 CVE-2024-0450"},
    Rule{"zip.entry.outside", Severity::kHigh, "an entry lies outside the file",
         "The archive is cut off or its numbers are made up. Careless readers read beyond what "
         "they have.",
         "Fetch it again and compare its digest with the publisher's.", "CWE-125"},
    Rule{"zip.flag.encrypted", Severity::kHigh, "a member is marked as encrypted",
         "What is encrypted cannot be checked by anybody without the password. Where the mark is a "
         "lie, it makes some readers give up on a member that others load.",
         "Ask for the archive without encryption.", "CWE-436 CVE-2025-1945"},
    Rule{"zip.flag.strong_encryption", Severity::kHigh, "a member is marked as strongly encrypted",
         "What is encrypted cannot be checked. Where the mark is a lie, it makes some readers give "
         "up on a member that others load.",
         "Ask for the archive without encryption.", "CWE-436 CVE-2025-1945"},
    Rule{"zip.flag.patched", Severity::kHigh, "a member is marked as a patch",
         "Nobody uses patches in archives. The mark makes some readers give up on a member that "
         "others load.",
         "Do not load it. Pack the members again from their origin.", "CWE-436 CVE-2025-1945"},
    Rule{"zip.flag.masked_headers", Severity::kHigh, "a member's header is marked as masked",
         "Only encrypted directories have masked headers. The mark makes some readers give up on a "
         "member that others load.",
         "Do not load it. Pack the members again from their origin.", "CWE-436 CVE-2025-1945"},
    Rule{"zip.method.unsupported", Severity::kHigh,
         "a member is packed in a way that nothing here unpacks",
         "What is in it is unknown. Model formats store their members or deflate them.",
         "Ask for the archive with members stored or deflated.", "CWE-436"},
    Rule{"zip.deflate.malformed", Severity::kHigh, "a member's packed data is damaged",
         "Readers get different lengths of the member, or none. What comes after the damage is "
         "unknown.",
         "Fetch it again and compare its digest with the publisher's.", "CWE-20"},
    Rule{"zip.crc.mismatch", Severity::kMedium,
         "a member's bytes do not have the checksum that is written for them",
         "The member was damaged, or changed after the archive was made. Some readers refuse it, "
         "so a scanner may give up where a loader goes on. One writer of checkpoints can be told "
         "to leave checksums out.",
         "Compare the archive's digest with the publisher's.", "CWE-354 CVE-2025-10156"},
    Rule{"zip.size.mismatch", Severity::kHigh,
         "a member unpacks to another size than is written for it",
         "Readers that stop at the written size see only a part of what others see.",
         "Do not load it.", "CWE-436 CWE-409"},
    Rule{"zip.ratio.bomb", Severity::kHigh,
         "a member claims to expand far more than real data does",
         "This is the shape of a decompression bomb: a small file fills the memory or the disk of "
         "whoever unpacks it.",
         "Do not unpack it without a quota.", "CWE-409"},
    Rule{"zip.count.excess", Severity::kHigh, "the archive has more members than any model needs",
         "A huge number of tiny members costs a reader far more than the file's size suggests.",
         "If that many members are expected, ask for them in a folder.", "CWE-770"},
    Rule{"zip.name.duplicate", Severity::kCritical, "two members have the same name",
         "Which one a reader takes depends on the reader: a scanner may judge one and a loader run "
         "the other.",
         "Do not load it.", "CWE-436 AML.T0010.002"},
    Rule{"zip.name.case_duplicate", Severity::kHigh,
         "two members have names that differ in case alone",
         "On systems that do not tell case they are one file, and a loader that folds case takes "
         "either.",
         "Do not load it. Ask for an archive with distinct names.", "CWE-178 CWE-436"},
    Rule{"zip.name.file_dir_conflict", Severity::kHigh, "one name is both a file and a folder",
         "Unpacking fails or replaces one by the other, depending on the order.",
         "Ask for an archive with distinct names.", "CWE-436"},
    Rule{"zip.name.traversal", Severity::kCritical,
         "a member's name leads out of the folder it is unpacked to",
         "Unpacking it overwrites files elsewhere.", "Do not unpack it.", "CWE-22"},
    Rule{"zip.name.absolute", Severity::kCritical, "a member's name is an absolute path",
         "Unpacking it may write anywhere on the system.", "Do not unpack it.", "CWE-22 CWE-36"},
    Rule{"zip.name.drive", Severity::kCritical, "a member's name names a drive",
         "Unpacking it may write anywhere on the system.", "Do not unpack it.", "CWE-22 CWE-39"},
    Rule{"zip.name.backslash", Severity::kHigh, "a member's name has a backslash",
         "It is a separator for some readers and a letter for others, so they unpack to different "
         "places.",
         "Ask for an archive with names as the format wants them.", "CWE-22 CWE-436"},
    Rule{"zip.name.nul", Severity::kHigh, "a member's name has a NUL byte",
         "Readers in some languages end the name there: two names for one member.",
         "Do not load it.", "CWE-158 CWE-436"},
    Rule{"zip.name.empty", Severity::kHigh, "a member has no name",
         "Readers differ in whether they see such a member at all.",
         "Ask for the archive as its writer made it.", "CWE-436"},
    Rule{"zip.name.control", Severity::kHigh, "a member's name has control characters",
         "They change what a terminal shows, and hide a name from whoever looks at a list.",
         "Do not trust what a terminal shows of it.", "CWE-150"},
    Rule{"zip.name.not_utf8", Severity::kHigh, "a member's name is marked as UTF-8 and is none",
         "Readers replace, drop or refuse such bytes, and end up with different names.",
         "Ask for an archive with valid names.", "CWE-436 CWE-176"},
    Rule{"zip.name.cp437_nonascii", Severity::kMedium,
         "a member's name has bytes whose character set is not told",
         "Readers take them for different letters, so the same member has different names.",
         "Ask for an archive with names marked as UTF-8.", "CWE-436 CWE-176"},
    Rule{"zip.name.unicode_extra_mismatch", Severity::kHigh,
         "a member has a second name that is not the first",
         "Readers that know the field for Unicode names unpack it under one name, all others under "
         "the other.",
         "Do not load it.", "CWE-436"},
    Rule{"zip.attr.symlink", Severity::kHigh, "a member is a symbolic link",
         "Unpacked as a link it leads later members, or a loader, to any place on the system. One "
         "that leads to something inside of the archive is low.",
         "Unpack it only with a tool that makes no links.", "CWE-59"},
    Rule{"zip.attr.device", Severity::kHigh, "a member is a device, a pipe or a socket",
         "No model holds one. Unpacked by a privileged account it gives access to the machine's "
         "devices.",
         "Do not unpack it.", "CWE-22"},
    Rule{"zip.attr.setuid", Severity::kHigh,
         "a member asks for another account's rights when it runs",
         "Unpacked with its attributes it is a program that runs as somebody else.",
         "Do not unpack it with attributes.", "CWE-732"},
    Rule{"zip.descriptor.mismatch", Severity::kMedium,
         "what follows a member's data is not what the directory says of it",
         "Readers that go forward find the member's end by these bytes, and get other members than "
         "readers of the directory.",
         "Pack the archive anew.", "CWE-436"},
    Rule{"zip.descriptor.no_signature", Severity::kMedium,
         "the sizes behind a member's data lack their signature",
         "It is allowed, but readers that go forward may miss the member's end.",
         "Pack the archive anew, if it must be read from a stream.", "CWE-436"},
    Rule{"zip.stream.unconfirmed", Severity::kHigh,
         "the directory does not confirm what was found on the way to it",
         "The archive was read forward, as a stream. What its directory speaks of are other "
         "members than those, so what a loader takes was not all scanned.",
         "Scan the archive as a file of its own.", "CWE-436 AML.T0010.002"},
};
static_assert(kRules.size() == static_cast<size_t>(ZipRule::kStreamUnconfirmed) + 1);

const Rule& rule_of(ZipRule rule) { return kRules[static_cast<size_t>(rule)]; }

std::span<const Rule> zip_rules() { return kRules; }

}  // namespace assay
