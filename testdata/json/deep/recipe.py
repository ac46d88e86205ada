for name in ("data.json", "config.json"):
    with open(name, "w") as file:
        file.write('{"a": ' + "[" * 2000 + "]" * 2000 + "}")
