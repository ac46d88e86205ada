// What both ways through an archive have in common: judging one member, and looking into the bytes
// that belong to none.
#pragma once

#include "zip.h"
#include "zip_rules.h"

namespace assay {

// What a gap is, for the report.
enum class GapKind : uint8_t { kPrefix, kBetween, kTrailing };

class ZipWalk {
  public:
    ZipWalk(Tape& tape, ScanContext& context, ZipVisitor& visitor)
        : tape_(tape), context_(context), visitor_(visitor) {}

  protected:
    // Compares what stands before the data with the directory.
    void compare(const ZipEntry& entry, const LocalHeader& local, bool same_name);
    void check_flags(const ZipEntry& entry, uint16_t local_flags);

    // Reads the data at the tape's position, and judges it by `entry`'s checksum and size where
    // they are known.
    Result<ZipMember> read_data(const ZipEntry& entry, const MemberPlan& plan, bool known);

    // Passes the data of a folder if it has none, or none that is packed: no member to look into.
    // `packed` may be unknown.
    Result<std::optional<ZipMember>> pass_folder(const ZipEntry& entry, uint16_t method,
                                                 std::optional<uint64_t> packed);

    // Passes data that is encrypted, and says so: nothing can be looked into. `size` is what the
    // headers say that it unpacks to. False, with the tape where it was, where the mark is a lie.
    Result<bool> pass_encrypted(const MemberPlan& plan, uint64_t size);

    // That a member is a symbolic link, which is grave unless it leads to something inside.
    void report_link(const ZipEntry& entry, bool inside);

    // The descriptor behind the data; the tape passes it if it is there.
    Status pass_descriptor(const ZipEntry& entry, const ZipMember& member);

    // Looks into everything up to `end`, as members where headers stand and as plain bytes
    // elsewhere. A prefix is for the caller to report.
    Status walk_gap(uint64_t end, GapKind kind);

    // The same for a gap whose end is not known: to the next record.
    Status walk_open_gap(GapKind kind);

    // Moves on, at most to the end of the file.
    Status pass(uint64_t n);

    void report(ZipRule rule, uint64_t offset, uint64_t length, std::string_view detail,
                std::optional<Severity> severity = std::nullopt) {
        context_.report(rule_of(rule), offset, length, detail, severity);
    }

    Tape& tape_;
    ScanContext& context_;
    ZipVisitor& visitor_;

  private:
    Result<bool> try_orphan(uint64_t end);
    Status scan_orphan(const LocalHeader& local, uint64_t end);
    Status pass_signature(uint64_t& limit);
    Status scan_loose(uint64_t limit, GapSource::Stop stop);
    void report_gap(GapKind kind, const ZipPart& gap, bool zeros);
};

// Says what is wrong with a member that was read by `plan`. `known`: the entry's checksum and size
// are what some reader would believe.
void judge_member(const ZipEntry& entry, const MemberPlan& plan, const ZipMember& member,
                  bool known, ScanContext& context);

// Forward, for tapes that cannot be read at random, and for archives whose directory cannot be had.
Status walk_zip_stream(Tape& tape, ScanContext& context, ZipVisitor& visitor);

}  // namespace assay
