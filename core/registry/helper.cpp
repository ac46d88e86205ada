#include "helper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "assay/registry_login.h"
#include "assay/source.h"

namespace assay::registry {

static constexpr size_t kMostOutput = 64 << 10;
static constexpr std::chrono::seconds kPatience{60};

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
    FileDescriptor read;
    FileDescriptor write;
};

// posix_spawn's two objects, and what the child starts with: signals as a shell would leave them
// (ours are blocked), our standard error, and nothing else of what we have open.
class SpawnSettings {
  public:
    SpawnSettings(int in, int out) {
        posix_spawn_file_actions_init(&files_);
        posix_spawn_file_actions_adddup2(&files_, in, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&files_, out, STDOUT_FILENO);
        posix_spawnattr_init(&how_);
        sigset_t none, all;
        sigemptyset(&none), sigfillset(&all);
        posix_spawnattr_setsigmask(&how_, &none);
        posix_spawnattr_setsigdefault(&how_, &all);
        posix_spawnattr_setflags(&how_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnSettings() {
        posix_spawn_file_actions_destroy(&files_);
        posix_spawnattr_destroy(&how_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    Result<pid_t> spawn(const std::string& program) {
        std::string name = program, verb = "get";
        std::array<char*, 3> arguments{name.data(), verb.data(), nullptr};
        pid_t pid = 0;
        int fault = posix_spawnp(&pid, name.c_str(), &files_, &how_, arguments.data(), environ);
        if (fault != 0) return Error{Code::kIo, "cannot run the credential helper", 0, fault};
        return pid;
    }

  private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t how_;
};

}  // namespace

static Result<Pipe> make_pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return Error{Code::kIo, "cannot make a pipe", 0, errno};
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// Letters, digits, '-', '_' and '.': a name, no path and no option.
static bool is_helper_name(const std::string& name) {
    auto fits = [](char c) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, fits);
}

// Everything until the end, or kLimit; time runs out at `until`.
static Result<std::string> read_to_end(int fd, Clock::time_point until) {
    std::string said;
    std::array<char, 4096> piece;
    for (;;) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
        pollfd waited{fd, POLLIN, 0};
        int ready = left.count() > 0 ? poll(&waited, 1, static_cast<int>(left.count())) : 0;
        if (ready < 0 && errno == EINTR) continue;
        ssize_t got = ready > 0 ? read(fd, piece.data(), piece.size()) : -1;
        if (got < 0 || said.size() + static_cast<size_t>(got) > kMostOutput) {
            wipe(said);
            return Error{Code::kIo, ready == 0 ? "the credential helper takes too long"
                                               : "the credential helper says too much"};
        }
        if (got == 0) return said;
        said.append(piece.data(), static_cast<size_t>(got));
    }
}

// The helper's exit status; it is killed when it does not end by `until`.
static int wait_for(pid_t pid, Clock::time_point until) {
    for (;;) {
        int status = 0;
        pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        if (ended < 0 && errno != EINTR) return -1;
        if (Clock::now() > until) kill(pid, SIGKILL);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

Result<std::optional<std::string>> run_helper(const std::string& name, const std::string& server) {
    if (!is_helper_name(name)) {
        return Error{Code::kUsage, "the name of the credential helper is malformed"};
    }
    Result<Pipe> in = make_pipe(), out = make_pipe();
    if (!in) return in.error();
    if (!out) return out.error();
    Result<pid_t> pid =
        SpawnSettings(in->read.get(), out->write.get()).spawn("docker-credential-" + name);
    if (!pid) return pid.error();
    out->write = FileDescriptor();
    in->read = FileDescriptor();
    // A pipe holds so little without waiting; a helper that is gone already says so by its end.
    [[maybe_unused]] ssize_t sent = write(in->write.get(), server.data(), server.size());
    in->write = FileDescriptor();
    auto until = Clock::now() + kPatience;
    Result<std::string> said = read_to_end(out->read.get(), until);
    int status = wait_for(*pid, said ? until : Clock::now());
    if (!said) return said.error();
    if (status == 0) return std::optional<std::string>(std::move(*said));
    bool nobody = said->find("credentials not found") != std::string::npos;
    wipe(*said);
    if (nobody) return std::optional<std::string>();
    return Error{Code::kIo, "the credential helper failed"};
}

}  // namespace assay::registry
