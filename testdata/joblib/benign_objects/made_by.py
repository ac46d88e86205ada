"""How the files here were made, with joblib 1.6, scikit-learn 1.9 and numpy 2.4; not run by the tests.
The estimators of gradient boosting lie in an array of objects; for a reader that knows nothing of
joblib the memo's numbers in it mean other texts."""
import joblib
import numpy
from sklearn.ensemble import GradientBoostingClassifier

rng = numpy.random.default_rng(0)
x = rng.normal(size=(20, 2))
model = GradientBoostingClassifier(n_estimators=2, max_depth=1, random_state=0).fit(x, x[:, 0] > 0)
joblib.dump(model, "input/boosting.joblib")
joblib.dump(model, "input/boosting.joblib.gz")
joblib.dump(numpy.array(["a", "bcd"], dtype=numpy.dtypes.StringDType()), "input/strings.joblib")
joblib.dump({"a": numpy.array([{"b": x}, [x]], dtype=object)}, "input/nested.joblib")
