def write(name, text):
    with open(name, "w") as file:
        file.write(text)


write("range.jinja", "{% for i in range(100000000) %}{{ i }}{% endfor %}")
write("nested_ranges.jinja", "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}")
write("repeated.jinja", "{{ 'a' * 10000000000 }}")
write("large.jinja", "a line of text\n" * 20000)
write("deep.jinja", "{{ " + "(" * 1000 + "1" + ")" * 1000 + " }}")
write("deep_blocks.jinja", "{% if a %}" * 100 + "{% endif %}" * 100)
write("too_large_to_read.jinja", "a line of text\n" * 80000)
