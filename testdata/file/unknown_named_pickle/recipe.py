# Not a pickle by any reading, yet a loader would try: nothing here can say it is clean.
with open("model.pkl", "wb") as out:
    out.write(bytes([0xff, 0x00, 0x13, 0x37] * 16))
