#include "metadata_text.h"

#include <cstring>

namespace assay {

namespace {

constexpr std::string_view kTelling[] = {
    // browsers
    "<script",
    "<SCRIPT",
    "<iframe",
    "javascript:",
    "onerror=",
    "onload=",
    // Python
    "__import__(",
    "os.system(",
    "os.popen(",
    "subprocess.Popen(",
    "subprocess.call(",
    "subprocess.check_output(",
    "subprocess.run(",
    "__builtins__",
    "__globals__",
    "__subclasses__",
    "pickle.loads(",
    "marshal.loads(",
    "exec(base64",
    "eval(base64",
    "exec(compile(",
    "exec(open(",
    "exec(requests",
    "exec(urllib",
    // shells
    "/dev/tcp/",
    "bash -i",
    "rm -rf /",
    "powershell -e",
    "Invoke-Expression",
    "cmd.exe /c",
    "nc -e ",
};

size_t find(std::string_view text, std::string_view part) {
    const void* found = memmem(text.data(), text.size(), part.data(), part.size());
    return found ? static_cast<size_t>(static_cast<const char*>(found) - text.data())
                 : std::string_view::npos;
}

bool pipes_into_shell(std::string_view text) {
    for (std::string_view shell : {"| sh", "|sh", "| bash", "|bash", "| python", "|python"}) {
        if (find(text, shell) != std::string_view::npos) return true;
    }
    return false;
}

// A command that fetches something and hands it to a shell, in one line. Each line is looked at
// once, from its first such command on.
std::string_view fetch_and_run(std::string_view text, std::string_view fetch) {
    for (size_t at = find(text, fetch); at != std::string_view::npos; at = find(text, fetch)) {
        text.remove_prefix(at);
        const std::string_view line = text.substr(0, text.find('\n'));
        if (pipes_into_shell(line)) return line.substr(0, 80);
        text.remove_prefix(line.size());
    }
    return {};
}

}  // namespace

std::string_view suspicious_part(std::string_view text) {
    constexpr size_t kShortest = 8;
    if (text.size() < kShortest) return {};
    for (std::string_view part : kTelling) {
        const size_t at = find(text, part);
        if (at != std::string_view::npos) return text.substr(at, 80);
    }
    const std::string_view fetched = fetch_and_run(text, "curl ");
    return fetched.empty() ? fetch_and_run(text, "wget ") : fetched;
}

}  // namespace assay
