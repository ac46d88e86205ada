"""Models that contradict themselves."""

import pathlib

TREE = """Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
split_gain=2 1
threshold=0.5 0.25
decision_type=2 2
left_child=1 -1
right_child=-2 -3
leaf_value=1 2 3
leaf_weight=1 1 1
leaf_count=5 5 5
internal_value=1 2
internal_weight=3 2
internal_count=15 10
is_linear=0
shrinkage=1


"""
CATEGORIES = TREE.replace("num_cat=0", "num_cat=1").replace(
    "leaf_value", "cat_boundaries=0 1\ncat_threshold=5\nleaf_value")
BEHIND = """end of trees

feature_importances:
a=1

parameters:
[boosting: gbdt]
[data: train.csv]
[forcedsplits_filename: ]

end of parameters

pandas_categorical:null
"""


def model(*trees, sizes=None, behind=BEHIND, extra=""):
    sizes = " ".join(str(len(tree)) for tree in trees) if sizes is None else sizes
    return ("tree\nversion=v4\nnum_class=1\nlabel_index=0\nmax_feature_idx=1\nfeature_names=a b\n"
            "feature_infos=[0:1] [0:2]\n" + extra +
            f"tree_sizes={sizes}\n\n" + "".join(trees) + behind)


def write(name, text):
    pathlib.Path(name).write_text(text)


def changed(old, new):
    return model(TREE.replace(old, new))


def objectives():
    """What the objective is told, without which LightGBM refuses it."""
    three = [TREE.replace("Tree=0", f"Tree={i}") for i in range(3)]
    write("objective_good.txt", model(TREE, extra="objective=binary sigmoid:0.5\n"))  # as it should be
    write("objective_alone.txt", model(TREE, extra="objective=binary\n"))
    write("objective_flat.txt", model(TREE, extra="objective=binary sigmoid:0\n"))
    write("objective_classless.txt", model(*three, extra="objective=multiclass\n").replace("num_class=1", "num_class=3"))
    write("objective_of_each.txt", model(*three, extra="objective=multiclassova num_class:3\n").replace("num_class=1", "num_class=3"))


def outputs():
    """How many numbers a prediction has, by the header and by the trees."""
    three = [TREE.replace("Tree=0", f"Tree={i}") for i in range(3)]
    header = {"num_class=1\n": "num_class=3\nnum_tree_per_iteration=3\nobjective=multiclass num_class:3\n"}
    good = model(*three).replace(*list(header.items())[0])
    write("classes.txt", good)
    write("classes_many.txt", good.replace("num_class=3\n", "num_class=1000\n"))
    write("outputs_many.txt", good.replace("iteration=3\n", "iteration=99\n"))
    write("objective_many.txt", good.replace("num_class:3", "num_class:99"))
    write("trees_left.txt", model(*three[:2]).replace(*list(header.items())[0]))


def linear_trees():
    linear = TREE.replace("is_linear=0\n", "is_linear=1\nleaf_const=1 2 3\nnum_features=2 0 1\n"
                                           "leaf_features=0 1   1 \nleaf_coeff=0.5 1.5   2.5 \n")
    write("linear.txt", model(linear))
    write("linear_without.txt", changed("is_linear=0", "is_linear=1"))
    for name, old, new in [("const", "leaf_const=1 2 3", "leaf_const=1"), ("features", "num_features=2 0 1", "num_features=2 0 9"),
                           ("negative", "num_features=2 0 1", "num_features=-2 0 1"), ("list", "leaf_features=0 1   1 ", "leaf_features=0 1 "),
                           ("far", "leaf_features=0 1   1 ", "leaf_features=0 1   7000 "), ("factors", "leaf_coeff=0.5 1.5   2.5 ", "leaf_coeff=0.5")]:
        write(f"linear_{name}.txt", model(linear.replace(old, new)))
    far = linear.replace("leaf_features=0 1   1 ", "leaf_features=0 1   100000000 ")
    write("linear_two.txt", model(far.replace("is_linear=1", "is_linear=1 0")))
    write("linear_part.txt", model(far.replace("is_linear=1", "is_linear=1.5")))


def single_numbers():
    """LightGBM takes the first of several numbers, and of one what it can."""
    write("leaves_two.txt", changed("num_leaves=3", "num_leaves=81 3"))
    write("leaves_part.txt", changed("num_leaves=3", "num_leaves=3.5"))
    write("categories_part.txt", changed("num_cat=0", "num_cat=0.5"))
    write("shrinkage_two.txt", changed("shrinkage=1", "shrinkage=1 2"))
    write("shrinkage_small.txt", changed("shrinkage=1", "shrinkage=0.05"))  # as it should be
    write("blank.txt", changed("leaf_value", "\nleaf_value"))
    write("blank_behind.txt", model(TREE + "\n\n"))  # as good as one
    write("null.txt", changed("threshold=0.5 0.25", "threshold=0.5 null"))
    write("none.txt", changed("threshold=0.5 0.25", "threshold=-inf nan"))  # as it should be
    write("objective_empty.txt", model(TREE, extra="objective=\n"))
    write("objective_bare.txt", model(TREE, extra="objective\n"))


def main():
    write("good.txt", model(TREE, TREE.replace("Tree=0", "Tree=1"), CATEGORIES.replace(
        "Tree=0", "Tree=2")))
    write("circle.txt", changed("left_child=1 -1", "left_child=0 -1"))
    write("shared.txt", changed("right_child=-2 -3", "right_child=1 -3"))
    bad = changed("left_child=1 -1", "left_child=7 -1")
    write("other_order.txt", bad.replace("version=v4\nnum_class=1\n", "num_class=1\nversion=v4\n"))
    write("no_version.txt", bad.replace("version=v4\n", ""))
    write("line_of_prose.txt", bad.replace("tree\n", "tree\nhello world\n", 1))
    write("far.txt", bad.replace("tree\n", "tree\n" + "a line\n" * 2000, 1))
    write("carriage_return.txt", bad.replace("tree\n", "tree\r", 1))
    write("prose.txt", "tree\nshrub = grass\nflower\0\n")
    write("no_names.txt", model(TREE).replace("feature_names", "names"))
    write("few_names.txt", model(TREE).replace("feature_names=a b", "feature_names=a"))
    write("no_class.txt", model(TREE).replace("num_class=1", "num_class="))
    write("letter.txt", changed("threshold=0.5 0.25", "threshold=0.5 0.2S"))
    write("cut_in_parameters.txt", model(TREE).split("[data:")[0])
    for name, count in {"none": "0", "negative": "-1", "letter": "x"}.items():
        write(f"per_iteration_{name}.txt", model(TREE, extra=f"num_tree_per_iteration={count}\n"))
    write("two_values.txt", model(TREE).replace("[0:1]", "[0=1]"))
    write("parameter.txt", model(TREE, behind=BEHIND.replace("[boosting: gbdt]", "[boosting gbdt]")))
    write("key.txt", changed("leaf_value=1 2 3\n", "leaf_value=1 2 3\nleaf_value=4 5 6\n"))
    write("key_of_header.txt", model(TREE, extra="num_class=2\n"))
    write("size.txt", model(TREE, sizes=len(TREE) - 1))
    write("sizes.txt", model(TREE, sizes=f"{len(TREE)} 10"))
    write("sizes_missing.txt", model(TREE, TREE.replace("Tree=0", "Tree=1"), sizes=len(TREE)))
    write("number.txt", model(TREE.replace("Tree=0", "Tree=7")))
    write("cut.txt", model(TREE)[:200])
    write("no_end.txt", model(TREE, behind=""))
    write("no_trees.txt", model())  # as good as none, and valid
    write("leaves.txt", changed("num_leaves=3", "num_leaves=4"))
    write("no_leaves.txt", changed("num_leaves=3\n", ""))
    write("children.txt", changed("left_child=1 -1", "left_child=1"))
    write("values.txt", changed("leaf_value=1 2 3", "leaf_value=1 2 3 4"))
    write("child.txt", changed("left_child=1 -1", "left_child=2 -1"))
    write("leaf.txt", changed("right_child=-2 -3", "right_child=-2 -4"))
    write("feature.txt", changed("split_feature=0 1", "split_feature=0 2"))
    write("text.txt", changed("split_feature=0 1", "split_feature=0 x"))
    write("categories.txt", model(CATEGORIES.replace("boundaries=0 1", "boundaries=0 9")))
    write("categories_missing.txt", model(CATEGORIES.replace("cat_boundaries=0 1\n", "")))
    write("category_of_none.txt", changed("decision_type=2 2", "decision_type=3 2"))
    asks = CATEGORIES.replace("decision_type=2 2", "decision_type=2 3")
    write("category.txt", model(asks.replace("threshold=0.5 0.25", "threshold=0.5 0")))
    write("category_far.txt", model(asks.replace("threshold=0.5 0.25", "threshold=0.5 1e9")))
    outputs()
    objectives()
    linear_trees()
    single_numbers()
    write("zero_in_parameters.txt", model(TREE, behind=BEHIND.replace("train", "tr\0in")))
    write("path.txt", model(TREE, behind=BEHIND.replace(
        "[forcedsplits_filename: ]", "[forcedsplits_filename: /etc/passwd]")))


main()
