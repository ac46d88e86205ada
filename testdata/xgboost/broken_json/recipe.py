"""The JSON form, of which a few things are wrong."""

import json
import pathlib


def model(**lies):
    tree = {"tree_param": {"num_nodes": "3", "num_feature": "2", "num_deleted": "0"},
            "left_children": [1, -1, -1], "right_children": [2, -1, -1],
            "parents": [2147483647, 0, 0], "split_indices": [1, 0, 0], "base_weights": [0.5, 1.5, 2.5],
            "default_left": [1, 0, 0], "loss_changes": [1.0, 0.0, 0.0], "split_conditions": [0.5, 1.0, 2.0],
            "sum_hessian": [9.0, 5.0, 4.0]} | lies
    return json.dumps({"learner": {
        "gradient_booster": {"name": "gbtree", "model": {"gbtree_model_param": {"num_trees": "1"}, "tree_info": [0], "trees": [tree]}},
        "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
        "objective": {"name": "reg:squarederror"}}, "version": [3, 2, 0]})


def vectors(length="2"):
    """What differs where leaves hold vectors: a leaf's right child is the number of its own."""
    return {"tree_param": {"num_nodes": "3", "num_feature": "2", "num_deleted": "0", "size_leaf_vector": length},
            "leaf_weights": [1.0, 2.0, 3.0, 4.0], "right_children": [2, 0, 1], "split_type": [0, 0, 0],
            "base_weights": [0.5] * 6}


def write(name, text):
    pathlib.Path(name).write_text(text)


def booster(change, booster="gbtree"):
    """What the booster says of its trees: which output each adds to, where iterations begin, factors of a dart."""
    document = json.loads(model())
    change(document["learner"]["gradient_booster"]["model"])
    if booster == "dart":
        trees = document["learner"]["gradient_booster"]
        document["learner"]["gradient_booster"] = {"gbtree": trees, "name": "dart", "weight_drop": [1.0, 1.0]}
    return json.dumps(document)


def booster_lists():
    for name, entries in {"far": [99], "negative": [-1], "empty": [], "two": [0, 0], "text": ["0"]}.items():
        write(f"tree_info_{name}.json", booster(lambda trees, entries=entries: trees.update(tree_info=entries)))
    for name, entries in {"far": [0, 1000], "falls": [0, 5, 1], "behind": [1, 1], "empty": [], "text": ["0", "1"]}.items():
        write(f"iterations_{name}.json", booster(lambda trees, entries=entries: trees.update(iteration_indptr=entries)))
    texts = {"enc": [{"offsets": [0, 1, 3], "values": [97, 98, 99]}, {"values": []}], "feature_segments": [0, 2, 2], "sorted_idx": [1, 0]}
    for name, lies in {"good": {}, "none": {"enc": [], "feature_segments": [], "sorted_idx": []}, "segments": {"feature_segments": [0, 1000]},
                       "order": {"sorted_idx": [1, 99]}, "order_negative": {"sorted_idx": [-1, 0]},
                       "texts": {"enc": [{"offsets": [0, 100000], "values": [97]}]}}.items():
        write(f"categories_{name}.json", booster(lambda trees, lies=lies: trees.update(cats=texts | lies)))
    write("iterations_good.json", booster(lambda trees: trees.update(iteration_indptr=[0, 1])))
    write("dart_factors.json", booster(lambda trees: None, "dart"))
    write("feature_of_no_model.json", model(**{"tree_param": {"num_nodes": "3", "num_feature": "900", "num_deleted": "0"},
                                               "split_indices": [800, 0, 0]}))


def main():
    write("good.json", model())
    write("child.json", model(left_children=[3, -1, -1]))
    write("large.json", model(split_indices=[99999999999999999999, 0, 0]))
    write("no_objective.json", model().replace('"objective"', '"objectiv"'))
    write("unknown_booster.json", model().replace('"gbtree"', '"gbtre"'))
    write("no_weights.json", model().replace('"base_weights"', '"weights"'))
    write("circle.json", model(left_children=[0, -1, -1]))
    write("shared_child.json", model(left_children=[2, -1, -1]))
    write("one_child.json", model(right_children=[-1, -1, -1]))
    write("child_is_text.json", model(left_children=["1", -1, -1]))
    write("vectors.json", model(**vectors()))
    write("no_vectors.json", model(**{**vectors(), "leaf_weights": None}).replace('"leaf_weights": null, ', ""))
    before = model(**{**vectors(), "leaf_weights": [], "sum_hessian": [], "right_children": [2, -1, -1]})
    write("vectors_before_3_2.json", before.replace("[3, 2, 0]", "[2, 1, 4]"))
    write("few_types.json", model(**{**vectors(), "split_type": [0, 0]}))
    write("part_of_a_vector.json", model(**{**vectors(), "leaf_weights": [1.0, 2.0, 3.0]}))
    write("few_vectors.json", model(**{**vectors(), "leaf_weights": [1.0, 2.0]}))
    write("leaf_without_vector.json", model(**{**vectors(), "right_children": [2, 0, -1]}))
    write("negative_vectors.json", model(**vectors(length="-2")))
    many = "{" + "".join(f'"k{i}": {{"version": [0]}}, ' for i in range(40))
    write("behind_many_keys.json", many + model(left_children=[3, -1, -1])[1:])
    write("no_version.json", model(left_children=[3, -1, -1]).replace('"version"', '"versions"'))
    booster_lists()
    write("key_twice.json", model().replace('"parents"', '"left_children": [7], "parents"'))


main()
