// The verdict tables: gadgets that passed other scanners are dangerous, what ordinary models hold
// is allowed, and the tables keep the order that the lookup needs.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scanners/pickle/name_tables.h"
#include "scanners/pickle/names.h"

namespace assay::pickle {
namespace {

// Without the blanks around each part.
std::vector<std::string> split(std::string_view list, char separator) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        std::string_view part = list.substr(0, list.find(separator));
        list.remove_prefix(std::min(list.size(), part.size() + 1));
        part.remove_prefix(std::min(part.size(), part.find_first_not_of(" \n")));
        part = part.substr(0, part.find_last_not_of(" \n") + 1);
        if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
}

// "module name": the last part of `global` is the name.
Judgement judged(std::string_view global, bool fix_imports = false) {
    size_t space = global.find(' ');
    return judge(global.substr(0, space), global.substr(space + 1), fix_imports);
}

bool is_dangerous(std::string_view global, bool fix_imports = false) {
    return judged(global, fix_imports).tier == Tier::kDangerous;
}

bool is_allowed(std::string_view global, bool fix_imports = false) {
    return judged(global, fix_imports).tier == Tier::kAllowed;
}

// What advisories and papers describe as ways past a scanner, by the family of the gadget.
constexpr std::string_view kGadgets = R"(
os system, os popen, os execv, os spawnl, os posix_spawn, os remove, os environ, posix system,
nt system, posix fork, subprocess Popen, subprocess check_output, subprocess getoutput,
_posixsubprocess fork_exec, _winapi CreateProcess, pty spawn, builtins eval, builtins exec,
builtins compile, builtins open, builtins input, builtins __import__, builtins setattr,
builtins delattr, builtins vars, builtins globals, builtins locals, builtins breakpoint,
builtins help, builtins __build_class__, builtins getattr.__call__, builtins super, builtins dir,
__builtin__ eval, __builtin__ execfile, __builtin__ file, __builtin__ apply, __builtin__ reload,
sys modules, sys settrace, sys _getframe, sys exit, importlib import_module,
importlib.machinery SourceFileLoader, importlib.util find_spec, _frozen_importlib _gcd_import,
imp load_source, _imp create_dynamic, pkgutil resolve_name, pkgutil get_data,
zipimport zipimporter, runpy run_path, runpy _run_code, code InteractiveInterpreter,
code interact, codeop compile_command, timeit timeit, timeit main, trace Trace, profile run,
profile Profile.run, cProfile run, cProfile runctx, _lsprof Profiler, hotshot Profile, bdb Bdb,
bdb Bdb.run, pdb run, pdb Pdb, doctest debug_script, doctest DocTestRunner, unittest TestCase,
test.support run_code, test.support.script_helper assert_python_ok,
test.support import_fresh_module, pydoc locate, pydoc pipepager, pydoc pager,
idlelib.pyshell ModifiedInterpreter.runcode, idlelib.run Executive.runcode,
idlelib.debugobj ObjectTreeItem.SetText, idlelib.autocomplete AutoComplete.get_entity,
idlelib.calltip get_entity, lib2to3.pgen2.grammar Grammar.loads,
lib2to3.pgen2.pgen ParserGenerator.make_label, ensurepip _run_pip, ensurepip bootstrap,
venv create, pip main, pip._internal main, pip._internal.cli.main main, setuptools setup,
pkg_resources load_entry_point, distutils.spawn spawn, distutils.file_util write_file,
distutils.file_util copy_file, easy_install main,
asyncio.unix_events _UnixSubprocessTransport._start, asyncio run,
asyncio.subprocess create_subprocess_shell, concurrent.futures ProcessPoolExecutor,
multiprocessing.util spawnv_passfds, multiprocessing.pool Pool, multiprocessing Process,
threading Thread, _thread start_new_thread, _interpreters run_string, _interpreters exec,
_xxsubinterpreters run_string, interpreters_ __call__, concurrent.interpreters Interpreter,
sched scheduler, signal signal, atexit register, uuid _get_command_stdout, uuid _popen,
imaplib IMAP4_stream, _osx_support _read_output, _osx_support _find_build_tool,
_aix_support _read_cmd_output, _pyrepl.pager pipe_pager, _pyrepl.pager tempfile_pager,
_bootsubprocess Popen, platform popen, platform _syscmd_file, mailcap findmatch, webbrowser open,
webbrowser GenericBrowser, antigravity geohash, ctypes CDLL, ctypes string_at,
ctypes.util find_library, _ctypes dlopen, ctypes.macholib.dyld dyld_find, mmap mmap,
_posixshmem shm_open, marshal loads, pickle loads, pickle Unpickler, _pickle loads,
_pickle Unpickler, shelve open, types CodeType, types FunctionType, types LambdaType,
types MethodType, types ModuleType, types new_class, functools singledispatch, operator call,
operator setitem, _operator call, _operator setitem, typing ForwardRef, typing get_type_hints,
dataclasses make_dataclass, collections namedtuple.__new__, inspect getattr_static,
inspect currentframe, gc get_objects, gc get_referrers, weakref finalize, contextlib ExitStack,
codecs open, codecs decode, _codecs decode, codecs lookup, encodings search_function,
copyreg add_extension, copyreg pickle, copyreg dispatch_table, io FileIO, io open, _io FileIO,
_io open_code, _pyio open, pathlib os.system, pathlib Path.unlink, pathlib os, shutil rmtree,
shutil copyfile, tempfile NamedTemporaryFile, glob glob, fileinput input, linecache getlines,
gzip open, bz2 BZ2File, lzma open, zipfile ZipFile, tarfile open, tarfile TarFile,
sqlite3 connect, dbm open, netrc netrc, getpass getpass,
logging FileHandler, logging basicConfig, logging disable, logging shutdown,
logging.handlers RotatingFileHandler, logging.handlers SocketHandler, logging.config dictConfig,
logging.config _resolve, logging os, socket socket, socket create_connection, _socket socket,
ssl create_default_context, http.client HTTPConnection, http.server HTTPServer,
urllib.request urlopen, urllib.request urlretrieve, ftplib FTP, poplib POP3, smtplib SMTP,
telnetlib Telnet, nntplib NNTP, xmlrpc.client ServerProxy, xmlrpc.server resolve_dotted_attribute,
wsgiref.simple_server make_server, cgitb Hook, warnings showwarning, site addsitedir,
sysconfig get_config_var, rlcompleter Completer, cmd Cmd, xml.etree.ElementTree parse, numpy load,
numpy save, numpy fromfile, numpy memmap, numpy os, numpy sys, numpy f2py, numpy __builtins__,
numpy __builtins__.eval, numpy lib.npyio, numpy.f2py.crackfortran getlincoef,
numpy.f2py.crackfortran _eval_length, numpy.f2py.diagnose run_command,
numpy.testing._private.utils runstring, numpy.distutils.exec_command exec_command,
numpy.core.memmap memmap, numpy.lib.npyio load, numpy.ctypeslib load_library,
numpy.lib.utils safe_eval, scipy.io loadmat, scipy.stats._distn_infrastructure rv_continuous,
scipy.stats._continuous_distns rv_continuous, pandas eval, pandas read_pickle, pandas read_csv,
pandas.io.pickle read_pickle, pandas.io.common get_handle, pandas.compat.pickle_compat load,
pandas.core.computation.eval eval, joblib load, joblib Parallel, joblib.numpy_pickle load,
joblib.memory MemorizedFunc, joblib.parallel Parallel,
joblib.externals.loky.backend.popen_loky_posix Popen,
joblib.externals.loky.cloudpickle_wrapper _reconstruct_wrapper,
joblib.externals.cloudpickle.cloudpickle _make_function, sklearn.datasets fetch_openml,
sklearn.utils._testing TempMemmap, sklearn.utils.parallel Parallel,
sklearn.ensemble._forest Parallel, sklearn.externals.six.moves.builtins eval, sklearn.base os,
torch load, torch.serialization load, torch.hub load,
torch.jit load, torch.jit.unsupported_tensor_ops execWrapper, torch os, torch sys.exit,
torch.utils.bottleneck.__main__ run_autograd_prof, torch.utils.collect_env run,
torch.utils._config_module ConfigModule.load_config, torch._dynamo.guards GuardBuilder.get,
torch._inductor.codecache compile_file, torch.utils.cpp_extension load_inline,
torch.utils.data.datapipes.utils.decoder basichandlers, torch.ops load_library,
torch.classes load_library, torch.fx.graph_module _deserialize_graph_module,
torch.fx.experimental.symbolic_shapes ShapeEnv.evaluate_guards_expression,
torch.package PackageImporter, torch.distributed.rpc rpc_sync,
torch.multiprocessing.reductions rebuild_storage_fd, torch._utils _import_dotted_name,
torch._C _import_ir_module_from_buffer, torch.onnx.utils export, torch compile,
torch.nn.modules.module warnings, torch.nn.modules.rnn Popen, dill._dill _create_code, dill loads,
cloudpickle.cloudpickle _make_function, cloudpickle.cloudpickle subimport,
transformers.models.rag.retrieval_rag LegacyIndex, transformers TransfoXLTokenizer,
transformers.pipelines pipeline, transformers.dynamic_module_utils get_class_from_dynamic_module,
skops.io load, picklescan.scanner scan_pickle_bytes, fickling hook, modelscan.modelscan ModelScan,
six.moves.builtins eval, six.moves.subprocess Popen, requests.packages.six.moves.os popen,
_pytest.monkeypatch MonkeyPatch, pytest main, IPython embed,
IPython.core.interactiveshell InteractiveShell, jinja2 Template, yaml unsafe_load,
mypackage.utils subprocess, mypackage.utils os.system, mypackage.utils __builtins__,
mypackage.tool Popen, mypackage.__main__ Net, mypackage Net.__init__.__globals__,
__main__ __builtins__, __main__ os.system
)";

TEST(PickleNames, GadgetsAreDangerous) {
    for (const std::string& gadget : split(kGadgets, ',')) {
        Judgement judgement = judged(gadget);
        EXPECT_EQ(judgement.tier, Tier::kDangerous) << gadget;
        EXPECT_NE(judgement.capability, Capability::kNone) << gadget;
        EXPECT_FALSE(judgement.reason.empty()) << gadget;
    }
}

// The mapping can only make things worse, never hide them.
TEST(PickleNames, GadgetsAreDangerousInOldProtocols) {
    for (const std::string& gadget : split(kGadgets, ','))
        EXPECT_TRUE(is_dangerous(gadget, true)) << gadget;
    for (std::string_view gadget :
         {"commands getoutput", "cPickle loads", "cPickle Unpickler", "__builtin__ eval",
          "copy_reg add_extension", "urllib2 urlopen", "urllib urlretrieve", "httplib HTTP",
          "_winreg CreateKey", "SocketServer TCPServer", "thread start_new_thread",
          "UserDict __builtins__", "anydbm open", "Tkinter Tk", "test.test_support run_unittest",
          "multiprocessing.forking Popen", "itertools os", "popen2 popen3", "new function"}) {
        EXPECT_TRUE(is_dangerous(gadget, true)) << gadget;
        EXPECT_TRUE(is_dangerous(gadget, false)) << gadget;
    }
}

struct Known {
    std::string_view global;
    Use use;
};

// What ordinary models hold; the libraries that wrote it are named in docs/pickle-verdict.md.
constexpr Known kBenign[] = {
    {"uuid UUID", Use::kPlain},
    {"uuid SafeUUID", Use::kPlain},
    {"datetime datetime", Use::kPlain},
    {"datetime timedelta", Use::kPlain},
    {"datetime timezone", Use::kPlain},
    {"decimal Decimal", Use::kPlain},
    {"decimal Context", Use::kPlain},
    {"fractions Fraction", Use::kPlain},
    {"pathlib PosixPath", Use::kPlain},
    {"pathlib._local PosixPath", Use::kPlain},
    {"pathlib PureWindowsPath", Use::kPlain},
    {"builtins set", Use::kContainer},
    {"builtins dict", Use::kContainer},
    {"builtins frozenset", Use::kPlain},
    {"builtins bytearray", Use::kPlain},
    {"builtins complex", Use::kPlain},
    {"builtins object", Use::kPlain},
    {"builtins slice", Use::kPlain},
    {"builtins range", Use::kPlain},
    {"builtins len", Use::kReference},
    {"builtins print", Use::kReference},
    {"builtins iter", Use::kCallsArgument},
    {"builtins map", Use::kCallsArgument},
    {"builtins getattr", Use::kGetsAttribute},
    {"builtins type", Use::kTypeOf},
    {"builtins Ellipsis", Use::kReference},
    {"builtins ValueError", Use::kPlain},
    {"builtins KeyboardInterrupt", Use::kPlain},
    {"builtins ExceptionGroup", Use::kPlain},
    {"_queue Empty", Use::kPlain},
    {"json.decoder JSONDecodeError", Use::kPlain},
    {"subprocess CalledProcessError", Use::kPlain},
    {"collections OrderedDict", Use::kContainer},
    {"collections defaultdict", Use::kCallsArgument},
    {"collections Counter", Use::kContainer},
    {"collections deque", Use::kContainer},
    {"collections ChainMap", Use::kPlain},
    {"argparse Namespace", Use::kPlain},
    {"functools partial", Use::kCallsArgument},
    {"_functools reduce", Use::kCallsArgument},
    {"operator itemgetter", Use::kNamesAttribute},
    {"operator attrgetter", Use::kNamesAttribute},
    {"operator methodcaller", Use::kCallsMethod},
    {"_operator add", Use::kPlain},
    {"_operator or_", Use::kPlain},
    {"_operator mod", Use::kReference},
    {"_operator getitem", Use::kTakesItem},
    {"typing Optional", Use::kReference},
    {"types SimpleNamespace", Use::kPlain},
    {"types GenericAlias", Use::kCallsArgument},
    {"re _compile", Use::kPlain},
    {"re RegexFlag", Use::kPlain},
    {"logging getLogger", Use::kShared},
    {"logging Logger", Use::kPlain},
    {"logging PlaceHolder", Use::kPlain},
    {"logging Formatter", Use::kPlain},
    {"random Random", Use::kPlain},
    {"ipaddress IPv4Network", Use::kPlain},
    {"zoneinfo ZoneInfo", Use::kPlain},
    {"itertools count", Use::kPlain},
    {"itertools chain", Use::kPlain},
    {"array _array_reconstructor", Use::kMakesInstance},
    {"_io BytesIO", Use::kPlain},
    {"inspect Signature", Use::kPlain},
    {"time struct_time", Use::kPlain},
    {"os stat_result", Use::kPlain},
    {"math sqrt", Use::kReference},
    {"copyreg _reconstructor", Use::kMakesInstance},
    {"copyreg __newobj__", Use::kMakesInstance},
    {"_codecs encode", Use::kEncodes},
    {"numpy ndarray", Use::kPlain},
    {"numpy dtype", Use::kDtype},
    {"numpy float64", Use::kPlain},
    {"numpy log1p", Use::kReference},
    {"numpy matrix", Use::kPlain},
    {"numpy.core.multiarray _reconstruct", Use::kMakesInstance},
    {"numpy._core.multiarray _reconstruct", Use::kMakesInstance},
    {"numpy.core.multiarray scalar", Use::kGivesBack},
    {"numpy._core.multiarray scalar", Use::kGivesBack},
    {"numpy._core.numeric _frombuffer", Use::kPlain},
    {"numpy.core _ufunc_reconstruct", Use::kImportsName},
    {"numpy.ma.core _mareconstruct", Use::kMakesInstance},
    {"numpy.ma.core MaskedArray", Use::kPlain},
    {"numpy.dtypes Float64DType", Use::kPlain},
    {"numpy.random._pickle __randomstate_ctor", Use::kCallsArgument},
    {"numpy.random._pickle __generator_ctor", Use::kCallsArgument},
    {"numpy.random._mt19937 MT19937", Use::kPlain},
    {"torch.storage _load_from_bytes", Use::kLoadsBytes},
    {"numpy.random.bit_generator __pyx_unpickle_SeedSequence", Use::kMakesInstance},
    {"numpy.polynomial.polynomial Polynomial", Use::kPlain},
    {"scipy.sparse.csr csr_matrix", Use::kPlain},
    {"scipy.sparse._csr csr_array", Use::kPlain},
    {"scipy.interpolate._cubic CubicSpline", Use::kPlain},
    {"scipy.spatial._kdtree KDTree", Use::kPlain},
    {"scipy.optimize._optimize OptimizeResult", Use::kContainer},
    {"pandas DataFrame", Use::kPlain},
    {"pandas.core.frame DataFrame", Use::kPlain},
    {"pandas.core.series Series", Use::kPlain},
    {"pandas.core.internals.managers BlockManager", Use::kPlain},
    {"pandas._libs.internals _unpickle_block", Use::kPlain},
    {"pandas.core.indexes.base _new_Index", Use::kMakesInstance},
    {"pandas.core.indexes.multi MultiIndex", Use::kPlain},
    {"pandas.core.indexes.datetimes _new_DatetimeIndex", Use::kMakesInstance},
    {"pandas._libs.tslibs.timestamps _unpickle_timestamp", Use::kPlain},
    {"pandas._libs.tslibs.offsets MonthEnd", Use::kPlain},
    {"pandas._libs.arrays __pyx_unpickle_NDArrayBacked", Use::kMakesInstance},
    {"pandas.core.arrays.categorical Categorical", Use::kPlain},
    {"sklearn.linear_model._logistic LogisticRegression", Use::kPlain},
    {"sklearn.linear_model.logistic LogisticRegression", Use::kPlain},
    {"sklearn.pipeline Pipeline", Use::kPlain},
    {"sklearn.tree._tree Tree", Use::kPlain},
    {"sklearn.ensemble._forest RandomForestClassifier", Use::kPlain},
    {"sklearn.calibration _CalibratedClassifier", Use::kPlain},
    {"sklearn.neighbors._kd_tree newObj", Use::kMakesInstance},
    {"sklearn.utils._bunch Bunch", Use::kContainer},
    {"sklearn.metrics._classification accuracy_score", Use::kReference},
    {"joblib.numpy_pickle NumpyArrayWrapper", Use::kPlain},
    {"sklearn.externals.joblib.numpy_pickle NumpyArrayWrapper", Use::kPlain},
    {"xgboost.sklearn XGBClassifier", Use::kPlain},
    {"xgboost.core Booster", Use::kBare},
    {"lightgbm.sklearn LGBMClassifier", Use::kPlain},
    {"lightgbm.basic Booster", Use::kBare},
    {"catboost.core CatBoostRegressor", Use::kPlain},
    {"torch Size", Use::kPlain},
    {"torch device", Use::kPlain},
    {"torch float32", Use::kPlain},
    {"torch FloatStorage", Use::kPlain},
    {"torch._utils _rebuild_tensor_v2", Use::kPlain},
    {"torch._utils _rebuild_parameter", Use::kPlain},
    {"torch._utils _rebuild_qtensor", Use::kPlain},
    {"torch._utils _rebuild_sparse_tensor", Use::kPlain},
    {"torch._tensor _rebuild_from_type_v2", Use::kCallsArgument},
    {"torch.nn.parameter Parameter", Use::kPlain},
    {"torch.nn.modules.linear Linear", Use::kPlain},
    {"torch.nn.modules.container Sequential", Use::kPlain},
    {"torch.nn.functional relu", Use::kReference},
    {"torch.optim.adam Adam", Use::kPlain},
    {"torch.optim.lr_scheduler StepLR", Use::kPlain},
    {"torch.nn.quantized.modules.linear Linear", Use::kPlain},
    {"tokenizers Tokenizer", Use::kPlain},
    {"joblib.memory Memory", Use::kBare},
    {"pyarrow.lib _restore_array", Use::kArrowArray},
    {"pyarrow.lib struct", Use::kPlain},
    {"transformers.models.bert.configuration_bert BertConfig", Use::kBare},
    {"transformers.models.bert.tokenization_bert_fast BertTokenizerFast", Use::kBare},
    {"transformers.training_args TrainingArguments", Use::kBare},
    {"transformers.trainer_utils IntervalStrategy", Use::kPlain},
};

TEST(PickleNames, WhatModelsHoldIsAllowed) {
    for (const Known& known : kBenign) {
        Judgement judgement = judged(known.global);
        EXPECT_EQ(judgement.tier, Tier::kAllowed) << known.global << ": " << judgement.reason;
        EXPECT_EQ(judgement.use, known.use) << known.global;
        EXPECT_EQ(judgement.capability, Capability::kNone) << known.global;
        EXPECT_FALSE(judgement.reason.empty()) << known.global;
    }
}

// Protocols 0 to 2 as Python 3 writes them: in Python 2 names.
TEST(PickleNames, WhatModelsHoldIsAllowedInOldProtocols) {
    for (const Known& known : kBenign) EXPECT_TRUE(is_allowed(known.global, true)) << known.global;
    for (std::string_view global :
         {"__builtin__ object", "__builtin__ set", "__builtin__ unicode", "__builtin__ long",
          "__builtin__ xrange", "__builtin__ getattr", "__builtin__ reduce", "exceptions OSError",
          "exceptions ValueError", "copy_reg _reconstructor", "UserDict IterableUserDict",
          "itertools izip", "itertools imap", "commands CalledProcessError", "urlparse ParseResult",
          "Queue Empty", "StringIO StringIO"}) {
        EXPECT_TRUE(is_allowed(global, true)) << global << ": " << judged(global, true).reason;
    }
}

TEST(PickleNames, ClassesOfOtherPackagesAreUnknown) {
    for (std::string_view global :
         {"mypackage.models Net", "__main__ Net", "__main__ _Private", "my_package _Net",
          "mypackage.nets Outer.Inner", "torchvision.models.resnet ResNet", "timm.models Block",
          "mypackage make_net", "numpyro Model", "torch_geometric.data Data", "oslo Thing",
          "transformers.models.bert.modeling_bert BertModel", "mein.päckchen Größe"}) {
        Judgement judgement = judged(global);
        EXPECT_EQ(judgement.tier, Tier::kUnknown) << global << ": " << judgement.reason;
        EXPECT_FALSE(judgement.standard) << global;
    }
}

TEST(PickleNames, TellsTheStandardLibrary) {
    EXPECT_TRUE(judged("collections OrderedDict").standard);
    EXPECT_TRUE(judged("os system").standard);
    EXPECT_TRUE(judged("colorsys rgb_to_hsv").standard);
    EXPECT_FALSE(judged("numpy dtype").standard);
    EXPECT_FALSE(judged("pip main").standard);
}

// The standard library is denied by default: every module of it, by any name, and below it.
TEST(PickleNames, StandardModulesAreDeniedByDefault) {
    for (const StandardModule& module : kStandardModules) {
        Judgement judgement = judge(module.name, "no_such_name_at_all", false);
        EXPECT_EQ(judgement.tier, Tier::kDangerous) << module.name;
        EXPECT_NE(judgement.capability, Capability::kNone) << module.name;
        std::string below = std::string(module.name) + ".below";
        EXPECT_EQ(judge(below, "system", false).tier, Tier::kDangerous) << below;
        EXPECT_EQ(
            judge("any.package", std::string(module.name) + ".x", false).tier,
            module.name[0] >= 'A' && module.name[0] <= 'Z' ? Tier::kUnknown : Tier::kDangerous)
            << module.name;
    }
}

TEST(PickleNames, CapabilitiesSayWhatIsGained) {
    EXPECT_EQ(judged("os system").capability, Capability::kExecute);
    EXPECT_EQ(judged("os remove").capability, Capability::kFile);
    EXPECT_EQ(judged("importlib import_module").capability, Capability::kImport);
    EXPECT_EQ(judged("socket socket").capability, Capability::kNetwork);
    EXPECT_EQ(judged("pickle loads").capability, Capability::kDeserialise);
    EXPECT_EQ(judged("ctypes CDLL").capability, Capability::kNative);
    EXPECT_EQ(judged("picklescan.cli main").capability, Capability::kTamper);
    EXPECT_EQ(judged("builtins setattr").capability, Capability::kIntrospection);
    EXPECT_EQ(name_of(Capability::kExecute), "execute");
    EXPECT_EQ(name_of(Capability::kTamper), "tamper");
    EXPECT_EQ(judged("types CodeType").use, Use::kCompiles);
}

// Attributes reached through an allowed name, and what a library lends from another.
TEST(PickleNames, NothingIsReachedThroughAllowedNames) {
    for (const Known& known : kBenign) {
        std::string global(known.global);
        EXPECT_TRUE(is_dangerous(global + ".__init__")) << global;
        EXPECT_TRUE(is_dangerous(global + ".__globals__.x")) << global;
        EXPECT_TRUE(is_dangerous(global + ".system")) << global;
        std::string module = global.substr(0, global.find(' '));
        for (std::string_view leaf : {"os", "sys", "subprocess", "__builtins__", "__dict__"}) {
            EXPECT_TRUE(is_dangerous(module + " " + std::string(leaf))) << module << " " << leaf;
        }
        EXPECT_FALSE(is_allowed(module + " Popen")) << module;
        EXPECT_FALSE(is_allowed(module + " ABCMeta")) << module;
        EXPECT_FALSE(is_allowed(module + " _SCORERS")) << module;
    }
}

TEST(PickleNames, NamesThatCannotBeAreDangerous) {
    using namespace std::string_view_literals;
    const std::string huge(10'000, 'a');
    const std::string dots(10'000, '.');
    std::string deep = "numpy";
    for (int i = 0; i < 2'000; ++i) deep += ".core";
    for (std::string_view odd :
         {""sv, "."sv, ".os"sv, "os."sv, "a..b"sv, "os\0"sv, "a\nb"sv, "a b"sv, "\xFF"sv, "\xC3"sv,
          "\xED\xA0\x80"sv, "\xC0\xAF"sv, "\x7F"sv, "<lambda>"sv, "a*"sv, std::string_view(dots)}) {
        EXPECT_EQ(judge(odd, "Name", true).tier, Tier::kDangerous) << odd;
        EXPECT_EQ(judge("module", odd, true).tier, Tier::kDangerous) << odd;
        EXPECT_EQ(judge("numpy", odd, false).tier, Tier::kDangerous) << odd;
    }
    EXPECT_EQ(judge(huge, huge, true).tier, Tier::kUnknown);
    EXPECT_EQ(judge("numpy", huge, true).tier, Tier::kUnknown);
    EXPECT_EQ(judge("os", huge, true).tier, Tier::kDangerous);
    EXPECT_EQ(judge(deep, "Name", true).tier, Tier::kUnknown);
    EXPECT_EQ(judge(deep, "name.dotted", true).tier, Tier::kDangerous);
    // A list of names is not a name, and a pattern matches itself nowhere.
    EXPECT_NE(judge("collections", "*", false).tier, Tier::kAllowed);
    EXPECT_NE(judge("sklearn.base", "*", false).tier, Tier::kAllowed);
    EXPECT_NE(judge("sklearn.base", "_*", false).tier, Tier::kAllowed);
    EXPECT_NE(judge("collections", "Counter OrderedDict", false).tier, Tier::kAllowed);
    EXPECT_NE(judge("sklearn.**", "Thing", false).tier, Tier::kAllowed);
}

TEST(PickleNames, MethodsThatTouchFilesAreKnown) {
    for (std::string_view method :
         {"unlink", "write_text", "open", "tofile", "to_pickle", "dump"}) {
        EXPECT_EQ(method_capability(method), Capability::kFile) << method;
    }
    EXPECT_EQ(method_capability("__globals__"), Capability::kIntrospection);
    EXPECT_EQ(method_capability("a.b"), Capability::kIntrospection);
    EXPECT_EQ(method_capability("eval"), Capability::kExecute);
    EXPECT_EQ(method_capability("__setstate__"), Capability::kDeserialise);
    for (std::string_view method : {"lower", "strip", "randint", "append", "fit", "join", "keys"}) {
        EXPECT_EQ(method_capability(method), Capability::kNone) << method;
    }
}

TEST(PickleNames, RenamesLeaveOtherNamesAlone) {
    EXPECT_EQ(python3_name("mypackage", "Net").module, "mypackage");
    EXPECT_EQ(python3_name("itertools", "count").module, "itertools");
    EXPECT_EQ(python3_name("itertools", "imap").module, "builtins");
    EXPECT_EQ(python3_name("itertools", "imap").name, "map");
}

}  // namespace
}  // namespace assay::pickle
