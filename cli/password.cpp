#include "password.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>

#include "assay/place.h"
#include "assay/source.h"
#include "interrupts.h"

namespace assay::cli {

namespace {

constexpr size_t kLongest = 1024;

// The terminal without echo, for as long as it lives.
class QuietTerminal {
  public:
    QuietTerminal() : fd_(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        quiet_ = fd_.valid() && tcgetattr(fd_.get(), &before_) == 0;
        if (!quiet_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        quiet_ = tcsetattr(fd_.get(), TCSAFLUSH, &silent) == 0;
    }
    ~QuietTerminal() {
        if (!quiet_) return;
        tell("\n");
        tcsetattr(fd_.get(), TCSAFLUSH, &before_);
    }
    QuietTerminal(const QuietTerminal&) = delete;
    QuietTerminal& operator=(const QuietTerminal&) = delete;

    [[nodiscard]] bool quiet() const { return quiet_; }

    void tell(std::string_view text) const {
        // A terminal that is gone is noticed by the reading that follows.
        [[maybe_unused]] ssize_t put = write(fd_.get(), text.data(), text.size());
    }

    // Up to the end of the line. Looks ten times a second whether Ctrl-C was pressed.
    [[nodiscard]] Result<Secret> line() const {
        Secret typed(kLongest);
        for (size_t have = 0; have < kLongest;) {
            if (Interrupts::of_process().token().stop_requested()) {
                return Error{Code::kInterrupted, "interrupted"};
            }
            pollfd waited{fd_.get(), POLLIN, 0};
            if (poll(&waited, 1, 100) <= 0) continue;
            ssize_t got = read(fd_.get(), typed.data() + have, 1);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return Error{Code::kIo, "cannot read the password", 0, errno};
            if (got == 0 || typed.data()[have] == '\n') {
                typed.shrink(have);
                return typed;
            }
            have++;
        }
        return Error{Code::kLimit, "the password is too long"};
    }

  private:
    FileDescriptor fd_;
    termios before_{};
    bool quiet_ = false;
};

std::optional<Secret> from_environment() {
    const char* given = std::getenv("COSIGN_PASSWORD");  // NOLINT: nobody sets it
    if (!given) return std::nullopt;
    return Secret::copy_of(as_bytes(given));
}

Result<Secret> asked(const std::string& prompt) {
    QuietTerminal terminal;
    if (!terminal.quiet()) {
        return Error{Code::kUsage,
                     "the key has a password: set COSIGN_PASSWORD, or run this at a terminal"};
    }
    terminal.tell(prompt);
    return terminal.line();
}

bool same(const Secret& a, const Secret& b) { return a.text() == b.text(); }

}  // namespace

PasswordSource password_of(const std::string& name) {
    return [name]() -> Result<Secret> {
        if (std::optional<Secret> given = from_environment()) return std::move(*given);
        return asked("Password of " + escape_text(name) + ": ");
    };
}

Result<Secret> new_password(const std::string& name) {
    if (std::optional<Secret> given = from_environment()) return std::move(*given);
    Result<Secret> once = asked("New password for " + escape_text(name) + ": ");
    if (!once) return once;
    Result<Secret> again = asked("Once more: ");
    if (!again) return again;
    if (same(*once, *again)) return once;
    return Error{Code::kUsage, "the passwords differ"};
}

}  // namespace assay::cli
