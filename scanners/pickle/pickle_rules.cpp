#include "pickle_rules.h"

#include "joblib/joblib_rules.h"

namespace assay::pickle::rules {

namespace {

constexpr std::string_view kRuns =
    "Loading a pickle runs it. Whoever loads this file makes this call, with the loader's rights.";
constexpr std::string_view kReadCall =
    "Do not load the file. Show the call with `assay inspect`; take the weights from a source that "
    "offers them as safetensors.";
constexpr std::string_view kDecide =
    "Look at it with `assay inspect` and decide; allow the name with --allow if it is yours.";
constexpr std::string_view kBroken =
    "Find out where the file comes from and fetch it again; if it is the same there, do not load "
    "it.";

}  // namespace

constexpr Rule kCallDangerous = {"pickle.call.dangerous",
                                 Severity::kCritical,
                                 "loading this pickle calls something that gives its author power",
                                 kRuns,
                                 kReadCall,
                                 "CWE-502 AML.T0010.002 AML.T0011.000"};

constexpr Rule kCallUnknown = {
    "pickle.call.unknown",
    Severity::kHigh,
    "loading this pickle calls a function that is not known to be harmless",
    "Loading a pickle runs it. Model files make instances of classes; a plain, private or nested "
    "function of a package that nobody reviewed may do anything.",
    kDecide,
    "CWE-502 AML.T0010.002"};

constexpr Rule kCallableKept = {
    "pickle.callable.kept",
    Severity::kHigh,
    "the pickle hands on a function that reads attributes or calls what it is given",
    "Functions such as getattr or map are harmless where a pickle calls them with arguments that "
    "can "
    "be seen. Kept as a value, they are called by others, with arguments that nobody has seen.",
    kDecide,
    "CWE-502 AML.T0010.002"};

constexpr Rule kCallComputed = {
    "pickle.call.computed",
    Severity::kHigh,
    "loading this pickle calls something that only exists once it runs",
    "What is called is itself the result of a call, so no table can say what it is. Picklers write "
    "names; computing them is how a name is hidden from scanners.",
    kReadCall,
    "CWE-502 AML.T0010.002"};

constexpr Rule kCallDiscarded = {
    "pickle.call.discarded",
    Severity::kLow,
    "the result of a call is dropped",
    "A pickler calls to build what it stores. A call whose result nobody keeps was made for its "
    "effect; recursive tuples are the exception.",
    kDecide,
    "CWE-502"};

constexpr Rule kCallCodec = {
    "pickle.call.codec",
    Severity::kHigh,
    "a text is encoded with something that is no text codec",
    "Codecs can unpack and transform; numpy and Python 2 pickles need only latin1 and utf-8.",
    kDecide,
    "CWE-502"};

constexpr Rule kGlobalDangerous = {
    "pickle.global.dangerous",
    Severity::kHigh,
    "the pickle names something that gives its author power",
    "Naming it imports its module when the file is loaded, and what is named can be called later, "
    "by the pickle or by whoever uses the object.",
    kReadCall,
    "CWE-502 AML.T0010.002"};

constexpr Rule kGlobalUnknown = {
    "pickle.global.unknown",
    Severity::kMedium,
    "the pickle names something of a package that is not on the reviewed list",
    "Its module is imported when the file is loaded. Classes of the model's own package are "
    "common; whether this is one, only its user knows.",
    kDecide,
    "CWE-502"};

constexpr Rule kNameComputed = {
    "pickle.name.computed",
    Severity::kHigh,
    "a name to import is computed, not written",
    "Picklers write the names that they import. One that is put together while the pickle runs is "
    "hidden from everybody who reads the file.",
    kReadCall,
    "CWE-502 AML.T0010.002"};

constexpr Rule kAttribute = {
    "pickle.attribute.private",
    Severity::kHigh,
    "the pickle reaches for an attribute that is private, nested or computed",
    "From any object a path of attributes leads to the interpreter's innards (__globals__, "
    "__builtins__, __class__). Picklers ask for methods by their plain names.",
    kDecide,
    "CWE-502 CWE-913"};

constexpr Rule kMethodUnknown = {"pickle.method.unknown",
                                 Severity::kMedium,
                                 "the pickle keeps a method that is on no list of harmless ones",
                                 "Bound methods and calls by a method's name are harmless where "
                                 "they compute. What this one does "
                                 "for the objects that it may be called on, nobody has reviewed.",
                                 kDecide,
                                 "CWE-502"};

constexpr Rule kBuildGlobal = {
    "pickle.build.global",
    Severity::kCritical,
    "the pickle changes a class, a function or a module instead of an object",
    "State that is given to an imported thing stays in the running program: later code then calls "
    "what the pickle put there.",
    kReadCall,
    "CWE-502 CWE-915"};

constexpr Rule kSetForeign = {
    "pickle.set.foreign",
    Severity::kMedium,
    "items are put into an object that is no list, dict or set",
    "The object's class decides what happens with them; for tensors and mappings of the program "
    "itself that can be a change of memory or of settings.",
    kDecide,
    "CWE-502 CVE-2026-24747"};

constexpr Rule kDtype = {
    "pickle.array.dtype_contradiction",
    Severity::kHigh,
    "an array's type holds objects and says that it does not",
    "numpy believes the flags of a type: bytes of the file are taken for addresses of objects, and "
    "the first use of an item follows one. No array that was made is of such a type.",
    "Do not load the file: its author chooses what memory is read as an object.",
    "CWE-502 CWE-843"};

constexpr Rule kPersistent = {
    "pickle.persid",
    Severity::kHigh,
    "the pickle asks its loader for an object by a persistent id",
    "Outside torch's containers nobody says what such an id means: an ordinary loader fails, a "
    "special one does what it likes.",
    kDecide,
    "CWE-502"};

constexpr Rule kExtension = {
    "pickle.ext.opcode",
    Severity::kHigh,
    "a name is taken from the extension registry by number",
    "What the number stands for depends on the program that loads the file. No model format uses "
    "the registry; it hides a name.",
    kReadCall,
    "CWE-502"};

constexpr Rule kFault = {
    "pickle.stream.fault",
    Severity::kMedium,
    "the pickle breaks off or breaks the rules here",
    "What stands before the fault has run by the time a loader notices. A fault behind a call can "
    "be a way to have code run and the file looked at no further.",
    kBroken,
    "CWE-502 CWE-703"};

constexpr Rule kTrailing = {
    "pickle.stream.trailing",
    Severity::kMedium,
    "bytes follow the end of the pickle",
    "A loader that stops at the end does not see them; another one, or the next load from the same "
    "stream, does.",
    "Find out what they are; a clean file ends with its pickle.",
    "CWE-506"};

constexpr Rule kMultiple = {
    "pickle.stream.multiple",
    Severity::kInfo,
    "several pickles stand one behind the other",
    "A program may load one after the other from the same file. All of them were looked at.",
    "Nothing, if the program that reads the file expects it.",
    ""};

constexpr Rule kResumed = {
    "pickle.stream.resumed",
    Severity::kHigh,
    "a pickle stands behind bytes that are none",
    "Nothing that writes models leaves a gap between pickles. A payload behind garbage waits for a "
    "loader that is told where to look.",
    kReadCall,
    "CWE-502 CWE-506"};

constexpr Rule kFrame = {
    "pickle.frame.straddle",
    Severity::kHigh,
    "an instruction and a frame do not agree where it ends",
    "The C and the Python unpickler read frames differently, so each of them sees another program.",
    kBroken,
    "CWE-436"};

constexpr Rule kExcess = {
    "pickle.stream.excess",
    Severity::kHigh,
    "an instruction asks for far more time or memory than the pickle is long",
    "No pickler writes such a number; loading it exhausts the memory or the time of the reader.",
    kBroken,
    "CWE-400"};

constexpr Rule kTooDeep = {
    "pickle.nesting.excess",
    Severity::kHigh,
    "values lie within values more than fifty thousand deep",
    "No pickler nests so deep. What goes through such an object, to hash, copy, print or save it, "
    "exhausts the stack, and the program ends without a word.",
    kBroken,
    "CWE-674"};

constexpr Rule kNested = {
    "pickle.nested",
    Severity::kLow,
    "a value of the pickle holds another pickle, or an archive",
    "Something has to unpack it, which is looked at by itself as a member of this file.",
    "Look at the member's findings.",
    "CWE-502"};

constexpr Rule kValues = {
    "engine.limit.pickle_values",
    Severity::kMedium,
    "the pickle has more values alive at once than there is memory for",
    "What no longer fits is not told apart. Names are still judged, as if every one was called.",
    "Raise --memory and scan again.",
    "CWE-770"};

constexpr Rule kProfileGlobal = {
    "pickle.weights_only.global",
    Severity::kHigh,
    "the name is not on torch's weights_only list",
    "The profile was asked for: a file that torch.load(weights_only=True) would refuse.",
    "Load it nowhere, or without the profile.",
    "CWE-502"};

constexpr Rule kProfileOpcode = {
    "pickle.weights_only.opcode",
    Severity::kHigh,
    "torch's weights_only unpickler does not know this instruction",
    "The profile was asked for: a file that torch.load(weights_only=True) would refuse.",
    "Load it nowhere, or without the profile.",
    "CWE-502"};

constexpr Rule kProfileObject = {
    "pickle.weights_only.object",
    Severity::kHigh,
    "torch's weights_only unpickler does not do this with such an object",
    "The profile was asked for: a file that torch.load(weights_only=True) would refuse. It appends "
    "to lists, sets items of dictionaries, gives a state to tensors and to such dictionaries, and "
    "calls what is on its list, nothing else.",
    "Load it nowhere, or without the profile.",
    "CWE-502"};

constexpr Rule kProfileFile = {
    "pickle.weights_only.file",
    Severity::kHigh,
    "torch.load(weights_only=True) does not read such a file",
    "The profile was asked for. A program of TorchScript, a package and the old form of a tar are "
    "refused as a whole.",
    "Load it nowhere, or without the profile.",
    "CWE-502"};

namespace {

constexpr Rule kTable[] = {kCallDangerous,
                           kCallUnknown,
                           kCallComputed,
                           kCallableKept,
                           kCallDiscarded,
                           kCallCodec,
                           kGlobalDangerous,
                           kGlobalUnknown,
                           kNameComputed,
                           kAttribute,
                           kMethodUnknown,
                           kBuildGlobal,
                           kSetForeign,
                           kPersistent,
                           kExtension,
                           kDtype,
                           kExcess,
                           kFault,
                           kTrailing,
                           kMultiple,
                           kResumed,
                           kFrame,
                           kTooDeep,
                           kNested,
                           kValues,
                           kProfileGlobal,
                           kProfileOpcode,
                           kProfileObject,
                           kProfileFile,
                           joblib::rules::kNotDrained,
                           joblib::rules::kUnresolved,
                           joblib::rules::kTypeLies,
                           joblib::rules::kOverflow,
                           joblib::rules::kTruncated,
                           joblib::rules::kMisplaced,
                           joblib::rules::kProgram,
                           joblib::rules::kLookedEnough,
                           joblib::rules::kTooMany,
                           joblib::rules::kPadding,
                           joblib::rules::kTraversal,
                           joblib::rules::kAbsolute,
                           joblib::rules::kMissing,
                           joblib::rules::kUnnamed};

}  // namespace

constexpr std::span<const Rule> kAll = kTable;

}  // namespace assay::pickle::rules
