
def write(name, content):
    with open(name, "w") as out:
        out.write(content)


def pmml(content):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">'
            '<Header copyright="nobody"><Application name="tool" version="1"/></Header>' + content + "</PMML>\n")


def apply(function, inner='<FieldRef field="x"/>'):
    return f'<DerivedField name="d" optype="continuous" dataType="double"><Apply function="{function}">{inner}</Apply></DerivedField>'


write("model.pmml", pmml('<DataDictionary><DataField name="x" optype="continuous" dataType="double"/></DataDictionary>'
                         '<TransformationDictionary><DefineFunction name="twice" optype="continuous"/>' + apply("twice") +
                         apply("if", '<Apply function="isMissing"><FieldRef field="x"/></Apply>') +
                         '</TransformationDictionary><Extension name="row-count" value="150"/>'))
write("model.xml", pmml(apply("ln")))
