"""Models that contradict themselves, as UBJSON."""

import pathlib
import struct


class Pairs(tuple):
    """An object whose keys may come twice."""


def text(value):
    data = value.encode()
    return b"L" + struct.pack(">q", len(data)) + data


def pack(value):
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return b"S" + text(value)
    if isinstance(value, int):
        return b"l" + struct.pack(">i", value)
    if isinstance(value, float):
        return b"d" + struct.pack(">f", value)
    if isinstance(value, tuple) and not isinstance(value, Pairs):
        return b"[$l#L" + struct.pack(">q", len(value)) + struct.pack(f">{len(value)}i", *value)
    if isinstance(value, list):
        return b"[" + b"".join(pack(item) for item in value) + b"]"
    pairs = value.items() if isinstance(value, dict) else value
    return b"{" + b"".join(text(key) + pack(item) for key, item in pairs) + b"}"


def tree(**lies):
    return {"tree_param": {"num_deleted": "0", "num_feature": "2", "num_nodes": "3",
                           "size_leaf_vector": "1"},
            "left_children": (1, -1, -1), "right_children": (2, -1, -1),
            "parents": (2147483647, 0, 0), "split_indices": (1, 0, 0),
            "categories_nodes": (), "base_weights": [0.5, 1.5, 2.5], "default_left": (1, 0, 0),
            "loss_changes": [1.0, 0.0, 0.0], "split_conditions": [0.5, 1.0, 2.0],
            "sum_hessian": [9.0, 5.0, 4.0]} | lies


def model(*trees, announced=None):
    count = str(len(trees) if announced is None else announced)
    return {"learner": {"gradient_booster": {"name": "gbtree", "model": {
        "gbtree_model_param": {"num_trees": count}, "tree_info": (0,) * len(trees),
        "trees": [one | {"id": i} for i, one in enumerate(trees)]}},
        "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
        "objective": {"name": "reg:squarederror"}, "attributes": {}},
        "version": [3, 2, 0]}


def linear(weights, key="weights"):
    whole = model()
    whole["learner"]["gradient_booster"] = {"name": "gblinear", "model": {key: weights}}
    return whole


def with_score(score):
    whole = model(tree())
    whole["learner"]["learner_model_param"] |= {"base_score": score, "num_class": str(score.count(",") * 2)}
    return whole


def write(name, data):
    pathlib.Path(name).write_bytes(data if isinstance(data, bytes) else pack(data))


def main():
    write("good.ubj", model(tree(), tree()))
    write("left.ubj", model(tree(left_children=(3, -1, -1))))
    write("right.ubj", model(tree(right_children=(2, -2, -1))))
    write("parent.ubj", model(tree(parents=(2147483647, 0, 9))))
    write("parent_mark.ubj", model(tree(parents=(2147483647, 2147483647, 0))))
    write("feature.ubj", model(tree(split_indices=(2, 0, 0))))
    write("category.ubj", model(tree(categories_nodes=(7,), categories_segments=(0,), categories_sizes=(0,))))
    write("linear.ubj", linear([0.5, 1.5, 2.5]))
    write("linear_short.ubj", linear([0.5, 1.5]))
    write("linear_none.ubj", linear([0.5, 1.5, 2.5], "w"))
    no_info = model(tree())
    del no_info["learner"]["gradient_booster"]["model"]["tree_info"]
    write("no_info.ubj", no_info)
    sets = {"categories": (1, 2, 3), "categories_nodes": (0, 1)}
    write("sets.ubj", model(tree(**sets, categories_segments=(0, 1), categories_sizes=(1, 2))))
    write("sets_behind.ubj", model(tree(**sets, categories_segments=(0, 57), categories_sizes=(1, 2))))
    write("sets_long.ubj", model(tree(**sets, categories_segments=(0, 2), categories_sizes=(1, 2))))
    write("sets_negative.ubj", model(tree(**sets, categories_segments=(0, -1), categories_sizes=(1, 2))))
    write("sets_few.ubj", model(tree(**sets, categories_segments=(0,), categories_sizes=(1,))))
    inner = model(tree())
    inner["learner"]["gradient_booster"] = {"name": "dart", "gbtree": inner["learner"]["gradient_booster"] | {"name": "0"}}
    write("dart_of_nothing.ubj", inner)
    write("short_list.ubj", model(tree(left_children=(1, -1))))
    write("floats.ubj", model(tree(left_children=[1.5, -1, -1])))
    write("no_nodes.ubj", model(tree(tree_param={"num_nodes": "0", "num_feature": "2"})))
    write("trees.ubj", model(tree(), announced=5))
    write("score.ubj", with_score("[5.\x02E-1]"))
    write("score_word.ubj", with_score("half"))
    write("scores.ubj", with_score("[5E-1,2.5E-1]"))
    write("key_twice.ubj", Pairs([("learner", {}), ("version", [3]), ("learner", {})]))
    write("deep.ubj", b"{" + text("learner") + b"[" * 600 + b"]" * 600 + b"}")
    write("cut.ubj", pack(model(tree()))[:-40])
    write("text_length.ubj", b"{" + text("learner") + b"SL" + struct.pack(">q", 1 << 60))
    write("negative_length.ubj", b"{" + text("learner") + b"SL" + struct.pack(">q", -5))
    write("count.ubj", b"{" + text("learner") + b"[$l#L" + struct.pack(">q", 1 << 61))
    write("count_of_nothing.ubj", b"{" + text("learner") + b"[$Z#L" + struct.pack(">q", 1 << 61))
    write("unknown_type.ubj", b"{" + text("learner") + b"?")
    write("trailing.ubj", pack(model(tree())) + b"more")
    write("no_model.ubj", pack({"something": 1}))
    write("other_key_first.model", {"note": "x"} | model(tree(left_children=(3, -1, -1))))
    write("no_version.model", {"learner": model(tree(left_children=(3, -1, -1)))["learner"]})
    write("no_model.bin", {"note": "x", "left_children": (9,)})
    write("no_ubjson.bin", b"{i\x04noteSi\x09short")
    write("old.model", b"binf" + bytes(200))
    write("old_text.model", b"bs64" + b"AAAA" * 20)


main()
