# Modules whose classes are allowed have classes of other modules, too, which open files or import.
from pickle_asm import *


def program(file, module, qualified, *values):
    save(file, framed(call4(module, qualified, *values) + STOP))


program("importer.pkl", "imblearn", "LazyLoader", "x", {}, "this")
program("booster.pkl", "xgboost.callback", "Booster", None, None, "model.json")
program("data_set.pkl", "lightgbm.sklearn", "Dataset", "train.csv")
program("graph.pkl", "torch.ao.quantization.quantize_fx", "GraphModule", None, None)
program("graph_old.pkl", "torch.quantization.quantize_fx", "ObservedGraphModule", None, None, ())
program("tracer.pkl", "torch.quantization._numeric_suite_fx", "NSTracer", (), ())
program("checks.pkl", "sklearn.utils.estimator_checks", "SkipTest", "x")
program("tests.pkl", "sklearn.tests.test_base", "MyEstimator")
program("operator.pkl", "sklearn.linear_model._ridge", "LinearOperator", None, (1, 1))
program("vocabulary.pkl", "tokenizers.models", "BPE", "vocab.json", "merges.txt")
