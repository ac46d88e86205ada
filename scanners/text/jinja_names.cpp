#include "jinja_names.h"

#include <algorithm>
#include <array>

namespace assay::jinja {

namespace {

template <size_t N>
bool lists(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 50> kDunders = {
    "__class__",         "__mro__",          "__base__",          "__bases__",
    "__subclasses__",    "__globals__",      "__builtins__",      "__builtin__",
    "__import__",        "__init__",         "__dict__",          "__getattribute__",
    "__getattr__",       "__getitem__",      "__code__",          "__func__",
    "__self__",          "__module__",       "__reduce__",        "__reduce_ex__",
    "__closure__",       "__loader__",       "__spec__",          "__new__",
    "__call__",          "__doc__",          "__wrapped__",       "__defaults__",
    "__kwdefaults__",    "__setattr__",      "__delattr__",       "__name__",
    "__qualname__",      "__file__",         "__path__",          "__package__",
    "__enter__",         "__exit__",         "__del__",           "__prepare__",
    "__instancecheck__", "__subclasshook__", "__init_subclass__", "__set_name__",
    "__weakref__",       "__annotations__",  "__objclass__",      "__get__",
    "__repr__",          "__main__",
};

// Of these a part betrays the whole: unlike __name__ or __file__ they are no names of fields.
constexpr std::array<std::string_view, 20> kTelling = {
    "__class__",   "__mro__",      "__base__",         "__bases__",   "__subclasses__",
    "__globals__", "__builtins__", "__builtin__",      "__import__",  "__init__",
    "__dict__",    "__getattr__",  "__getattribute__", "__getitem__", "__reduce__",
    "__closure__", "__loader__",   "__subclasshook__", "__wrapped__", "__reduce_ex__",
};

constexpr std::array<std::string_view, 22> kInternals = {
    "mro",      "f_globals", "f_locals",     "f_builtins",   "f_back",   "f_code",
    "gi_frame", "gi_code",   "cr_frame",     "cr_code",      "ag_frame", "ag_code",
    "tb_frame", "tb_next",   "func_globals", "func_code",    "im_func",  "im_self",
    "im_class", "co_code",   "co_consts",    "gi_yieldfrom",
};

constexpr std::array<std::string_view, 25> kCode = {
    "popen",        "Popen",      "subprocess",      "importlib",  "import_module",
    "check_output", "getoutput",  "getstatusoutput", "check_call", "execve",
    "execvp",       "execvpe",    "execlp",          "spawnl",     "spawnv",
    "spawnlp",      "spawnvp",    "posix_spawn",     "fork_exec",  "load_module",
    "exec_module",  "run_module", "run_code",        "run_path",   "linecache",
};

constexpr std::array<std::string_view, 6> kBuiltins = {
    "eval", "exec", "open", "compile", "execfile", "__import__",
};

constexpr std::array<std::string_view, 14> kOsMembers = {
    "system", "popen",  "environ", "getenv", "listdir", "read",   "open",
    "remove", "unlink", "fork",    "kill",   "walk",    "execve", "startfile",
};

constexpr std::array<std::string_view, 6> kSysMembers = {
    "modules", "path", "meta_path", "stdin", "stdout", "exit",
};

constexpr std::array<std::string_view, 7> kModules = {
    "subprocess", "importlib", "builtins", "ctypes", "pty", "shutil", "marshal",
};

// Functions and classes: nothing inside them is of any use to a template.
constexpr std::array<std::string_view, 6> kClosed = {
    "lipsum", "cycler", "joiner", "namespace", "url_for", "get_flashed_messages",
};

// These hold values that a template may use, and these besides.
constexpr std::array<std::string_view, 5> kHolders = {"self", "request", "config", "g", "session"};
constexpr std::array<std::string_view, 12> kHeld = {
    "application", "environ",     "args",        "cookies",   "headers",   "url_root",
    "from_object", "from_pyfile", "from_envvar", "from_file", "root_path", "import_name",
};

constexpr std::array<std::string_view, 9> kAttributeFilters = {
    "map", "selectattr", "rejectattr", "groupby", "sort", "sum", "unique", "min", "max",
};

}  // namespace

bool is_dunder(std::string_view name) { return lists(kDunders, name); }

bool is_internal(std::string_view name) {
    return name.starts_with("__") || lists(kInternals, name);
}

bool has_dunder_step(std::string_view path) {
    for (;;) {
        const size_t dot = std::min(path.find('.'), path.size());
        if (is_dunder(path.substr(0, dot))) return true;
        if (dot == path.size()) return false;
        path.remove_prefix(dot + 1);
    }
}

bool has_dunder_field(std::string_view format) {
    constexpr size_t kLongestField = 1024;
    bool inside = false;
    size_t open = 0;
    for (size_t i = 0; i < format.size(); i++) {
        if (format[i] == '{') open = i;
        if (format[i] == '{' || format[i] == '}') inside = format[i] == '{';
        if (!inside || i - open > kLongestField) continue;
        const std::string_view ahead = format.substr(i, 3);
        if (ahead == ".__" || ahead == "[__") return true;
    }
    return false;
}

bool runs_code(std::string_view name) { return lists(kCode, name); }

bool is_builtin_danger(std::string_view name) { return lists(kBuiltins, name); }

bool is_module_danger(std::string_view module, std::string_view member) {
    if (module == "os" || module == "posix" || module == "nt") return lists(kOsMembers, member);
    if (module == "sys") return lists(kSysMembers, member);
    return lists(kModules, module);
}

bool enters_global(std::string_view object, std::string_view member) {
    if (lists(kClosed, object)) return true;
    return lists(kHolders, object) && (member.starts_with('_') || lists(kHeld, member));
}

bool is_closed(std::string_view object) { return lists(kClosed, object); }

bool is_renderers(std::string_view object) {
    return lists(kClosed, object) || lists(kHolders, object);
}

namespace {

size_t letters(std::string_view name, char gap) {
    return static_cast<size_t>(
        std::count_if(name.begin(), name.end(), [&](char c) { return c != '_' && c != gap; }));
}

// A gap stands for any text, also for none.
bool matches(std::string_view pattern, std::string_view name, char gap) {
    size_t p = 0;
    size_t n = 0;
    size_t retry = std::string_view::npos;  // behind the last gap
    size_t from = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == gap) {
            retry = ++p;
            from = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            p++;
            n++;
        } else if (retry != std::string_view::npos) {
            p = retry;
            n = ++from;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of(gap, p) == std::string_view::npos;
}

}  // namespace

bool may_be_dunder(std::string_view name, char gap) {
    const size_t known = letters(name, gap);
    return std::any_of(kTelling.begin(), kTelling.end(), [&](std::string_view telling) {
        return known >= 3 && 3 * known >= 2 * letters(telling, gap) && matches(name, telling, gap);
    });
}

bool takes_attribute(std::string_view filter) { return lists(kAttributeFilters, filter); }

}  // namespace assay::jinja
