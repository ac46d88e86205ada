#!/usr/bin/env python3
"""Makes the seeds of json_fuzz again, beside this file."""

import pathlib

HERE = pathlib.Path(__file__).parent / "json_fuzz"

DOCUMENTS = {
    "config": b'{"model_type": "gpt", "layers": [1, 2.5e-3, true, null], "rope": {"x": {}}}',
    "escapes": b'["\\u00e9\\ud83d\\ude00", "\\ud800", "\\n\\/", "\xc3\xa9 \xf0\x9f\x98\x80"]',
    "loose": b'[NaN, -Infinity, 007, +1, .5, 1.]',
    "cut": b'{"a": [1, {"b": "c\\',
    "twice": b'{"a": 1, "\\u0061": 2, "b": {"a": 3}}',
}


def main():
    HERE.mkdir(exist_ok=True)
    for name, text in DOCUMENTS.items():
        for block in (0, 6):
            (HERE / f"{name}-{block + 1}").write_bytes(bytes([block]) + text)


if __name__ == "__main__":
    main()
