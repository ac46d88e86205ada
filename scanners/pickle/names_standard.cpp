// What is allowed of the standard library beyond the built-in names: classes that hold values, and
// functions that compute and touch nothing else. Everything that is not here is dangerous, by
// names_modules.cpp, so a class that is missing costs a false alarm and never a miss.
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kValue = "holds a value";
constexpr std::string_view kContainer = "a container";
constexpr std::string_view kException = "an exception is a value until it is raised";
constexpr std::string_view kTuple = "a named tuple";
constexpr std::string_view kAbstract = "an abstract class or a marker, only to be named";
constexpr std::string_view kIterates = "iterates over the values it is given";
// Never to be called by a pickle: given an object, some of these call methods of it.
constexpr std::string_view kPure = "computes and touches nothing else, only to be named";
constexpr std::string_view kGrows = "harmless to name; called, it can run long or fill the memory";
constexpr std::string_view kPath = "a path is a text until one of its methods is called";
constexpr std::string_view kPattern = "compiles a regular expression";
constexpr std::string_view kLog = "configuration of a logger without any file or socket";

constexpr std::string_view kPaths =
    "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath";

// strftime and strptime ask the object they are given for nothing but its own numbers.
constexpr std::string_view kDateMethods =
    "date.ctime date.fromisocalendar date.fromisoformat date.fromordinal date.fromtimestamp "
    "date.isocalendar date.isoformat date.isoweekday date.strftime date.timetuple date.today "
    "date.toordinal date.weekday datetime.combine datetime.date datetime.fromisocalendar "
    "datetime.fromisoformat datetime.fromordinal datetime.fromtimestamp datetime.isocalendar "
    "datetime.isoformat datetime.isoweekday datetime.now datetime.strftime datetime.strptime "
    "datetime.time datetime.timestamp datetime.timetuple datetime.today datetime.toordinal "
    "datetime.utcfromtimestamp datetime.utcnow datetime.weekday time.fromisoformat "
    "time.isoformat time.strftime timedelta.total_seconds";
constexpr std::string_view kPathTexts =
    "basename commonprefix dirname isabs join normcase normpath split splitdrive splitext";

// Not Num, Str, Index and their like, which are functions in disguise.
constexpr std::string_view kNodes =
    "AST Add And AnnAssign Assert Assign AsyncFor AsyncFunctionDef AsyncWith Attribute "
    "AugAssign Await BinOp BitAnd BitOr BitXor BoolOp Break Call ClassDef Compare Constant "
    "Continue Del Delete Dict DictComp Div Eq ExceptHandler Expr Expression FloorDiv For "
    "FormattedValue FunctionDef GeneratorExp Global Gt GtE If IfExp Import ImportFrom In "
    "Interactive Interpolation Invert Is IsNot JoinedStr LShift Lambda List ListComp Load Lt "
    "LtE MatMult Match MatchAs MatchClass MatchMapping MatchOr MatchSequence MatchSingleton "
    "MatchStar MatchValue Mod Module Mult Name NamedExpr Nonlocal Not NotEq NotIn Or ParamSpec "
    "Pass Pow RShift Raise Return Set SetComp Slice Starred Store Sub Subscript TemplateStr Try "
    "TryStar Tuple TypeAlias TypeIgnore TypeVar TypeVarTuple UAdd USub UnaryOp While With Yield "
    "YieldFrom alias arg arguments comprehension keyword match_case withitem";
constexpr std::string_view kSignals =
    "SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGKILL SIGPIPE "
    "SIGPROF SIGPWR SIGQUIT SIGRTMAX SIGRTMIN SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP "
    "SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ "
    "SIG_BLOCK SIG_DFL SIG_IGN SIG_SETMASK SIG_UNBLOCK";
constexpr std::string_view kSockets =
    "AF_ALG AF_APPLETALK AF_BLUETOOTH AF_BRIDGE AF_CAN AF_INET AF_INET6 AF_IPX AF_KEY "
    "AF_NETLINK AF_PACKET AF_QIPCRTR AF_RDS AF_TIPC AF_UNIX AF_UNSPEC AF_VSOCK SOCK_CLOEXEC "
    "SOCK_DGRAM SOCK_NONBLOCK SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_STREAM";

// What the sections of a ConfigParser keep, bound to it.
constexpr std::string_view kSettings =
    "ConfigParser.getboolean ConfigParser.getfloat ConfigParser.getint RawConfigParser.getboolean "
    "RawConfigParser.getfloat RawConfigParser.getint SafeConfigParser.getboolean "
    "SafeConfigParser.getfloat SafeConfigParser.getint SectionProxy.get";

constexpr std::string_view kNode = "a node of a syntax tree, which nothing runs";
constexpr std::string_view kMember = "a member of an enumeration, only to be named";
constexpr std::string_view kEnum = "an enumeration";
constexpr std::string_view kParts = "holds what was read before; with arguments it reads or calls";
constexpr std::string_view kMail = "a message, or how it is written; its methods call its policy";

constexpr NameRule kRules[] = {
    {"_collections", "OrderedDict deque", allow(Use::kContainer), kContainer},
    {"_collections", "_tuplegetter", allow(), kValue},
    {"_collections_abc", "*", allow(Use::kReference), kAbstract},
    {"_csv", "Error", allow(), kException},
    {"_io", "BytesIO StringIO", allow(), "bytes or text in memory"},
    {"_io", "UnsupportedOperation", allow(), kException},
    {"_pickle", "PickleError PicklingError UnpicklingError", allow(), kException},
    {"_queue", "Empty", allow(), kException},
    {"_thread", "_local", allow(Use::kReference), kAbstract},
    {"abc", "ABC ABCMeta abstractmethod", allow(Use::kReference), kAbstract},
    {"argparse", "Namespace", allow(), "holds parsed options"},
    {"argparse", "ArgumentError ArgumentTypeError", allow(), kException},
    {"array", "ArrayType array", allow(), kValue},
    {"array", "_array_reconstructor", allow(Use::kMakesInstance), kValue},
    {"ast", kNodes, allow(), kNode},
    {"asyncio.exceptions", "*Error", allow(), kException},
    {"binascii", "Error Incomplete", allow(), kException},
    {"bisect", "bisect bisect_left bisect_right insort insort_left insort_right",
     allow(Use::kReference), kPure},
    {"calendar", "Day IllegalMonthError IllegalWeekdayError Month", allow(), kValue},
    {"calendar", "Calendar HTMLCalendar TextCalendar", allow(Use::kBare), kParts},
    {"cmath",
     "acos acosh asin asinh atan atanh cos cosh exp log log10 phase polar rect sin sinh sqrt tan "
     "tanh",
     allow(Use::kReference), kPure},
    {"collections", "Counter OrderedDict UserDict UserList deque", allow(Use::kContainer),
     kContainer},
    {"collections", "ChainMap UserString", allow(), kContainer},
    {"collections", "defaultdict", allow(Use::kCallsArgument), "keeps a factory to call later"},
    {"collections", "namedtuple", allow(Use::kReference), "makes a class from text"},
    // Before Python 3.10 the abstract classes were here, too.
    {"collections", "Callable Container Hashable Iterable Iterator Mapping MutableMapping Sequence",
     allow(Use::kReference), kAbstract},
    {"collections.abc", "*", allow(Use::kReference), kAbstract},
    {"concurrent.futures._base", "BrokenExecutor CancelledError InvalidStateError TimeoutError",
     allow(), kException},
    {"configparser", "*Error", allow(), kException},
    {"configparser",
     "BasicInterpolation ConfigParser ConverterMapping ExtendedInterpolation Interpolation "
     "LegacyInterpolation RawConfigParser SafeConfigParser SectionProxy",
     allow(Use::kBare), kParts},
    {"configparser", kSettings, allow(Use::kReference), "converts a setting, only to be named"},
    {"contextlib", "nullcontext", allow(), kValue},
    {"cookielib", "Cookie", allow(Use::kBare), kParts},  // as Python 2 named it
    {"csv", "Error", allow(), kException},
    {"csv", "excel excel_tab unix_dialect", allow(), "names a dialect"},
    {"dataclasses", "_HAS_DEFAULT_FACTORY_CLASS _KW_ONLY_TYPE _MISSING_TYPE FrozenInstanceError",
     allow(), kValue},
    {"dataclasses", "KW_ONLY MISSING", allow(Use::kReference), kAbstract},
    {"dataclasses", "make_dataclass", deny(kExecute), "makes a class from text with exec"},
    {"datetime", "MAXYEAR MINYEAR UTC", allow(Use::kReference), kValue},
    {"datetime", "date datetime time timedelta timezone tzinfo", allow(), kValue},
    {"datetime", kDateMethods, allow(Use::kReference), kPure},
    {"decimal",
     "Clamped Context ConversionSyntax Decimal DecimalException DecimalTuple DivisionByZero "
     "DivisionImpossible DivisionUndefined FloatOperation Inexact InvalidContext InvalidOperation "
     "Overflow Rounded Subnormal Underflow",
     allow(), kValue},
    {"difflib", "Match", allow(), kTuple},
    {"difflib", "SequenceMatcher", allow(Use::kBare), kParts},
    {"email._policybase", "Compat32", allow(Use::kBare), kMail},
    {"email.charset", "Charset", allow(Use::kBare), kMail},
    {"email.message", "EmailMessage MIMEPart Message", allow(Use::kBare), kMail},
    {"email.mime.**",
     "MIMEApplication MIMEAudio MIMEBase MIMEImage MIMEMessage MIMEMultipart MIMENonMultipart "
     "MIMEText",
     allow(Use::kBare), kMail},
    {"email.policy", "Compat32 EmailPolicy", allow(Use::kBare), kMail},
    {"enum", "auto", allow(), kValue},
    {"enum", "Enum EnumMeta EnumType Flag IntEnum IntFlag ReprEnum StrEnum", allow(Use::kReference),
     "makes enumerations when it is called"},
    {"fractions", "Fraction", allow(), kValue},
    {"graphlib", "CycleError", allow(), kValue},
    {"graphlib", "TopologicalSorter", allow(Use::kBare), "calls a method of what it is given"},
    {"graphlib", "_NodeInfo", allow(), kValue},
    {"heapq", "heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest",
     allow(Use::kReference), kPure},
    {"html", "escape unescape", allow(Use::kReference), kPure},
    {"http", "HTTPMethod HTTPStatus", allow(Use::kShared), kEnum},
    {"http.cookiejar", "Cookie", allow(Use::kBare), kParts},
    {"http.cookies", "BaseCookie Morsel SimpleCookie", allow(Use::kTakesTexts), kContainer},
    {"http.cookies", "CookieError", allow(), kException},
    {"inspect", "_ParameterKind _empty Parameter Signature", allow(),
     "describes the arguments of a function"},
    {"io", "BytesIO StringIO", allow(), "bytes or text in memory"},
    {"io", "UnsupportedOperation", allow(), kException},
    {"ipaddress",
     "AddressValueError IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface "
     "IPv6Network NetmaskValueError",
     allow(), kValue},
    {"ipaddress", "ip_address ip_interface ip_network", allow(Use::kReference), kPure},
    {"itertools",
     "batched chain combinations combinations_with_replacement compress count cycle islice izip "
     "izip_longest pairwise permutations product repeat tee zip_longest",
     allow(), kIterates},
    {"itertools",
     "accumulate dropwhile filterfalse groupby ifilter ifilterfalse imap starmap "
     "takewhile",
     allow(Use::kCallsArgument), "calls what it is given for each value"},
    {"json", "dumps loads", allow(Use::kReference), kPure},
    {"json.decoder", "JSONDecodeError", allow(), kException},
    {"json.decoder", "JSONDecoder", allow(Use::kReference), kPure},
    {"json.encoder", "JSONEncoder", allow(Use::kReference), kPure},
    {"keyword", "iskeyword issoftkeyword", allow(Use::kReference), kPure},
    {"logging", "getLogger", allow(Use::kShared), "how loggers are pickled"},
    {"logging",
     "BufferingFormatter Filter Formatter LogRecord Logger LoggerAdapter Manager NullHandler "
     "PercentStyle PlaceHolder RootLogger StrFormatStyle StringTemplateStyle",
     allow(), kLog},
    {"logging", "Handler StreamHandler", allow(Use::kReference), kLog},
    {"logging", "FileHandler", deny(kFile), "creates or appends to a file"},
    {"logging", "**", deny(kTamper), "changes what is logged"},
    {"math",
     "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh degrees dist erf erfc exp "
     "exp2 expm1 fabs floor fmod frexp fsum gamma gcd hypot isclose isfinite isinf isnan isqrt lcm "
     "ldexp lgamma log log10 log1p log2 modf nextafter radians remainder sin sinh sqrt tan tanh "
     "trunc ulp",
     allow(Use::kReference), kPure},
    {"math", "comb factorial perm pow prod", allow(Use::kReference), kGrows},
    {"multiprocessing", "AuthenticationError BufferTooShort ProcessError TimeoutError", allow(),
     kException},
    {"multiprocessing.context", "AuthenticationError BufferTooShort ProcessError TimeoutError",
     allow(), kException},
    {"ntpath", kPathTexts, allow(Use::kReference), "works on the text of a path"},
    {"numbers", "*", allow(Use::kReference), kAbstract},
    {"optparse", "Values", allow(Use::kBare), "holds parsed options; its methods run files"},
    {"os", "PathLike", allow(Use::kReference), kAbstract},
    {"os", "stat_result statvfs_result terminal_size times_result uname_result", allow(), kTuple},
    {"pathlib", kPaths, allow(), kPath},
    {"pathlib._local", kPaths, allow(), kPath},  // as Python 3.13 names them
    {"pickle", "PickleError PicklingError UnpicklingError", allow(), kException},
    {"platform", "uname_result", allow(), "a named tuple; what it lacks, it asks uname for"},
    {"plistlib", "UID", allow(), kValue},
    {"posixpath", kPathTexts, allow(Use::kReference), "works on the text of a path"},
    {"pwd", "struct_passwd", allow(), kTuple},
    {"queue", "Empty Full ShutDown", allow(), kException},
    {"random", "Random SystemRandom", allow(), "holds the state of a generator"},
    {"re", "_compile compile", allow(), kPattern},
    {"re", "RegexFlag", allow(), kValue},
    {"re", "Match Pattern", allow(Use::kReference), kAbstract},
    {"re", "PatternError error", allow(), kException},
    {"re", "escape", allow(Use::kReference), kPure},
    {"resource", "struct_rusage", allow(), kTuple},
    {"signal", kSignals, allow(Use::kReference), kMember},
    {"signal", "Handlers Sigmasks Signals", allow(Use::kShared), kEnum},
    {"socket", kSockets, allow(Use::kReference), kMember},
    {"socket", "AddressFamily AddressInfo MsgFlag SocketKind", allow(Use::kShared), kEnum},
    {"sqlite3",
     "DataError DatabaseError Error IntegrityError InterfaceError InternalError NotSupportedError "
     "OperationalError ProgrammingError Warning",
     allow(), kException},
    {"sre_constants", "error", allow(), kException},
    {"statistics", "NormalDist StatisticsError", allow(), kValue},
    {"statistics",
     "correlation covariance fmean geometric_mean harmonic_mean mean median median_grouped "
     "median_high median_low mode multimode pstdev pvariance quantiles stdev variance",
     allow(Use::kReference), kPure},
    {"string", "Template", allow(), kValue},
    {"string", "Formatter capwords", allow(Use::kReference), kPure},
    {"struct", "error", allow(), kException},
    {"subprocess", "CalledProcessError SubprocessError TimeoutExpired", allow(), kException},
    {"tarfile", "TarInfo", allow(Use::kBare), kParts},
    {"tarfile", "*Error", allow(), kException},
    {"textwrap", "TextWrapper", allow(Use::kBare), kParts},
    {"time", "struct_time", allow(), kTuple},
    {"time", "monotonic perf_counter process_time time", allow(Use::kReference), kPure},
    {"tokenize", "TokenInfo", allow(), kTuple},
    {"traceback", "FrameSummary TracebackException", allow(Use::kBare), kParts},
    {"traceback", "StackSummary", allow(Use::kContainer), kContainer},
    {"types", "GenericAlias", allow(Use::kCallsArgument), "a type that is called through it"},
    {"types", "MappingProxyType SimpleNamespace", allow(), kValue},
    {"types",
     "BuiltinFunctionType BuiltinMethodType EllipsisType NoneType NotImplementedType UnionType",
     allow(Use::kReference), "a class, only to be named"},
    {"types", "CodeType", deny(kExecute, Use::kCompiles), "makes code from bytes"},
    {"types", "CellType DynamicClassAttribute FunctionType LambdaType MethodType", deny(kExecute),
     "makes functions"},
    {"types", "**", deny(kIntrospection), "makes classes or reaches the inside of functions"},
    {"typing",
     "AbstractSet Annotated Any AnyStr AsyncGenerator AsyncIterable AsyncIterator Awaitable "
     "BinaryIO ByteString Callable ChainMap ClassVar Collection Concatenate Container Coroutine "
     "Counter DefaultDict Deque Dict Final FrozenSet Generator Generic Hashable IO ItemsView "
     "Iterable Iterator KeysView List Literal LiteralString Mapping MappingView Match "
     "MutableMapping MutableSequence MutableSet NamedTuple Never NewType NoReturn NotRequired "
     "Optional OrderedDict ParamSpec Pattern Protocol ReadOnly Required Reversible Self Sequence "
     "Set Sized SupportsAbs SupportsBytes SupportsComplex SupportsFloat SupportsIndex SupportsInt "
     "SupportsRound Text TextIO Tuple Type TypeAlias TypeGuard TypeIs TypeVar TypeVarTuple "
     "TypedDict Union Unpack ValuesView",
     allow(Use::kReference), "a type, only to be named"},
    {"unicodedata", "category combining decimal digit name normalize numeric",
     allow(Use::kReference), kPure},
    {"urllib.error", "ContentTooShortError URLError", allow(), kException},
    {"urllib.parse",
     "DefragResult DefragResultBytes ParseResult ParseResultBytes SplitResult SplitResultBytes",
     allow(), kTuple},
    {"urllib.parse", "quote quote_plus unquote unquote_plus urlencode urljoin urlparse urlsplit",
     allow(Use::kReference), kPure},
    {"uuid", "SafeUUID UUID", allow(), kValue},
    {"warnings", "WarningMessage", allow(), kValue},
    {"xml.etree.ElementTree", "Element QName", allow(), kValue},
    {"xml.etree.ElementTree", "ElementTree", allow(Use::kBare), kParts},
    {"xml.etree.ElementTree", "ParseError", allow(), kException},
    {"zipfile", "BadZipFile LargeZipFile", allow(), kException},
    {"zipfile", "ZipInfo", allow(Use::kBare), kParts},
    {"zlib", "error", allow(), kException},
    {"zoneinfo", "ZoneInfo", allow(), "reads the system's time zones by a checked name"},
    {"zoneinfo", "ZoneInfo._unpickle", allow(), "how time zones are pickled: by a checked name"},
    {"zoneinfo", "ZoneInfoNotFoundError", allow(), kException},
};
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const NameRule> kStandardRules = kRules;

}  // namespace assay::pickle
