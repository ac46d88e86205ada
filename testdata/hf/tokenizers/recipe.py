import json
import os


def tokenizer(name, *expressions, wrap=lambda split: split, **more):
    """One folder, as a loader finds the file by its name."""
    parts = [{"type": "Split", "pattern": {"Regex": one}, "behavior": "Isolated", "invert": False} for one in expressions]
    os.makedirs(name)
    with open(name + "/tokenizer.json", "w") as out:
        json.dump({"version": "1.0", "added_tokens": [], "normalizer": None,
                   "pre_tokenizer": wrap({"type": "Sequence", "pretokenizers": parts}), "post_processor": None,
                   "decoder": None, "model": {"type": "BPE", "vocab": {"Regex": 0, "(a+)+": 1}, "merges": []}, **more}, out)


tokenizer("nested", "(a+)+$")
tokenizer("nested_far", r"x(?:[a-z]+\d?)*y")
tokenizer("empty_inside", "(?:a*b*)*c")
tokenizer("same_twice", "(?:a|a)*b")
tokenizer("classes_overlap", r"(?:\w|\p{L})+;")
tokenizer("in_steps", "(?:a{1,3})+b")
tokenizer("spaces", r"(?:\s*\S?\s*)*x")
tokenizer("ahead", r"\p{N}(?=(?:\d+)*\.)")
tokenizer("second", r"\s+(?!\S)", "(.*)*x")
tokenizer("deep", "(a+)+;", wrap=lambda split: {"type": "Sequence", "pretokenizers": [{"type": "Sequence", "pretokenizers": [split]}]})
tokenizer("normalizer", "ok", normalizer={"type": "Replace", "pattern": {"Regex": "( |  )*x"}, "content": ""})
tokenizer("decoder", "ok", decoder={"type": "Replace", "pattern": {"Regex": "(x+x+)+y"}, "content": ""})
tokenizer("large", "(?:" + "|".join(f"a{i}[a-z]+" for i in range(300)) + ")+")
tokenizer("many_copies", "((((a{16}){16}){16}){16}){16}")
tokenizer("empty_copies", "(" * 40 + "){9}" * 40)
tokenizer("loop_in_loop", "(?:(?:a+)+c)*")
tokenizer("before_a_condition", r"(?:\s+)+(?!\S)")
tokenizer("broken", "(a")
