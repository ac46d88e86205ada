"""The JSON form, of which a few things are wrong."""

import json
import pathlib


PARAMETERS = {"num_nodes": "3", "num_feature": "2", "num_deleted": "0", "size_leaf_vector": "1"}
CATEGORIES = {"categories": [], "categories_nodes": [], "categories_segments": [], "categories_sizes": []}


def model(**lies):
    tree = {"id": 0, "tree_param": {"num_nodes": "3", "num_feature": "2", "num_deleted": "0", "size_leaf_vector": "1"},
            "left_children": [1, -1, -1], "right_children": [2, -1, -1],
            "parents": [2147483647, 0, 0], "split_indices": [1, 0, 0], "base_weights": [0.5, 1.5, 2.5],
            "default_left": [1, 0, 0], "loss_changes": [1.0, 0.0, 0.0], "split_conditions": [0.5, 1.0, 2.0],
            "sum_hessian": [9.0, 5.0, 4.0]} | lies
    return json.dumps({"learner": {
        "gradient_booster": {"name": "gbtree", "model": {"gbtree_model_param": {"num_trees": "1"}, "tree_info": [0], "trees": [tree]}},
        "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
        "objective": {"name": "reg:squarederror", "reg_loss_param": {"scale_pos_weight": "1"}}, "attributes": {}}, "version": [3, 2, 0]})


def vectors(length="2"):
    """What differs where leaves hold vectors: a leaf's right child is the number of its own."""
    return {"tree_param": {"num_nodes": "3", "num_feature": "2", "num_deleted": "0", "size_leaf_vector": length},
            **CATEGORIES, "leaf_weights": [1.0, 2.0, 3.0, 4.0], "right_children": [2, 0, 1], "split_type": [0, 0, 0],
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
    texts = {"enc": [{"offsets": [0, 1, 3], "values": [97, 98, 99]}, {"type": 15, "values": []}], "feature_segments": [0, 2, 2], "sorted_idx": [1, 0]}
    for name, lies in {"good": {}, "none": {"enc": [], "feature_segments": [], "sorted_idx": []}, "segments": {"feature_segments": [0, 1000]},
                       "order": {"sorted_idx": [1, 99]}, "order_negative": {"sorted_idx": [-1, 0]},
                       "texts": {"enc": [{"offsets": [0, 100000], "values": [97]}]},
                       "no_kind": {"enc": [{"values": []}]}, "no_values": {"enc": [{"type": 15}]}}.items():
        write(f"categories_{name}.json", booster(lambda trees, lies=lies: trees.update(cats=texts | lies)))
    write("iterations_good.json", booster(lambda trees: trees.update(iteration_indptr=[0, 1])))
    write("dart_factors.json", booster(lambda trees: None, "dart"))
    write("feature_of_no_model.json", model(**{"tree_param": {"num_nodes": "3", "num_feature": "900", "num_deleted": "0", "size_leaf_vector": "1"},
                                               "split_indices": [800, 0, 0]}))


def without(name):
    return model().replace(json.dumps(name) + ":", json.dumps(name + "_") + ":")


def of_trees():
    """What a tree says of itself: its place, its parents, its parameters, its categories."""
    for name, number in {"twice": 7, "negative": -1, "text": "0"}.items():
        write(f"id_{name}.json", model(id=number))
    write("id_missing.json", without("id"))
    write("parent_negative.json", model(parents=[2147483647, -1, 0]))
    write("parents_negative.json", model(parents=[2147483647, -1, -1]))
    write("parent_other.json", model(parents=[2147483647, 0, 1]))
    write("parent_of_root.json", model(parents=[-1, 0, 0]))  # as it is where leaves hold vectors
    for name, lie in {"num_nodes": "3", "size_leaf_vector": "1", "num_feature": "2"}.items():
        truth = "1" if name == "num_feature" else "7"
        write(f"other_{name}.json", model(tree_param=PARAMETERS | {name: truth}, zz={name: lie}))
        write(f"no_{name}.json", model(tree_param={key: PARAMETERS[key] for key in PARAMETERS if key != name}))
    write("no_tree_param.json", without("tree_param"))
    write("parent_is_node.json", model(parents=[1, 0, 0]))
    write("deleted_none.json", model(tree_param=PARAMETERS | {"num_deleted": "2"}))
    more = {key: value + [value[-1]] for key, value in json.loads(model())["learner"]["gradient_booster"]["model"]["trees"][0].items()
            if isinstance(value, list)}
    more |= {"split_indices": [1, 0, 0, 2147483647], "default_left": [1, 0, 0, 1], "tree_param": PARAMETERS | {"num_nodes": "4", "num_deleted": "1"}}
    write("deleted_one.json", model(**more))  # as it should be
    write("deleted_two.json", model(**more | {"tree_param": more["tree_param"] | {"num_deleted": "2"}}))
    write("deleted_to_the_right.json", model(**more | {"default_left": [1, 0, 0, 0]}))
    sets = CATEGORIES | {"split_type": [1, 0, 0], "categories": [4, 9], "categories_nodes": [0], "categories_segments": [0], "categories_sizes": [2]}
    write("set.json", model(**sets))  # as it should be
    write("set_of_no_split.json", model(**sets | {"split_type": [0, 0, 0]}))
    write("split_without_set.json", model(**sets | CATEGORIES))
    two = {"categories": [4, 9], "categories_segments": [0, 1], "categories_sizes": [1, 1], "split_type": [1, 1, 0]}
    write("sets_in_order.json", model(**sets | two | {"categories_nodes": [0, 1]}))  # as it should be
    write("sets_not_in_order.json", model(**sets | two | {"categories_nodes": [1, 0]}))
    for name, lie in {"huge": {"categories": [4, 2**31 - 1]}, "negative": {"categories": [4, -5]}, "empty": {"categories_sizes": [0]}}.items():
        write(f"set_{name}.json", model(**(sets | lie)))
    write("no_set_nodes.json", model(**CATEGORIES, split_type=[0, 0, 0]).replace('"categories_nodes"', '"nodes"'))
    pruned = {"tree_param": PARAMETERS | {"num_nodes": "5", "num_deleted": "2"}, "left_children": [1, -1, -1, -1, -1],
              "right_children": [2, -1, -1, -1, -1], "parents": [2147483647, 0, 0, 2, 2], "split_indices": [1, 0, 0, 2147483647, 2147483647],
              "default_left": [1, 0, 0, 1, 1], **{name: [0.5] * 5 for name in ("base_weights", "loss_changes", "split_conditions", "sum_hessian")}}
    write("pruned.json", model(**pruned))  # as it should be
    write("pruned_in_use.json", model(**(pruned | {"split_indices": [2147483647, 0, 0, 0, 2147483647]})))
    write("pruned_far.json", model(**(pruned | {"split_indices": [800, 0, 0, 2147483647, 2147483647]})))


def of_model():
    """What XGBoost refuses."""
    write("version_text.json", model().replace("[3, 2, 0]", '[3, 2, "x"]'))
    write("version_short.json", model().replace("[3, 2, 0]", "[3, 2]"))
    write("scores.json", model().replace('"5E-1"', '"[5E-1,1E0]"'))
    write("score.json", model().replace('"5E-1"', '"[5E-1]"'))  # as it should be
    for name, count in {"none": "0", "text": "x"}.items():
        write(f"parallel_{name}.json", booster(lambda trees, count=count: trees["gbtree_model_param"].update(num_parallel_tree=count)))


def of_features():
    """A linear model has a weight for each feature and one more, for each output; names are of all features or of none."""
    for name, count in {"good": 9, "short": 8}.items():
        document = json.loads(model())
        document["learner"]["gradient_booster"] = {"name": "gblinear", "model": {"weights": [0.5] * count}}
        document["learner"]["learner_model_param"]["num_class"] = "3"
        write(f"weights_{name}.json", json.dumps(document))
    for name, lists in {"good": (["a", "b"], ["c", "float"]), "names": (["a"], []), "types": ([], ["float"] * 3), "numbers": ([1, 2], [])}.items():
        document = json.loads(model())
        document["learner"] |= {"feature_names": lists[0], "feature_types": lists[1]}
        write(f"features_{name}.json", json.dumps(document))


def of_kinds():
    """Numbers and texts of another kind than the library asks for."""
    for name, lie in {"whole": {"base_weights": [0.5, 1, 2.5]}, "none": {"loss_changes": [1.0, None, 0.0]}, "truth": {"sum_hessian": [9.0, True, 4.0]},
                      "text": {"split_conditions": [0.5, "1.0", 2.0]}, "fraction": {"default_left": [1, 0.5, 0]}}.items():
        write(f"kind_{name}.json", model(**lie))
    write("kind_of_old_models.json", model(default_left=[True, False, False]))  # as it was once
    dropped = json.loads(booster(lambda trees: None, "dart"))
    dropped["learner"]["gradient_booster"]["weight_drop"] = [1]
    write("kind_of_factors.json", json.dumps(dropped))
    write("kind_of_parameter.json", model(tree_param=PARAMETERS | {"num_deleted": 0}))
    write("kind_of_classes.json", model().replace('"num_class": "0"', '"num_class": "-1"'))
    write("categories_no_order.json", booster(lambda trees: trees.update(cats={"enc": [], "feature_segments": []})))


def main():
    write("good.json", model())
    write("child.json", model(left_children=[3, -1, -1]))
    write("large.json", model(split_indices=[99999999999999999999, 0, 0]))
    write("no_objective.json", model().replace('"objective"', '"objectiv"'))
    write("no_attributes.json", model().replace('"attributes"', '"attribute"'))
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
    of_trees()
    of_model()
    of_features()
    of_kinds()
    write("key_twice.json", model().replace('"parents"', '"left_children": [7], "parents"'))


main()
