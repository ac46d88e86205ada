"""Texts under the names of texts and of scripts, none of which has to say in its first line what it is."""
texts = {
    "completion.bash": "_tool() { COMPREPLY=($(compgen -W 'hash scan' -- \"$2\")); }\ncomplete -F _tool tool\n",
    "prompt.zsh": "autoload -Uz promptinit\npromptinit\n",
    "lib.sh": "note() { echo \"$*\"; }\n",
    "Module.pl": "package Module;\nsub new { bless {}, shift }\n1;\n",
    "lib.rb": "module Lib\n  VERSION = '1'\nend\n",
    "README.md": "[![build](https://example.com/badge.svg)](https://example.com)\n\nA model.\n",
    "labels.txt": "[\"cat\", \"dog\"]\n",
    "settings.cfg": "{\"depth\": 3}\n",
    "rows.yaml": "{\"a\": [1, 2, 3]}\n",
}
for name, text in texts.items():
    with open(name, "w") as out:
        out.write(text)
