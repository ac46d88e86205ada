// The walk over a tar: one header after the other, and what they come to.
#pragma once

#include <optional>
#include <string>

#include "oci/layer_notes.h"
#include "tar.h"
#include "tar_input.h"
#include "tar_names.h"
#include "tar_pax.h"
#include "tar_sparse.h"

namespace assay::tar {

// What eleven octal digits do not hold.
inline constexpr uint64_t kSizeNeedsMore = uint64_t{1} << 33;

class TarWalk {
  public:
    TarWalk(Tape& tape, ScanContext& context, TarVisitor& visitor)
        : input_(tape, context),
          names_(context),
          layer_(context),
          context_(context),
          visitor_(visitor) {}

    Status run();

  private:
    // What stands before an entry and is about it.
    struct Before {
        std::optional<Pax> pax;
        std::optional<std::string> name;  // GNU's long ones
        std::optional<std::string> link;
        uint64_t offset = 0;
        [[nodiscard]] bool any() const { return pax || name || link; }
    };
    // An entry with what is needed to read it.
    struct Member {
        TarEntry entry;
        std::optional<SparseMap> sparse;
    };
    using Step = Result<bool>;  // false at the end

    Step step();
    Step at_the_end(size_t left);
    Step zeros(bool two);
    Status no_header();
    Status trailing();
    Result<bool> only_zeros_left();
    Status gap(uint64_t length);

    Status header(const Header& header, uint64_t offset);
    void check_header(const Header& header, uint64_t offset);
    void check_size(const Header& header, uint64_t offset);
    Result<std::optional<std::string>> content(const Header& header);
    Status extended(const Header& header, uint64_t offset);
    Status global(const Header& header, uint64_t offset);
    Status long_name(const Header& header, uint64_t offset);

    Status entry(const Header& header, uint64_t offset);
    std::string name_of(const Header& header, uint64_t offset);
    std::string link_of(const Header& header) const;
    Result<uint64_t> size_of(const Header& header, uint64_t offset);
    Status check_override(const Header& header, uint64_t size, uint64_t offset);
    void check_disputed(const Header& header, const TarEntry& entry);
    void check_type(const TarEntry& entry);
    void check_mode(const Header& header, const TarEntry& entry);
    void check_slash(const Header& header, TarEntry& entry);
    void note(const TarEntry& entry);

    Status sparse(const Header& header, Member& member);
    Result<std::optional<SparseMap>> old_sparse(const Header& header);
    Result<std::optional<SparseMap>> pax_sparse(const Pax& pax, TarEntry& entry);
    void check_sparse(Member& member);
    Status without_data(const TarEntry& entry);
    Status data(const Member& member);
    Status check_nested(const TarEntry& entry);
    Status padding(uint64_t size);

    void report(const Rule& rule, uint64_t offset, std::string_view detail,
                std::optional<Severity> severity = std::nullopt) {
        context_.report(rule, offset, 0, detail, severity);
    }
    void malformed(std::string_view why) { context_.incomplete(Coverage::kMalformed, why); }

    TarInput input_;
    NameTable names_;
    oci::LayerNotes layer_;
    ScanContext& context_;
    TarVisitor& visitor_;
    Before before_;
    Pax global_;
    std::optional<uint64_t> global_last_;  // one that no member has followed yet
    uint64_t count_ = 0;
    bool names_cut_ = false;
    bool cut_ = false;  // the end is missing, which has been said
};

}  // namespace assay::tar
