// What refers to a manifest: the referrers API of OCI 1.1, and the tag "sha256-HEX", an index of
// descriptors, where a registry does not have it. Under that tag everybody who attaches something
// reads, extends and writes: of two at the same time one is lost, so it is read again afterwards.
#include <algorithm>
#include <set>

#include "client.h"
#include "documents.h"

namespace assay::registry {

static constexpr size_t kMostReferrers = 10'000;
static constexpr uint32_t kWrites = 8;  // attempts to get into the index

// "sha256:…" is no tag, "sha256-…" is one; longer digests are cut there.
static std::string stand_in_tag(const std::string& digest) {
    std::string tag = digest;
    std::ranges::replace(tag, ':', '-');
    return tag.substr(0, 128);
}

static void keep(std::vector<Descriptor>& all, std::vector<Descriptor> more,
                 const std::string& type) {
    for (Descriptor& descriptor : more) {
        bool wanted = type.empty() || descriptor.artifact_type == type;
        bool known = std::ranges::any_of(
            all, [&](const Descriptor& other) { return other.digest == descriptor.digest; });
        if (wanted && !known) all.push_back(std::move(descriptor));
    }
}

namespace {

class Referrers {
  public:
    Referrers(Caller& caller, const Reference& repository, const std::string& digest,
              const std::string& type)
        : caller_(caller), bounds_(caller.session().bounds()), type_(type) {
        ask_.what = "listing what refers to " + digest + " at " + repository.host + "/" +
                    repository.repository;
        ask_.repository = repository;
        ask_.path = path_of(repository, "referrers", digest);
        if (!type.empty()) ask_.path += "?artifactType=" + escape_query(type);
        ask_.headers = {"Accept: " + std::string(kIndexType)};
    }

    // Nothing where the registry has no such list.
    Result<std::optional<std::vector<Descriptor>>> list() {
        std::set<std::string> seen;
        for (uint32_t page = 0;; page++) {
            if (page == bounds_.pages) return caller_.wrong(ask_, "the list has too many pages");
            if (Status sent = caller_.send_patiently(ask_); !sent) return sent.error();
            int status = caller_.status();
            if (page == 0 && (status == 404 || status == 405 || status == 501)) {
                return std::optional<std::vector<Descriptor>>();
            }
            if (status != 200) return caller_.refused(ask_);
            Result<bool> more = take_page(seen);
            if (!more) return more.error();
            if (!*more) return std::optional(std::move(all_));
        }
    }

  private:
    Result<bool> take_page(std::set<std::string>& seen) {
        std::string link = caller_.answer().headers().one("link").value_or("");
        Url here = caller_.url();
        Result<std::string> text = caller_.document();
        if (!text) return caller_.broken(ask_, text.error());
        Result<std::vector<Descriptor>> page = read_index(*text);
        if (!page) return caller_.wrong(ask_, page.error().text);
        if (all_.size() + page->size() > kMostReferrers) {
            return caller_.wrong(ask_, "more than 10,000 manifests refer to it");
        }
        keep(all_, std::move(*page), type_);
        std::optional<std::string> next = parse_next_link(link);
        if (!next) return false;
        Result<Url> to = parse_url(caller_.session().curl(), *next, here.text);
        if (!to || !to->same_origin(here)) {
            return caller_.wrong(ask_, "the list goes on at another host");
        }
        if (!seen.insert(to->text).second) return caller_.wrong(ask_, "the list goes in a circle");
        ask_.path = to->text;
        return true;
    }

    Caller& caller_;
    const Bounds& bounds_;
    const std::string type_;
    Ask ask_;
    std::vector<Descriptor> all_;
};

}  // namespace

// The index under the stand-in tag; empty where there is none.
static Result<std::string> read_stand_in(Caller& caller, const Reference& at, std::string& etag) {
    Ask ask = manifest_ask(at);
    if (Status sent = caller.send_patiently(ask); !sent) return sent.error();
    if (caller.status() == 404) return std::string();
    if (caller.status() != 200) return caller.refused(ask);
    etag = caller.answer().headers().one("etag").value_or("");
    Result<Manifest> manifest = take_manifest(caller, ask, at);
    if (!manifest) return manifest.error();
    return std::move(manifest->bytes);
}

static Result<std::vector<Descriptor>> read_list(Caller& caller, const Reference& at,
                                                 const std::string& text) {
    if (text.empty()) return std::vector<Descriptor>();
    Result<std::vector<Descriptor>> all = read_index(text);
    if (!all) return caller.wrong(manifest_ask(at), all.error().text);
    return all;
}

Result<std::vector<Descriptor>> Client::referrers(const Reference& repository,
                                                  const std::string& digest,
                                                  const std::string& artifact_type) {
    Caller& caller = state_->caller;
    Referrers api(caller, repository, digest, artifact_type);
    auto listed = api.list();
    if (!listed) return listed.error();
    if (listed.value()) return std::move(**listed);
    Reference at = repository.at(stand_in_tag(digest));
    std::string etag;
    Result<std::string> text = read_stand_in(caller, at, etag);
    if (!text) return text.error();
    Result<std::vector<Descriptor>> all = read_list(caller, at, *text);
    if (!all) return all;
    std::vector<Descriptor> wanted;
    keep(wanted, std::move(*all), artifact_type);
    return wanted;
}

static bool has(const std::vector<Descriptor>& all, const Descriptor& one) {
    return std::ranges::any_of(all, [&](const Descriptor& d) { return d.digest == one.digest; });
}

static Status write_stand_in(Caller& caller, const Reference& at, const std::string& text,
                             const std::string& etag) {
    Ask ask;
    ask.what = "writing the list of referrers " + at.text();
    ask.repository = at;
    ask.method = "PUT";
    ask.path = path_of(at, "manifests", at.tag);
    ask.writes = true;
    ask.headers = {"Content-Type: " + std::string(kIndexType)};
    if (!etag.empty()) ask.headers.push_back("If-Match: " + etag);
    ask.body = as_bytes(text);
    if (Status sent = caller.send_patiently(ask); !sent) return sent;
    bool taken = caller.status() == 201 || caller.status() == 412;  // 412: somebody was quicker
    return taken ? Status(Done{}) : Status(caller.refused(ask));
}

// Until the index that is read has the descriptor in it.
static Status enter(Caller& caller, const Reference& at, const Descriptor& descriptor) {
    uint32_t pauses = 0;
    for (uint32_t write = 0; write <= kWrites; write++) {
        std::string etag;
        Result<std::string> text = read_stand_in(caller, at, etag);
        if (!text) return text.error();
        Result<std::vector<Descriptor>> all = read_list(caller, at, *text);
        if (!all) return all.error();
        if (has(*all, descriptor)) return Done{};
        if (write > 0) {
            Result<bool> waited = caller.pause(pauses);
            if (!waited) return waited.error();
            if (!*waited) break;
        }
        Result<std::string> longer = add_to_index(*text, descriptor);
        if (!longer) return caller.wrong(manifest_ask(at), longer.error().text);
        if (Status put = write_stand_in(caller, at, *longer, etag); !put) return put;
    }
    return caller.wrong(manifest_ask(at), "others keep replacing the list of referrers");
}

Result<Descriptor> Client::push_referrer(const Reference& repository, const std::string& subject,
                                         const Descriptor& described, Bytes manifest) {
    Caller& caller = state_->caller;
    Descriptor pushed = described;
    pushed.digest = sha256_digest(manifest);
    pushed.size = manifest.size();
    Result<Descriptor> put =
        push_manifest(repository.at(pushed.digest), pushed.media_type, manifest);
    if (!put) return put;
    if (caller.answer().headers().one("oci-subject") == subject) return pushed;
    Reference at = repository.at(stand_in_tag(subject));
    if (Status entered = enter(caller, at, pushed); !entered) return entered.error();
    return pushed;
}

}  // namespace assay::registry
