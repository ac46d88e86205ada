// Entries of a tar: what an entry is once all headers have said what they have to say, and its
// data.

#include <fmt/format.h>

#include <algorithm>

#include "oci/image_book.h"
#include "oci/notes.h"
#include "tar_rules.h"
#include "tar_walk.h"

namespace assay::tar {

namespace {

constexpr uint64_t kManyMembers = 200'000;
constexpr size_t kMostOfAName = 4096;
constexpr size_t kMostOfALink = 4096;
constexpr size_t kMostExtents = 100'000;
constexpr size_t kMostOfAMap = size_t{1} << 20;

// GNU tar has times there when it backs up by them.
bool is_time(const Header& header) {
    constexpr size_t kDigits = 11;
    return header.dialect == Dialect::kGnu && header.prefix.size() == kDigits &&
           header.prefix.find_first_not_of("01234567") == std::string::npos;
}

bool has_no_data(char type) { return type >= '1' && type <= '6'; }

}  // namespace

// An extended header wins over a long name, that over a global header, that over the entry's own.
std::string TarWalk::name_of(const Header& header, uint64_t offset) {
    const Pax* pax = before_.pax ? &*before_.pax : nullptr;
    const bool other_prefix = header.dialect != Dialect::kUstar && !header.prefix.empty() &&
                              header.type != 'S' && header.type != 'M' && !is_time(header);
    if (other_prefix && !before_.name && !(pax && pax->path)) {
        report(rule("tar.smuggle.reader_disagreement"), offset,
               fmt::format("{} and {}/{}", header.name, header.prefix, header.name),
               Severity::kHigh);
    }
    if (pax && pax->path && pax->path->empty()) {
        report(rule("tar.name.empty"), offset, header.full_name());
    }
    if (pax && pax->path && !pax->path->empty()) return *pax->path;
    if (before_.name) return *before_.name;
    return global_.path ? *global_.path : header.full_name();
}

Result<uint64_t> TarWalk::size_of(const Header& header, uint64_t offset) {
    const uint64_t own = header.size.value.value_or(0);
    if (!before_.pax || !before_.pax->size) return global_.size.value_or(own);
    Status checked = check_override(header, *before_.pax->size, offset);
    if (!checked) return checked.error();
    return *before_.pax->size;
}

// A size that needs more digits than the field has is what the extended header is for; readers
// that do not know it must not find members in the data.
Status TarWalk::check_override(const Header& header, uint64_t size, uint64_t offset) {
    constexpr uint64_t kAllSevens = kSizeNeedsMore - 1;
    const uint64_t own = header.size.value.value_or(0);
    if (size == own) return Done{};
    auto detail = [&] { return fmt::format("{}: {} and {}", header.name, own, size); };
    if (size < kSizeNeedsMore || (own != 0 && own != kAllSevens)) {
        report(rule("tar.pax.size_override"), offset, detail());
    }
    Result<Bytes> behind = input_.look(kBlock);
    if (!behind) return behind.error();
    if (own == 0 && behind->size() == kBlock && checksum_fits(*behind)) {
        report(rule("tar.smuggle.reader_disagreement"), offset, detail());
    }
    return Done{};
}

Status TarWalk::entry(const Header& header, uint64_t offset) {
    Result<uint64_t> size = size_of(header, offset);
    if (!size) return size.error();
    Member member;
    TarEntry& entry = member.entry;
    entry.name = name_of(header, offset);
    entry.size = *size;
    entry.link = link_of(header);
    entry.type = header.type;
    entry.offset = offset;
    check_disputed(header, entry);
    Status mapped = sparse(header, member);
    if (!mapped) return mapped;
    before_ = Before();
    global_last_.reset();
    check_slash(header, entry);
    check_type(entry);
    note(entry);
    check_mode(header, entry);
    // Longer ones have their finding; a report of them would be as long as the archive.
    entry.name.resize(std::min(entry.name.size(), kMostOfAName));
    const bool label = entry.type == 'V' && entry.size == 0;
    return label || has_no_data(entry.type) ? without_data(entry) : data(member);
}

// What one reader applies to this entry and others do not: libarchive a map of extents whatever the
// type, and star's size of a whole; some give a label the name that others keep for what follows.
void TarWalk::check_disputed(const Header& header, const TarEntry& entry) {
    const bool named_label = entry.type == 'V' && before_.any();
    if (header.stray_map || named_label) {
        report(rule("tar.smuggle.reader_disagreement"), entry.offset, entry.name);
    }
    const Pax* pax = before_.pax ? &*before_.pax : nullptr;
    const bool other_size = pax && !pax->sparse && header.type != 'S' && pax->whole_size &&
                            *pax->whole_size != entry.size;
    if (other_size) {
        report(rule("tar.pax.size_override"), entry.offset,
               fmt::format("{}: {} and {}", entry.name, entry.size, *pax->whole_size));
    }
}

std::string TarWalk::link_of(const Header& header) const {
    if (header.type != '1' && header.type != '2') return {};
    if (before_.pax && before_.pax->link) return *before_.pax->link;
    if (before_.link) return *before_.link;
    return global_.link ? *global_.link : header.link;
}

// A name with a slash at its end is a folder's for most readers, and for all in the old dialect.
void TarWalk::check_slash(const Header& header, TarEntry& entry) {
    if (!entry.name.ends_with('/') || !entry.is_file()) return;
    const bool all_agree = header.dialect == Dialect::kOld && entry.type == '\0' && entry.size == 0;
    if (!all_agree) report(rule("tar.name.file_dir_conflict"), entry.offset, entry.name);
    if (entry.size == 0) {
        entry.type = '5';
        return;
    }
    report(rule("tar.smuggle.reader_disagreement"), entry.offset, entry.name);
}

void TarWalk::check_type(const TarEntry& entry) {
    switch (entry.type) {
        case '\0':
        case '0':
        case '1':
        case '2':
        case '5':
        case '7':
            return;
        case '3':
        case '4':
            return report(rule("tar.type.device"), entry.offset, entry.name);
        case '6':
            return report(rule("tar.type.fifo"), entry.offset, entry.name);
        case 'S':
            return;  // a finding of its own
        case 'M':
            return report(rule("tar.type.multivolume"), entry.offset, entry.name);
        default:
            break;
    }
    // A label says what the volume is called, and readers step over it.
    const bool label = entry.type == 'V' && entry.size == 0;
    context_.report(rule("tar.type.unknown"), entry.offset, 0,
                    fmt::format("{}: type {}", entry.name, entry.type),
                    label ? std::optional(Severity::kLow) : std::nullopt);
}

// Folders pass their group on by the same bit, and /tmp is everybody's.
void TarWalk::check_mode(const Header& header, const TarEntry& entry) {
    constexpr uint64_t kSetuid = 04000;
    constexpr uint64_t kSetgid = 02000;
    constexpr uint64_t kOthersWrite = 02;
    if (!entry.is_file() && entry.type != 'S') return;
    const uint64_t mode = header.mode.value.value_or(0);
    const std::optional<Severity> severity =
        names_.is_system() ? std::optional(Severity::kLow) : std::nullopt;
    if (mode & kSetuid) report(rule("tar.mode.setuid"), entry.offset, entry.name, severity);
    if (mode & kSetgid) report(rule("tar.mode.setgid"), entry.offset, entry.name, severity);
    if (mode & kOthersWrite) report(rule("tar.mode.world_writable"), entry.offset, entry.name);
}

void TarWalk::note(const TarEntry& entry) {
    if (++count_ == kManyMembers) report(rule("tar.count.excess"), entry.offset, "");
    if (entry.type == 'V') return;
    check_name(entry.name, entry.offset, context_);
    if (entry.link.size() >= kMostOfALink) {
        report(rule("tar.name.too_long"), entry.offset, entry.name);
    }
    layer_.add(entry, names_.is_system());
    if (names_cut_ || names_.add(entry)) return;
    names_cut_ = true;
    report(rules::kLimitPinned, entry.offset, "names of members are not compared from here on");
    context_.incomplete(Coverage::kCutByLimit, "the archive has too many names to compare");
}

// ------------------------------------------------------------------------------------------------
// Data.

// The specification of images wants no holes in layers. Elsewhere GNU tar and bsdtar make them of
// any file that has some, and they are unpacked here as those do. A layer is known by its digest,
// or lies in an archive of images.
static bool may_be_layer(std::string_view path) {
    constexpr std::string_view kUnpacked = "!data";
    constexpr size_t kDigits = 64;
    if (path.ends_with(kUnpacked)) path.remove_suffix(kUnpacked.size());
    if (path.find('!') != std::string_view::npos) return true;
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const size_t digits = std::min(name.find_first_not_of("0123456789abcdef"), name.size());
    return digits >= kDigits || name == "layer.tar";
}

Status TarWalk::sparse(const Header& header, Member& member) {
    const Pax* pax = before_.pax ? &*before_.pax : nullptr;
    const bool by_pax = pax && pax->sparse;
    if (header.type != 'S' && !by_pax) return Done{};
    report(rule("tar.sparse.any"), member.entry.offset, member.entry.name,
           may_be_layer(context_.path()) ? std::nullopt : std::optional(Severity::kMedium));
    Result<std::optional<SparseMap>> map =
        by_pax ? pax_sparse(*pax, member.entry) : old_sparse(header);
    if (!map) return map.error();
    member.sparse = std::move(*map);
    check_sparse(member);
    return Done{};
}

Result<std::optional<SparseMap>> TarWalk::old_sparse(const Header& header) {
    OldSparse sparse = header.sparse;
    while (sparse.more) {
        Result<Bytes> block = input_.look(kBlock);
        if (!block) return block.error();
        if (block->size() < kBlock) return std::optional<SparseMap>();
        add_old_sparse(*block, sparse);
        Status passed = input_.pass(kBlock);
        if (!passed) return passed.error();
        sparse.good = sparse.good && sparse.extents.size() <= kMostExtents;
        if (!sparse.good) sparse.extents.clear();
    }
    if (!sparse.good || !sparse.real_size.value) return std::optional<SparseMap>();
    return std::optional(SparseMap{std::move(sparse.extents), *sparse.real_size.value});
}

// GNU puts a name that no file has into the header, for readers that do not know the form.
static bool is_stand_in(std::string_view path, std::string_view name) {
    const size_t mark = path.find("GNUSparseFile.");
    const size_t slash = std::min(name.rfind('/') + 1, name.size());
    return mark != std::string_view::npos && path.ends_with(name.substr(slash));
}

Result<std::optional<SparseMap>> TarWalk::pax_sparse(const Pax& pax, TarEntry& entry) {
    if (pax.sparse_name && *pax.sparse_name != entry.name) {
        if (!is_stand_in(entry.name, *pax.sparse_name)) {
            report(rule("tar.sparse.name_override"), entry.offset,
                   fmt::format("{} and {}", entry.name, *pax.sparse_name));
        }
        entry.name = *pax.sparse_name;
    }
    if (!pax.real_size || !pax.map_good) return std::optional<SparseMap>();
    SparseMap map{pax.extents, *pax.real_size};
    if (!pax.map_in_data) return std::optional(std::move(map));
    Result<Bytes> text =
        input_.look(static_cast<size_t>(std::min<uint64_t>(entry.size, kMostOfAMap)));
    if (!text) return text.error();
    uint64_t length = 0;
    std::optional<std::vector<Extent>> extents = map_in_data(as_text(*text), length);
    if (!extents || length > text->size()) return std::optional<SparseMap>();
    map.extents = std::move(*extents);
    Status passed = input_.pass(static_cast<size_t>(length));
    if (!passed) return passed.error();
    entry.size -= length;
    return std::optional(std::move(map));
}

// What has no good map is scanned as it is stored.
void TarWalk::check_sparse(Member& member) {
    constexpr uint64_t kLarge = uint64_t{64} << 20;
    constexpr uint64_t kMuch = 1000;
    const TarEntry& entry = member.entry;
    if (!member.sparse || !fits(*member.sparse, entry.size)) {
        report(rule("tar.sparse.map_invalid"), entry.offset, entry.name);
        malformed("the map of a sparse member makes no sense");
        member.sparse.reset();
        return;
    }
    const uint64_t real = member.sparse->real_size;
    if (real > kLarge && real / kMuch > entry.size) {
        report(rule("tar.sparse.realsize_bomb"), entry.offset,
               fmt::format("{}: {} bytes hold {}", entry.name, real, entry.size));
    }
}

// A link, a folder, a device. Where it has a size, readers go on behind the header or behind the
// data, so both must hold nothing that they could disagree on.
Status TarWalk::without_data(const TarEntry& entry) {
    visitor_.other(entry, context_);
    if (entry.size == 0) return Done{};
    const bool link = entry.type == '1' || entry.type == '2';
    const bool folder = entry.type == '5';
    report(link     ? rule("tar.header.size_on_link")
           : folder ? rule("tar.header.size_on_dir")
                    : rule("tar.header.size_on_special"),
           entry.offset, fmt::format("{}: {} bytes", entry.name, entry.size));
    Result<Bytes> behind = input_.look(kBlock);
    if (!behind) return behind.error();
    if (behind->size() < kBlock || all_zero(*behind)) return Done{};
    if (!checksum_fits(*behind)) {
        malformed("a link, a folder or a device has data");
        const std::optional<uint64_t> room = input_.room();
        return gap(room ? std::min(*room, padded(entry.size)) : padded(entry.size));
    }
    const bool some_skip = entry.type != '1' && !folder;
    if (some_skip) report(rule("tar.smuggle.reader_disagreement"), entry.offset, entry.name);
    return Done{};
}

Status TarWalk::check_nested(const TarEntry& entry) {
    // Archives of images hold their layers as archives.
    if (entry.size < kBlock || oci::is_archive_part(entry.name)) return Done{};
    Result<Bytes> first = input_.look(kBlock);
    if (!first) return first.error();
    if (first->size() < kBlock || !checksum_fits(*first)) return Done{};
    report(rule("tar.nested"), entry.offset, entry.name);
    // Some readers hold that a label has no data, whatever its size.
    if (entry.type == 'V') {
        report(rule("tar.smuggle.reader_disagreement"), entry.offset, entry.name);
    }
    return Done{};
}

Status TarWalk::data(const Member& member) {
    const TarEntry& entry = member.entry;
    Status checked = check_nested(entry);
    if (!checked) return checked;
    if (oci::is_archive_part(entry.name)) {
        oci::note(context_, oci::NoteKind::kImageParts, {});
    }
    const std::optional<uint64_t> room = input_.room();
    const uint64_t there = room ? std::min(*room, entry.size) : entry.size;
    Status read = input_.member(there, [&](ByteSource& stored) {
        if (!member.sparse) return visitor_.member(entry, stored, context_);
        SparseSource whole(stored, *member.sparse);
        return visitor_.member(entry, whole, context_);
    });
    const bool cut = there < entry.size || (!read && read.error().code == Code::kTruncated);
    if (cut) {
        report(rule("tar.eof.truncated"), input_.position(), entry.name);
        malformed("the archive ends inside a member");
        cut_ = true;
    }
    if (!read && !cut) return read;
    return cut ? Status(Done{}) : padding(entry.size);
}

Status TarWalk::padding(uint64_t size) {
    Result<Bytes> bytes = input_.look(static_cast<size_t>(padded(size) - size));
    if (!bytes) return bytes.error();
    const bool cut = bytes->size() < padded(size) - size;
    Status passed = input_.pass(bytes->size());
    if (passed && cut) report(rule("tar.eof.truncated"), input_.position(), "");
    cut_ = cut_ || cut;
    return passed;
}

}  // namespace assay::tar
