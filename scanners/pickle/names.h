// What may be named by a pickle: the verdict over whole (module, qualified name) pairs.
//
// A pickle can import any name of any installed module and call it with arguments of its choice.
// Denying what is known to be bad has failed every scanner that tried, so the tables work the other
// way round: what is reviewed and harmless is allowed, what is reviewed and harmful is dangerous
// with the capability that it gives, and everything else of the standard library and of installers
// and build tools is dangerous because nobody has a reason to find it in a model. What is left are
// names of other packages: unknown.
//
// Threads: everything here is constant.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay::pickle {

enum class Tier : uint8_t { kAllowed, kUnknown, kDangerous };

// What a caller gains. A name may give more than one; the table has the worst.
enum class Capability : uint8_t {
    kNone,
    kExecute,        // runs commands or code
    kImport,         // loads modules, or resolves names, chosen by the pickle
    kFile,           // opens, writes or removes files
    kNetwork,        // connects or listens
    kIntrospection,  // reaches attributes, frames, globals: a step towards the others
    kDeserialise,    // unpacks another pickle, marshal data, code
    kNative,         // memory and foreign functions
    kTamper,         // belongs to a scanner or a logger: hides what is done
};
std::string_view name_of(Capability capability);

// What an allowed name is once it is used, and which of its uses need a look at the arguments.
enum class Use : uint8_t {
    kPlain,           // call it as you like; the result takes BUILD and items as its class defines
    kContainer,       // the same, and the result is a list, dict or set, or a subclass of one
    kTakesTexts,      // a dict whose class looks at its items: texts, or others of its kind
    kReference,       // harmless to name; a call is a finding (an abstract class, a constant)
    kCallsArgument,   // calls its first argument, or another that is callable: functools.partial,
                      // defaultdict, map, iter, numpy's and torch's constructors of constructors
    kMakesInstance,   // makes an instance of its first argument: copyreg._reconstructor, __newobj__
    kGetsAttribute,   // builtins.getattr: (object, name)
    kNamesAttribute,  // operator.attrgetter, itemgetter: every argument names attributes
    kCallsMethod,     // operator.methodcaller: the first argument names a method
    kEncodes,         // _codecs.encode: (text, codec), codecs that only change text
    kDtype,           // numpy.dtype
    kTypeOf,          // builtins.type: one argument tells a class, three make one
    kImportsName,     // (module, name) are judged as a global: numpy's _ufunc_reconstruct
    kShared,          // the result belongs to the whole process: BUILD and items on it are findings
    kLoadsBytes,      // unpacks its first argument: constant bytes are inspected as a member
    kTakesItem,       // gives back what lies in its argument: operator.getitem
    kGivesBack,       // may give back an argument as it is: numpy's scalar, TorchScript's lists
    kTypeNamed,       // the type of the name that is its argument: judged as one of builtins
    kCompiles,        // a value of this class carries code (re.compile does not)
    kBare,            // a value when it is made without arguments; they may name a file to open
    kRunsText,        // the same, and its state holds a text that is run: scipy's distributions
    kArrowArray,      // pyarrow's _restore_array: the parts are measured against the type
};

struct Judgement {
    Tier tier = Tier::kUnknown;
    Capability capability = Capability::kNone;
    Use use = Use::kPlain;
    // Why it is in this tier, for the report and for `assay rules`: a static text.
    std::string_view reason;
    // Whether the module belongs to the standard library.
    bool standard = false;
};

// `name` may hold dots (protocol 4 and up resolve them; below, they are part of the attribute's
// name and so never resolve). Python 2 spellings are judged as what they are mapped to when
// `fix_imports` holds (protocol below 3), and as written besides; the worse judgement counts.
Judgement judge(std::string_view module, std::string_view name, bool fix_imports);

// Whether the tables, or the list of standard modules, know this module or one that it lies in.
bool is_known_module(std::string_view module);

// By the conventions of the language a class: an upper-case letter first, behind one underscore if
// it is private; of a path (Outer.Mode) every part.
bool is_class(std::string_view name);
// The same of a constant, as members of enumerations are: RED, _HIDDEN.
bool is_constant(std::string_view name);

// What a method of this name gives on objects that are otherwise harmless: a path can be unlinked,
// an array can be written to a file. For getattr, methodcaller and attrgetter, whose objects are
// often known only as "the result of an allowed call"; kNone if nothing is known against it.
Capability method_capability(std::string_view method);

// Whether torch's weights_only unpickler takes this name.
bool weights_only_allows(std::string_view module, std::string_view name);
// What it may be told to do with what this made: items, a state.
enum class WeightsOnlyTarget : uint8_t { kOther, kTensor, kMapping };
WeightsOnlyTarget weights_only_target(std::string_view module, std::string_view name);

// What `module.name` is called after Python 3's fix_imports mapping; views of constants or of the
// arguments.
struct GlobalName {
    std::string_view module;
    std::string_view name;
};
GlobalName python3_name(std::string_view module, std::string_view name);

}  // namespace assay::pickle
