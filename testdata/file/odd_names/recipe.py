for name in (b"new\nline", b"bell\x07", b"percent%41", b"bang!member", b"bad\xff\xfeutf8", "g\u202eepj.txt".encode()):
    with open(name, "wb") as out:
        out.write(b"text\n")
