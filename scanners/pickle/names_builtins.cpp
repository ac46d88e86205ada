// The built-in names and the helpers of the pickle protocol itself, in all their spellings.
//
// Reviewed: constructors of plain values, exceptions and lazy iterators are allowed. Whatever
// evaluates text, opens files, or reads and writes attributes by name is not: eval, exec, compile,
// open, input, __import__, setattr, vars, globals, breakpoint, help and their Python 2 relatives.
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kContainers = "dict list set";
constexpr std::string_view kValues =
    "bool bytearray bytes complex enumerate float frozenset int object range reversed slice str "
    "tuple zip";
constexpr std::string_view kPython2Values = "basestring buffer intern long unichr unicode xrange";
// iter calls its first argument when it has two; reduce, map and filter always do.
constexpr std::string_view kCallers = "filter iter map";
constexpr std::string_view kFunctions =
    "abs all any ascii bin callable chr cmp divmod hash hex id isinstance issubclass len max min "
    "next oct ord pow print repr round sorted sum memoryview property staticmethod classmethod "
    "Ellipsis NotImplemented";
constexpr std::string_view kExceptions =
    "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup "
    "BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError "
    "ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError "
    "DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup "
    "FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError "
    "ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError "
    "KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError "
    "NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning "
    "PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError "
    "ResourceWarning RuntimeError RuntimeWarning StandardError StopAsyncIteration StopIteration "
    "SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError "
    "UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError "
    "UnicodeWarning UserWarning ValueError Warning WindowsError ZeroDivisionError";
// Of the methods of values those that compute. Not str.format, which reads attributes.
constexpr std::string_view kTextMethods =
    "str.capitalize str.casefold str.center str.count str.encode str.endswith str.find "
    "str.index str.isalnum str.isalpha str.isascii str.isdecimal str.isdigit str.isidentifier "
    "str.islower str.isnumeric str.isprintable str.isspace str.istitle str.isupper str.join "
    "str.ljust str.lower str.lstrip str.maketrans str.partition str.removeprefix "
    "str.removesuffix str.replace str.rfind str.rindex str.rjust str.rpartition str.rsplit "
    "str.rstrip str.split str.splitlines str.startswith str.strip str.swapcase str.title "
    "str.translate str.upper str.zfill unicode.capitalize unicode.casefold unicode.center "
    "unicode.count unicode.encode unicode.endswith unicode.find unicode.index unicode.isalnum "
    "unicode.isalpha unicode.isascii unicode.isdecimal unicode.isdigit unicode.isidentifier "
    "unicode.islower unicode.isnumeric unicode.isprintable unicode.isspace unicode.istitle "
    "unicode.isupper unicode.join unicode.ljust unicode.lower unicode.lstrip unicode.maketrans "
    "unicode.partition unicode.removeprefix unicode.removesuffix unicode.replace unicode.rfind "
    "unicode.rindex unicode.rjust unicode.rpartition unicode.rsplit unicode.rstrip "
    "unicode.split unicode.splitlines unicode.startswith unicode.strip unicode.swapcase "
    "unicode.title unicode.translate unicode.upper unicode.zfill";
constexpr std::string_view kValueMethods =
    "bytes.count bytes.decode bytes.endswith bytes.find bytes.fromhex bytes.hex bytes.index "
    "bytes.join bytes.lower bytes.lstrip bytes.replace bytes.rsplit bytes.rstrip bytes.split "
    "bytes.startswith bytes.strip bytes.translate bytes.upper complex.conjugate dict.fromkeys "
    "dict.get dict.items dict.keys dict.values float.as_integer_ratio float.fromhex float.hex "
    "float.is_integer frozenset.difference frozenset.intersection frozenset.issubset "
    "frozenset.issuperset frozenset.symmetric_difference frozenset.union int.as_integer_ratio "
    "int.bit_count int.bit_length int.from_bytes int.to_bytes list.append list.copy list.count "
    "list.index list.insert list.pop list.reverse "
    "long.bit_length long.from_bytes long.to_bytes set.difference set.intersection set.issubset "
    "set.issuperset "
    "set.symmetric_difference set.union tuple.count tuple.index";
constexpr std::string_view kEvaluators = "apply compile eval exec execfile input raw_input";
constexpr std::string_view kOpeners = "file open";
constexpr std::string_view kImporters = "__import__ reload";
constexpr std::string_view kReachers =
    "__build_class__ breakpoint delattr dir globals hasattr help locals setattr super vars";

constexpr std::string_view kValue = "makes a plain value";
constexpr std::string_view kContainer = "makes a container";
constexpr std::string_view kFunction = "a function without side effects, only to be named";
constexpr std::string_view kComputes = "a method that computes a value, only to be named";
constexpr std::string_view kException = "an exception is a value until it is raised";
constexpr std::string_view kCaller = "calls what it is given";
constexpr std::string_view kEvaluator = "evaluates text as code";
constexpr std::string_view kOpener = "opens files";
constexpr std::string_view kImporter = "imports modules";
constexpr std::string_view kReacher = "reads, writes or reveals attributes by name";
constexpr std::string_view kGetter = "how bound methods are pickled; the attribute decides";
constexpr std::string_view kTyper = "tells a class; with three arguments it makes one";
constexpr std::string_view kMaker = "how the pickle protocol makes instances";
constexpr std::string_view kEncoder = "how protocols 0 to 2 write bytes";

// operator's functions report "_operator" as their module, so real pickles have both.
constexpr std::string_view kArithmetic =
    "abs add and_ concat floordiv index inv invert is_ is_not length_hint matmul neg not_ or_ pos "
    "sub truediv truth xor";
constexpr std::string_view kComparing = "contains countOf eq ge gt le lt mod ne";
constexpr std::string_view kGrowing = "imul iadd ilshift ipow lshift mul pow rshift";
constexpr std::string_view kNamers = "attrgetter itemgetter";
constexpr std::string_view kArithmeticReason = "works on the values it is given";
// A format asks a mapping for what it may have to make; what compares by a function calls that.
constexpr std::string_view kComparingReason = "harmless to name; called, it can call others";
constexpr std::string_view kGrowingReason = "harmless to name; called, it can fill the memory";
constexpr std::string_view kItem = "takes an element; how generic types are pickled";
constexpr std::string_view kNamer = "reads attributes and items by name once it is called";
constexpr std::string_view kMethod = "calls a method by name";
constexpr std::string_view kOperatorCall = "calls whatever it is given";
constexpr std::string_view kItemWriter = "writes into mappings, those of modules included";

constexpr NameRule kRules[] = {
    {"__builtin__", kContainers, allow(Use::kContainer), kContainer},
    {"__builtin__", kValues, allow(), kValue},
    {"__builtin__", kPython2Values, allow(), kValue},
    {"__builtin__", kExceptions, allow(), kException},
    {"__builtin__", kFunctions, allow(Use::kReference), kFunction},
    {"__builtin__", kTextMethods, allow(Use::kReference), kComputes},
    {"__builtin__", kValueMethods, allow(Use::kReference), kComputes},
    {"__builtin__", kCallers, allow(Use::kCallsArgument), kCaller},
    {"__builtin__", "reduce", allow(Use::kCallsArgument), kCaller},
    {"__builtin__", "getattr", allow(Use::kGetsAttribute), kGetter},
    {"__builtin__", "type", allow(Use::kTypeOf), kTyper},
    {"__builtin__", kEvaluators, deny(kExecute), kEvaluator},
    {"__builtin__", kOpeners, deny(kFile), kOpener},
    {"__builtin__", kImporters, deny(kImport), kImporter},
    {"__builtin__", kReachers, deny(kIntrospection), kReacher},
    {"_codecs", "encode", allow(Use::kEncodes), kEncoder},
    {"_codecs", "decode", deny(kDeserialise), "decodes by any codec, those that unpack included"},
    {"_functools", "partial", allow(Use::kCallsArgument), kCaller},
    {"_functools", "reduce", allow(Use::kCallsArgument), "how unions of types are pickled"},
    {"_operator", kArithmetic, allow(), kArithmeticReason},
    {"_operator", kComparing, allow(Use::kReference), kComparingReason},
    {"_operator", "getitem", allow(Use::kTakesItem), kItem},
    {"_operator", kGrowing, allow(Use::kReference), kGrowingReason},
    {"_operator", kNamers, allow(Use::kNamesAttribute), kNamer},
    {"_operator", "methodcaller", allow(Use::kCallsMethod), kMethod},
    {"_operator", "call", deny(kExecute), kOperatorCall},
    {"_operator", "delitem setitem", deny(kIntrospection), kItemWriter},
    {"builtins", kContainers, allow(Use::kContainer), kContainer},
    {"builtins", kValues, allow(), kValue},
    {"builtins", kExceptions, allow(), kException},
    {"builtins", kFunctions, allow(Use::kReference), kFunction},
    {"builtins", kTextMethods, allow(Use::kReference), kComputes},
    {"builtins", kValueMethods, allow(Use::kReference), kComputes},
    {"builtins", kCallers, allow(Use::kCallsArgument), kCaller},
    {"builtins", "getattr", allow(Use::kGetsAttribute), kGetter},
    {"builtins", "type", allow(Use::kTypeOf), kTyper},
    {"builtins", kEvaluators, deny(kExecute), kEvaluator},
    {"builtins", kOpeners, deny(kFile), kOpener},
    {"builtins", kImporters, deny(kImport), kImporter},
    {"builtins", kReachers, deny(kIntrospection), kReacher},
    {"codecs", "encode", allow(Use::kEncodes), kEncoder},
    {"codecs", "decode", deny(kDeserialise), "decodes by any codec, those that unpack included"},
    {"codecs", "open EncodedFile", deny(kFile), kOpener},
    {"copy_reg", "__newobj__ __newobj_ex__ _reconstructor", allow(Use::kMakesInstance), kMaker},
    {"copy_reg", "add_extension remove_extension clear_extension_cache pickle constructor",
     deny(kImport), "changes how pickles are read and written"},
    {"copyreg", "__newobj__ __newobj_ex__ _reconstructor", allow(Use::kMakesInstance), kMaker},
    {"copyreg", "add_extension remove_extension clear_extension_cache pickle constructor",
     deny(kImport), "changes how pickles are read and written"},
    {"exceptions", kExceptions, allow(), kException},
    {"functools", "cmp_to_key partial partialmethod reduce", allow(Use::kCallsArgument), kCaller},
    {"functools", "cache cached_property lru_cache total_ordering", allow(Use::kReference),
     "a decorator, only to be named"},
    {"functools", "update_wrapper wraps", deny(kIntrospection),
     "copies attributes from one object to another by name"},
    {"functools", "singledispatch singledispatchmethod", deny(kIntrospection),
     "chooses what to call by the class of its argument"},
    {"operator", kArithmetic, allow(), kArithmeticReason},
    {"operator", kComparing, allow(Use::kReference), kComparingReason},
    {"operator", "getitem", allow(Use::kTakesItem), kItem},
    {"operator", kGrowing, allow(Use::kReference), kGrowingReason},
    {"operator", kNamers, allow(Use::kNamesAttribute), kNamer},
    {"operator", "methodcaller", allow(Use::kCallsMethod), kMethod},
    {"operator", "call", deny(kExecute), kOperatorCall},
    {"operator", "delitem setitem", deny(kIntrospection), kItemWriter},
};
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const NameRule> kBuiltinRules = kRules;

}  // namespace assay::pickle
