// Python 2 in pickles. Python 3 maps its module and function names when it loads protocol 0 to 2
// (`commands.getoutput` becomes `subprocess.getoutput`), so a scanner that knows only one spelling
// is passed by with the other. Both are judged: what the name becomes, by the tables of today, and
// what it says, by the rules below, for loaders that map nothing and for Python 2 itself.
#include <algorithm>
#include <tuple>

#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

// Names that moved on their own.
constexpr Renamed kNames[] = {
    {"UserDict", "IterableUserDict", {"collections", "UserDict"}},
    {"UserDict", "UserDict", {"collections", "UserDict"}},
    {"UserList", "UserList", {"collections", "UserList"}},
    {"UserString", "UserString", {"collections", "UserString"}},
    {"__builtin__", "basestring", {"builtins", "str"}},
    {"__builtin__", "intern", {"sys", "intern"}},
    {"__builtin__", "long", {"builtins", "int"}},
    {"__builtin__", "reduce", {"functools", "reduce"}},
    {"__builtin__", "unichr", {"builtins", "chr"}},
    {"__builtin__", "unicode", {"builtins", "str"}},
    {"__builtin__", "xrange", {"builtins", "range"}},
    {"_multiprocessing", "Connection", {"multiprocessing.connection", "Connection"}},
    {"_socket", "fromfd", {"socket", "fromfd"}},
    {"exceptions", "ArithmeticError", {"builtins", "ArithmeticError"}},
    {"exceptions", "AssertionError", {"builtins", "AssertionError"}},
    {"exceptions", "AttributeError", {"builtins", "AttributeError"}},
    {"exceptions", "BaseException", {"builtins", "BaseException"}},
    {"exceptions", "BufferError", {"builtins", "BufferError"}},
    {"exceptions", "BytesWarning", {"builtins", "BytesWarning"}},
    {"exceptions", "DeprecationWarning", {"builtins", "DeprecationWarning"}},
    {"exceptions", "EOFError", {"builtins", "EOFError"}},
    {"exceptions", "EnvironmentError", {"builtins", "EnvironmentError"}},
    {"exceptions", "Exception", {"builtins", "Exception"}},
    {"exceptions", "FloatingPointError", {"builtins", "FloatingPointError"}},
    {"exceptions", "FutureWarning", {"builtins", "FutureWarning"}},
    {"exceptions", "GeneratorExit", {"builtins", "GeneratorExit"}},
    {"exceptions", "IOError", {"builtins", "IOError"}},
    {"exceptions", "ImportError", {"builtins", "ImportError"}},
    {"exceptions", "ImportWarning", {"builtins", "ImportWarning"}},
    {"exceptions", "IndentationError", {"builtins", "IndentationError"}},
    {"exceptions", "IndexError", {"builtins", "IndexError"}},
    {"exceptions", "KeyError", {"builtins", "KeyError"}},
    {"exceptions", "KeyboardInterrupt", {"builtins", "KeyboardInterrupt"}},
    {"exceptions", "LookupError", {"builtins", "LookupError"}},
    {"exceptions", "MemoryError", {"builtins", "MemoryError"}},
    {"exceptions", "NameError", {"builtins", "NameError"}},
    {"exceptions", "NotImplementedError", {"builtins", "NotImplementedError"}},
    {"exceptions", "OSError", {"builtins", "OSError"}},
    {"exceptions", "OverflowError", {"builtins", "OverflowError"}},
    {"exceptions", "PendingDeprecationWarning", {"builtins", "PendingDeprecationWarning"}},
    {"exceptions", "ReferenceError", {"builtins", "ReferenceError"}},
    {"exceptions", "RuntimeError", {"builtins", "RuntimeError"}},
    {"exceptions", "RuntimeWarning", {"builtins", "RuntimeWarning"}},
    {"exceptions", "StandardError", {"builtins", "Exception"}},
    {"exceptions", "StopIteration", {"builtins", "StopIteration"}},
    {"exceptions", "SyntaxError", {"builtins", "SyntaxError"}},
    {"exceptions", "SyntaxWarning", {"builtins", "SyntaxWarning"}},
    {"exceptions", "SystemError", {"builtins", "SystemError"}},
    {"exceptions", "SystemExit", {"builtins", "SystemExit"}},
    {"exceptions", "TabError", {"builtins", "TabError"}},
    {"exceptions", "TypeError", {"builtins", "TypeError"}},
    {"exceptions", "UnboundLocalError", {"builtins", "UnboundLocalError"}},
    {"exceptions", "UnicodeDecodeError", {"builtins", "UnicodeDecodeError"}},
    {"exceptions", "UnicodeEncodeError", {"builtins", "UnicodeEncodeError"}},
    {"exceptions", "UnicodeError", {"builtins", "UnicodeError"}},
    {"exceptions", "UnicodeTranslateError", {"builtins", "UnicodeTranslateError"}},
    {"exceptions", "UnicodeWarning", {"builtins", "UnicodeWarning"}},
    {"exceptions", "UserWarning", {"builtins", "UserWarning"}},
    {"exceptions", "ValueError", {"builtins", "ValueError"}},
    {"exceptions", "Warning", {"builtins", "Warning"}},
    {"exceptions", "ZeroDivisionError", {"builtins", "ZeroDivisionError"}},
    {"itertools", "ifilter", {"builtins", "filter"}},
    {"itertools", "ifilterfalse", {"itertools", "filterfalse"}},
    {"itertools", "imap", {"builtins", "map"}},
    {"itertools", "izip", {"builtins", "zip"}},
    {"itertools", "izip_longest", {"itertools", "zip_longest"}},
    {"multiprocessing", "AuthenticationError", {"multiprocessing.context", "AuthenticationError"}},
    {"multiprocessing", "BufferTooShort", {"multiprocessing.context", "BufferTooShort"}},
    {"multiprocessing", "ProcessError", {"multiprocessing.context", "ProcessError"}},
    {"multiprocessing", "TimeoutError", {"multiprocessing.context", "TimeoutError"}},
    {"multiprocessing.forking", "Popen", {"multiprocessing.popen_fork", "Popen"}},
    {"multiprocessing.process", "Process", {"multiprocessing.context", "Process"}},
    {"socket", "_socketobject", {"socket", "SocketType"}},
    {"urllib", "ContentTooShortError", {"urllib.error", "ContentTooShortError"}},
    {"urllib", "getproxies", {"urllib.request", "getproxies"}},
    {"urllib", "pathname2url", {"urllib.request", "pathname2url"}},
    {"urllib", "quote", {"urllib.parse", "quote"}},
    {"urllib", "quote_plus", {"urllib.parse", "quote_plus"}},
    {"urllib", "unquote", {"urllib.parse", "unquote"}},
    {"urllib", "unquote_plus", {"urllib.parse", "unquote_plus"}},
    {"urllib", "url2pathname", {"urllib.request", "url2pathname"}},
    {"urllib", "urlcleanup", {"urllib.request", "urlcleanup"}},
    {"urllib", "urlencode", {"urllib.parse", "urlencode"}},
    {"urllib", "urlopen", {"urllib.request", "urlopen"}},
    {"urllib", "urlretrieve", {"urllib.request", "urlretrieve"}},
    {"urllib2", "HTTPError", {"urllib.error", "HTTPError"}},
    {"urllib2", "URLError", {"urllib.error", "URLError"}},
    {"whichdb", "whichdb", {"dbm", "whichdb"}},
};

// Modules that moved as a whole.
constexpr Renamed kModules[] = {
    {"BaseHTTPServer", "", {"http.server", ""}},
    {"CGIHTTPServer", "", {"http.server", ""}},
    {"ConfigParser", "", {"configparser", ""}},
    {"Cookie", "", {"http.cookies", ""}},
    {"Dialog", "", {"tkinter.dialog", ""}},
    {"DocXMLRPCServer", "", {"xmlrpc.server", ""}},
    {"FileDialog", "", {"tkinter.filedialog", ""}},
    {"HTMLParser", "", {"html.parser", ""}},
    {"Queue", "", {"queue", ""}},
    {"ScrolledText", "", {"tkinter.scrolledtext", ""}},
    {"SimpleDialog", "", {"tkinter.simpledialog", ""}},
    {"SimpleHTTPServer", "", {"http.server", ""}},
    {"SimpleXMLRPCServer", "", {"xmlrpc.server", ""}},
    {"SocketServer", "", {"socketserver", ""}},
    {"StringIO", "", {"io", ""}},
    {"Tix", "", {"tkinter.tix", ""}},
    {"Tkconstants", "", {"tkinter.constants", ""}},
    {"Tkdnd", "", {"tkinter.dnd", ""}},
    {"Tkinter", "", {"tkinter", ""}},
    {"UserDict", "", {"collections", ""}},
    {"UserList", "", {"collections", ""}},
    {"UserString", "", {"collections", ""}},
    {"__builtin__", "", {"builtins", ""}},
    {"_abcoll", "", {"collections.abc", ""}},
    {"_elementtree", "", {"xml.etree.ElementTree", ""}},
    {"_winreg", "", {"winreg", ""}},
    {"anydbm", "", {"dbm", ""}},
    {"cPickle", "", {"pickle", ""}},
    {"cStringIO", "", {"io", ""}},
    {"commands", "", {"subprocess", ""}},
    {"cookielib", "", {"http.cookiejar", ""}},
    {"copy_reg", "", {"copyreg", ""}},
    {"dbhash", "", {"dbm.bsd", ""}},
    {"dbm", "", {"dbm.ndbm", ""}},
    {"dumbdbm", "", {"dbm.dumb", ""}},
    {"dummy_thread", "", {"_dummy_thread", ""}},
    {"gdbm", "", {"dbm.gnu", ""}},
    {"htmlentitydefs", "", {"html.entities", ""}},
    {"httplib", "", {"http.client", ""}},
    {"markupbase", "", {"_markupbase", ""}},
    {"repr", "", {"reprlib", ""}},
    {"robotparser", "", {"urllib.robotparser", ""}},
    {"test.test_support", "", {"test.support", ""}},
    {"thread", "", {"_thread", ""}},
    {"tkColorChooser", "", {"tkinter.colorchooser", ""}},
    {"tkCommonDialog", "", {"tkinter.commondialog", ""}},
    {"tkFileDialog", "", {"tkinter.filedialog", ""}},
    {"tkFont", "", {"tkinter.font", ""}},
    {"tkMessageBox", "", {"tkinter.messagebox", ""}},
    {"tkSimpleDialog", "", {"tkinter.simpledialog", ""}},
    {"ttk", "", {"tkinter.ttk", ""}},
    {"urllib2", "", {"urllib.request", ""}},
    {"urlparse", "", {"urllib.parse", ""}},
    {"whichdb", "", {"dbm", ""}},
    {"xmlrpclib", "", {"xmlrpc.client", ""}},
};

constexpr std::string_view kContainer = "a list, dict or set of Python 2";
constexpr std::string_view kException = "an exception is a value until it is raised";

// What may be said in Python 2 modules; built-in names are in names_builtins.cpp.
constexpr NameRule kRules[] = {
    {"ConfigParser",
     "BasicInterpolation ConfigParser ConverterMapping ExtendedInterpolation Interpolation "
     "LegacyInterpolation RawConfigParser SafeConfigParser SectionProxy",
     allow(Use::kBare), "holds what was read before; with arguments it reads or calls"},
    {"ConfigParser",
     "ConfigParser.getboolean ConfigParser.getfloat ConfigParser.getint RawConfigParser.getboolean "
     "RawConfigParser.getfloat RawConfigParser.getint SafeConfigParser.getboolean "
     "SafeConfigParser.getfloat SafeConfigParser.getint SectionProxy.get",
     allow(Use::kReference), "converts a setting, only to be named"},
    {"ConfigParser", "*Error", allow(), kException},
    {"Cookie", "BaseCookie Morsel SimpleCookie", allow(Use::kTakesTexts), "a container"},
    {"Cookie", "CookieError", allow(), kException},
    {"Queue", "Empty Full", allow(), kException},
    {"StringIO", "StringIO", allow(), "text in memory"},
    {"UserDict", "IterableUserDict UserDict", allow(Use::kContainer), kContainer},
    {"UserList", "UserList", allow(Use::kContainer), kContainer},
    {"UserString", "UserString", allow(), "a text of Python 2"},
    {"_abcoll", "*", allow(Use::kReference), "abstract classes"},
    {"cPickle", "PickleError PicklingError UnpicklingError", allow(), kException},
    {"cPickle", "**", deny(kDeserialise), "loads pickles"},
    {"cStringIO", "StringIO", allow(), "text in memory"},
    {"commands", "CalledProcessError SubprocessError TimeoutExpired", allow(), kException},
    {"commands", "**", deny(kExecute), "runs commands"},
    {"new", "**", deny(kExecute), "makes functions, methods and code"},
    {"sets", "Set ImmutableSet", allow(Use::kContainer), kContainer},
    {"thread", "_local", allow(Use::kReference), "a class, only to be named"},
    {"urllib2", "URLError", allow(), kException},
    {"urlparse",
     "DefragResult DefragResultBytes ParseResult ParseResultBytes SplitResult SplitResultBytes",
     allow(), "a named tuple"},
};

constexpr auto spelling = [](const Renamed& row) { return std::tuple(row.module, row.name); };
static_assert(std::ranges::is_sorted(kNames, {}, spelling));
static_assert(std::ranges::is_sorted(kModules, {}, spelling));
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const Renamed> kRenamedNames = kNames;
constinit const std::span<const Renamed> kRenamedModules = kModules;
constinit const std::span<const NameRule> kPython2Rules = kRules;

}  // namespace assay::pickle
