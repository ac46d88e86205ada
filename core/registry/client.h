// What the parts of the client share.
#pragma once

#include "caller.h"

namespace assay::registry {

struct Client::State {
    State(std::shared_ptr<Session> session_, std::stop_token stop_)
        : session(session_), stop(stop_), caller(std::move(session_), std::move(stop_)) {}

    std::shared_ptr<Session> session;
    std::stop_token stop;
    Caller caller;
    Failure own;  // of what is refused before a registry is asked
};

// "/v2/NAME/KIND/REST".
std::string path_of(const Reference& repository, std::string_view kind, std::string_view rest);

// The request for a manifest with every type that may be one.
Ask manifest_ask(const Reference& reference);

// The manifest in the answer to that, checked.
Result<Manifest> take_manifest(Caller& caller, const Ask& ask, const Reference& reference);

}  // namespace assay::registry
