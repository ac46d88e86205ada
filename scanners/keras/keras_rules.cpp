#include "keras_rules.h"

namespace assay::keras::rules {

namespace {

constexpr std::string_view kDecide =
    "Do not load it. Ask for the weights alone, and build the model from code that you have read.";
constexpr std::string_view kAgain =
    "Distrust the file: Keras writes no such thing. Save the model again where it came from.";

}  // namespace

constexpr Rule kLambda = {
    "keras.config.lambda",
    Severity::kCritical,
    "the model has a Lambda layer",
    "A Lambda layer is a Python function that came with the file or is looked up in a module that "
    "the file names, and runs whenever the model does. Keras 3 refuses it unless safe_mode=False; "
    "Keras 2, and HDF5 files until 3.12, did not ask.",
    kDecide,
    "CWE-94 CVE-2024-3660 CVE-2025-9905"};

constexpr Rule kMarshal = {
    "keras.config.lambda_marshal",
    Severity::kCritical,
    "the configuration carries Python bytecode",
    "The text is unpacked with marshal and made into a function, which runs when the model is "
    "loaded or called.",
    kDecide,
    "CWE-502 CWE-94 CVE-2024-3660"};

constexpr Rule kModule = {
    "keras.config.module_not_allowed",
    Severity::kCritical,
    "the configuration names something outside of Keras",
    "Keras 3 before 3.9 imported any module that a configuration named and called what it found "
    "there with arguments from the file.",
    kDecide,
    "CWE-94 CWE-470 CVE-2025-1550"};

constexpr Rule kNonModeling = {
    "keras.config.non_modeling_api",
    Severity::kCritical,
    "the configuration names a part of Keras that is no part of a model",
    "get_file fetches and unpacks archives, enable_unsafe_deserialization turns the protection "
    "off, load_model loads another file: each was used to get around safe mode.",
    kDecide,
    "CWE-94 CVE-2025-8747 CVE-2025-9906"};

constexpr Rule kCustom = {
    "keras.config.registered_custom",
    Severity::kMedium,
    "the model needs a class or function that is not Keras's own",
    "It loads only where code has registered that name before, and then does what that code does.",
    "Read the code that registers it.",
    "CWE-94"};

constexpr Rule kDuplicateKey = {
    "keras.config.dup_key",
    Severity::kHigh,
    "an object of the configuration has a key twice",
    "Readers differ in which of them counts: a check may see another class than the loader makes.",
    kAgain,
    "CWE-436"};

constexpr Rule kDepth = {
    "keras.config.depth",
    Severity::kHigh,
    "the configuration nests deeper than any model does",
    "Python's reader and Keras's recursion give up, or exhaust the stack. What lies deeper was not "
    "looked at.",
    kAgain,
    "CWE-674"};

constexpr Rule kTfsm = {
    "keras.layer.tfsm",
    Severity::kCritical,
    "the model loads a TensorFlow SavedModel from a path in the configuration",
    "The graph that lies there runs inside the model, whatever safe mode says, and it can read and "
    "write files.",
    kDecide,
    "CWE-94 CVE-2026-1462"};

constexpr Rule kTorchWrapper = {
    "keras.layer.torch_module_wrapper",
    Severity::kCritical,
    "the model holds a pickled PyTorch module",
    "The layer unpickles text of the configuration with torch.load(weights_only=False).",
    kDecide,
    "CWE-502 CVE-2025-49655"};

constexpr Rule kJax = {"keras.layer.jax_layer",
                       Severity::kCritical,
                       "the model holds a function for JAX",
                       "JaxLayer keeps Python functions, as bytecode, in its configuration.",
                       kDecide,
                       "CWE-94 CWE-502"};

constexpr Rule kFlax = {
    "keras.layer.flax_layer",
    Severity::kCritical,
    "the model holds a module of Flax",
    "FlaxLayer keeps Python objects and functions, as bytecode, in its configuration.",
    kDecide,
    "CWE-94 CWE-502"};

constexpr Rule kVocabulary = {
    "keras.layer.vocabulary_path",
    Severity::kHigh,
    "a lookup layer takes its words from a path in the configuration",
    "Loading the model opens that file, or fetches it, and what it holds can be read from the "
    "model. Keras writes the words themselves, or leaves them to assets.",
    "Find out what the path is for; do not load the model where the file says more than others "
    "may know.",
    "CWE-73 CWE-918 CVE-2025-12058"};

constexpr Rule kPreprocessing = {"keras.layer.preprocessing_io",
                                 Severity::kHigh,
                                 "a preprocessing layer reads a file that the configuration names",
                                 "Loading the model opens that file, or fetches it.",
                                 "Find out what the path is for.",
                                 "CWE-73 CWE-918"};

constexpr Rule kOperator = {
    "keras.layer.tf_operator",
    Severity::kCritical,
    "a layer calls something of TensorFlow that reaches files, Python or other code",
    "TFOpLambda, ClassMethod and TensorFlowOpLayer of Keras 2 call what the configuration names, "
    "with arguments from there: it reads or writes files, loads libraries or calls Python.",
    kDecide,
    "CWE-94 CWE-73"};

constexpr Rule kTwoConfigs = {
    "keras.zip.dup_config",
    Severity::kCritical,
    "the archive has two configurations",
    "One reader takes the first, another the last, a third ignores the case of letters: a check "
    "may see another model than the loader makes.",
    kAgain,
    "CWE-436"};

constexpr Rule kMissing = {"keras.layout.missing",
                           Severity::kHigh,
                           "a part that Keras needs is missing, or is not what it should be",
                           "Keras refuses the file: it was cut, or not written by Keras.",
                           "Fetch the file again, or save the model again.",
                           "CWE-20"};

namespace {

constexpr Rule kEvery[] = {
    kLambda,   kMarshal,       kModule,       kNonModeling, kCustom, kDuplicateKey,
    kDepth,    kTfsm,          kTorchWrapper, kJax,         kFlax,   kVocabulary,
    kOperator, kPreprocessing, kTwoConfigs,   kMissing,
};

}  // namespace

constexpr std::span<const Rule> kAll = kEvery;

}  // namespace assay::keras::rules
