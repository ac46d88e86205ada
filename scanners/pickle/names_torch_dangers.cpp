// What of PyTorch compiles, runs, loads, downloads or talks to other processes. Private names that
// are not in names_torch.cpp are dangerous already; here are the public ones, and reasons.
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kCompiles = "compiles and runs code";
constexpr std::string_view kRuns = "runs programs or code";
constexpr std::string_view kFiles = "reads or writes files";
constexpr std::string_view kLoads = "unpacks pickles or code";
constexpr std::string_view kDownloads = "downloads and runs or unpacks files";
constexpr std::string_view kNet = "talks to other processes and machines";
constexpr std::string_view kNativeCode = "loads libraries or reaches native code";

constexpr NameRule kRules[] = {
    {"torch", "load", deny(kDeserialise), kLoads},
    {"torch", "from_file save", deny(kFile), kFiles},
    {"torch", "compile export hub jit", deny(kExecute), kCompiles},
    {"torch", "classes ops from_dlpack frombuffer import_ir_module utils", deny(kNative),
     kNativeCode},
    {"torch",
     "get_file_path prepare_multiprocessing_environment set_default_tensor_type "
     "set_default_device set_default_dtype use_deterministic_algorithms",
     deny(kTamper), "changes settings of the process"},
    {"torch", "*", deny(kNative), kNativeCode},
    {"torch._C.**", "**", deny(kNative), kNativeCode},
    {"torch._appdirs.**", "**", deny(kExecute), kRuns},
    {"torch._classes.**", "**", deny(kNative), kNativeCode},
    {"torch._decomp.**", "**", deny(kExecute), kCompiles},
    {"torch._deploy.**", "**", deny(kDeserialise), kLoads},
    {"torch._dynamo.**", "**", deny(kExecute), kCompiles},
    {"torch._export.**", "**", deny(kExecute), kCompiles},
    {"torch._functorch.**", "**", deny(kExecute), kCompiles},
    {"torch._guards.**", "**", deny(kExecute), kCompiles},
    {"torch._higher_order_ops.**", "**", deny(kExecute), kCompiles},
    {"torch._inductor.**", "**", deny(kExecute), kCompiles},
    {"torch._jit_internal.**", "**", deny(kExecute), kCompiles},
    {"torch._lazy.**", "**", deny(kExecute), kCompiles},
    {"torch._ops.**", "**", deny(kNative), kNativeCode},
    {"torch._prims.**", "**", deny(kExecute), kCompiles},
    {"torch._refs.**", "**", deny(kExecute), kCompiles},
    {"torch._sources.**", "**", deny(kExecute), kCompiles},
    {"torch._subclasses.**", "**", deny(kExecute), kCompiles},
    {"torch._utils", "_import_dotted_name", deny(kImport), "imports a name of the pickle's choice"},
    {"torch._utils_internal.**", "**", deny(kExecute), kRuns},
    {"torch._vendor.**", "**", deny(kExecute), "code of another library that is carried along"},
    {"torch._weights_only_unpickler.**", "**", deny(kDeserialise), kLoads},
    {"torch.ao.ns.**", "**", deny(kExecute), kCompiles},
    {"torch.ao.quantization.fx.**", "**", deny(kExecute), kCompiles},
    {"torch.ao.quantization.pt2e.**", "**", deny(kExecute), kCompiles},
    {"torch.ao.quantization.quantization_types.**", "**", deny(kExecute), kCompiles},
    {"torch.ao.quantization.quantize_fx.**", "**", deny(kExecute), kCompiles},
    {"torch.ao.quantization.quantize_pt2e.**", "**", deny(kExecute), kCompiles},
    {"torch.autograd.profiler.**", "**", deny(kFile), kFiles},
    {"torch.backends.**", "**", deny(kTamper), "changes settings of the process"},
    {"torch.classes.**", "**", deny(kNative), kNativeCode},
    {"torch.compiler.**", "**", deny(kExecute), kCompiles},
    {"torch.contrib.**", "**", deny(kFile), kFiles},
    {"torch.cuda._gpu_trace.**", "**", deny(kExecute), kRuns},
    {"torch.cuda.memory.**", "**", deny(kFile), kFiles},
    {"torch.distributed.**", "**", deny(kNetwork), kNet},
    {"torch.export.**", "**", deny(kExecute), kCompiles},
    {"torch.fx.**", "**", deny(kExecute), kCompiles},
    {"torch.hub.**", "**", deny(kNetwork), kDownloads},
    {"torch.jit.**", "**", deny(kExecute), kCompiles},
    {"torch.library.**", "**", deny(kNative), kNativeCode},
    {"torch.monitor.**", "**", deny(kFile), kFiles},
    {"torch.mps.**", "**", deny(kNative), kNativeCode},
    {"torch.multiprocessing.**", "**", deny(kExecute), "starts processes or shares memory"},
    {"torch.nn.parallel.distributed.**", "**", deny(kNetwork), kNet},
    {"torch.onnx.**", "**", deny(kFile), kFiles},
    {"torch.ops.**", "**", deny(kNative), kNativeCode},
    {"torch.package.**", "**", deny(kDeserialise), kLoads},
    {"torch.profiler.**", "**", deny(kFile), kFiles},
    {"torch.quantization._numeric_suite.**", "**", deny(kExecute), kCompiles},
    {"torch.quantization._numeric_suite_fx.**", "**", deny(kExecute), kCompiles},
    {"torch.quantization.fx.**", "**", deny(kExecute), kCompiles},
    {"torch.quantization.quantize_fx.**", "**", deny(kExecute), kCompiles},
    {"torch.serialization", "**", deny(kDeserialise), kLoads},
    {"torch.storage", "_load_from_bytes", allow(Use::kLoadsBytes), "gives bytes to torch.load"},
    {"torch.testing.**", "**", deny(kExecute), kRuns},
    {"torch.utils", "**", deny(kExecute), kRuns},
    {"torch.utils._config_module.**", "**", deny(kExecute), kLoads},
    {"torch.utils._cpp_extension_versioner.**", "**", deny(kExecute), kCompiles},
    {"torch.utils._freeze.**", "**", deny(kFile), kFiles},
    {"torch.utils.backcompat.**", "**", deny(kTamper), "changes settings of the process"},
    {"torch.utils.benchmark.**", "**", deny(kExecute), kRuns},
    {"torch.utils.bottleneck.**", "**", deny(kExecute), kRuns},
    {"torch.utils.bundled_inputs.**", "**", deny(kExecute), kCompiles},
    {"torch.utils.checkpoint.**", "**", deny(kExecute), "calls what it is given"},
    {"torch.utils.collect_env.**", "**", deny(kExecute), kRuns},
    {"torch.utils.cpp_extension.**", "**", deny(kExecute), kCompiles},
    {"torch.utils.data._utils.**", "**", deny(kExecute), "starts processes or unpacks pickles"},
    {"torch.utils.data.datapipes.**", "**", deny(kDeserialise), "opens files and unpacks pickles"},
    {"torch.utils.dlpack.**", "**", deny(kNative), kNativeCode},
    {"torch.utils.file_baton.**", "**", deny(kFile), kFiles},
    {"torch.utils.hipify.**", "**", deny(kFile), kFiles},
    {"torch.utils.mobile_optimizer.**", "**", deny(kFile), kFiles},
    {"torch.utils.model_dump.**", "**", deny(kFile), kFiles},
    {"torch.utils.model_zoo.**", "**", deny(kNetwork), kDownloads},
    {"torch.utils.show_pickle.**", "**", deny(kDeserialise), kLoads},
    {"torch.utils.tensorboard.**", "**", deny(kFile), kFiles},
    {"torch.utils.throughput_benchmark.**", "**", deny(kExecute), kRuns},
    {"torch.xpu.**", "**", deny(kNative), kNativeCode},
};
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const NameRule> kTorchDangers = kRules;

}  // namespace assay::pickle
