"""Plays `assay inspect -o jsonl FILE...` for the test of the test: the truth, or a lie about it.

usage: fake_assay.py HOW inspect -o jsonl FILE...
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle


def event_of(entry):
    return dict(zip(("offset", "event", "module", "name"), entry), op="", detail="")


def answer(truth):
    pickles = []
    for one in truth["pickles"]:
        fault = one["outcome"] != "stop"
        pickles.append({
            "offset": one["offset"],
            "end": one["at"] if fault else one["end"],
            "outcome": "fault" if fault else "stop",
            "fault": one["message"],
            "fault_offset": one["at"],
            "events": [event_of(entry) for entry in one["events"]]
        })
    return pickles


def without(events, kind, last=False):
    """Leaves out the first or the last event of a kind."""
    places = [index for index, event in enumerate(events) if event["event"] == kind]
    if places:
        del events[places[-1 if last else 0]]


def lie(how, pickles):
    first = pickles[0]
    events = first["events"]
    if how == "no_last_call":
        without(events, "call", last=True)
    elif how.startswith("no_first_") or how in ("no_build", "no_set", "no_persid"):
        without(events, how.rsplit("_", 1)[1])
    elif how == "wrong_name" and events:
        events[0]["name"] += "x"
    elif how == "wrong_offset" and events:
        events[-1]["offset"] += 1
    elif how == "wrong_end":
        first["end"] += first["outcome"] == "stop"
        first["fault_offset"] += first["outcome"] == "fault"
    elif how == "stop_for_fault":
        first["outcome"] = "stop"
    elif how == "fault_for_stop":
        first["outcome"] = "fault"
    elif how == "first_pickle_only":
        del pickles[1:]
    elif how == "nothing":
        pickles.clear()


def main():
    how, paths = sys.argv[1], sys.argv[6:]
    if sys.argv[2] == "scan":
        return 0
    oracle.limit_self()
    for path in paths:
        with open(path, "rb") as file:
            pickles = answer(oracle.limited(oracle.tell, file.read()))
        if pickles:
            lie(how, pickles)
        print(json.dumps({"pickles": pickles}))


if __name__ == "__main__":
    sys.exit(main())
