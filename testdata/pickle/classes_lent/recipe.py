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
# Classes that nobody reviewed, of libraries that were: they write files, load packages, run text.
for number_of, (module, name, *values) in enumerate((
        ("torch", "PyTorchFileWriter", "weights"), ("torch", "PyTorchFileReader", "weights"),
        ("torch", "CompilationUnit", "def f(): pass"), ("torch._deploy", "PackageImporter", "package.pt"),
        ("torch._prims.nvfuser_executor", "NvfuserGraphModule"), ("torch.utils.benchmark.utils.timer", "CPPTimer", "x"),
        ("joblib.compressor", "BinaryZlibFile", "weights", "wb"), ("joblib._parallel_backends", "MemmappingPool", 1),
        ("joblib.executor", "MemmappingExecutor", 1), ("joblib", "MemorizedResult", "cache", "f", "1"),
        ("scipy._lib.decorator", "FunctionMaker", None, "f", ""), ("scipy._lib._util", "MapWrapper", 4),
        ("numpy.lib", "DataSource", "."), ("numpy._pytesttester", "PytestTester", "numpy"),
        ("h5py", "File", "weights", "w"), ("lz4.frame", "LZ4FrameFile", "weights", "wb"))):
    program(f"unreviewed_{number_of:02}.pkl", module, name, *values)
