// NumPy and SciPy, under the names of NumPy 1 (numpy.core) and of NumPy 2 (numpy._core).
//
// Reviewed: the constructors that arrays, scalars, dtypes, masked arrays and random states are
// pickled with, and functions that only compute. Dangerous: what reads or writes files (load,
// save, fromfile, memmap, DataSource), what compiles or runs programs (f2py, distutils, testing,
// ctypeslib), and scipy.stats distributions, whose __setstate__ gives a text of their state to
// exec.
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kArray = "how arrays are pickled";
constexpr std::string_view kScalar = "how scalars are pickled";
constexpr std::string_view kType = "a type of elements";
// Never to be called by a pickle: given an object, these look for methods on it and call them.
constexpr std::string_view kPure = "computes and touches nothing else, only to be named";
constexpr std::string_view kRandom = "how random states are pickled";
// Classes of distributions, by their names in scipy 1.0 to 1.17.
constexpr std::string_view kContinuous =
    "alpha_gen anglit_gen arcsine_gen argus_gen beta_gen betaprime_gen bradford_gen "
    "burr12_gen burr_gen cauchy_gen chi2_gen chi_gen cosine_gen crystalball_gen dgamma_gen "
    "dpareto_lognorm_gen dweibull_gen erlang_gen expon_gen exponnorm_gen exponpow_gen "
    "exponweib_gen f_gen fatiguelife_gen fisk_gen foldcauchy_gen foldnorm_gen frechet_l_gen "
    "frechet_r_gen gamma_gen gausshyper_gen genexpon_gen genextreme_gen gengamma_gen "
    "genhalflogistic_gen genhyperbolic_gen geninvgauss_gen genlogistic_gen gennorm_gen "
    "genpareto_gen gibrat_gen gilbrat_gen gompertz_gen gumbel_l_gen gumbel_r_gen "
    "halfcauchy_gen halfgennorm_gen halflogistic_gen halfnorm_gen hypsecant_gen "
    "invgamma_gen invgauss_gen invweibull_gen irwinhall_gen jf_skew_t_gen johnsonsb_gen "
    "johnsonsu_gen kappa3_gen kappa4_gen ksone_gen kstwo_gen kstwobign_gen landau_gen "
    "laplace_asymmetric_gen laplace_gen levy_gen levy_l_gen loggamma_gen logistic_gen "
    "loglaplace_gen lognorm_gen lomax_gen maxwell_gen mielke_gen moyal_gen nakagami_gen "
    "ncf_gen nct_gen ncx2_gen norm_gen norminvgauss_gen pareto_gen pearson3_gen "
    "powerlaw_gen powerlognorm_gen powernorm_gen rayleigh_gen rdist_gen recipinvgauss_gen "
    "reciprocal_gen rel_breitwigner_gen rice_gen semicircular_gen skewcauchy_gen "
    "skewnorm_gen studentized_range_gen t_gen trapezoid_gen trapz_gen triang_gen "
    "truncexpon_gen truncnorm_gen truncpareto_gen truncweibull_min_gen tukeylambda_gen "
    "uniform_gen vonmises_gen wald_gen weibull_max_gen weibull_min_gen wrapcauchy_gen";
constexpr std::string_view kDiscrete =
    "_nchypergeom_gen bernoulli_gen betabinom_gen betanbinom_gen binom_gen boltzmann_gen "
    "dlaplace_gen geom_gen hypergeom_gen logser_gen nbinom_gen nchypergeom_fisher_gen "
    "nchypergeom_wallenius_gen nhypergeom_gen planck_gen poisson_binom_gen poisson_gen "
    "randint_gen skellam_gen yulesimon_gen zipf_gen zipfian_gen";
constexpr std::string_view kParser =
    "its state holds a text that is run when it is loaded: it must be scipy's own";
constexpr std::string_view kState = "holds arrays and numbers";
constexpr std::string_view kFiles = "reads or writes files";
constexpr std::string_view kRuns = "compiles or runs programs";
constexpr std::string_view kCalls = "calls what it is given";
constexpr std::string_view kUfunc = "imports a module by name to find a function of it";
constexpr std::string_view kMemory = "reaches memory by address or loads libraries";

constexpr std::string_view kElements =
    "bool bool8 bool_ byte bytes0 bytes_ cdouble cfloat character clongdouble clongfloat complex "
    "complex128 complex192 complex256 complex64 complex_ csingle datetime64 double float float128 "
    "float16 float32 float64 float96 float_ half int int0 int16 int32 int64 int8 int_ intc intp "
    "long longcomplex longdouble longfloat longlong object object0 object_ short single "
    "singlecomplex str str0 str_ string_ timedelta64 ubyte uint uint0 uint16 uint32 uint64 uint8 "
    "uintc uintp ulong ulonglong unicode unicode_ ushort void void0";
constexpr std::string_view kAbstractElements =
    "complexfloating flexible floating generic inexact integer number signedinteger "
    "unsignedinteger ufunc inf nan newaxis pi e euler_gamma";
constexpr std::string_view kUfuncs =
    "abs absolute acos acosh add arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh "
    "atan atan2 atanh bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not "
    "bitwise_or bitwise_right_shift bitwise_xor cbrt ceil conj conjugate copysign cos cosh deg2rad "
    "degrees divide divmod equal exp exp2 expm1 fabs float_power floor floor_divide fmax fmin fmod "
    "frexp gcd greater greater_equal heaviside hypot invert isfinite isinf isnan isnat lcm ldexp "
    "left_shift less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not "
    "logical_or logical_xor matmul maximum minimum mod modf multiply negative nextafter not_equal "
    "positive pow power rad2deg radians reciprocal remainder right_shift rint sign signbit sin "
    "sinh spacing sqrt square subtract tan tanh true_divide trunc vecdot";
constexpr std::string_view kFunctions =
    "all allclose alltrue amax amin angle any append arange argmax argmin argpartition argsort "
    "argwhere around array array_equal array_split asanyarray asarray asarray_chkfinite "
    "ascontiguousarray asfortranarray atleast_1d atleast_2d atleast_3d average bincount "
    "broadcast_to "
    "choose clip column_stack compress concatenate convolve copy corrcoef correlate count_nonzero "
    "cov cross cumprod cumsum delete diag diagonal diff digitize dot dstack ediff1d einsum empty "
    "empty_like expand_dims extract eye fix flatnonzero flip fliplr flipud full full_like "
    "geomspace "
    "gradient hamming hanning histogram hsplit hstack identity imag in1d inner insert interp "
    "intersect1d isclose iscomplex isin isneginf isposinf isreal isscalar kron linspace logspace "
    "max mean median meshgrid min moveaxis nan_to_num nanargmax nanargmin nanmax nanmean nanmedian "
    "nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar ndim nonzero ones ones_like "
    "outer "
    "pad partition percentile polyfit polyval prod product ptp quantile ravel real repeat reshape "
    "resize roll rot90 round round_ row_stack searchsorted select setdiff1d shape sinc size sort "
    "split squeeze stack std sum swapaxes take tensordot tile trace transpose trapezoid trapz tri "
    "tril triu trim_zeros union1d unique unwrap vander var vdot vsplit vstack where zeros "
    "zeros_like";
constexpr std::string_view kTransforms =
    "fft fft2 fftfreq fftn fftshift ifft ifft2 ifftn ifftshift irfft rfft rfftfreq";
constexpr std::string_view kCallers =
    "apply_along_axis apply_over_axes frompyfunc fromfunction fromiter piecewise vectorize";
constexpr std::string_view kOpeners =
    "DataSource fromfile fromregex genfromtxt load loadtxt memmap ndfromtxt mafromtxt recfromcsv "
    "recfromtxt save savetxt savez savez_compressed lookfor source open_memmap";
constexpr std::string_view kErrors =
    "AxisError ComplexWarning DTypePromotionError ModuleDeprecationWarning RankWarning "
    "TooHardError VisibleDeprecationWarning";
constexpr std::string_view kRebuild = "_reconstruct";
constexpr std::string_view kBitGenerators =
    "MT19937 PCG64 PCG64DXSM Philox SFC64 DSFMT Xoroshiro128";
constexpr std::string_view kConstructors =
    "__bit_generator_ctor __generator_ctor __randomstate_ctor __RandomState_ctor";

constexpr NameRule kRules[] = {
    {"numpy", "dtype", allow(Use::kDtype), "describes elements"},
    {"numpy", "ndarray matrix recarray record chararray poly1d", allow(), kArray},
    {"numpy", kElements, allow(), kType},
    {"numpy", kAbstractElements, allow(Use::kReference), kType},
    {"numpy", kUfuncs, allow(Use::kReference), kPure},
    {"numpy", kFunctions, allow(Use::kReference), kPure},
    {"numpy", kErrors, allow(), "an exception is a value until it is raised"},
    {"numpy", kCallers, allow(Use::kCallsArgument), kCalls},
    {"numpy", "iinfo finfo", allow(), kType},
    {"numpy", kOpeners, deny(kFile), kFiles},
    {"numpy", "from_dlpack", deny(kNative), kMemory},
    {"numpy", "bmat info safe_eval test show_config show_runtime get_include who", deny(kExecute),
     "evaluates text or runs programs"},
    {"numpy", "set_printoptions set_string_function seterr seterrcall setbufsize", deny(kTamper),
     "changes settings of the process"},
    {"numpy._core", "_ufunc_reconstruct", allow(Use::kImportsName), kUfunc},
    {"numpy._core._exceptions", "*", allow(), "an exception is a value until it is raised"},
    {"numpy._core._internal", "_convert_to_stringdtype_kwargs", allow(), kType},
    {"numpy._core._multiarray_umath", kRebuild, allow(Use::kMakesInstance), kArray},
    {"numpy._core._multiarray_umath", "scalar", allow(Use::kGivesBack), kScalar},
    {"numpy._core._multiarray_umath", kUfuncs, allow(Use::kReference), kPure},
    {"numpy._core.defchararray", "chararray", allow(), kArray},
    {"numpy._core.memmap", "memmap", deny(kFile), kFiles},
    {"numpy._core.multiarray", kRebuild, allow(Use::kMakesInstance), kArray},
    {"numpy._core.multiarray", "scalar", allow(Use::kGivesBack), kScalar},
    {"numpy._core.multiarray", "ndarray frombuffer", allow(), kArray},
    {"numpy._core.multiarray", "dtype", allow(Use::kDtype), kType},
    {"numpy._core.multiarray", "fromfile", deny(kFile), kFiles},
    {"numpy._core.numeric", "_frombuffer", allow(), kArray},
    {"numpy._core.records", "recarray record", allow(), kArray},
    {"numpy._core.umath", kUfuncs, allow(Use::kReference), kPure},
    {"numpy._pytesttester.**", "**", deny(kExecute), kRuns},
    {"numpy.char", "chararray", allow(), kArray},
    {"numpy.compat.**", "**", deny(kFile), kFiles},
    {"numpy.core", "_ufunc_reconstruct", allow(Use::kImportsName), kUfunc},
    {"numpy.core._internal", "_convert_to_stringdtype_kwargs", allow(), kType},
    {"numpy.core._multiarray_umath", kRebuild, allow(Use::kMakesInstance), kArray},
    {"numpy.core._multiarray_umath", "scalar", allow(Use::kGivesBack), kScalar},
    {"numpy.core._multiarray_umath", kUfuncs, allow(Use::kReference), kPure},
    {"numpy.core.defchararray", "chararray", allow(), kArray},
    {"numpy.core.memmap", "memmap", deny(kFile), kFiles},
    {"numpy.core.multiarray", kRebuild, allow(Use::kMakesInstance), kArray},
    {"numpy.core.multiarray", "scalar", allow(Use::kGivesBack), kScalar},
    {"numpy.core.multiarray", "ndarray frombuffer", allow(), kArray},
    {"numpy.core.multiarray", "dtype", allow(Use::kDtype), kType},
    {"numpy.core.multiarray", "fromfile", deny(kFile), kFiles},
    {"numpy.core.numeric", "_frombuffer", allow(), kArray},
    {"numpy.core.numerictypes", kElements, allow(), kType},
    {"numpy.core.records", "recarray record", allow(), kArray},
    {"numpy.core.umath", kUfuncs, allow(Use::kReference), kPure},
    {"numpy.ctypeslib.**", "**", deny(kNative), kMemory},
    {"numpy.distutils.**", "**", deny(kExecute), kRuns},
    {"numpy.dtypes", "*DType", allow(), kType},
    {"numpy.exceptions", kErrors, allow(), "an exception is a value until it is raised"},
    {"numpy.f2py.**", "**", deny(kExecute), kRuns},
    {"numpy.fft", kTransforms, allow(Use::kReference), kPure},
    {"numpy.lib._arraysetops_impl", "UniqueAllResult UniqueCountsResult UniqueInverseResult",
     allow(), kState},
    {"numpy.lib._datasource.**", "**", deny(kNetwork), "downloads and opens files"},
    {"numpy.lib._npyio_impl.**", "**", deny(kFile), kFiles},
    {"numpy.lib._polynomial_impl", "poly1d", allow(), kState},
    {"numpy.lib._utils_impl.**", "**", deny(kExecute), "evaluates text or runs programs"},
    {"numpy.lib.format.**", "**", deny(kFile), kFiles},
    {"numpy.lib.function_base", "vectorize", allow(Use::kCallsArgument), kCalls},
    {"numpy.lib.npyio.**", "**", deny(kFile), kFiles},
    {"numpy.lib.polynomial", "poly1d", allow(), kState},
    {"numpy.lib.utils.**", "**", deny(kExecute), "evaluates text or runs programs"},
    {"numpy.linalg", "LinAlgError", allow(), "an exception is a value until it is raised"},
    {"numpy.linalg",
     "cholesky cond det eig eigh eigvals eigvalsh inv lstsq matrix_norm matrix_power matrix_rank "
     "norm pinv qr slogdet solve svd vector_norm",
     allow(Use::kReference), kPure},
    {"numpy.linalg._linalg", "EigResult EighResult QRResult SVDResult SlogdetResult", allow(),
     kState},
    {"numpy.ma", "MaskedArray masked_array mvoid", allow(), kArray},
    {"numpy.ma.core", "MaskedArray MaskedConstant mvoid", allow(), kArray},
    {"numpy.ma.core", "_mareconstruct", allow(Use::kMakesInstance), kArray},
    {"numpy.ma.mrecords", "MaskedRecords", allow(), kArray},
    {"numpy.ma.mrecords", "_mrreconstruct", allow(Use::kMakesInstance), kArray},
    {"numpy.ma.mrecords", "fromtextfile openfile", deny(kFile), kFiles},
    {"numpy.ma.testutils.**", "**", deny(kExecute), kRuns},
    {"numpy.matlib", "matrix", allow(), kArray},
    {"numpy.matrixlib.defmatrix", "matrix", allow(), kArray},
    {"numpy.matrixlib.defmatrix", "_from_string _eval bmat", deny(kExecute), "evaluates text"},
    {"numpy.polynomial.**", "Chebyshev Hermite HermiteE Laguerre Legendre Polynomial", allow(),
     kState},
    {"numpy.random", kConstructors, allow(Use::kCallsArgument), kRandom},
    {"numpy.random", "Generator RandomState SeedSequence", allow(), kRandom},
    {"numpy.random", "default_rng", allow(Use::kReference), kRandom},
    {"numpy.random", kBitGenerators, allow(), kRandom},
    {"numpy.random._dsfmt", kBitGenerators, allow(), kRandom},
    {"numpy.random._generator", "Generator", allow(), kRandom},
    {"numpy.random._mt19937", kBitGenerators, allow(), kRandom},
    {"numpy.random._pcg64", kBitGenerators, allow(), kRandom},
    {"numpy.random._philox", kBitGenerators, allow(), kRandom},
    {"numpy.random._pickle", kConstructors, allow(Use::kCallsArgument), kRandom},
    {"numpy.random._sfc64", kBitGenerators, allow(), kRandom},
    {"numpy.random.bit_generator", "SeedSequence SeedlessSeedSequence", allow(), kRandom},
    {"numpy.random.bit_generator",
     "__pyx_unpickle_SeedSequence __pyx_unpickle_SeedlessSeedSequence", allow(Use::kMakesInstance),
     kRandom},
    {"numpy.random.mtrand", kConstructors, allow(Use::kCallsArgument), kRandom},
    {"numpy.random.mtrand", "RandomState", allow(), kRandom},
    {"numpy.rec", "recarray record", allow(), kArray},
    {"numpy.testing.**", "**", deny(kExecute), kRuns},
    {"scipy._lib.**", "**", deny(kExecute), kRuns},
    {"scipy._lib._disjoint_set", "DisjointSet", allow(), kState},
    {"scipy._lib._testutils.**", "**", deny(kExecute), kRuns},
    {"scipy._lib.array_api_compat.numpy._aliases", "asarray", allow(Use::kReference), kPure},
    {"scipy.cluster.hierarchy", "ClusterNode", allow(), kState},
    {"scipy.datasets.**", "**", deny(kNetwork), "downloads files"},
    {"scipy.interpolate.**", "Rbf", allow(Use::kCallsArgument), kCalls},
    {"scipy.interpolate.**",
     "*Spline *Interpolator *Interpolation BPoly NdPPoly PPoly _PPoly interp1d interp2d", allow(),
     kState},
    {"scipy.interpolate._interpolate",
     "interp1d._call_linear interp1d._call_linear_np interp1d._call_nearest "
     "interp1d._call_previousnext interp1d._call_spline interp1d._call_nan_spline",
     allow(Use::kReference), "a method of an interpolation"},
    {"scipy.interpolate._rbf",
     "Rbf._h_cubic Rbf._h_gaussian Rbf._h_inverse_multiquadric Rbf._h_linear Rbf._h_multiquadric "
     "Rbf._h_quintic Rbf._h_thin_plate",
     allow(Use::kReference), "a method of an interpolation"},
    {"scipy.io.**", "**", deny(kFile), kFiles},
    {"scipy.misc.**", "**", deny(kFile), kFiles},
    {"scipy.odr.**", "**", deny(kFile), kFiles},
    {"scipy.optimize.**", "OptimizeResult", allow(Use::kContainer), "a dictionary of results"},
    {"scipy.optimize.**", "Bounds LinearConstraint LbfgsInvHessProduct", allow(), kState},
    {"scipy.sparse.**",
     "bsr_array bsr_matrix coo_array coo_matrix csc_array csc_matrix csr_array csr_matrix "
     "dia_array dia_matrix dok_array dok_matrix lil_array lil_matrix spmatrix",
     allow(), "how sparse matrices are pickled"},
    {"scipy.sparse._matrix_io.**", "**", deny(kFile), kFiles},
    {"scipy.sparse.linalg.**", "*LinearOperator LinearOperator", allow(Use::kCallsArgument),
     kCalls},
    {"scipy.spatial.**", "KDTree cKDTree cKDTreeNode Rotation RigidTransform Rectangle Slerp",
     allow(), kState},
    {"scipy.spatial._qhull", "ConvexHull Delaunay Voronoi", allow(), kState},
    {"scipy.spatial.distance",
     "braycurtis canberra chebyshev cityblock correlation cosine dice euclidean hamming jaccard "
     "jensenshannon mahalanobis minkowski rogerstanimoto russellrao seuclidean sokalsneath "
     "sqeuclidean yule cdist pdist squareform",
     allow(Use::kReference), kPure},
    {"scipy.spatial.transform._rigid_transform", "RigidTransform.from_matrix", allow(), kState},
    {"scipy.special._precompute.**", "**", deny(kExecute), kRuns},
    {"scipy.special._special_ufuncs", "expit erf erfc erfinv gamma gammaln log_expit logit psi",
     allow(Use::kReference), kPure},
    {"scipy.special._ufuncs",
     "boxcox boxcox1p erf erfc erfinv expit gamma gammaln inv_boxcox "
     "inv_boxcox1p log_expit logit ndtr ndtri psi xlog1py xlogy",
     allow(Use::kReference), kPure},
    {"scipy.stats._continuous_distns", kContinuous, allow(Use::kRunsText), kParser},
    {"scipy.stats._continuous_distns", "rv_histogram", allow(Use::kRunsText), kParser},
    {"scipy.stats._continuous_distns.**", "**", deny(kExecute),
     "its state holds a text that is run when it is loaded"},
    {"scipy.stats._discrete_distns", kDiscrete, allow(Use::kRunsText), kParser},
    {"scipy.stats._discrete_distns.**", "**", deny(kExecute),
     "its state holds a text that is run when it is loaded"},
    {"scipy.stats._distn_infrastructure", "rv_continuous_frozen rv_discrete_frozen rv_frozen",
     allow(Use::kBare), "a distribution with its arguments"},
    {"scipy.stats._distn_infrastructure", "rv_sample", allow(Use::kRunsText), kParser},
    {"scipy.stats._distn_infrastructure.**", "**", deny(kExecute),
     "its state holds a text that is run when it is loaded"},
    {"scipy.stats._kde", "gaussian_kde", allow(), kState},
    {"scipy.stats._levy_stable", "levy_stable_gen", allow(Use::kRunsText), kParser},
    {"scipy.stats._multivariate", "_PSD", allow(), kState},
    {"scipy.stats._qmc", "Halton LatinHypercube Sobol", allow(), kState},
    {"scipy.stats._qmc", "LatinHypercube._random_lhs LatinHypercube._random_oa_lhs",
     allow(Use::kReference), "a method of a sampler"},
    {"scipy.weave.**", "**", deny(kExecute), kRuns},
};
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const NameRule> kNumericRules = kRules;

}  // namespace assay::pickle
