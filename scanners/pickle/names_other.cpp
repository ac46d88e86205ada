// Other libraries whose names are found in models, and the tools that attackers lean on.
//
// Reviewed: configurations, tokenizers and enumerations of transformers, tokenizers and accelerate;
// time zones of pytz and dateutil; what arrays and tables of pyarrow are pickled with. Dangerous as
// a whole: installers and build tools, test runners and shells, scanners and loggers (nothing in a
// model has business with them), template engines and evaluators, network clients, and what
// rebuilds functions from code (dill, cloudpickle).
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kConfig = "settings";
constexpr std::string_view kTokenizer = "a tokenizer or its settings";
constexpr std::string_view kZone = "a time zone: its state, without the file that it was read from";
constexpr std::string_view kTime = "a time zone or a step of time";
constexpr std::string_view kTool = "a build tool";
constexpr std::string_view kInstaller = "installs packages";
constexpr std::string_view kCompiler = "compiles and runs code";
constexpr std::string_view kNativeCode = "loads libraries or reaches native code";
constexpr std::string_view kRunner = "runs programs or code";
constexpr std::string_view kNet = "talks to other machines";
constexpr std::string_view kFiles = "opens files";
constexpr std::string_view kScanner = "belongs to a scanner or a logger";
constexpr std::string_view kImports = "imports modules";
constexpr std::string_view kEvaluates = "evaluates text as code";
constexpr std::string_view kLoads = "unpacks pickles, or makes objects that a text names";
constexpr std::string_view kCode = "rebuilds functions and classes from code";

constexpr std::string_view kArrow = "an array, a table or a part of one";
constexpr std::string_view kArrowType = "a type of Arrow's arrays";
constexpr std::string_view kArrowTypes =
    "KeyValueMetadata binary bool8 decimal128 decimal256 decimal32 decimal64 dictionary field "
    "large_list list_ map_ struct timestamp type_for_alias uuid";
constexpr std::string_view kArrowErrors =
    "ArrowCancelled ArrowCapacityError ArrowException ArrowIndexError ArrowInvalid ArrowKeyError "
    "ArrowMemoryError ArrowNotImplementedError ArrowSerializationError ArrowTypeError";

constexpr NameRule kRules[] = {
    {"Cython.**", "**", deny(kExecute), kCompiler},
    {"IPython.**", "**", deny(kExecute), kRunner},
    {"_cffi_backend.**", "**", deny(kNative), kNativeCode},
    {"_distutils_hack.**", "**", deny(kExecute), kTool},
    {"_pytest.**", "**", deny(kExecute), kRunner},
    {"accelerate.state", "AcceleratorState GradientState PartialState", allow(), kConfig},
    {"accelerate.utils.dataclasses", "*", allow(), kConfig},
    {"aiohttp.**", "**", deny(kNetwork), kNet},
    {"asteval.**", "**", deny(kExecute), kEvaluates},
    {"boto3.**", "**", deny(kNetwork), kNet},
    {"botocore.**", "**", deny(kNetwork), kNet},
    {"bpython.**", "**", deny(kExecute), kRunner},
    {"cffi.**", "**", deny(kNative), kNativeCode},
    {"cloudpickle.**", "**", deny(kExecute, Use::kCompiles), kCode},
    {"cloudpickle.cloudpickle", "_builtin_type", allow(Use::kTypeNamed),
     "tells a type of the module types by its name"},
    {"comtypes.**", "**", deny(kNative), kNativeCode},
    {"conda.**", "**", deny(kExecute), kInstaller},
    {"coverage.**", "**", deny(kExecute), kRunner},
    {"dateutil.relativedelta", "relativedelta weekday", allow(), kTime},
    {"dateutil.tz", "tzlocal tzoffset tzutc", allow(), kTime},
    {"dateutil.tz", "tzfile", allow(Use::kBare), kZone},
    {"dateutil.tz._tzfile", "_unpickle", allow(Use::kMakesInstance), kZone},
    {"dateutil.tz._tzfile", "tzfile", allow(Use::kBare), kZone},
    {"dateutil.tz.tz", "_ttinfo tzlocal tzoffset tzutc", allow(), kTime},
    {"dateutil.tz.tz", "tzfile", allow(Use::kBare), kZone},
    {"dill.**", "**", deny(kExecute, Use::kCompiles), kCode},
    {"dill._dill", "_create_array", allow(Use::kCallsArgument),
     "rebuilds an array by calling its constructor"},
    {"dill._dill", "_load_type", allow(Use::kTypeNamed), "tells a type by its name"},
    {"distribute_setup.**", "**", deny(kExecute), kInstaller},
    {"easy_install.**", "**", deny(kExecute), kInstaller},
    {"eventlet.**", "**", deny(kExecute), kRunner},
    {"execnet.**", "**", deny(kExecute), kRunner},
    {"fabric.**", "**", deny(kNetwork), kNet},
    {"fickling.**", "**", deny(kTamper), kScanner},
    {"flit_core.**", "**", deny(kExecute), kTool},
    {"fsspec.**", "**", deny(kFile), kFiles},
    {"gevent.**", "**", deny(kExecute), kRunner},
    {"h5py.**", "**", deny(kFile), kFiles},
    {"hatchling.**", "**", deny(kExecute), kTool},
    {"httpx.**", "**", deny(kNetwork), kNet},
    {"huggingface_hub.**", "**", deny(kNetwork), kNet},
    {"importlib_metadata.**", "**", deny(kImport), kImports},
    {"importlib_resources.**", "**", deny(kImport), kImports},
    {"invoke.**", "**", deny(kExecute), kRunner},
    {"ipykernel.**", "**", deny(kExecute), kRunner},
    {"jinja2.**", "**", deny(kExecute), kEvaluates},
    {"joblib.externals.cloudpickle.**", "**", deny(kExecute, Use::kCompiles), kCode},
    {"jsonpickle.**", "**", deny(kDeserialise), kLoads},
    {"jupyter_client.**", "**", deny(kExecute), kRunner},
    {"lazy_loader.**", "**", deny(kImport), kImports},
    {"llvmlite.**", "**", deny(kNative), kNativeCode},
    {"loguru.**", "**", deny(kTamper), kScanner},
    {"loky.**", "**", deny(kExecute), kRunner},
    {"lz4.**", "**", deny(kFile), kFiles},
    {"mako.**", "**", deny(kExecute), kEvaluates},
    {"modelaudit.**", "**", deny(kTamper), kScanner},
    {"modelscan.**", "**", deny(kTamper), kScanner},
    {"multiprocess.**", "**", deny(kExecute), kRunner},
    {"nose.**", "**", deny(kExecute), kRunner},
    {"numba.**", "**", deny(kExecute), kCompiler},
    {"numexpr.**", "**", deny(kExecute), kEvaluates},
    {"objc.**", "**", deny(kNative), kNativeCode},
    {"paramiko.**", "**", deny(kNetwork), kNet},
    {"pathos.**", "**", deny(kExecute), kRunner},
    {"pexpect.**", "**", deny(kExecute), kRunner},
    {"picklescan.**", "**", deny(kTamper), kScanner},
    {"pip.**", "**", deny(kExecute), kInstaller},
    {"pipenv.**", "**", deny(kExecute), kTool},
    {"pkg_resources.**", "**", deny(kExecute), kTool},
    {"pluggy.**", "**", deny(kExecute), kRunner},
    {"plumbum.**", "**", deny(kExecute), kRunner},
    {"poetry.**", "**", deny(kExecute), kTool},
    {"psutil.**", "**", deny(kExecute), kRunner},
    {"ptpython.**", "**", deny(kExecute), kRunner},
    {"ptyprocess.**", "**", deny(kExecute), kRunner},
    {"pyarrow.**",
     "BufferOutputStream BufferReader BufferedInputStream BufferedOutputStream FileSystem "
     "MemoryMappedFile NativeFile OSFile ParquetFile PythonFile "
     "RecordBatchFileReader RecordBatchFileWriter RecordBatchStreamReader RecordBatchStreamWriter",
     deny(kFile), kFiles},
    {"pyarrow.**", "ExtensionType PyExtensionType UnknownExtensionType deserialize read_serialized",
     deny(kDeserialise), kLoads},
    {"pyarrow._flight.**", "**", deny(kNetwork), kNet},
    {"pyarrow._fs.**", "**", deny(kFile), kFiles},
    {"pyarrow.cffi.**", "**", deny(kNative), kNativeCode},
    {"pyarrow.dataset.**", "**", deny(kFile), kFiles},
    {"pyarrow.feather.**", "**", deny(kFile), kFiles},
    {"pyarrow.flight.**", "**", deny(kNetwork), kNet},
    {"pyarrow.fs.**", "**", deny(kFile), kFiles},
    {"pyarrow.lib", kArrowTypes, allow(), kArrowType},
    {"pyarrow.lib", "_restore_array", allow(Use::kArrowArray), "how Arrow's arrays are pickled"},
    {"pyarrow.lib",
     "_reconstruct_record_batch _reconstruct_table chunked_array py_buffer scalar schema", allow(),
     kArrow},
    {"pyarrow.lib", kArrowErrors, allow(), "an exception is a value until it is raised"},
    {"pyarrow.lib", "create_memory_map memory_map", deny(kFile), kFiles},
    {"pyarrow.lib", "foreign_buffer", deny(kNative), "memory by its address"},
    {"pyarrow.orc.**", "**", deny(kFile), kFiles},
    {"pyarrow.parquet.**", "**", deny(kFile), kFiles},
    {"pycurl.**", "**", deny(kNetwork), kNet},
    {"pytest.**", "**", deny(kExecute), kRunner},
    {"pythoncom.**", "**", deny(kNative), kNativeCode},
    {"pytz", "_FixedOffset _UTC _p", allow(), kTime},
    {"pytz.tzinfo", "DstTzInfo StaticTzInfo", allow(), kTime},
    {"pyximport.**", "**", deny(kExecute), kCompiler},
    {"requests", "delete get head options patch post put request", deny(kNetwork), kNet},
    {"requests.api.**", "**", deny(kNetwork), kNet},
    {"sentry_sdk.**", "**", deny(kTamper), kScanner},
    {"setuptools.**", "**", deny(kExecute), kTool},
    {"shapely.io", "from_wkb", allow(), "a shape in its binary form, for a native parser"},
    {"shapely.strtree", "STRtree", allow(), "an index of shapes"},
    {"simpleeval.**", "**", deny(kExecute), kEvaluates},
    {"six.**", "**", deny(kImport), kImports},
    {"skops.**", "**", deny(kDeserialise), kLoads},
    {"smart_open.**", "**", deny(kFile), kFiles},
    {"srsly.cloudpickle.**", "**", deny(kExecute, Use::kCompiles), kCode},
    {"structlog.**", "**", deny(kTamper), kScanner},
    {"tokenizers", "AddedToken Encoding NormalizedString PreTokenizedString Regex Tokenizer",
     allow(), kTokenizer},
    {"tokenizers.decoders", "*", allow(), kTokenizer},
    {"tokenizers.models", "*", allow(Use::kBare), kTokenizer},
    {"tokenizers.normalizers", "*", allow(), kTokenizer},
    {"tokenizers.pre_tokenizers", "*", allow(), kTokenizer},
    {"tokenizers.processors", "*", allow(), kTokenizer},
    {"tornado.**", "**", deny(kNetwork), kNet},
    {"transformers", "LegacyIndex TransfoXLTokenizer", deny(kDeserialise), kLoads},
    // Given a path, they read vocabularies and settings from there.
    {"transformers", "*Config *TokenizerFast *Tokenizer", allow(Use::kBare), kTokenizer},
    {"transformers.**", "*Config *TokenizerFast *Tokenizer", allow(Use::kBare), kTokenizer},
    {"transformers.agents.**", "**", deny(kExecute), kRunner},
    {"transformers.commands.**", "**", deny(kExecute), kRunner},
    {"transformers.configuration_utils", "PreTrainedConfig PretrainedConfig", allow(), kConfig},
    {"transformers.dynamic_module_utils.**", "**", deny(kExecute), "downloads and imports code"},
    {"transformers.feature_extraction_utils", "BatchFeature", allow(Use::kContainer), kConfig},
    {"transformers.generation.configuration_utils", "*", allow(), kConfig},
    {"transformers.integrations.heterogeneity.configuration_utils", "_HeterogeneitySpec", allow(),
     kConfig},
    {"transformers.models.deprecated.transfo_xl.**", "**", deny(kDeserialise), kLoads},
    {"transformers.models.rag.**", "**", deny(kDeserialise), kLoads},
    {"transformers.models.transfo_xl.**", "**", deny(kDeserialise), kLoads},
    {"transformers.onnx.**", "**", deny(kFile), kFiles},
    {"transformers.pipelines.**", "**", deny(kNetwork), kNet},
    {"transformers.testing_utils.**", "**", deny(kExecute), kRunner},
    {"transformers.tokenization_utils", "AddedToken PreTrainedTokenizer Trie", allow(), kTokenizer},
    {"transformers.tokenization_utils_base", "AddedToken BatchEncoding", allow(), kTokenizer},
    {"transformers.tokenization_utils_fast", "PreTrainedTokenizerFast", allow(), kTokenizer},
    {"transformers.tools.**", "**", deny(kExecute), kRunner},
    {"transformers.trainer_pt_utils", "AcceleratorConfig LabelSmoother", allow(), kConfig},
    {"transformers.trainer_utils",
     "EvaluationStrategy FSDPOption HPSearchBackend HubStrategy IntervalStrategy SaveStrategy "
     "SchedulerType ShardedDDPOption",
     allow(), kConfig},
    {"transformers.training_args", "OptimizerNames ParallelMode", allow(), kConfig},
    {"transformers.training_args", "TrainingArguments", allow(Use::kBare), kConfig},
    {"transformers.training_args_seq2seq", "Seq2SeqTrainingArguments", allow(Use::kBare), kConfig},
    {"transformers.utils.hub.**", "**", deny(kNetwork), kNet},
    {"transformers.utils.import_utils.**", "**", deny(kImport), kImports},
    {"twisted.**", "**", deny(kNetwork), kNet},
    {"urllib3.**", "**", deny(kNetwork), kNet},
    {"virtualenv.**", "**", deny(kExecute), kTool},
    {"websockets.**", "**", deny(kNetwork), kNet},
    {"wget.**", "**", deny(kNetwork), kNet},
    {"wheel.**", "**", deny(kExecute), kTool},
    {"win32api.**", "**", deny(kNative), kNativeCode},
    {"win32com.**", "**", deny(kNative), kNativeCode},
    {"yaml.**", "**", deny(kDeserialise), kLoads},
    {"zmq.**", "**", deny(kNetwork), kNet},
    {"zstandard.**", "**", deny(kFile), kFiles},
};
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const NameRule> kOtherRules = kRules;

}  // namespace assay::pickle
