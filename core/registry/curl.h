// libcurl, loaded when it is first needed: it brings some thirty libraries, whose relocation costs
// more than the whole start of a program that mostly reads files. Nothing of ours is linked to it.
#pragma once

#define CURL_DISABLE_TYPECHECK  // its macros would hide the functions that we point to
#include <curl/curl.h>

#include "assay/result.h"

namespace assay::registry {

// The functions that we use, by the types of its header. Constant from its loading on.
struct Curl {
    decltype(&curl_global_init) global_init;
    decltype(&curl_version_info) version_info;
    decltype(&curl_easy_init) easy_init;
    decltype(&curl_easy_cleanup) easy_cleanup;
    decltype(&curl_easy_reset) easy_reset;
    decltype(&curl_easy_setopt) set;
    decltype(&curl_easy_getinfo) get;
    decltype(&curl_easy_pause) pause;
    decltype(&curl_easy_strerror) text_of;
    decltype(&curl_slist_append) list_append;
    decltype(&curl_slist_free_all) list_free;
    decltype(&curl_multi_init) multi_init;
    decltype(&curl_multi_cleanup) multi_cleanup;
    decltype(&curl_multi_add_handle) multi_add;
    decltype(&curl_multi_remove_handle) multi_remove;
    decltype(&curl_multi_perform) multi_perform;
    decltype(&curl_multi_poll) multi_poll;
    decltype(&curl_multi_info_read) multi_info;
    decltype(&curl_url) url;
    decltype(&curl_url_cleanup) url_cleanup;
    decltype(&curl_url_set) url_set;
    decltype(&curl_url_get) url_get;
    decltype(&curl_free) free;
};

// Loaded once per process and kept; any thread. kUnsupported where the system has none, or one
// that is too old to be told what we rely on.
Result<const Curl*> load_curl();

}  // namespace assay::registry
