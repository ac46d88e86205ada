#include "assay/pkcs11.h"

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/engine.h>
#include <openssl/err.h>

#include "openssl.h"

namespace assay {

namespace {

using EnginePtr = std::unique_ptr<ENGINE, FreeBy<ENGINE_free>>;

// Of the URI's path and query; percent escapes are decoded.
std::optional<std::string> attribute(std::string_view uri, std::string_view name) {
    size_t at = uri.find(':') + 1;
    while (at < uri.size()) {
        size_t end = std::min(uri.find_first_of(";?&", at), uri.size());
        std::string_view one = uri.substr(at, end - at);
        at = end + 1;
        if (!one.starts_with(name) || one.substr(name.size(), 1) != "=") continue;
        std::string value;
        for (size_t i = name.size() + 1; i < one.size(); i++) {
            uint8_t byte = static_cast<uint8_t>(one[i]);
            bool escaped =
                one[i] == '%' && i + 2 < one.size() && from_hex(one.substr(i + 1, 2), {&byte, 1});
            value += static_cast<char>(byte);
            i += escaped ? 2 : 0;
        }
        return value;
    }
    return std::nullopt;
}

// What the engine understands: it knows nothing of module-path, which was for us.
std::string for_engine(const std::string& uri) {
    size_t query = uri.find('?');
    std::optional<std::string> pin = attribute(uri, "pin-source");
    return uri.substr(0, query) + (pin ? "?pin-source=" + *pin : std::string());
}

// Stays initialised for the life of the process: the key's methods are the engine's.
ENGINE* engine(const std::string& uri) {
    ENGINE_load_dynamic();
    EnginePtr found(ENGINE_by_id("pkcs11"));
    if (!found) return nullptr;
    std::optional<std::string> module = attribute(uri, "module-path");
    if (module) ENGINE_ctrl_cmd_string(found.get(), "MODULE_PATH", module->c_str(), 0);
    ENGINE_ctrl_cmd_string(found.get(), "QUIET", nullptr, 0);  // what is wrong, we say
    return ENGINE_init(found.get()) == 1 ? found.release() : nullptr;
}

Status give_pin(ENGINE* to, const PasswordSource& pin) {
    if (!pin) return Done{};
    Result<Secret> typed = pin();
    if (!typed) return typed.error();
    Secret text(typed->size() + 1);  // with the zero behind it
    std::copy(typed->bytes().begin(), typed->bytes().end(), text.data());
    ENGINE_ctrl_cmd_string(to, "PIN", reinterpret_cast<const char*>(text.data()), 0);
    return Done{};
}

}  // namespace

bool is_pkcs11_uri(std::string_view name) { return name.starts_with("pkcs11:"); }

Result<PrivateKey> open_pkcs11_key(const std::string& uri, const PasswordSource& pin) {
    if (attribute(uri, "pin-value")) {
        return Error{Code::kUsage,
                     "no PIN on the command line, please: set COSIGN_PASSWORD, or "
                     "type it when asked"};
    }
    if (!attribute(uri, "object") && !attribute(uri, "id")) {
        return Error{Code::kUsage, "which key of the token? write pkcs11:token=...;object=..."};
    }
    ENGINE* token = engine(uri);
    if (!token) {
        ERR_clear_error();
        return Error{Code::kUnsupported,
                     "OpenSSL's engine \"pkcs11\" does not load (Debian: "
                     "libengine-pkcs11-openssl), or its module does not"};
    }
    if (!attribute(uri, "pin-source")) {
        Status given = give_pin(token, pin);
        if (!given) return given.error();
    }
    KeyPtr key = own_key(ENGINE_load_private_key(token, for_engine(uri).c_str(), nullptr, nullptr));
    ERR_clear_error();
    if (!key) {
        return Error{Code::kMalformed,
                     "the token does not give such a private key: wrong PIN, or "
                     "no such token or object"};
    }
    return PrivateKey::from_openssl(std::move(key));
}

}  // namespace assay
