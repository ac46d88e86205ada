
def write(name, content):
    with open(name, "w") as out:
        out.write(content)


def pmml(content):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">'
            '<Header copyright="nobody"><Application name="tool" version="1"/></Header>' + content + "</PMML>\n")


def apply(function, inner='<FieldRef field="x"/>'):
    return f'<DerivedField name="d" optype="continuous" dataType="double"><Apply function="{function}">{inner}</Apply></DerivedField>'


write("class.pmml", pmml(apply("com.example.Evil")))
write("unknown.pmml", pmml(apply("mystery")))
write("script.pmml", pmml('<Extension name="X-script" value="x + 1"/>'))
write("code.pmml", pmml('<Extension name="note" value="__import__(&apos;os&apos;)"/>'))
write("entity.pmml", '<!DOCTYPE PMML [<!ENTITY a SYSTEM "http://example.org/">]>' + pmml("").split("\n", 1)[1])
write("cut.pmml", pmml(apply("ln"))[:-30])
write("text.pmml", pmml("") + "and more")
write("prefixed.pmml", '<p:PMML xmlns:p="http://www.dmg.org/PMML-4_4" version="4.4"><p:DerivedField>'
      '<p:Apply function="com.example.Evil"/></p:DerivedField></p:PMML>')
write("script_inside.pmml", pmml('<Extension name="x"><t:PythonScript xmlns:t="urn:t">import os</t:PythonScript></Extension>'))
write("script_elsewhere.pmml", pmml('<Extension name="x"/><Description/>'))
write("script_loud.pmml", pmml('<Extension name="SCRIPT" value="x"/>'))
write("class_in_cut.pmml", pmml(apply("com.example.Evil"))[:-10])
write("many_attributes.pmml", pmml("<DerivedField " + "".join(f'a{i}="" ' for i in range(300)) + "/>"))
write("behind_many.pmml", pmml("<Apply " + "".join(f'a{i}="" ' for i in range(40)) + 'function="com.example.Evil"/>'))
# Declarations with brackets that end nothing.
OUTSIDE = '<!ENTITY a SYSTEM "http://example.org/">]>' + pmml("").split("\n", 1)[1]
write("bracket_in_quotes.xml", '<!DOCTYPE PMML [<!ENTITY b "]>">' + OUTSIDE)
write("bracket_in_comment.xml", "<!DOCTYPE PMML [<!-- ]> ' -->" + OUTSIDE)
write("comment_begins.xml", "<!-->- no end -->" + pmml(apply("com.example.Evil")).split("\n", 1)[1])
with open("ebcdic.xml", "wb") as out:
    out.write(('<?xml version="1.0" encoding="cp037"?><!DOCTYPE PMML [' + OUTSIDE).encode("cp037"))
