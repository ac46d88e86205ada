// assay sign-blob, assay timestamp: signatures of single files, as cosign makes and reads them.
#include <fmt/format.h>

#include "assay/base64.h"
#include "assay/bundle.h"
#include "assay/cosign_bundle.h"
#include "assay/digest.h"
#include "assay/emit.h"
#include "assay/small_file.h"
#include "assay/timestamp.h"
#include "blob.h"
#include "commands.h"
#include "signer_key.h"
#include "text.h"

namespace assay::cli {

namespace {

int write_file(const std::string& path, std::string_view text) {
    Result<std::unique_ptr<Output>> file = Output::to_file(path);
    Status done = file ? (*file)->write(text) : Status(file.error());
    if (done) done = (*file)->commit();
    if (done) return kExitClean;
    complain(path, describe(done.error()));
    return kExitIncomplete;
}

RsaPadding padding_of(const Args& args) {
    return args.signing.padding == "pss" ? RsaPadding::kPss : RsaPadding::kPkcs1;
}

Result<std::vector<uint8_t>> sign(const Signer& signer, const Blob& blob, RsaPadding padding) {
    std::optional<MessageDigest> digest = digest_for(signer.key.algorithm());
    if (!digest) return signer.key.sign(blob.content, padding);
    return signer.key.sign_digest(blob.digests.at(*digest), padding);
}

// Hint and certificates as the bundle's readers expect them.
void add_material(const Signer& signer, Bundle& bundle) {
    if (signer.certificates.empty()) {
        bundle.key_hint = cosign_key_hint(signer.key.public_key());
        return;
    }
    bundle.material = Bundle::Material::kCertificateChain;
    for (const Certificate& one : signer.certificates) bundle.certificates.push_back(one.der());
}

Bundle bundle_of(const Signer& signer, const Blob& blob, std::vector<uint8_t> signature) {
    Bundle bundle;
    add_material(signer, bundle);
    MessageDigest digest = digest_for(signer.key.algorithm()).value_or(MessageDigest::kSha256);
    bundle.message = MessageSignature{std::string(bundle_name_of(digest)), blob.digests.at(digest),
                                      std::move(signature)};
    return bundle;
}

// Also what is printed when nothing else was asked for, as cosign does it.
int write_signature(const SigningArgs& signing, const Bundle& bundle) {
    std::string text = to_base64(bundle.message->signature);
    int code = kExitClean;
    if (!signing.bundle.empty()) code = write_file(signing.bundle, write_bundle(bundle));
    if (code == kExitClean && !signing.signature.empty()) {
        return write_file(signing.signature, text);
    }
    if (code != kExitClean || !signing.bundle.empty()) return code;
    return print_out(text + "\n", kExitClean);
}

// What the file is: a bundle, or a signature in base64.
Result<std::vector<uint8_t>> raw_signature(Bytes file) {
    if (!file.empty() && file[0] == '{') {
        Result<Bundle> bundle = read_bundle(file);
        if (!bundle) return bundle.error();
        return bundle->envelope ? bundle->envelope->signature : bundle->message->signature;
    }
    std::string_view text = as_text(file);
    while (text.ends_with('\n')) text.remove_suffix(1);
    std::optional<std::vector<uint8_t>> signature = from_base64(text);
    if (!signature) return Error{Code::kMalformed, "neither a bundle nor a signature in base64"};
    return std::move(*signature);
}

int write_request(const SigningArgs& signing, Bytes signature) {
    Result<std::vector<uint8_t>> request = timestamp_request(signature);
    if (!request) return refuse_input(signing.request, request.error());
    return write_file(signing.request, as_text(*request));
}

// Where the request is given, too: an older answer about the same signature has another nonce.
Status answers_request(const SigningArgs& signing, Bytes response) {
    if (signing.request.empty()) return Done{};
    Result<std::vector<uint8_t>> request = load_small_file(signing.request, kMaxTimestamp);
    return request ? is_answer_to(response, *request) : Status(request.error());
}

int attach(const SigningArgs& signing, const std::string& path, Bytes file, Bytes signature) {
    Result<Bundle> bundle = read_bundle(file);
    if (!bundle) return refuse_input(path, bundle.error());
    Result<std::vector<uint8_t>> response = load_small_file(signing.attach, kMaxTimestamp);
    if (!response) return refuse_input(signing.attach, response.error());
    Status ours = is_timestamp_of(*response, signature);
    if (ours) ours = answers_request(signing, *response);
    if (!ours) return refuse_input(signing.attach, ours.error());
    bundle->timestamps.push_back(std::move(*response));
    return write_file(signing.output.empty() ? path : signing.output, write_bundle(*bundle));
}

}  // namespace

int run_sign_blob(const Args& args) {
    const SigningArgs& signing = args.signing;
    int code = kExitClean;
    std::optional<Signer> signer = load_signer(signing.signer, SignedThing::kOther, code);
    if (!signer) return code;
    std::optional<MessageDigest> digest = digest_for(signer->key.algorithm());
    Result<Blob> blob = read_blob(signing.blob, {digest.value_or(MessageDigest::kSha256)}, !digest);
    if (!blob) return refuse_input(signing.blob, blob.error());
    Result<std::vector<uint8_t>> signature = sign(*signer, *blob, padding_of(args));
    if (!signature) return refuse_input(shown_key(signing.signer.key), signature.error());
    return write_signature(signing, bundle_of(*signer, *blob, std::move(*signature)));
}

int run_timestamp(const Args& args) {
    const SigningArgs& signing = args.signing;
    const std::string& path = signing.bundles[0];
    if (signing.request.empty() && signing.attach.empty()) {
        complain("", "give --request FILE, which is written, or --attach FILE, the answer");
        return kExitUsage;
    }
    Result<std::vector<uint8_t>> file = load_small_file(path, kMaxBundle);
    if (!file) return refuse_input(path, file.error());
    Result<std::vector<uint8_t>> signature = raw_signature(*file);
    if (!signature) return refuse_input(path, signature.error());
    return signing.attach.empty() ? write_request(signing, *signature)
                                  : attach(signing, path, *file, *signature);
}

}  // namespace assay::cli
