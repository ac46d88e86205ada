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
short = const("a", "2, 3", 0, 24)
for name, size in (("too_far", 20), ("trailing", 40), ("size_mismatch", 24), ("overlap", 44)):
    write(name + ".bin", bytes(size))
write("too_far.xml", net(short))
write("trailing.xml", net(short))
write("missing.xml", net(short))
write("size_mismatch.xml", net(const("a", "2, 2", 0, 24)))
write("shape_overflow.xml", net(const("a", "4294967296, 4294967296", 0, 0)))
write("overlap.xml", net(short + const("b", "2, 3", 20, 24)))
write("negative.xml", net(const("a", "2, 3", -24, 24)))
write("huge.xml", net(const("a", "2, 3", 2**63, 24)))
write("extension.xml", net('<layer id="0" name="mine" type="Magic" version="extension"/>'))
write("library.xml", net('<layer id="0" name="mine" type="Magic" version="opset1"><data library="/tmp/libx.so"/></layer>'))
write("doctype.xml", net(relu, "<!DOCTYPE net>"))
write("entity.xml", net(relu, '<!DOCTYPE net [<!ENTITY a "b">]>'))
write("external_entity.xml", net(relu, '<!DOCTYPE net [<!ENTITY a SYSTEM "file:///etc/passwd">]>'))
write("external_doctype.xml", net(relu, '<!DOCTYPE net PUBLIC "x" "https://example.org/x.dtd">'))
laughs = "".join(f'<!ENTITY l{i} "{f"&l{i + 1};" * 10}">' for i in range(9)) + '<!ENTITY l9 "lol">'
write("billion_laughs.xml", net(relu, f"<!DOCTYPE net [{laughs}]>"))
blowup = '<!DOCTYPE net [<!ENTITY a "' + "a" * 50000 + '">]>'
write("quadratic.xml", net('<layer id="0" name="' + "&a;" * 50 + '" type="ReLU" version="opset1"/>', blowup))
write("depth.xml", net("<a>" * 300 + "</a>" * 300))
write("cut.xml", net(relu)[:-8])
write("no_end.xml", net("<layer>"))
write("twice.xml", net('<layer id="0" id="1" version="opset1"/>'))
write("undeclared.xml", net('<layer id="&x;" version="opset1"/>'))
write("second.xml", net(relu) + "<net/>")
with open("utf16.xml", "wb") as out:
    out.write(net(relu).encode("utf-16"))
for name, value in {"numbered": "libx.so.1.2", "windows": "C:\\\\x\\\\Y.DLL"}.items():
    write(f"library_{name}.xml", net(f'<layer id="0" name="mine" type="Magic" version="opset1"><data library="{value}"/></layer>'))
write("library_in_cut.xml", net('<layer id="0" name="mine" type="Magic" version="opset1"><data library="/tmp/libx.so"/></layer>')[:-9])
write("behind_many.xml", net('<layer id="0" ' + "".join(f'a{i}="" ' for i in range(40)) + 'type="Magic" version="extension"/>'))
write("root_twice.xml", net(relu).replace('<net name="model"', '<net name="model" name="other"'))
write("root_cut.xml", net(relu)[:40])
write("root_behind_text.xml", "x" + net(relu))
write("root_far.xml", "<!--" + "-  " * 2000 + "-->" + net(relu).split("\n", 1)[1].replace('<net name="model"', '<net name="model" name="other"'))
write("other.xml", "x<page><network/></page>")
write("library_text.xml", net('<layer id="0" name="mine" type="Magic" version="opset1"><library>/tmp/libx</library></layer>'))
write("type_unknown.xml", net(const("a", "2, 3", 0, 24, "f7")))
write("type_capital.xml", net(const("a", "2, 3", 0, 24, "F32")))
# As version 6 and 7 had it: weights of a layer of any type.
old = '<layer id="1" name="c" type="Convolution" precision="FP32"><data kernel="1,1"/><blobs><weights offset="0" size="{}"/><biases offset="{}" size="4"/></blobs></layer>'
for name, numbers in {"weights": (999, 0), "biases": (16, 20)}.items():
    write(f"blobs_{name}.xml", net(old.format(*numbers)).replace('version="11"', 'version="7"'))
    write(f"blobs_{name}.bin", bytes(20))
for name in ("Constant", "CONSTANT"):
    write(f"too_far_as_{name}.xml", net(short.replace('"Const"', f'"{name}"')))
    write(f"too_far_as_{name}.bin", bytes(20))
