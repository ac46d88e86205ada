// How a (module, name) pair is judged: exact rules, then patterns of the module and of the
// namespaces around it, then what kind of module it is. Everything is a view of constants; nothing
// is allocated, and each step is a binary search.
#include "names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "name_tables.h"
#include "text_forms.h"

namespace assay::pickle {
namespace {

using enum Capability;

// --- the shape of names ---------------------------------------------------------------------

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alnum(char c) { return is_upper(c) || is_lower(c) || (c >= '0' && c <= '9'); }

// Letters of any script; '-' occurs in names of files, which are modules, too.
bool is_name_char(char c) {
    return is_alnum(c) || c == '_' || c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

// No blanks, no control characters, no empty component, valid UTF-8.
bool is_name(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.') return false;
    if (text.find("..") != std::string_view::npos || !is_utf8(text, false)) return false;
    return std::ranges::all_of(text, is_name_char);
}

bool is_dunder(std::string_view part) { return part.starts_with("__"); }
bool is_dotted(std::string_view name) { return name.find('.') != std::string_view::npos; }

bool is_class_like(std::string_view name) {
    return !name.empty() && is_upper(name[0]) && std::ranges::all_of(name, is_alnum);
}

// Not _SCORERS, which is a table that others use.
bool is_private_class(std::string_view name) {
    return name.starts_with('_') && is_class_like(name.substr(1)) &&
           std::ranges::any_of(name, is_lower);
}

std::string_view first_part(std::string_view dotted) { return dotted.substr(0, dotted.find('.')); }

// Whether `test` holds for a part between dots.
template <typename Test>
bool any_part(std::string_view dotted, Test test) {
    while (true) {
        std::string_view part = first_part(dotted);
        if (test(part)) return true;
        if (part.size() == dotted.size()) return false;
        dotted.remove_prefix(part.size() + 1);
    }
}

// --- the tables -----------------------------------------------------------------------------

const StandardModule* standard_module(std::string_view name) {
    auto row = std::ranges::lower_bound(kStandardModules, name, {}, &StandardModule::name);
    return row != kStandardModules.end() && row->name == name ? &*row : nullptr;
}

std::span<const NameRule> rules_of(std::span<const NameRule> table, std::string_view base) {
    auto found = std::ranges::equal_range(table, base, {}, &NameRule::base);
    return {found.begin(), found.end()};
}

// Classes that libraries import from elsewhere, which a pattern over class-like names would let in.
bool is_borrowed(std::string_view name) {
    if (name.ends_with("GraphModule")) return true;
    return has_word(
        "ABCMeta BZ2File BinaryGzipFile BinaryZlibFile CDLL CellType Client CodeType "
        "CompilationUnit Connection DataSource FileHandler FileIO FunctionMaker FunctionType "
        "GzipFile InteractiveConsole InteractiveInterpreter InteractiveShell LZ4FrameFile LZMAFile "
        "LambdaType LazyLoader LinearOperator Listener LooseVersion LowLevelCallable MapWrapper "
        "MemmappingExecutor MemmappingPool MemorizedResult Memory MethodType ModuleType "
        "NamedTemporaryFile NamedTuple OleDLL PackageImporter PackageUnpickler Parallel "
        "PartialState Path Pool Popen PosixPath Process ProcessPoolExecutor PyCFuncPtr PyDLL "
        "PyTorchFileReader PyTorchFileWriter PytestTester ScriptModule "
        "SourceFileLoader SpooledTemporaryFile TarFile TemporaryDirectory TemporaryFile Thread "
        "ThreadPool ThreadPoolExecutor ThreadpoolController Timer TextIOWrapper Unpickler "
        "WeakMethod WinDLL ZipFile",
        name);
}

// The same, for packages of which nothing is known: only names that can be nothing else.
bool is_borrowed_anywhere(std::string_view name) {
    return has_word(
        "CDLL CodeType FunctionType LambdaType ModuleType NamedTemporaryFile Popen "
        "ProcessPoolExecutor PyDLL SpooledTemporaryFile TemporaryDirectory TemporaryFile "
        "TextIOWrapper ThreadPoolExecutor Unpickler WinDLL ZipFile",
        name);
}

// `pattern` is a word of NameRule::names.
bool matches_pattern(std::string_view pattern, std::string_view name) {
    if (pattern == "**") return true;
    if (pattern == "_*") return is_private_class(name);
    return pattern.starts_with('*') && name.ends_with(pattern.substr(1)) && is_class_like(name);
}

bool matches_any_pattern(std::string_view names, std::string_view name) {
    while (!names.empty()) {
        std::string_view word = names.substr(0, names.find(' '));
        if (matches_pattern(word, name)) return true;
        names.remove_prefix(std::min(names.size(), word.size() + 1));
    }
    return false;
}

bool is_exact(const NameRule& rule, std::string_view name) {
    return name.find('*') == std::string_view::npos && has_word(rule.names, name);
}

bool is_pattern(const NameRule& rule, std::string_view name) {
    bool lends = rule.verdict.tier == Tier::kAllowed && is_borrowed(name);
    return !lends && matches_any_pattern(rule.names, name);
}

// The first rule of `base` for which `test` holds, in any table. Outside the module itself only
// namespaces count.
template <typename Test>
const NameRule* find_in(std::string_view base, bool itself, std::string_view name, Test test) {
    for (const auto* table : all_rules()) {
        for (const NameRule& rule : rules_of(*table, base)) {
            if ((itself || rule.is_namespace()) && test(rule, name)) return &rule;
        }
    }
    return nullptr;
}

// No rule lies deeper; what an attacker adds below is judged by the namespace around it.
constexpr size_t kMaxParts = 8;

std::string_view first_parts(std::string_view module, size_t count) {
    size_t end = 0;
    for (size_t i = 0; i < count && end != std::string_view::npos; ++i)
        end = module.find('.', end + 1);
    return module.substr(0, end);
}

std::string_view parent_of(std::string_view module) {
    size_t dot = module.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : module.substr(0, dot);
}

const NameRule* find_rule(std::string_view module, std::string_view name) {
    for (auto base = first_parts(module, kMaxParts); !base.empty(); base = parent_of(base)) {
        bool itself = base.size() == module.size();
        if (const NameRule* rule = find_in(base, itself, name, is_exact)) return rule;
        if (const NameRule* rule = find_in(base, itself, name, is_pattern)) return rule;
    }
    return nullptr;
}

bool starts_at(std::string_view text, std::string_view start) {
    return text == start || (text.starts_with(start) && text[start.size()] == '.');
}

// Whether some table has rules for this module or below it.
bool is_reviewed(std::string_view module) {
    return std::ranges::any_of(all_rules(), [module](const std::span<const NameRule>* table) {
        auto row = std::ranges::lower_bound(*table, module, {}, &NameRule::base);
        // What sorts between "a" and "a.b" starts with "a" and a character below the dot.
        while (row != table->end() && row->base().starts_with(module)) {
            if (starts_at(row->base(), module)) return true;
            ++row;
        }
        return false;
    });
}

// Whether `module.name` is a module that the tables know.
bool is_submodule(std::string_view module, std::string_view name) {
    std::array<char, 128> both{};
    if (module.size() + name.size() + 1 > both.size()) return false;
    auto* end = std::ranges::copy(module, both.begin()).out;
    *end++ = '.';
    end = std::ranges::copy(name, end).out;
    return is_reviewed({both.data(), end});
}

// --- what is on no list ---------------------------------------------------------------------

Judgement dangerous(Capability capability, std::string_view reason, bool standard = false) {
    return {Tier::kDangerous, capability, Use::kPlain, reason, standard};
}

// A module object reached through another module: numpy.os, torch.sys.
bool is_module_name(std::string_view part) {
    return !part.empty() && !is_upper(part[0]) && standard_module(part) != nullptr;
}

bool is_module_object(std::string_view module, std::string_view name) {
    return is_module_name(name) || is_submodule(module, name);
}

// Tests of a library run what they please, and nothing of them is ever in a model.
bool is_of_tests(std::string_view module) {
    return any_part(module, [](std::string_view part) {
        return part == "tests" || part == "testing" || part == "conftest" ||
               part.starts_with("_test_") || part.starts_with("test_") ||
               part == "estimator_checks";
    });
}

// Importing these runs a program, or reaches any module by way of a helper.
bool is_odd_module(std::string_view module) {
    return module.ends_with(".__main__") || module.find(".__init__") != std::string_view::npos ||
           module.find(".six.moves") != std::string_view::npos ||
           module.find("._vendor") != std::string_view::npos;
}

// SciPy's distributions under another module's name, or ones that came later: their state holds a
// text that is run. Those of several variables hold none.
bool is_distribution(std::string_view module, std::string_view name) {
    return starts_at(module, "scipy.stats") && module != "scipy.stats._multivariate" &&
           (name.ends_with("_gen") || name.starts_with("rv_"));
}

Judgement judge_reviewed(std::string_view module, std::string_view name) {
    if (is_distribution(module, name)) {
        return dangerous(kExecute, "its state holds a text that is run when it is loaded");
    }
    if (is_dotted(name)) {
        return dangerous(kIntrospection, "reaches an attribute through an import");
    }
    if (name.starts_with('_')) {
        return dangerous(kIntrospection, "a private name of a library that is reviewed");
    }
    if (is_module_object(module, name)) {
        return dangerous(kIntrospection, "reaches a module through another one");
    }
    if (is_borrowed(name))
        return dangerous(kExecute, "a class that the library has from elsewhere");
    return {Tier::kUnknown, kNone, Use::kPlain, "not reviewed, of a library that is", false};
}

Judgement judge_foreign(std::string_view name) {
    if (any_part(name, is_module_name)) {
        return dangerous(kIntrospection, "reaches a module through another one");
    }
    if (any_part(name, is_borrowed_anywhere)) {
        return dangerous(kExecute, "a class that the package has from elsewhere");
    }
    return {Tier::kUnknown, kNone, Use::kPlain, "of a package that is not reviewed", false};
}

Judgement judge_by_module(std::string_view module, std::string_view name) {
    std::string_view top = first_part(module);
    if (const StandardModule* standard = standard_module(top)) {
        return dangerous(standard->capability,
                         "not on the list of harmless names of the standard library", true);
    }
    if (is_odd_module(module)) {
        return dangerous(kImport, "importing this module runs a program or imports another");
    }
    if (name.starts_with("__pyx_unpickle_") && !is_dotted(name)) {
        return {is_reviewed(top) ? Tier::kAllowed : Tier::kUnknown, kNone, Use::kMakesInstance,
                "how Cython's classes are pickled", false};
    }
    if (any_part(name, is_dunder)) {
        return dangerous(kIntrospection, "names with two underscores reach the inside of objects");
    }
    return is_reviewed(top) ? judge_reviewed(module, name) : judge_foreign(name);
}

Judgement judge_as_written(std::string_view module, std::string_view name) {
    if (!is_name(module) || !is_name(name)) {
        return dangerous(kIntrospection, "no module or attribute is called so");
    }
    if (is_of_tests(module) && is_reviewed(first_part(module))) {
        return dangerous(kExecute, "tests and their helpers run code");
    }
    const NameRule* rule = find_rule(module, name);
    if (rule == nullptr) return judge_by_module(module, name);
    bool standard = standard_module(first_part(module)) != nullptr;
    const auto& [tier, capability, use] = rule->verdict;
    return {tier, capability, use, rule->reason, standard};
}

const Renamed* find_renamed(std::span<const Renamed> table, std::string_view module,
                            std::string_view name) {
    auto spelling = [](const Renamed& row) { return std::pair(row.module, row.name); };
    auto row = std::ranges::lower_bound(table, std::pair(module, name), {}, spelling);
    bool found = row != table.end() && spelling(*row) == std::pair(module, name);
    return found ? &*row : nullptr;
}

}  // namespace

RuleTables all_rules() {
    static constexpr const std::span<const NameRule>* kTables[] = {
        &kBuiltinRules,  &kStandardRules, &kStandardDangers, &kPython2Rules, &kNumericRules,
        &kLearningRules, &kPandasRules,   &kTorchRules,      &kTorchDangers, &kOtherRules,
    };
    return kTables;
}

std::string_view name_of(Capability capability) {
    switch (capability) {
        case kNone:
            return "none";
        case kExecute:
            return "execute";
        case kImport:
            return "import";
        case kFile:
            return "file";
        case kNetwork:
            return "network";
        case kIntrospection:
            return "introspection";
        case kDeserialise:
            return "deserialise";
        case kNative:
            return "native";
        case kTamper:
            return "tamper";
    }
    return "";
}

// Methods of what the tables allow: paths, arrays, frames, estimators, modules, boosters, loggers.
Capability method_capability(std::string_view method) {
    constexpr std::string_view kFiles =
        "chmod copy_into dlopen dump dump_model from_file from_json_file fromfile from_pretrained "
        "get_config_dict glob hardlink_to iterdir lchmod link_to load load_learner load_model "
        "mkdir move move_into open "
        "owner push_to_hub read read_bytes read_file read_text readlink rename rglob rmdir "
        "samefile save "
        "save_binary save_borders save_config save_model save_pretrained save_raw save_to_json "
        "save_vocabulary set_network symlink_to "
        "to_clipboard to_csv to_excel to_feather to_file to_gbq to_hdf to_hdf5 to_html to_iceberg "
        "to_json to_json_file to_latex to_markdown to_orc to_parquet to_pickle to_sql to_stata "
        "to_string to_xml "
        "tofile touch unlink write write_bytes write_text";
    // Those of Jinja's environment, too, which is an attribute of what a frame's style is.
    constexpr std::string_view kCode =
        "agg aggregate applymap apply apply_ boxplot call compile eval exec_module from_builtin "
        "call_filter call_test compile_expression compile_templates from_callable from_code "
        "from_function from_string get_template getattr getitem hist import_module load_module "
        "make_module map2_ map_ overlay pipe popen pyfunc query render run runcode runsource "
        "select_template spawn system";
    // Of iterators, coroutines, frames, tracebacks and Python 2's functions: they lead to the names
    // of a module, and to all that are built in.
    constexpr std::string_view kFrames =
        "ag_await ag_code ag_frame cr_await cr_code cr_frame cr_origin f_back f_builtins f_code "
        "f_globals f_locals f_trace func_closure func_code func_defaults func_globals gi_code "
        "gi_frame gi_yieldfrom im_class im_func im_self tb_frame tb_next with_traceback";
    constexpr std::string_view kLogs =
        "addFilter addHandler removeFilter removeHandler setLevel setLoggerClass";
    constexpr std::string_view kLoads = "__setstate__ loads set_state __reduce__ __reduce_ex__";
    if (has_word(kLoads, method)) return kDeserialise;
    if (is_dotted(method) || method.starts_with('_')) return kIntrospection;
    if (has_word(kFrames, method)) return kIntrospection;
    if (has_word(kFiles, method)) return kFile;
    if (has_word(kCode, method)) return kExecute;
    // Of torch's modules, tensors and optimizers: what is registered is called later.
    if (method.starts_with("register_") && method.ends_with("_hook")) return kExecute;
    return has_word(kLogs, method) ? kTamper : kNone;
}

bool is_class(std::string_view name) {
    return !any_part(name, [](std::string_view part) {
        if (part.starts_with('_')) part.remove_prefix(1);
        return part.empty() || !is_upper(part[0]);
    });
}

bool is_constant(std::string_view name) {
    if (name.starts_with('_')) name.remove_prefix(1);
    return !name.empty() && is_upper(name[0]) && std::ranges::all_of(name, [](char c) {
        return is_upper(c) || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_known_module(std::string_view module) {
    const std::string_view top = first_part(module);
    return standard_module(top) != nullptr || is_reviewed(top);
}

GlobalName python3_name(std::string_view module, std::string_view name) {
    if (const Renamed* row = find_renamed(kRenamedNames, module, name)) return row->now;
    const Renamed* row = find_renamed(kRenamedModules, module, "");
    return {row != nullptr ? row->now.module : module, name};
}

Judgement judge(std::string_view module, std::string_view name, bool fix_imports) {
    Judgement written = judge_as_written(module, name);
    if (!fix_imports) return written;
    GlobalName now = python3_name(module, name);
    if (now.module == module && now.name == name) return written;
    Judgement mapped = judge_as_written(now.module, now.name);
    return written.tier > mapped.tier ? written : mapped;
}

bool weights_only_allows(std::string_view module, std::string_view name) {
    GlobalName now = python3_name(module, name);
    // It looks up the two as one text.
    const std::string path = fmt::format("{}.{}", now.module, now.name);
    now = {std::string_view(path).substr(0, path.rfind('.')),
           std::string_view(path).substr(path.rfind('.') + 1)};
    auto row = std::ranges::lower_bound(kWeightsOnly, now.module, {}, &NameSet::module);
    return row != kWeightsOnly.end() && row->module == now.module && has_word(row->names, now.name);
}

// Its types, not its names, decide: Tensor and Parameter, OrderedDict and Counter.
WeightsOnlyTarget weights_only_target(std::string_view module, std::string_view name) {
    if (!weights_only_allows(module, name)) return WeightsOnlyTarget::kOther;
    if (has_word("OrderedDict Counter", name)) return WeightsOnlyTarget::kMapping;
    const bool tensor =
        name.ends_with("Tensor") || name == "Parameter" || name.starts_with("_rebuild");
    return tensor ? WeightsOnlyTarget::kTensor : WeightsOnlyTarget::kOther;
}

}  // namespace assay::pickle
