"""Writes templates and what Jinja itself makes of them; run by a Python that has jinja2.

    jinja_oracle.py FOLDER SEED COUNT

FOLDER gets NAME.jinja and verdicts.json: for each name whether Jinja compiles the template, and which attributes it
got when it was rendered.
"""
import json
import os
import random
import sys

import jinja2

PRIVATE = ["__class__", "__mro__", "__globals__", "__builtins__", "__subclasses__", "__init__", "__import__", "__dict__"]
PUBLIC = ["role", "content", "name", "tool_calls", "function", "items", "arguments", "type"]
NAMES = ["messages", "message", "tools", "x", "loop_messages", "ns", "größe"]
TESTS = ["defined", "none", "string", "mapping", "iterable", "not none", "divisibleby 3", "divisibleby(3)", "in [1, 2]",
         "eq 'a'", "sameas true", "not in ('a', 'b')"]
FILTERS = ["trim", "length", "tojson", "tojson(indent=2)", "list", "join(', ')", "default('')", "upper", "first", "last",
           "selectattr('role', 'equalto', 'user')|list", "map(attribute='role')|list", "replace('a', 'b')", "items",
           "reject('equalto', 'a')|list", "string", "safe", "reverse|list", "round(2)", "batch(2)|list", "sort|list"]
BINARY = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">", "<=", ">=", " and ", " or ", " in ", " not in "]


class Spelling:
    """Expressions that come to a given text."""

    def __init__(self, dice):
        self.dice = dice
        self.sets = []  # statements that have to come first

    def character(self, c):
        form = self.dice.randrange(12)
        if form == 0:
            return "\\x%02x" % ord(c)
        if form == 1:
            return "\\u%04x" % ord(c)
        if form == 2:
            return "\\%03o" % ord(c)
        if form == 3 and c == "_":
            return "\\N{LOW LINE}"
        return c

    def literal(self, text):
        quote = self.dice.choice("'\"")
        if self.dice.randrange(3) == 0:
            return quote + "".join(self.character(c) for c in text) + quote
        return quote + text + quote

    def pieces(self, text):
        cuts = sorted(self.dice.randrange(len(text) + 1) for _ in range(self.dice.randrange(1, 4)))
        return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)])]

    def of(self, text, depth=0):
        if depth > 3 or self.dice.randrange(4) == 0:
            return self.literal(text)
        again = lambda part: self.of(part, depth + 1)
        parts = self.pieces(text)
        form = self.dice.randrange(22)
        if form == 0:
            return "(" + " ~ ".join(map(again, parts)) + ")"
        if form == 1:
            return "(" + " + ".join(map(again, parts)) + ")"
        if form == 2:
            return "(" + " ".join(map(self.literal, parts)) + ")"
        if form == 3:
            return "[" + ", ".join(map(again, parts)) + "]|join"
        if form == 4:
            return "(" + ", ".join(map(again, parts)) + ",)|join('')"
        if form == 5:
            return "''.join([" + ", ".join(map(again, parts)) + "])"
        if form == 6:
            return again(text[::-1]) + "[::-1]"
        if form == 7:
            return "(" + again(text[::-1]) + "|reverse)"
        if form == 8:
            return "(" + again(text.upper()) + "|lower)" if text.islower() else again(text)
        if form == 9:
            return again(text.upper()) + ".lower()" if text.islower() else again(text)
        if form == 10:
            return again(text.replace("_", "-")) + ".replace('-', '_')" if "-" not in text else again(text)
        if form == 11:
            return "(" + self.literal("%s" * len(parts)) + " % (" + ", ".join(map(again, parts)) + ",))"
        if form == 12:
            return "(" + self.literal("%s" * len(parts)) + "|format(" + ", ".join(map(again, parts)) + "))"
        if form == 13:
            return self.literal("{}" * len(parts)) + ".format(" + ", ".join(map(again, parts)) + ")"
        if form == 14:
            return again("ab" + text + "c") + "[2:-1]"
        if form == 15:
            return "(" + again(text) + " if true else 'other')"
        if form == 16:
            return "('' or " + again(text) + ")"
        if form == 17:
            return "(" + again(" " + text + " ") + "|trim)"
        if form == 18:
            name = "list%d" % len(self.sets)
            grown = ["{%% set %s = [] %%}" % name]
            self.sets.append("")
            grown += ["{%% set ignored = %s.append(%s) %%}" % (name, again(part)) for part in parts]
            self.sets.append("".join(grown))
            return name + "|join"
        if form == 19:
            name = "macro%d" % len(self.sets)
            letters = "abcd"[:len(parts)]
            self.sets.append("{%% macro %s(%s) %%}{{ %s }}{%% endmacro %%}" %
                             (name, ", ".join(letters), " ~ ".join(letters)))
            return "%s(%s)" % (name, ", ".join(map(again, parts)))
        name = "v%d" % len(self.sets)
        value = again(text)
        self.sets.append("{%% set %s = %s %%}" % (name, value))
        return name


def reaching(dice):
    """A template that gets a private attribute, in a way that is not plain to see."""
    spelling = Spelling(dice)
    name = spelling.of(dice.choice(PRIVATE))
    use = dice.choice(["messages[%s]", "messages|attr(%s)", "[messages]|map(attribute=%s)|list", "messages.role[%s].content",
                       "f(messages[%s])", "messages[0][%s]", "messages|groupby(%s)|list"]) % name
    tag = dice.choice(["{{ %s }}", "{%% if %s %%}{%% endif %%}", "{%% set y = %s %%}", "{{ 'a' ~ (%s) }}", "{{- %s -}}",
                       "{%% for i in [1] %%}{{ %s }}{%% endfor %%}", "{{ [%s] }}", "{{ {'a': %s} }}", "{{ 1 if %s else 2 }}"])
    return "".join(spelling.sets) + tag % use


def expression(dice, depth=0):
    again = lambda: expression(dice, depth + 1)
    form = dice.randrange(5 if depth > 3 else 17)
    if form == 0:
        return dice.choice(NAMES)
    if form == 1:
        return dice.choice(["'text'", '"a\\n"', "1", "2.5", "true", "none", "[]", "{}", "()", "1_000", "'it\\'s'", "0x1f", "1e3"])
    if form == 2:
        return dice.choice(NAMES) + "." + dice.choice(PUBLIC)
    if form == 3:
        return dice.choice(NAMES) + "['" + dice.choice(PUBLIC) + "']"
    if form == 4:
        return dice.choice(NAMES) + dice.choice(["[0]", "[-1]", "[1:]", "[::-1]", "[:2]", ".0", "[a, b]"])
    if form == 5:
        return again() + " " + dice.choice(BINARY) + " " + again()
    if form == 6:
        return "(" + again() + ")"
    if form == 7:
        return "[" + again() + ", " + again() + dice.choice(["", ","]) + "]"
    if form == 8:
        return "{'a': " + again() + ", b: " + again() + "}"
    if form == 9:
        return "(" + again() + ")|" + dice.choice(FILTERS)
    if form == 10:
        return "(" + again() + ") is " + dice.choice(TESTS)
    if form == 11:
        return again() + " if " + again() + dice.choice(["", " else " + again()])
    if form == 12:
        return "not " + again()
    if form == 13:
        return dice.choice(["raise_exception", "strftime_now", "f", "namespace", "messages.append"]) + \
            "(" + dice.choice([again(), again() + ", k=" + again(), "*" + again(), "k=" + again() + ", **x", ""]) + ")"
    if form == 14:
        return "-" + again()
    if form == 15:
        return "'a' \"b\""
    return again() + dice.choice([".strip()", ".split('</think>')[-1]", ".startswith('a')", ".items()"])


def statement(dice, depth=0):
    value = lambda: expression(dice, 2)
    inner = statement(dice, depth + 1) if depth < 3 else "text"
    dash = lambda: dice.choice(["", "-", ""])
    form = dice.randrange(14)
    shapes = [
        "{{%s %s }}" % (dash(), value()),
        "{%%%s set a = %s %s%%}" % (dash(), value(), dash()),
        "{%% set ns.a = %s %%}" % value(),
        "{%% set a, b = %s, %s %%}" % (value(), value()),
        "{%% set a %%}%s{%% endset %%}" % inner,
        "{%% set a | upper %%}%s{%% endset %%}" % inner,
        "{%% if %s %%}%s{%% elif %s %%}{%% else %%}text{%% endif %%}" % (value(), inner, value()),
        "{%% for i in %s %s%%}%s{%% endfor %%}" % (value(), dice.choice(["", "if i is defined ", "recursive "]), inner),
        "{%% for k, v in x.items() %%}%s{%% else %%}{%% endfor %%}" % inner,
        "{%% macro m(a, b=%s) %%}%s{%% endmacro %%}" % (value(), inner),
        "{%% call(c) m(%s) %%}%s{%% endcall %%}" % (value(), inner),
        "{%% with a = %s, b = 1 %%}%s{%% endwith %%}" % (value(), inner),
        "{% raw %}{{ x. }}{% endraw %}{# {{ #}" + inner,
        "{%% filter upper | replace('a', %s) %%}%s{%% endfilter %%}" % (value(), inner),
    ]
    return shapes[form]


def damaged(dice, text):
    at = dice.randrange(len(text))
    return text[:at] + dice.choice(["", "}", "{", "'", ")", "(", "|", "%}", " if ", "."]) + text[at + dice.randrange(2):]


class Anything:
    """What every name and every attribute comes to."""

    def __call__(self, *args, **kwargs):
        return self

    def __iter__(self):
        return iter([self] if not hasattr(self, "child") else [])

    def __getitem__(self, key):
        return self

    def __str__(self):
        return "x"


class Recorder(jinja2.Environment):
    def __init__(self, **options):
        super().__init__(**options)
        self.got = []
        self.filters["attr"] = lambda value, name: self.getattr(value, name)

    def getattr(self, obj, attribute):
        self.got.append(str(attribute))
        return obj if isinstance(obj, Anything) else super().getattr(obj, attribute)

    def getitem(self, obj, argument):
        if isinstance(argument, str):
            self.got.append(argument)
        return obj if isinstance(obj, Anything) else super().getitem(obj, argument)


def verdict(text):
    environment = Recorder(extensions=["jinja2.ext.loopcontrols"])
    try:
        template = environment.from_string(text)
    except Exception as error:
        return {"compiles": False, "why": str(error), "got": []}
    try:
        template.render({name: Anything() for name in [*NAMES, "f"]})
    except Exception:
        pass
    return {"compiles": True, "why": "", "got": [name for name in environment.got if name.startswith("__")]}


def main():
    folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    dice = random.Random(seed)
    verdicts = {}
    for i in range(count):
        kind = ("reaching", "plain", "damaged")[i % 3]
        text = reaching(dice) if kind == "reaching" else "".join(statement(dice) for _ in range(dice.randrange(1, 4)))
        if kind == "damaged":
            text = damaged(dice, text)
        name = f"{i:05}-{kind}.jinja"
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
        verdicts[name] = {**verdict(text), "text": text}
    with open(os.path.join(folder, "verdicts.json"), "w") as file:
        json.dump(verdicts, file)


if __name__ == "__main__":
    main()
