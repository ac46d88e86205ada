"""Tags of Python's, however they are spelled, and aliases that grow."""

import pathlib


def write(name, text):
    pathlib.Path(name).write_bytes(text.encode())


def main():
    write("apply.yaml", "a: !!python/object/apply:os.system ['id']\n")
    write("new.yml", "- !!python/object/new:subprocess.Popen [['id']]\n")
    write("name.yaml", "a: {b: [c, !!python/name:os.system x]}\n")
    write("module.yaml", "!!python/module:os x\n")
    write("escaped.yaml", "a: !!pyth%6Fn/name:os.system x\n")
    write("long.yaml", "a: !<tag:yaml.org,2002:python/name:os.system> x\n")
    write("handle.yaml", "%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!name:os.system x\n")
    write("handle_parts.yaml", "%TAG !p! tag:yaml.org,2002:\n---\na: !p!python/name:os.system x\n")
    write("behind_text.yaml", "a: |\n  text\nb: !!python/name:os.system x\n")
    write("behind_quotes.yaml", "a: 'x\n  y'\nb: !!python/name:os.system x\n")
    write("behind_a_comment.yaml", "a: 1 # b\u2028b: !!python/name:os.system x\n")
    write("behind_a_return.yml", "# a\rb: !!python/name:os.system x\r")
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    blocks = ["a0: &a0", *["- x"] * 9]
    for i in range(1, 10):
        lines.append(f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]")
        blocks += [f"a{i}: &a{i}", *[f"- *a{i - 1}"] * 9]
    write("bomb.yaml", "\n".join(lines) + "\n")
    write("bomb_of_blocks.yaml", "\n".join(blocks) + "\n")


main()
