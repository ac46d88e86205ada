# Chat templates wherever metadata holds them.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from gguf_parts import *

EVIL = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
GOOD = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}{% endfor %}"


def with_template(key, text, order="<"):
    return model(order=order).pair(key, STRING, text).tensor("x", [3]).build()


save("default.gguf", with_template("tokenizer.chat_template", EVIL))
save("named.gguf", with_template("tokenizer.chat_template.tool_use", EVIL))
save("list.gguf", model().pair("tokenizer.chat_templates", ARRAY, (STRING, ["rag", EVIL])).build())
save("big_endian.gguf", with_template("tokenizer.chat_template", EVIL, ">"))
save("second.gguf", model().pair("tokenizer.chat_template", STRING, GOOD).pair("tokenizer.chat_template", STRING, EVIL).build())
save("too_large.gguf", with_template("tokenizer.chat_template", GOOD + " " * 300000))
