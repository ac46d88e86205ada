// Errors as values: malformed input is an ordinary outcome, so every reader returns a Result.
//
// An Error carries a static text (never built from input), the offset where the trouble lies and,
// for trouble with the system, errno. Nothing here allocates; all of it may be used on any thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace assay {

enum class Code : uint8_t {
    kTruncated,    // the input ends before what it promises
    kMalformed,    // the input breaks its format's rules
    kLimit,        // a limit given by the user, or derived from one, stopped us
    kIo,           // the system refused to open, read or write; see Error::sys
    kChanged,      // the input changed while it was read
    kUnsupported,  // recognised, but nothing here can read it
    kUsage,        // the caller, or the command line, asked for the impossible
    kInterrupted,  // a stop was requested
};

struct Error {
    Code code;
    const char* text;
    uint64_t offset = 0;
    int sys = 0;
};

// "text" or "text: strerror(sys)"; the offset is left to the caller, who knows whether it helps.
std::string describe(const Error& error);

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : held_(std::move(value)) {}  // NOLINT: implicit so that `return value;` works
    Result(Error error) : held_(error) {}         // NOLINT: and `return Error{…};`

    [[nodiscard]] bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Precondition of the next four: ok().
    T& value() { return *std::get_if<0>(&held_); }
    const T& value() const { return *std::get_if<0>(&held_); }
    T& operator*() { return value(); }
    T* operator->() { return &value(); }

    // Precondition: !ok().
    [[nodiscard]] const Error& error() const { return *std::get_if<1>(&held_); }

  private:
    std::variant<T, Error> held_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace assay
