# Pickles without a magic number, under harmless names: the first two run a command when loaded.
import pickle

with open("notes.txt", "wb") as out:
    out.write(b"S'a note'\n0cos\nsystem\n(S'true'\ntR.")
with open("weights.bin", "wb") as out:
    out.write(b"X\x04\x00\x00\x00name0cos\nsystem\n(X\x04\x00\x00\x00truetR.")
# Padding that leads past what is looked at first: nobody can say what follows.
with open("padded.txt", "wb") as out:
    out.write(b"V" + b"x" * 5000 + b"\n0cos\nsystem\n(S'true'\ntR.")
# Only values, but a loader would call the class.
with open("object.dat", "wb") as out:
    pickle.dump({"when": complex(1, 2)}, out, 0)
