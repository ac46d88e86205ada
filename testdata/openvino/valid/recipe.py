import struct


def write(name, content):
    with open(name, "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())


def net(layers, prolog='<?xml version="1.0"?>\n'):
    return f'{prolog}<net name="model" version="11">\n<layers>\n{layers}</layers>\n<edges/>\n</net>\n'


def const(name, shape, offset, size, kind="f32"):
    return (f'<layer id="1" name="{name}" type="Const" version="opset1"><data element_type="{kind}" '
            f'shape="{shape}" offset="{offset}" size="{size}"/><output/></layer>\n')


relu = '<layer id="0" name="relu" type="ReLU" version="opset1"/>\n'
write("model.xml", net(relu + const("a", "2, 3", 0, 24) + const("b", "", 24, 4) + const("c", "3", 28, 2, "u4") +
                       const("same", "2, 3", 0, 24) + const("empty", "0", 30, 0)))
write("model.bin", bytes(30))
body = '<layer id="2" name="loop" type="Loop" version="opset5"><body><layers>' + const("d", "1", 0, 4) + "</layers></body></layer>\n"
write("loop.xml", net(body, '\ufeff<!-- &made; by hand <net> -->\n<?x y?>'))
write("loop.bin", bytes(4))
write("experimental.xml", net('<layer id="0" name="e" type="E" version="experimental"/>'))
write("far.xml", net(relu, "<!--" + "x" * 5000 + "-->"))
write("plain.xml", '<!DOCTYPE note SYSTEM "note.dtd"><note>no model</note>')
write("far_plain.xml", "<!--" + "x" * 5000 + "--><note>no model</note>")
write("page.html", "<!DOCTYPE html><html><body><net></body></html>")
