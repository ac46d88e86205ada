#include "signing.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "assay/base64.h"
#include "assay/emit.h"
#include "assay/json_text.h"
#include "commands.h"
#include "progress.h"
#include "signer_key.h"
#include "text.h"

namespace assay::cli {

namespace {

template <class T>
std::optional<T> usage(std::string_view what, std::string_view text, int& code) {
    complain(what, text);
    code = kExitUsage;
    return std::nullopt;
}

OmsDialect dialect_named(std::string_view name) {
    if (name == "python") return OmsDialect::kPython;
    return name == "go" ? OmsDialect::kGo : OmsDialect::kSpec;
}

// What is left out: git's own files, what the user names, and what we write ourselves.
std::vector<std::string> ignored_names(const Args& given, const SigningPlan& plan) {
    const SealArgs& args = given.seal;
    std::vector<std::string> names;
    auto add = [&](std::optional<std::string> name) {
        if (name) names.push_back(std::move(*name));
    };
    if (!args.sign_git_files) names = git_names();
    for (const std::string& typed : args.ignore) add(plan.model.name_of_typed(typed));
    add(plan.model.name_if_inside(plan.signature));
    if (!args.attest.empty()) add(plan.model.name_if_inside(args.attest));
    for (const std::string& output : given.outputs) {
        const size_t equals = output.find('=');
        if (equals == std::string::npos) continue;
        add(plan.model.name_if_inside(output.substr(equals + 1)));
    }
    auto add_ours = [&](const std::string& file, bool will_be) {
        struct stat status {};
        if (will_be || stat(file.c_str(), &status) == 0) add(plan.model.name_if_inside(file));
    };
    add_ours(plan.signature + ".stat", plan.stat);
    add_ours(plan.signature + ".files", plan.extras && plan.settings.by_shards);
    add_ours(plan.chunks_dir, plan.extras);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace

std::optional<SigningPlan> signing_plan(const Args& args, int& code) {
    const SealArgs& seal = args.seal;
    Result<ModelFiles> model = ModelFiles::open(args.targets.front(), seal.allow_symlinks);
    if (!model) {
        code = refuse_input(args.targets.front(), model.error());
        return std::nullopt;
    }
    SigningPlan plan{std::move(*model), {}, dialect_named(seal.dialect), seal.signature, {}};
    plan.settings.by_shards = seal.method == "shards";
    plan.settings.allow_symlinks = seal.allow_symlinks;
    // A scan may compute several: then it is SHA-256 that is signed.
    const std::optional<DigestKind> kind = digest_named(args.digests);
    if (kind && args.command == Command::kSign) plan.settings.hash = *kind;
    std::optional<uint64_t> shard = parse_size(seal.shard_size);
    std::optional<uint64_t> memory = parse_size(args.memory);
    if (!shard || *shard < kMinChunkSize || *shard > uint64_t{1} << 53) {
        return usage<SigningPlan>(seal.shard_size, "not a shard size; write 64M or 1G", code);
    }
    if (!memory) return usage<SigningPlan>(args.memory, "not a size; write 64M or 1G", code);
    if (plan.settings.by_shards) plan.settings.shard_size = *shard;
    plan.memory = static_cast<size_t>(*memory) / 4;
    plan.chunks_dir = args.chunks_dir.empty() ? seal.signature + ".chunks" : args.chunks_dir;
    plan.extras = args.chunks || args.tensors;
    plan.stat = seal.stat || !seal.since.empty();
    plan.settings.ignore_paths = ignored_names(args, plan);
    return plan;
}

void prepare_visit(const SigningPlan& plan, VisitOptions& options) {
    options.follow = plan.settings.allow_symlinks;
    options.follow_cache = false;
    if (plan.settings.by_shards) {
        options.digests.clear();
        options.shards = ShardPlan{plan.settings.shard_size, plan.settings.hash};
    } else {
        options.digests = {plan.settings.hash};
    }
    options.memory -= std::min(plan.memory, options.memory - std::min(kMinMemory, options.memory));
    options.passes_over = [&plan](const std::string& path) {
        return is_within(plan.model.name_of(path), plan.settings.ignore_paths);
    };
}

ModelSigner::ModelSigner(const SigningPlan& plan, Since* since)
    : plan_(plan),
      since_(since),
      writer_(plan.settings, plan.dialect, plan.memory),
      shards_(plan.memory / 4),
      extras_(plan.memory / 4) {
    if (plan.stat) stats_.emplace(std::time(nullptr), plan.memory / 4);
}

// What was not read comes in its turn.
Status ModelSigner::take_over(const std::string* before) {
    if (!since_) return Done{};
    Result<std::vector<Since::Taken>> due = since_->due(before);
    if (!due) return due.error();
    for (const Since::Taken& file : *due) {
        const std::string& name = file.resources.front().name;
        Status added = Done{};
        for (const OmsResource& resource : file.resources) {
            if (added) added = writer_.add(resource, file.extras.tensors);
        }
        if (added) added = note_stat(name);
        if (added && plan_.extras && plan_.settings.by_shards) {
            const std::string line =
                oms_extras(file.extras.resource, nullptr, &file.extras.tensors);
            added = extras_.append(as_bytes(line + "\n"));
        }
        if (!added) return added;
        taken_over_++;
    }
    return Done{};
}

Status ModelSigner::note_stat(const std::string& name) {
    return stats_ ? stats_->add(name, plan_.model.path_of(name)) : Status(Done{});
}

void ModelSigner::refuse(const std::string& name, std::string_view why) {
    complain(name, why);
    refused_++;
}

// A link to a folder is followed by the walk, and not by model_signing: that would find files in
// the statement that it does not see, and itself signs none of those that lie behind a link.
bool ModelSigner::lies_behind_link(const std::string& name) {
    if (!plan_.settings.allow_symlinks) return false;
    const std::string folder(name, 0, name.rfind('/') + 1);
    if (folder != folder_) {
        folder_ = folder;
        linked_ = plan_.model.link_above(folder);
    }
    if (!linked_.empty() && linked_folders_.insert(linked_).second) {
        refuse(linked_,
               "a link to a folder is not signed: model_signing does not see the files behind it; "
               "put the folder in its place, or leave it out with --ignore");
    }
    return !linked_.empty();
}

Status ModelSigner::record(const Record& record) {
    if (!record.place.is_file()) return Done{};
    const std::string name = plan_.model.name_of(record.user_path);
    if (is_within(name, plan_.settings.ignore_paths)) return Done{};
    if (lies_behind_link(name)) return Done{};
    if (record.kind == EntryKind::kLink) {
        refuse(name,
               plan_.settings.allow_symlinks
                   ? "a link that leads nowhere, or to a folder that is signed already"
                   : "a symbolic link is not signed; --allow-symlinks signs what it leads to, "
                     "--ignore leaves it out");
        return Done{};
    }
    if (record.kind == EntryKind::kSpecial) {
        refuse(name, "cannot be signed, it is " + record.reason);
        return Done{};
    }
    if (!was_hashed(record, plan_.settings)) {
        refuse(name, record.reason.empty() ? "was not read" : record.reason);
        return Done{};
    }
    if (!is_model_name(name)) {
        refuse(name, "its name is not UTF-8, or no file of a model can have it");
        return Done{};
    }
    files_++;
    bytes_ += record.size;
    Status done = take_over(&name);
    if (done) done = note_stat(name);
    if (!done) return done;
    return plan_.settings.by_shards ? add_parts(record, name) : add_file(record, name);
}

Status ModelSigner::add_file(const Record& record, const std::string& name) {
    OmsResource resource;
    const bool dot = plan_.model.is_file() && plan_.dialect == OmsDialect::kPython;
    resource.name = dot ? "." : name;
    resource.digest = record.digests.front();
    if (plan_.extras) resource.size = record.size;
    resource.chunks = record.chunks;
    return writer_.add(resource, plan_.extras ? &record.tensors : nullptr);
}

// Digests of parts come when a file is finished, records in their order.
Status ModelSigner::shards(const Record& record, const std::vector<Digest>& digests) {
    std::vector<uint8_t> bytes;
    for (const Digest& digest : digests) {
        bytes.insert(bytes.end(), digest.bytes().begin(), digest.bytes().end());
    }
    std::lock_guard lock(mutex_);
    waiting_[record.place.file] = {shards_.size(), digests.size()};
    return shards_.append(bytes);
}

Status ModelSigner::add_parts(const Record& record, const std::string& name) {
    std::lock_guard lock(mutex_);
    auto found = waiting_.find(record.place.file);
    if (found == waiting_.end()) return Error{Code::kUsage, "digests of parts are missing"};
    OmsResource part;
    part.name = plan_.model.is_file() && plan_.dialect == OmsDialect::kPython ? "." : name;
    part.digest.kind = plan_.settings.hash;
    const size_t size = size_of(part.digest.kind);
    Status done = Done{};
    for (size_t i = 0; done && i < found->second.count; i++) {
        done =
            shards_.read(found->second.offset + i * size, std::span(part.digest.value).first(size));
        part.begin = i * plan_.settings.shard_size;
        part.end = std::min(part.begin + plan_.settings.shard_size, record.size);
        if (done) done = writer_.add(part);
    }
    waiting_.erase(found);
    if (done && record.size == 0) {
        complain(name, "note: is empty, and the method shards does not sign empty files");
    }
    if (done && plan_.extras) note_extras(record, name);
    return done;
}

// A line for each file, as its resource would have had it.
void ModelSigner::note_extras(const Record& record, const std::string& name) {
    OmsResource resource;
    resource.name = name;
    resource.size = record.size;
    resource.chunks = record.chunks;
    std::string line = oms_extras(resource, &record.tensors) + "\n";
    Status kept = extras_.append(as_bytes(line));
    if (!kept) refuse(name, describe(kept.error()));
}

namespace {

// Copies a spool to a file that gets its name when it is whole; its SHA-256.
Result<Sha256Digest> write_spool(const Spool& spool, const std::string& path) {
    Result<std::unique_ptr<Output>> file = Output::to_file(path);
    if (!file) return file.error();
    MessageHash hash(MessageDigest::kSha256);
    std::vector<uint8_t> piece(kMiB);
    for (uint64_t at = 0; at < spool.size(); at += piece.size()) {
        piece.resize(static_cast<size_t>(std::min<uint64_t>(piece.size(), spool.size() - at)));
        Status moved = spool.read(at, piece);
        if (moved) moved = (*file)->write(as_text(piece));
        if (!moved) return moved.error();
        hash.update(piece);
    }
    Status committed = (*file)->commit();
    if (!committed) return committed.error();
    Sha256Digest digest{};
    std::vector<uint8_t> bytes = hash.finish();
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

std::string last_component(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Status write_bundle_file(const Bundle& bundle, const OmsWriter& writer, const std::string& path) {
    Result<std::unique_ptr<Output>> file = Output::to_file(path);
    if (!file) return file.error();
    BundleFrame frame = frame_bundle(bundle);
    Status written = (*file)->write(frame.head);
    Status passed = writer.each_piece([&](Bytes piece) {
        if (written) written = (*file)->write(to_base64(piece));
    });
    if (!passed) return passed;
    if (written) written = (*file)->write(frame.tail);
    return written ? (*file)->commit() : written;
}

int trouble(const std::string& what, const Error& error) {
    complain(what, describe(error));
    return error.code == Code::kUsage ? kExitUsage : kExitIncomplete;
}

}  // namespace

Status ModelSigner::write_side_file() {
    const std::string path = plan_.signature + ".files";
    Result<Sha256Digest> digest = write_spool(extras_, path);
    if (!digest) return digest.error();
    writer_.bind_side_file(last_component(path), *digest);
    return Done{};
}

Status ModelSigner::write_stat_file(const SigningIdentity& identity) {
    MessageHash hash(MessageDigest::kSha256);
    Status passed = writer_.each_piece([&](Bytes piece) { hash.update(piece); });
    if (!passed) return passed;
    Sha256Digest payload{};
    std::vector<uint8_t> bytes = hash.finish();
    std::copy(bytes.begin(), bytes.end(), payload.begin());
    return stats_->write(plan_.signature + ".stat", identity.key, payload);
}

int ModelSigner::finish(const SigningIdentity& identity, bool quiet) {
    if (refused_ > 0) {
        complain("",
                 fmt::format("{} of the model's files cannot be signed, so nothing was", refused_));
        return kExitIncomplete;
    }
    Status done = take_over(nullptr);
    if (done && extras_.size() > 0) done = write_side_file();
    if (done) done = writer_.finish(plan_.model.name());
    if (!done && done.error().code == Code::kUsage) {
        complain(plan_.model.path(), describe(done.error()));
        return kExitNothing;
    }
    if (!done) return trouble(plan_.model.path(), done.error());
    Bundle bundle = identity.material;
    bundle.envelope.emplace();
    auto pieces = [&](const auto& take) { return writer_.each_piece(take); };
    Result<std::vector<uint8_t>> signature =
        sign_pae(identity.key, bundle.envelope->payload_type, writer_.payload().size(), pieces);
    if (!signature) return trouble("", signature.error());
    bundle.envelope->signature = std::move(*signature);
    Status written = write_bundle_file(bundle, writer_, plan_.signature);
    if (written && stats_) written = write_stat_file(identity);
    if (!written) return trouble(plan_.signature, written.error());
    if (quiet) return kExitClean;
    if (stats_ && stats_->too_fresh() > 0) {
        complain(plan_.signature + ".stat",
                 fmt::format("note: leaves out what changed less than two seconds before ({}): "
                             "--since will read it again",
                             stats_->too_fresh()));
    }
    std::string more =
        since_ ? fmt::format(", {} more unread since then", taken_over_) : std::string();
    return print_out(
        fmt::format("{}: signed {} file{} ({}){}, root {}\n", plan_.signature, files_,
                    files_ == 1 ? "" : "s", human_bytes(bytes_), more, to_hex(writer_.root())),
        kExitClean);
}

}  // namespace assay::cli
