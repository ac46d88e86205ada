// scikit-learn, joblib, and the boosters.
//
// Reviewed in scikit-learn: estimators, transformers, splitters, kernels, scorers and the trees and
// losses behind them do nothing in __new__, __init__ and __setstate__ but keep state. Left out are
// datasets (downloads), externals and callbacks (code of others), the helpers of tests, and what
// runs things in parallel. joblib's own loaders and pools are dangerous; the wrappers that its
// files put in the place of arrays are not. A booster is a blob for a native parser: loading it
// runs no code of the file's choice.
#include "name_tables.h"

namespace assay::pickle {
namespace {

using enum Capability;

constexpr std::string_view kEstimator = "an estimator or a part of one";
constexpr std::string_view kRebuilds = "how compiled parts of estimators are pickled";
constexpr std::string_view kFunction = "a function of the library, only to be named";
constexpr std::string_view kBooster = "a booster: parameters and a model for a native parser";
constexpr std::string_view kWrapper = "stands for an array, whose bytes or file are looked after";
constexpr std::string_view kDownloads = "downloads and opens files";
constexpr std::string_view kRuns = "runs code or programs";
constexpr std::string_view kWorkers = "starts processes or threads, or unpacks what they send";
constexpr std::string_view kLoads = "unpacks pickles";
constexpr std::string_view kFiles = "opens files";
constexpr std::string_view kLent = "code of another library that is carried along";
constexpr std::string_view kClasses = "* _*";

constexpr std::string_view kMeasurers =
    "BallTree BallTree32 BallTree64 KDTree KDTree32 KDTree64 PyFuncDistance PyFuncDistance32 "
    "PyFuncDistance64";

constexpr std::string_view kClassificationScores =
    "accuracy_score balanced_accuracy_score brier_score_loss cohen_kappa_score confusion_matrix "
    "class_likelihood_ratios classification_report d2_brier_score d2_log_loss_score f1_score "
    "fbeta_score hamming_loss hinge_loss jaccard_score "
    "log_loss matthews_corrcoef multilabel_confusion_matrix precision_recall_fscore_support "
    "precision_score recall_score zero_one_loss";
constexpr std::string_view kRankingScores =
    "auc average_precision_score confusion_matrix_at_thresholds coverage_error dcg_score det_curve "
    "label_ranking_average_precision_score "
    "label_ranking_loss ndcg_score precision_recall_curve roc_auc_score roc_curve "
    "top_k_accuracy_score";
constexpr std::string_view kRegressionScores =
    "d2_absolute_error_score d2_pinball_score d2_tweedie_score explained_variance_score max_error "
    "mean_absolute_error mean_absolute_percentage_error mean_gamma_deviance mean_pinball_loss "
    "mean_poisson_deviance mean_squared_error mean_squared_log_error mean_tweedie_deviance "
    "median_absolute_error r2_score root_mean_squared_error root_mean_squared_log_error";
constexpr std::string_view kClusterScores =
    "adjusted_mutual_info_score adjusted_rand_score calinski_harabasz_score completeness_score "
    "davies_bouldin_score fowlkes_mallows_score homogeneity_completeness_v_measure "
    "homogeneity_score mutual_info_score "
    "normalized_mutual_info_score pair_confusion_matrix rand_score silhouette_samples "
    "silhouette_score v_measure_score";
constexpr std::string_view kPairwise =
    "additive_chi2_kernel chi2_kernel cosine_distances cosine_similarity euclidean_distances "
    "haversine_distances laplacian_kernel linear_kernel manhattan_distances "
    "nan_euclidean_distances "
    "polynomial_kernel rbf_kernel sigmoid_kernel";

constexpr NameRule kRules[] = {
    {"_catboost", "*Error", allow(), "an exception is a value until it is raised"},
    {"catboost", "CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor", allow(), kBooster},
    {"catboost.core", "CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor", allow(),
     kBooster},
    {"catboost.core", "Pool", deny(kFile), kFiles},
    {"catboost.datasets.**", "**", deny(kNetwork), kDownloads},
    {"catboost.utils.**", "**", deny(kFile), kFiles},
    {"hdbscan.dist_metrics", "newObj", allow(Use::kMakesInstance), kRebuilds},
    {"hdbscan.hdbscan_", "HDBSCAN", allow(), kEstimator},
    {"imblearn", "LazyLoader", deny(kImport), "imports a module of the pickle's choice"},
    {"imblearn.**", kClasses, allow(), kEstimator},
    {"imblearn.datasets.**", "**", deny(kNetwork), kDownloads},
    {"joblib", "Memory", deny(kFile), kFiles},
    {"joblib", "Parallel parallel_backend parallel_config register_parallel_backend",
     deny(kExecute), kWorkers},
    {"joblib", "load dump", deny(kDeserialise), kLoads},
    {"joblib.**", "**", deny(kFile), kFiles},
    {"joblib._store_backends.**", "**", deny(kFile), kFiles},
    {"joblib.externals.**", "**", deny(kExecute), kLent},
    {"joblib.func_inspect.**", "**", deny(kIntrospection), kRuns},
    {"joblib.hashing.**", "**", deny(kDeserialise), kLoads},
    // Of a backend it would read results, which are pickles.
    {"joblib.memory", "Memory", allow(Use::kBare), "a cache without a folder, as its state says"},
    {"joblib.memory.**", "**", deny(kFile), kFiles},
    {"joblib.numpy_pickle", "NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper", allow(), kWrapper},
    {"joblib.numpy_pickle.**", "**", deny(kDeserialise), kLoads},
    {"joblib.numpy_pickle_compat", "NDArrayWrapper ZNDArrayWrapper", allow(), kWrapper},
    {"joblib.numpy_pickle_compat.**", "**", deny(kDeserialise), kLoads},
    {"joblib.numpy_pickle_utils.**", "**", deny(kFile), kFiles},
    {"joblib.parallel.**", "**", deny(kExecute), kWorkers},
    {"joblib.pool.**", "**", deny(kExecute), kWorkers},
    {"joblib.test.**", "**", deny(kExecute), kRuns},
    {"joblib.testing.**", "**", deny(kExecute), kRuns},
    // Lent to the modules beside it.
    {"lightgbm.**", "Booster Dataset", deny(kFile), kFiles},
    {"lightgbm.basic", "Booster", allow(Use::kBare), kBooster},
    {"lightgbm.basic", "LightGBMError", allow(), "an exception is a value until it is raised"},
    {"lightgbm.basic", "Dataset Sequence", deny(kFile), kFiles},
    {"lightgbm.callback",
     "CallbackEnv EarlyStopException _EarlyStoppingCallback _LogEvaluationCallback "
     "_RecordEvaluationCallback _ResetParameterCallback",
     allow(), kBooster},
    {"lightgbm.compat", "_LGBMLabelEncoder", allow(), kBooster},
    {"lightgbm.dask.**", "**", deny(kNetwork), kWorkers},
    {"lightgbm.engine", "CVBooster", deny(kFile), kFiles},
    {"lightgbm.libpath.**", "**", deny(kNative), "loads libraries"},
    {"lightgbm.sklearn",
     "LGBMClassifier LGBMModel LGBMRanker LGBMRegressor _EvalFunctionWrapper "
     "_ObjectiveFunctionWrapper",
     allow(), kBooster},
    {"sklearn", "Pipeline", allow(), kEstimator},
    // Measure distances by a function when they are made.
    {"sklearn.**", kMeasurers, allow(Use::kCallsArgument), "calls the metric it is given"},
    {"sklearn.**", kClasses, allow(), kEstimator},
    {"sklearn.callback.**", "**", deny(kExecute), kWorkers},
    {"sklearn.cluster._kmeans", "_kmeans_single_elkan _kmeans_single_lloyd", allow(Use::kReference),
     kFunction},
    {"sklearn.compose._column_transformer", "make_column_selector", allow(), kEstimator},
    {"sklearn.conftest.**", "**", deny(kExecute), kRuns},
    {"sklearn.datasets.**", "**", deny(kNetwork), kDownloads},
    {"sklearn.ensemble._gb_losses", kClasses, allow(), kEstimator},
    {"sklearn.externals.**", "**", deny(kExecute), kLent},
    {"sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper",
     allow(), kWrapper},
    {"sklearn.externals.joblib.numpy_pickle_compat", "NDArrayWrapper ZNDArrayWrapper", allow(),
     kWrapper},
    {"sklearn.feature_selection._mutual_info", "mutual_info_classif mutual_info_regression",
     allow(Use::kReference), kFunction},
    {"sklearn.feature_selection._univariate_selection",
     "chi2 f_classif f_oneway f_regression r_regression", allow(Use::kReference), kFunction},
    {"sklearn.feature_selection.univariate_selection", "chi2 f_classif f_oneway f_regression",
     allow(Use::kReference), kFunction},
    {"sklearn.metrics._classification", kClassificationScores, allow(Use::kReference), kFunction},
    {"sklearn.metrics._dist_metrics", "newObj", allow(Use::kMakesInstance), kRebuilds},
    {"sklearn.metrics._ranking", kRankingScores, allow(Use::kReference), kFunction},
    {"sklearn.metrics._regression", kRegressionScores, allow(Use::kReference), kFunction},
    {"sklearn.metrics._scorer",
     "_passthrough_scorer negative_likelihood_ratio positive_likelihood_ratio",
     allow(Use::kReference), kFunction},
    {"sklearn.metrics.classification", kClassificationScores, allow(Use::kReference), kFunction},
    {"sklearn.metrics.cluster._supervised", kClusterScores, allow(Use::kReference), kFunction},
    {"sklearn.metrics.cluster._unsupervised", kClusterScores, allow(Use::kReference), kFunction},
    {"sklearn.metrics.pairwise", kPairwise, allow(Use::kReference), kFunction},
    {"sklearn.metrics.ranking", kRankingScores, allow(Use::kReference), kFunction},
    {"sklearn.metrics.regression", kRegressionScores, allow(Use::kReference), kFunction},
    {"sklearn.neighbors._ball_tree", "newObj", allow(Use::kMakesInstance), kRebuilds},
    {"sklearn.neighbors._dist_metrics", "newObj", allow(Use::kMakesInstance), kRebuilds},
    {"sklearn.neighbors._kd_tree", "newObj", allow(Use::kMakesInstance), kRebuilds},
    {"sklearn.neighbors.ball_tree", "newObj", allow(Use::kMakesInstance), kRebuilds},
    {"sklearn.neighbors.dist_metrics", "newObj", allow(Use::kMakesInstance), kRebuilds},
    {"sklearn.neighbors.kd_tree", "newObj", allow(Use::kMakesInstance), kRebuilds},
    {"sklearn.preprocessing._data",
     "binarize maxabs_scale minmax_scale normalize power_transform quantile_transform robust_scale "
     "scale",
     allow(Use::kReference), kFunction},
    {"sklearn.utils", "Bunch", allow(Use::kContainer), "a dictionary with attributes"},
    {"sklearn.utils._bunch", "Bunch", allow(Use::kContainer), "a dictionary with attributes"},
    {"sklearn.utils._joblib.**", "**", deny(kExecute), kLent},
    {"sklearn.utils._show_versions.**", "**", deny(kExecute), kRuns},
    {"sklearn.utils._testing.**", "**", deny(kExecute), kRuns},
    {"sklearn.utils.deprecation", "DeprecationDict", allow(Use::kContainer), "a dictionary"},
    {"sklearn.utils.fixes.**", "**", deny(kExecute), kLent},
    {"sklearn.utils.parallel.**", "**", deny(kExecute), kWorkers},
    {"sklearn.utils.testing.**", "**", deny(kExecute), kRuns},
    {"xgboost.**", "Booster DMatrix QuantileDMatrix", deny(kFile), kFiles},
    {"xgboost.callback",
     "CallbackContainer EarlyStopping EvaluationMonitor LearningRateScheduler TrainingCallback "
     "TrainingCheckPoint",
     allow(), kBooster},
    {"xgboost.compat", "XGBoostLabelEncoder", allow(), kBooster},
    {"xgboost.core", "Booster", allow(Use::kBare), kBooster},
    {"xgboost.core", "XGBoostError", allow(), "an exception is a value until it is raised"},
    {"xgboost.core", "*DMatrix *DataIter DataIter", deny(kFile), kFiles},
    {"xgboost.dask.**", "**", deny(kNetwork), kWorkers},
    {"xgboost.libpath.**", "**", deny(kNative), "loads libraries"},
    {"xgboost.rabit.**", "**", deny(kNetwork), kWorkers},
    {"xgboost.sklearn",
     "XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor", allow(),
     kBooster},
    {"xgboost.spark.**", "**", deny(kExecute), kWorkers},
    {"xgboost.tracker.**", "**", deny(kNetwork), kWorkers},
};
static_assert(sorted_by_base(kRules));

}  // namespace

constinit const std::span<const NameRule> kLearningRules = kRules;

}  // namespace assay::pickle
