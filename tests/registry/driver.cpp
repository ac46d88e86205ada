// The registry's client as a command, for tests that bring a registry: each call prints what came,
// one fact a line, and ends with 0, or prints "error CODE: TEXT" and "failure: …" and ends with 1.
// usage: registry_driver [--OPTION VALUE]... COMMAND ARGUMENT...
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "assay/digest.h"
#include "assay/registry.h"

namespace assay::registry {
namespace {

using Words = std::vector<std::string>;

int failed(const Error& error, const Failure* failure) {
    std::printf("error %d: %s\n", static_cast<int>(error.code), describe(error).c_str());
    if (failure) std::printf("failure: %s\nstatus: %d\n", failure->text().c_str(), failure->status);
    return 1;
}

Reference reference_of(const std::string& text) {
    Result<Reference> reference = parse_reference(text);
    if (!reference) std::exit(failed(reference.error(), nullptr));
    return *reference;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void print(const Descriptor& descriptor) {
    std::printf("%s %s %llu %s\n", descriptor.media_type.c_str(), descriptor.digest.c_str(),
                static_cast<unsigned long long>(descriptor.size), descriptor.artifact_type.c_str());
}

int manifest(Client& client, const Words& words) {
    Result<Manifest> manifest = client.manifest(reference_of(words[0]));
    if (!manifest) return failed(manifest.error(), &client.failure());
    std::printf("%s\n%s\n%s\n", manifest->digest.c_str(), manifest->media_type.c_str(),
                manifest->bytes.c_str());
    return 0;
}

// REF DIGEST SIZE [MILLISECONDS between reads]
int blob(Client& client, const Words& words) {
    Descriptor descriptor{"", words[1], std::stoull(words[2]), "", {}};
    auto source = client.open_blob(reference_of(words[0]), descriptor);
    if (!source) return failed(source.error(), &client.failure());
    std::chrono::milliseconds pause(words.size() > 3 ? std::stoi(words[3]) : 0);
    BlockPool pool(1 << 20, size_t{2} << 20);
    auto hasher = std::move(*Hasher::make(DigestKind::kSha256, std::nullopt));
    for (uint64_t at = 0;;) {
        Result<Lent> lent = (*source)->read(at, pool.block_size(), pool);
        if (!lent) {
            std::printf("read %llu\n", static_cast<unsigned long long>(at));
            return failed(lent.error(), failure_of(**source));
        }
        if (lent->bytes.empty()) break;
        hasher->update(lent->bytes);
        at += lent->bytes.size();
        std::this_thread::sleep_for(pause);
    }
    std::printf("sha256:%s\n", hasher->finish().hex().c_str());
    return 0;
}

int small(Client& client, const Words& words) {
    Descriptor descriptor{"", words[1], std::stoull(words[2]), "", {}};
    Result<std::string> bytes = client.small_blob(reference_of(words[0]), descriptor);
    if (!bytes) return failed(bytes.error(), &client.failure());
    std::printf("%s\n", bytes->c_str());
    return 0;
}

int has(Client& client, const Words& words) {
    Result<bool> there = client.has_blob(reference_of(words[0]), words[1]);
    if (!there) return failed(there.error(), &client.failure());
    std::printf("%s\n", *there ? "yes" : "no");
    return 0;
}

int push_blob(Client& client, const Words& words) {
    std::string bytes = read_file(words[1]);
    Result<Descriptor> pushed = client.push_blob(reference_of(words[0]), as_bytes(bytes));
    if (!pushed) return failed(pushed.error(), &client.failure());
    print(*pushed);
    return 0;
}

int push_pieces(Client& client, const Words& words) {
    auto source = FileSource::open(words[1], FileSource::Direct::kNo);
    if (!source) return failed(source.error(), nullptr);
    Descriptor blob{"", words[2], *(*source)->size(), "", {}};
    BlockPool pool(1 << 20, size_t{2} << 20);
    Status pushed = client.push_blob(reference_of(words[0]), blob, **source, pool);
    if (!pushed) return failed(pushed.error(), &client.failure());
    print(blob);
    return 0;
}

int push_manifest(Client& client, const Words& words) {
    std::string bytes = read_file(words[2]);
    Result<Descriptor> pushed =
        client.push_manifest(reference_of(words[0]), words[1], as_bytes(bytes));
    if (!pushed) return failed(pushed.error(), &client.failure());
    print(*pushed);
    return 0;
}

// REF SUBJECT ARTIFACT_TYPE FILE
int attach(Client& client, const Words& words) {
    std::string bytes = read_file(words[3]);
    Descriptor described{
        "application/vnd.oci.image.manifest.v1+json", "", 0, words[2], {{"note", "a \"test\""}}};
    Result<Descriptor> pushed =
        client.push_referrer(reference_of(words[0]), words[1], described, as_bytes(bytes));
    if (!pushed) return failed(pushed.error(), &client.failure());
    print(*pushed);
    return 0;
}

int referrers(Client& client, const Words& words) {
    auto all = client.referrers(reference_of(words[0]), words[1], words.size() > 2 ? words[2] : "");
    if (!all) return failed(all.error(), &client.failure());
    for (const Descriptor& descriptor : *all) print(descriptor);
    return 0;
}

int probe(Client& client, const Words& words) {
    switch (client.probe_write(reference_of(words[0]))) {
        case Anonymous::kRefused:
            std::puts("refused");
            return 0;
        case Anonymous::kMayWrite:
            std::puts("may write");
            return 0;
        case Anonymous::kNoAnswer:
            break;
    }
    return failed({Code::kIo, "no answer"}, &client.failure());
}

struct Command {
    size_t words;
    int (*run)(Client&, const Words&);
};
const std::map<std::string, Command> kCommands = {
    {"manifest", {1, manifest}},
    {"blob", {3, blob}},
    {"small", {3, small}},
    {"has", {2, has}},
    {"push-blob", {2, push_blob}},
    {"push-pieces", {3, push_pieces}},
    {"push-manifest", {3, push_manifest}},
    {"attach", {4, attach}},
    {"referrers", {2, referrers}},
    {"probe", {1, probe}},
};

// Impatient, so that tests of patience are short.
void set_bounds(Bounds& bounds) {
    bounds.connect = std::chrono::milliseconds(4'000);
    bounds.document = std::chrono::milliseconds(6'000);
    bounds.slow_window = std::chrono::milliseconds(2'000);
    bounds.slow_bytes = 1'000;
    bounds.first_pause = std::chrono::milliseconds(50);
    bounds.longest_pause = std::chrono::milliseconds(1'500);
    bounds.upload_piece = 1 << 20;
}

FindLogin logins_of(const std::map<std::string, std::string>& options) {
    auto value = [&](const char* name) {
        auto found = options.find(name);
        return found == options.end() ? std::string() : found->second;
    };
    if (!value("user").empty()) return login_of({value("user"), Secret(value("password")), {}});
    if (!value("token").empty()) return login_of({"", {}, Secret(value("token"))});
    if (value("config").empty()) return {};
    Result<FindLogin> found = docker_config_logins({value("config")});
    if (!found) std::exit(failed(found.error(), nullptr));
    return *found;
}

int run(int argc, char** argv) {
    std::map<std::string, std::string> options;
    int at = 1;
    for (; at + 1 < argc && std::string(argv[at]).starts_with("--"); at += 2) {
        options[argv[at] + 2] = argv[at + 1];
    }
    if (at >= argc || !kCommands.contains(argv[at])) return 4;
    const Command& command = kCommands.at(argv[at]);
    Words words(argv + at + 1, argv + argc);
    if (words.size() < command.words) return 4;
    Settings settings;
    set_bounds(settings.bounds);
    settings.find_login = logins_of(options);
    settings.ca_file = options["cacert"];
    settings.proxy = options["proxy"];
    if (options.contains("plain-http")) settings.plain_http = {options["plain-http"]};
    Result<std::shared_ptr<Session>> session = open_session(std::move(settings));
    if (!session) return failed(session.error(), nullptr);
    std::stop_source stop;
    std::jthread stopper;
    if (options.contains("stop-after")) {
        stopper = std::jthread([&stop, ms = std::stoi(options["stop-after"])] {
            std::this_thread::sleep_for(std::chrono::milliseconds(ms));
            stop.request_stop();
        });
    }
    Client client(*session, stop.get_token());
    return command.run(client, words);
}

}  // namespace
}  // namespace assay::registry

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    return assay::registry::run(argc, argv);
}
