// tar, as attackers bend it.
//
//   [header, 512 bytes][data, filled up with zeros to 512] ...  [zeros, at least two blocks]
//
// There is no directory and no checksum over data: what the members are follows from the sizes in
// their headers, so who disagrees about one size disagrees about everything behind it. Since 1979
// four dialects have been put on top of each other: ustar has a prefix for the name, GNU and pax
// have headers of their own before a member that give it another name, another size, another kind
// of content. Readers know some of them, and differ in which one wins where two are there.
//
// So a member can hide in the data of another one, or have two names, without a byte that is wrong
// by itself: "a file of 0 bytes" to one reader is "a file of 1024 bytes" to the next, and the 1024
// bytes are a member with a header. Such things are reported whatever reader is attacked. What a
// member is here: an extended header wins over a long name, that over a global header, that over
// the member's own; and everything that has bytes is scanned, whether a member holds it or not.
//
// The other danger is in unpacking: names and links that lead out of the folder, and members that
// go through links which members before them have made.
//
// What honest writers do is no finding: long names, times and users in extended headers, sizes
// that need them, folders that are there twice, marks that image layers make for what is removed.

#include "tar.h"

#include <array>

#include "assay/place.h"
#include "formats.h"
#include "oci/layer_notes.h"
#include "tar_header.h"
#include "tar_rules.h"
#include "tar_walk.h"
#include "torch/torch_tar.h"

namespace assay {

Status walk_tar(Tape& tape, ScanContext& context, TarVisitor& visitor) {
    return tar::TarWalk(tape, context, visitor).run();
}

namespace {

bool is_plain_tar(const Probe& probe) {
    return tar::starts_tar(probe) && !torch::starts_torch_tar(probe);
}

// The files by which builders of lazy layers (layer_index.h) say how many are to be fetched first.
bool is_landmark(std::string_view name) {
    if (name.starts_with("./")) name.remove_prefix(2);
    return name == ".no.prefetch.landmark" || name == ".prefetch.landmark";
}

// Leaves the archive to torch's visitor once it is one of torch's. Members of lazy layers have
// digests, since the index at their end gives some.
class KindVisitor final : public TarVisitor {
  public:
    Status member(const TarEntry& entry, ByteSource& source, ScanContext& context) override {
        if (oci::is_whiteout(entry)) return Done{};
        if (!kind_ && torch::tells_torch_tar(entry)) {
            kind_ = torch::tar_visitor(context);
            context.refine("pytorch-tar");
        }
        lazy_ = lazy_ || is_landmark(entry.name);
        if (!lazy_ || kind_) return visitor().member(entry, source, context);
        return context.scan_child(entry.name, source, {DigestKind::kSha256});
    }
    void other(const TarEntry& entry, ScanContext& context) override {
        // Older archives of images let one layer be a link to another.
        const bool layer = entry.type == '2' && entry.name.ends_with(".tar");
        if (layer) context.fact({"tar.link", escape_path(entry.name), entry.link});
        visitor().other(entry, context);
    }

  private:
    TarVisitor& visitor() { return kind_ ? *kind_ : every_member_a_child_; }

    TarVisitor every_member_a_child_;
    std::unique_ptr<TarVisitor> kind_;
    bool lazy_ = false;
};

Status scan_tar(Tape& tape, ScanContext& context) {
    KindVisitor visitor;
    return walk_tar(tape, context, visitor);
}

constexpr std::array<std::string_view, 4> kExtensions = {"tar", "nemo", "ova", "gem"};

}  // namespace

const Format kTarFormat{"tar", false, 0, kExtensions, tar::kRules, is_plain_tar, scan_tar};

}  // namespace assay
