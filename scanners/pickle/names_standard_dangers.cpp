// Why the well-known gadgets of the standard library are dangerous, in words of their own.
//
// This table is not what stops them: every name that names_standard.cpp does not allow is dangerous
// already. It gives the report a reason that a reader can use, and the capability of the worst
// case.
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kRuns = "runs programs";
constexpr std::string_view kCode = "runs code that it is given as text, file or module";
constexpr std::string_view kFiles = "opens, writes or removes files";
constexpr std::string_view kNet = "connects to other machines";
constexpr std::string_view kServes = "listens for connections";
constexpr std::string_view kLoads = "unpacks pickles or code";
constexpr std::string_view kImports = "imports modules or resolves names by text";
constexpr std::string_view kMemory = "reads and writes memory and calls foreign functions";
constexpr std::string_view kInside = "reaches frames, modules or globals";
constexpr std::string_view kTool = "a tool that runs programs or code for its work";
constexpr std::string_view kWorkers = "starts processes or threads, or unpacks what they send";

constexpr std::string_view kFileNames =
    "chmod chown close dup dup2 fdopen ftruncate lchown link listdir lchmod makedirs mkdir mkfifo "
    "mknod open pipe read readlink remove removedirs rename renames replace rmdir scandir sendfile "
    "symlink truncate unlink utime walk write";

constexpr NameRule kRules[] = {
    {"_aix_support.**", "**", deny(kExecute), kTool},
    {"_ctypes.**", "**", deny(kNative), kMemory},
    {"_frozen_importlib.**", "**", deny(kImport), kImports},
    {"_frozen_importlib_external.**", "**", deny(kImport), kImports},
    {"_imp.**", "**", deny(kImport), kImports},
    {"_interpreters.**", "**", deny(kExecute), kCode},
    {"_io", "FileIO OpenWrapper TextIOWrapper open open_code", deny(kFile), kFiles},
    {"_osx_support.**", "**", deny(kExecute), kTool},
    {"_pickle", "**", deny(kDeserialise), kLoads},
    {"_posixsubprocess.**", "**", deny(kExecute), kRuns},
    {"_pyrepl.**", "**", deny(kExecute), kTool},
    {"_socket.**", "**", deny(kNetwork), kNet},
    {"_xxsubinterpreters.**", "**", deny(kExecute), kCode},
    {"asyncio.**", "**", deny(kExecute), kWorkers},
    {"atexit.**", "**", deny(kExecute), "calls what it is given when the process ends"},
    {"bdb.**", "**", deny(kExecute), kCode},
    {"cProfile.**", "**", deny(kExecute), kCode},
    {"code.**", "**", deny(kExecute), kCode},
    {"codeop.**", "**", deny(kExecute), kCode},
    {"compileall.**", "**", deny(kExecute), kTool},
    {"concurrent.**", "**", deny(kExecute), kWorkers},
    {"ctypes.**", "**", deny(kNative), kMemory},
    {"distutils.**", "**", deny(kExecute), kTool},
    {"doctest.**", "**", deny(kExecute), kCode},
    {"ensurepip.**", "**", deny(kExecute), "installs packages"},
    {"ftplib.**", "**", deny(kNetwork), kNet},
    {"gc.**", "**", deny(kIntrospection), kInside},
    {"http.**", "**", deny(kNetwork), kNet},
    {"idlelib.**", "**", deny(kExecute), kTool},
    {"imaplib.**", "**", deny(kNetwork), "connects to other machines and can start a program"},
    {"imp.**", "**", deny(kImport), kImports},
    {"importlib.**", "**", deny(kImport), kImports},
    {"io", "FileIO OpenWrapper TextIOWrapper open open_code", deny(kFile), kFiles},
    {"lib2to3.**", "**", deny(kExecute), kTool},
    {"logging.config.**", "**", deny(kExecute), "calls what a configuration names"},
    {"logging.handlers.**", "**", deny(kNetwork), "writes files or connects to other machines"},
    {"mailcap.**", "**", deny(kExecute), kRuns},
    {"marshal.**", "**", deny(kDeserialise, Use::kCompiles), "unpacks code"},
    {"multiprocessing.**", "**", deny(kExecute), kWorkers},
    {"nt.**", "**", deny(kExecute), kRuns},
    {"os", kFileNames, deny(kFile), kFiles},
    {"os.**", "**", deny(kExecute), kRuns},
    {"pdb.**", "**", deny(kExecute), kCode},
    {"pickle", "**", deny(kDeserialise), kLoads},
    {"pipes.**", "**", deny(kExecute), kRuns},
    {"pkgutil.**", "**", deny(kImport), kImports},
    {"platform.**", "**", deny(kExecute), kRuns},
    {"popen2.**", "**", deny(kExecute), kRuns},
    {"posix", kFileNames, deny(kFile), kFiles},
    {"posix.**", "**", deny(kExecute), kRuns},
    {"profile.**", "**", deny(kExecute), kCode},
    {"pty.**", "**", deny(kExecute), kRuns},
    {"py_compile.**", "**", deny(kExecute), kTool},
    {"pydoc.**", "**", deny(kExecute), "imports modules and starts pagers"},
    {"runpy.**", "**", deny(kExecute), kCode},
    {"shelve.**", "**", deny(kDeserialise), kLoads},
    {"shutil.**", "**", deny(kFile), kFiles},
    {"site.**", "**", deny(kExecute), kCode},
    {"smtplib.**", "**", deny(kNetwork), kNet},
    {"socket.**", "**", deny(kNetwork), kNet},
    {"socketserver.**", "**", deny(kNetwork), kServes},
    {"subprocess.**", "**", deny(kExecute), kRuns},
    {"sys", "intern", allow(), "a text"},
    {"sys.**", "**", deny(kIntrospection), kInside},
    {"tempfile.**", "**", deny(kFile), kFiles},
    {"test.**", "**", deny(kExecute), kTool},
    {"threading.**", "**", deny(kExecute), kWorkers},
    {"timeit.**", "**", deny(kExecute), kCode},
    {"trace.**", "**", deny(kExecute), kCode},
    {"unittest.**", "**", deny(kExecute), kCode},
    {"urllib.request.**", "**", deny(kNetwork), kNet},
    {"uuid", "**", deny(kExecute), "its helpers run programs"},
    {"venv.**", "**", deny(kExecute), kTool},
    {"webbrowser.**", "**", deny(kExecute), kRuns},
    {"zipimport.**", "**", deny(kImport), kImports},
};
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const NameRule> kStandardDangers = kRules;

}  // namespace assay::pickle
