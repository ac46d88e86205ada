# Wrote the files in input/ (run it there). No test runs it.
# Python 3.8.18, scikit-learn 1.1.3, numpy 1.24.4, scipy 1.10.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(20, 2)).round(2), np.arange(20) % 2

from sklearn.compose import ColumnTransformer
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, HistGradientBoostingClassifier, IsolationForest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, LabelEncoder, OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
save("linear", [LinearRegression().fit(X, y), LogisticRegression().fit(X, y)])
save("trees", [DecisionTreeClassifier(max_depth=2).fit(X, y), DecisionTreeRegressor(max_depth=1).fit(X, y)], (2, 4, 5))
save("forest", RandomForestClassifier(2, max_depth=1, random_state=0).fit(X, y), (4,))
save("hist", HistGradientBoostingClassifier(max_iter=2, max_leaf_nodes=3, min_samples_leaf=2).fit(X, y), (4,))
save("isolation", IsolationForest(n_estimators=2, max_samples=4, random_state=0).fit(X), (4,))
save("pipeline", Pipeline([("scale", StandardScaler()), ("pca", PCA(1)), ("svc", SVC())]).fit(X, y), (2,))
save("text", make_pipeline(TfidfVectorizer(), SGDClassifier(random_state=0)).fit(["a good day", "bad night"], [0, 1]), (4,))
save("columns", ColumnTransformer([("hot", OneHotEncoder(), [0]), ("num", "passthrough", [1])]).fit(y.reshape(-1, 1).repeat(2, 1)), (4,))
save("search", GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=2).fit(X, y), (4,))
save("others", [GaussianNB().fit(X, y), KNeighborsClassifier(2).fit(X[:4], y[:4]), KMeans(2, n_init=1, random_state=0).fit(X),
                LabelEncoder().fit(["a", "b"]), FunctionTransformer(np.log1p)], (4,))
