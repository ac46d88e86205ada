// What PyTorch keeps in a checkpoint: tensors, storages, modules, optimizers, and their parts.
//
// Reviewed: the rebuilding functions of torch._utils and torch._tensor, and the classes of
// torch.nn, torch.optim, torch.ao.nn, torch.ao.quantization and torch.distributions, whose
// __setstate__ only fills attributes. What compiles, loads and downloads is in
// names_torch_dangers.cpp.
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kTensor = "a tensor or a storage of numbers";
constexpr std::string_view kConstant = "a constant, only to be named";
constexpr std::string_view kModule = "a layer: parameters and settings";
constexpr std::string_view kOptimizer = "an optimizer or a schedule: numbers and settings";
constexpr std::string_view kRebuilds = "how tensors are pickled";
constexpr std::string_view kFunction = "a function of the library, only to be named";
constexpr std::string_view kQuantization = "settings and statistics of quantization";
constexpr std::string_view kObserves = "calls the observer it is given";
constexpr std::string_view kDistribution = "a distribution and its parameters";
constexpr std::string_view kData = "a data set in memory or an order of samples";
constexpr std::string_view kAnneals = "a curve of a schedule, only to be named";
constexpr std::string_view kClasses = "* _*";

constexpr std::string_view kDtypes =
    "bfloat16 bit bits16 bits1x8 bits2x4 bits4x2 bits8 bool cdouble cfloat chalf complex128 "
    "complex32 complex64 double float float16 float32 float4_e2m1fn_x2 float64 float8_e4m3fn "
    "float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu half int int1 int16 int2 int3 "
    "int32 int4 int5 int6 int64 int7 int8 long qint32 qint8 quint2x4 quint4x2 quint8 short uint1 "
    "uint16 uint2 uint3 uint32 uint4 uint5 uint6 uint64 uint7 uint8";
constexpr std::string_view kSettings =
    "channels_last channels_last_3d contiguous_format jagged per_channel_affine "
    "per_channel_affine_float_qparams per_channel_symmetric per_tensor_affine "
    "per_tensor_symmetric preserve_format sparse_bsc sparse_bsr sparse_coo sparse_csc sparse_csr "
    "strided inf nan pi e";
constexpr std::string_view kStorages =
    "BFloat16Storage BoolStorage ByteStorage CharStorage ComplexDoubleStorage ComplexFloatStorage "
    "DoubleStorage FloatStorage HalfStorage IntStorage LongStorage QInt32Storage QInt8Storage "
    "QUInt2x4Storage QUInt4x2Storage QUInt8Storage ShortStorage TypedStorage UntypedStorage";
constexpr std::string_view kTensors =
    "BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor "
    "LongTensor ShortTensor";
constexpr std::string_view kRebuilders =
    "_rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy "
    "_rebuild_meta_tensor_no_storage _rebuild_nested_tensor _rebuild_parameter "
    "_rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_csr_tensor "
    "_rebuild_sparse_tensor _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 "
    "_rebuild_xla_tensor";
constexpr std::string_view kActivations =
    "celu celu_ elu elu_ gelu glu hardshrink hardsigmoid hardswish hardtanh leaky_relu "
    "log_softmax logsigmoid mish prelu relu relu6 relu_ rrelu selu selu_ sigmoid silu softmax "
    "softmin softplus softshrink softsign tanh tanhshrink threshold";
constexpr std::string_view kLosses =
    "binary_cross_entropy binary_cross_entropy_with_logits cosine_similarity cross_entropy "
    "gaussian_nll_loss hinge_embedding_loss huber_loss interpolate kl_div l1_loss "
    "margin_ranking_loss mse_loss nll_loss normalize one_hot pad pairwise_distance "
    "poisson_nll_loss scaled_dot_product_attention smooth_l1_loss triplet_margin_loss "
    "adaptive_avg_pool2d avg_pool2d conv1d conv2d dropout layer_norm linear max_pool2d";
constexpr std::string_view kFunctions =
    "abs acos acosh add addcdiv addcmul addmm all allclose amax amin aminmax angle any arange "
    "argmax argmin argsort asin asinh atan atan2 atanh baddbmm bernoulli bilinear bincount "
    "bitwise_and bitwise_not bitwise_or bitwise_xor bmm broadcast_tensors broadcast_to bucketize "
    "cat cdist ceil celu chunk clamp clamp_max clamp_min clip clone column_stack concat "
    "concatenate conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d cos cosh "
    "cosine_similarity count_nonzero cov cross cummax "
    "cummin cumprod cumsum deg2rad det diag diagonal diff dist div divide dot dropout dstack "
    "einsum empty empty_like eq equal erf erfc erfinv exp exp2 expm1 eye flatten flip fliplr "
    "flipud floor floor_divide fmax fmin fmod frac full full_like gather ge ger greater gt "
    "hardshrink heaviside histc hstack hypot index_add index_select inner inverse isclose "
    "isfinite isinf isnan kron kthvalue layer_norm le lerp less lgamma linspace log log10 log1p "
    "log2 log_softmax logaddexp logcumsumexp logdet logical_and logical_not logical_or "
    "logical_xor logit logspace logsumexp lt masked_fill masked_select matmul max maximum mean "
    "median meshgrid min minimum mm mode moveaxis mul multinomial multiply mv nan_to_num nanmean "
    "nanmedian nanquantile nansum ne neg negative nonzero norm normal numel ones ones_like outer "
    "pairwise_distance permute pinverse poisson polar positive pow prelu prod quantile rad2deg "
    "rand rand_like randint randn randn_like randperm ravel real reciprocal relu relu_ remainder "
    "repeat_interleave reshape roll rot90 round rrelu rsqrt rsub scatter scatter_add searchsorted "
    "select selu selu_ sgn sigmoid sigmoid_ sign signbit sin sinc sinh slogdet softmax sort split "
    "sqrt square squeeze stack std std_mean sub subtract sum svd swapaxes t take tan tanh tanh_ "
    "tensordot threshold tile topk trace transpose trapz tril triu true_divide trunc "
    "unbind unsqueeze var var_mean vdot vstack where xlogy zeros zeros_like";

constexpr NameRule kRules[] = {
    {"torch", "Size device", allow(), "a shape or the name of a device"},
    {"torch", kDtypes, allow(), kConstant},
    {"torch", kSettings, allow(), kConstant},
    {"torch", "Tensor Generator", allow(), kTensor},
    {"torch", "ScriptObject", allow(Use::kBare),
     "weights packed for quantized layers: its state tells the class"},
    {"torch", kTensors, allow(), kTensor},
    {"torch", kStorages, allow(), kTensor},
    {"torch", kFunctions, allow(Use::kReference), kFunction},
    {"torch", "OutOfMemoryError", allow(), "an exception is a value until it is raised"},
    {"torch", "dtype layout memory_format qscheme", allow(Use::kReference), kConstant},
    {"torch._C", "_VariableFunctionsClass", allow(Use::kReference), kFunction},
    {"torch._C._nn", kActivations, allow(Use::kReference), kFunction},
    {"torch._C._nn", kLosses, allow(Use::kReference), kFunction},
    {"torch._tensor", "_rebuild_from_type _rebuild_from_type_v2", allow(Use::kCallsArgument),
     kRebuilds},
    {"torch._utils", kRebuilders, allow(), kRebuilds},
    {"torch._utils",
     "torch.channels_last torch.channels_last_3d torch.contiguous_format torch.preserve_format",
     allow(Use::kReference), "how layouts of memory are pickled"},
    {"torch._utils", "_rebuild_wrapper_subclass", allow(Use::kMakesInstance), kRebuilds},
    {"torch.amp.grad_scaler", "GradScaler OptState", allow(), kOptimizer},
    {"torch.amp.grad_scaler", "_refresh_per_optimizer_state", allow(Use::kReference), kOptimizer},
    {"torch.ao.nn.**", kClasses, allow(), kModule},
    {"torch.ao.quantization.**",
     "FakeQuantize FixedQParamsFakeQuantize FusedMovingAvgObsFakeQuantize _LearnableFakeQuantize",
     allow(Use::kCallsArgument), kObserves},
    {"torch.ao.quantization.**", kClasses, allow(), kQuantization},
    {"torch.cuda", kStorages, allow(), kTensor},
    {"torch.cuda", kTensors, allow(), kTensor},
    {"torch.cuda.amp.grad_scaler", "GradScaler OptState", allow(), kOptimizer},
    {"torch.cuda.amp.grad_scaler", "_refresh_per_optimizer_state", allow(Use::kReference),
     kOptimizer},
    {"torch.cuda.sparse", kTensors, allow(), kTensor},
    {"torch.distributions.**", kClasses, allow(), kDistribution},
    {"torch.jit._pickle",
     "build_boollist build_doublelist build_intlist build_tensor_from_id build_tensorlist "
     "restore_type_tag",
     allow(Use::kGivesBack), "how TorchScript pickles its constants"},
    {"torch.nested._internal.nested_tensor", "NestedTensor", allow(Use::kReference), kTensor},
    {"torch.nested._internal.nested_tensor", "_rebuild_njt", allow(), kRebuilds},
    {"torch.nn", "Parameter", allow(), kTensor},
    {"torch.nn.backends.thnn", "_get_thnn_function_backend", allow(),
     "a marker in modules of old versions"},
    {"torch.nn.functional", kActivations, allow(Use::kReference), kFunction},
    {"torch.nn.functional", kLosses, allow(Use::kReference), kFunction},
    {"torch.nn.intrinsic.**", kClasses, allow(), kModule},
    {"torch.nn.modules.**", kClasses, allow(), kModule},
    {"torch.nn.parallel.data_parallel", "DataParallel", allow(), kModule},
    {"torch.nn.parameter", "Buffer Parameter UninitializedBuffer UninitializedParameter", allow(),
     kTensor},
    {"torch.nn.qat.**", kClasses, allow(), kModule},
    {"torch.nn.quantizable.**", kClasses, allow(), kModule},
    {"torch.nn.quantized.**", kClasses, allow(), kModule},
    {"torch.nn.utils.parametrizations", kClasses, allow(), kModule},
    {"torch.nn.utils.parametrize", "ParametrizationList", allow(Use::kBare), kModule},
    {"torch.nn.utils.prune", "*", allow(), kModule},
    {"torch.nn.utils.rnn", "PackedSequence", allow(), kTensor},
    {"torch.nn.utils.spectral_norm",
     "SpectralNorm SpectralNormLoadStateDictPreHook "
     "SpectralNormStateDictHook",
     allow(), kModule},
    {"torch.nn.utils.weight_norm", "WeightNorm", allow(), kModule},
    {"torch.optim.**", kClasses, allow(), kOptimizer},
    {"torch.optim.lr_scheduler", "ChainedScheduler SequentialLR", allow(Use::kBare),
     "a schedule that calls methods of the schedules it is given"},
    {"torch.optim.lr_scheduler", "CyclicLR LambdaLR MultiplicativeLR", allow(Use::kCallsArgument),
     "a schedule that calls the functions it is given"},
    {"torch.optim.lr_scheduler",
     "CyclicLR._exp_range_scale_fn CyclicLR._triangular2_scale_fn CyclicLR._triangular_scale_fn "
     "OneCycleLR._annealing_cos OneCycleLR._annealing_linear",
     allow(Use::kReference), kAnneals},
    {"torch.optim.swa_utils", "SWALR._cosine_anneal SWALR._linear_anneal", allow(Use::kReference),
     kAnneals},
    {"torch.quantization.**",
     "FakeQuantize FixedQParamsFakeQuantize FusedMovingAvgObsFakeQuantize _LearnableFakeQuantize",
     allow(Use::kCallsArgument), kObserves},
    {"torch.quantization.**", kClasses, allow(), kQuantization},
    {"torch.serialization", "_get_layout", allow(), kConstant},
    {"torch.sparse", kTensors, allow(), kTensor},
    {"torch.storage", "TypedStorage UntypedStorage _TypedStorage _UntypedStorage", allow(),
     kTensor},
    {"torch.tensor", "Tensor", allow(), kTensor},
    {"torch.tensor", "_rebuild_from_type", allow(Use::kCallsArgument), kRebuilds},
    {"torch.torch_version", "TorchVersion", allow(), "the text of a version"},
    {"torch.utils.data._utils.collate", "default_collate default_convert", allow(Use::kReference),
     "puts samples together, only to be named"},
    {"torch.utils.data.dataset",
     "ChainDataset ConcatDataset Dataset IterableDataset StackDataset Subset TensorDataset",
     allow(), kData},
    {"torch.utils.data.sampler", "*Sampler Sampler", allow(), kData},
    {"torch.utils.hooks", "RemovableHandle", allow(), kModule},
};
static_assert(sorted_by_base(kRules));

constexpr std::string_view kSparseTensors =
    "BFloat16Tensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor "
    "ShortTensor";

// What weights_only=True takes, and nothing else: torch/_weights_only_unpickler.py.
constexpr NameSet kWeightsOnlySets[] = {
    {"_codecs", "encode"},
    {"builtins", "bytearray complex set"},
    {"collections", "Counter OrderedDict"},
    {"torch",
     "Size Tensor device "
     "float64 float32 float16 int64 int32 int16 int8 uint8 bool bfloat16 complex128 complex64 "
     "quint8 qint8 qint32 quint4x2 quint2x4 float8_e5m2 float8_e4m3fn float8_e5m2fnuz "
     "float8_e4m3fnuz float8_e8m0fnu float4_e2m1fn_x2 bits8 bits16 bits1x8 bits2x4 bits4x2 "
     "complex32 uint16 uint32 uint64 uint1 uint2 uint3 uint4 uint5 uint6 uint7 int1 int2 int3 int4 "
     "int5 int6 int7 "
     "BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor "
     "IntTensor LongTensor ShortTensor "
     "DoubleStorage FloatStorage HalfStorage LongStorage IntStorage ShortStorage CharStorage "
     "ByteStorage BoolStorage BFloat16Storage ComplexDoubleStorage ComplexFloatStorage "
     "QInt8Storage QInt32Storage QUInt8Storage QUInt4x2Storage QUInt2x4Storage "
     "per_tensor_affine per_tensor_symmetric per_channel_affine per_channel_symmetric "
     "per_channel_affine_float_qparams"},
    {"torch._tensor", "_rebuild_from_type_v2"},
    {"torch._utils",
     "_rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor _rebuild_tensor "
     "_rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_sparse_tensor "
     "_rebuild_meta_tensor_no_storage _rebuild_wrapper_subclass "
     "_rebuild_device_tensor_from_numpy _rebuild_device_tensor_from_cpu_tensor"},
    {"torch.cuda",
     "BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor "
     "IntTensor LongTensor ShortTensor "
     "DoubleStorage FloatStorage HalfStorage LongStorage IntStorage ShortStorage CharStorage "
     "ByteStorage BoolStorage BFloat16Storage ComplexDoubleStorage ComplexFloatStorage"},
    {"torch.cuda.sparse", kSparseTensors},
    {"torch.nn.parameter", "Parameter"},
    {"torch.serialization", "_get_layout"},
    {"torch.sparse", kSparseTensors},
    {"torch.storage", "TypedStorage UntypedStorage"},
};

}  // namespace

constinit const std::span<const NameRule> kTorchRules = kRules;
constinit const std::span<const NameSet> kWeightsOnly = kWeightsOnlySets;

}  // namespace assay::pickle
