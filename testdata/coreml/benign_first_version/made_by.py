"""How the models were made: by coremltools 9.0. Those of the first version begin like a SavedModel of TensorFlow."""

import coremltools
import numpy
from coremltools.models import datatypes, pipeline
from coremltools.models.neural_network import NeuralNetworkBuilder
from coremltools.models.tree_ensemble import TreeEnsembleRegressor

trees = TreeEnsembleRegressor(["a", "b"], "y")
trees.set_default_prediction_value(0.5)
trees.add_branch_node(0, 0, 0, 0.3, "BranchOnValueLessThan", 1, 2)
trees.add_leaf_node(0, 1, 0.4)
trees.add_leaf_node(0, 2, 0.6)
coremltools.utils.save_spec(trees.spec, "input/tree.mlmodel")

inner = [("z", datatypes.Array(5))]
first = NeuralNetworkBuilder([("x", datatypes.Array(10))], inner)
first.add_inner_product("ip", numpy.random.rand(5, 10).astype("f"), None, 10, 5, False, "x", "z")
second = NeuralNetworkBuilder(inner, [("y", datatypes.Array(5))])
second.add_activation("r", "RELU", "z", "y")
both = pipeline.Pipeline([("x", datatypes.Array(10))], [("y", datatypes.Array(5))])
both.add_model(first.spec)
both.add_model(second.spec)
coremltools.utils.save_spec(both.spec, "input/pipe.mlmodel")
