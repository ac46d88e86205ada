#include "curl.h"

#include <dlfcn.h>

#include <optional>

namespace assay::registry {

// 7.85 limits protocols by name, and 7.87 leaves a resolver behind that does not answer.
static constexpr unsigned kOldest = 0x075700;

template <class Function>
static bool find(void* library, const char* name, Function& to) {
    to = reinterpret_cast<Function>(dlsym(library, name));
    return to != nullptr;
}

static bool find_all(void* library, Curl& curl) {
    return find(library, "curl_global_init", curl.global_init) &&
           find(library, "curl_version_info", curl.version_info) &&
           find(library, "curl_easy_init", curl.easy_init) &&
           find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
           find(library, "curl_easy_reset", curl.easy_reset) &&
           find(library, "curl_easy_setopt", curl.set) &&
           find(library, "curl_easy_getinfo", curl.get) &&
           find(library, "curl_easy_pause", curl.pause) &&
           find(library, "curl_easy_strerror", curl.text_of) &&
           find(library, "curl_slist_append", curl.list_append) &&
           find(library, "curl_slist_free_all", curl.list_free) &&
           find(library, "curl_multi_init", curl.multi_init) &&
           find(library, "curl_multi_cleanup", curl.multi_cleanup) &&
           find(library, "curl_multi_add_handle", curl.multi_add) &&
           find(library, "curl_multi_remove_handle", curl.multi_remove) &&
           find(library, "curl_multi_perform", curl.multi_perform) &&
           find(library, "curl_multi_poll", curl.multi_poll) &&
           find(library, "curl_multi_info_read", curl.multi_info) &&
           find(library, "curl_url", curl.url) &&
           find(library, "curl_url_cleanup", curl.url_cleanup) &&
           find(library, "curl_url_set", curl.url_set) &&
           find(library, "curl_url_get", curl.url_get) && find(library, "curl_free", curl.free);
}

static std::optional<Curl> open_library() {
    void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return std::nullopt;
    Curl curl{};
    if (!find_all(library, curl)) return std::nullopt;
    if (curl.version_info(CURLVERSION_NOW)->version_num < kOldest) return std::nullopt;
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return std::nullopt;
    return curl;
}

Result<const Curl*> load_curl() {
    static const std::optional<Curl> loaded = open_library();
    if (loaded) return &*loaded;
    return Error{Code::kUnsupported, "registries need libcurl (libcurl.so.4, 7.87 or newer)"};
}

}  // namespace assay::registry
