# Wrote the files in input/ (run it there). No test runs it.
# Python 3.11.7, skops 0.16.0, scikit-learn 1.9.1, numpy 2.4.6
import functools
import operator

import numpy as np
import skops.io
from sklearn.preprocessing import FunctionTransformer, StandardScaler

skops.io.dump(FunctionTransformer(np.log1p), "function.skops")
skops.io.dump(FunctionTransformer(functools.partial(np.clip, a_min=0)), "partial.skops")
skops.io.dump(FunctionTransformer(operator.itemgetter(0)), "itemgetter.skops")
skops.io.dump(FunctionTransformer(StandardScaler().fit([[1.0], [2.0]]).transform), "method.skops")
