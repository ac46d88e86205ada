// Where credentials come from: one login for all, or docker's config.json, with the files that
// podman and skopeo keep in the same form.
//
//   {"auths": {"https://index.docker.io/v1/": {"auth": "BASE64(user:password)"},
//              "ghcr.io": {"identitytoken": "…"}, "quay.io/org": {…}},
//    "credHelpers": {"gcr.io": "gcloud"}, "credsStore": "desktop"}
#include "logins.h"

#include <algorithm>
#include <memory>

#include "assay/base64.h"
#include "assay/json_value.h"
#include "assay/registry_login.h"
#include "assay/source.h"
#include "helper.h"

namespace assay::registry {

static constexpr size_t kLongestFile = 4 << 20;

Secret::Secret(Secret&& other) noexcept : text_(other.text_) { wipe(other.text_); }

Secret& Secret::operator=(Secret other) noexcept {
    text_.swap(other.text_);
    return *this;
}

Secret::~Secret() { wipe(text_); }

FindLogin login_of(Login login) {
    return [login = std::move(login)](const std::string&, const std::string&) {
        return Result<std::optional<Login>>(login);
    };
}

static std::string_view without(std::string_view text, std::string_view prefix) {
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// "https://index.docker.io/v1/" stands for docker.io; a key with a scheme is a host alone, one
// without may name a part of a registry.
static std::string place_of(std::string_view key) {
    bool has_scheme = key.starts_with("https://") || key.starts_with("http://");
    key = without(without(key, "https://"), "http://");
    if (has_scheme) key = key.substr(0, key.find('/'));
    while (key.ends_with('/')) key.remove_suffix(1);
    for (std::string_view end : {"/v1", "/v2"}) {
        if (key.ends_with(end) && key.find('/') == key.size() - end.size()) {
            key.remove_suffix(end.size());
        }
    }
    bool hub = key == "index.docker.io" || key == "registry-1.docker.io";
    return hub ? "docker.io" : std::string(key);
}

static bool covers(std::string_view place, std::string_view name) {
    return name.starts_with(place) && (name.size() == place.size() || name[place.size()] == '/');
}

// The entry of the longest place that covers the repository.
static const JsonValue* best_entry(const JsonValue* auths, const std::string& name) {
    const JsonValue* best = nullptr;
    size_t length = 0;
    if (!auths) return nullptr;
    for (const JsonMember& member : auths->members()) {
        std::string place = place_of(member.key);
        if (!covers(place, name) || place.size() < length || place.empty()) continue;
        best = &member.value;
        length = place.size();
    }
    return best;
}

static Result<std::optional<Login>> split_auth(const std::string& coded) {
    constexpr Error kWrong{Code::kUsage, "an \"auth\" of the configuration is not USER:PASSWORD"};
    auto bytes = from_base64(coded);
    if (!bytes) return kWrong;
    std::string pair(as_text(*bytes));
    std::ranges::fill(*bytes, uint8_t{0});
    while (pair.ends_with('\0')) pair.pop_back();  // as docker does
    size_t colon = pair.find(':');
    if (colon == pair.npos || colon == 0) {
        wipe(pair);
        return kWrong;
    }
    Login login{pair.substr(0, colon), Secret(std::string_view(pair).substr(colon + 1)), {}};
    wipe(pair);
    return std::optional<Login>(std::move(login));
}

static Result<std::optional<Login>> login_of_entry(const JsonValue& entry) {
    std::optional<Login> login;
    if (const std::string* auth = entry.find_text("auth"); auth && !auth->empty()) {
        Result<std::optional<Login>> split = split_auth(*auth);
        if (!split) return split;
        login = std::move(split.value());
    } else if (const std::string* user = entry.find_text("username")) {
        const std::string* password = entry.find_text("password");
        login = Login{*user, password ? Secret(*password) : Secret(), {}};
    }
    const std::string* token = entry.find_text("identitytoken");
    if (token && !token->empty()) {
        if (!login) login.emplace();
        login->identity_token = Secret(*token);
    }
    return login;
}

static const std::string* helper_of(const JsonValue& config, const std::string& host) {
    const JsonValue* helpers = config.find("credHelpers");
    if (!helpers) return nullptr;
    for (const JsonMember& member : helpers->members()) {
        if (place_of(member.key) == host) return member.value.text();
    }
    return nullptr;
}

static Result<std::optional<Login>> ask_helper(const std::string& name, const std::string& host,
                                               AskHelper ask) {
    Result<std::optional<std::string>> said =
        ask(name, host == "docker.io" ? "https://index.docker.io/v1/" : host);
    if (!said) return said.error();
    if (!said.value()) return std::optional<Login>();
    Result<std::optional<Login>> login = login_of_helper(**said);
    wipe(**said);
    return login;
}

Result<std::optional<Login>> login_of_helper(const std::string& said) {
    constexpr Error kWrong{Code::kIo, "the credential helper's answer cannot be read"};
    Result<JsonValue> answer = JsonValue::parse(as_bytes(said));
    if (!answer) return kWrong;
    const std::string* user = answer->find_text("Username");
    const std::string* secret = answer->find_text("Secret");
    if (!user || !secret) return kWrong;
    if (user->empty() && secret->empty()) return std::optional<Login>();
    if (*user == "<token>") return std::optional<Login>(Login{*user, {}, Secret(*secret)});
    return std::optional<Login>(Login{*user, Secret(*secret), {}});
}

Result<std::optional<Login>> find_in_config(const JsonValue& config, const std::string& host,
                                            const std::string& repository, AskHelper ask) {
    if (const std::string* helper = helper_of(config, host); helper && !helper->empty()) {
        return ask_helper(*helper, host, ask);
    }
    if (const JsonValue* entry = best_entry(config.find("auths"), host + "/" + repository)) {
        Result<std::optional<Login>> login = login_of_entry(*entry);
        if (!login || login.value()) return login;
    }
    const std::string* store = config.find_text("credsStore");
    if (store && !store->empty()) return ask_helper(*store, host, ask);
    return std::optional<Login>();
}

static Result<std::string> read_whole(const std::string& path) {
    auto file = FileSource::open(path, FileSource::Direct::kNo);
    if (!file && file.error().sys == ENOENT) return std::string();
    if (!file)
        return Error{Code::kUsage, "cannot read the registry configuration", 0, file.error().sys};
    uint64_t size = (*file)->size().value_or(0);
    if (size > kLongestFile) return Error{Code::kUsage, "the registry configuration is too large"};
    std::string text(static_cast<size_t>(size), '\0');
    Result<size_t> got =
        (*file)->read_into(0, reinterpret_cast<uint8_t*>(text.data()), text.size());
    if (!got)
        return Error{Code::kUsage, "cannot read the registry configuration", 0, got.error().sys};
    text.resize(*got);
    return text;
}

Result<FindLogin> docker_config_logins(const std::vector<std::string>& paths) {
    auto configs = std::make_shared<std::vector<JsonValue>>();
    for (const std::string& path : paths) {
        Result<std::string> text = read_whole(path);
        if (!text) return text.error();
        if (text->empty()) continue;
        Result<JsonValue> config = JsonValue::parse(as_bytes(*text));
        wipe(*text);
        if (!config || !config->is_object()) {
            return Error{Code::kUsage, "the registry configuration is not the JSON of docker's"};
        }
        configs->push_back(std::move(*config));
    }
    return FindLogin([configs](const std::string& host, const std::string& repository) {
        Result<std::optional<Login>> found = std::optional<Login>();
        for (const JsonValue& config : *configs) {
            found = find_in_config(config, host, repository, run_helper);
            if (!found || found.value()) break;
        }
        return found;
    });
}

}  // namespace assay::registry
