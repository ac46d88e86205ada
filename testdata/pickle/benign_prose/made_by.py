# Wrote the files in input/ (run it there). No test runs it.
# Python 3.12.1
import pickle

def save(what, value, protocols=(0, 2, 4, 5)):
    for protocol in protocols:
        with open("%s_p%d.pkl" % (what, protocol), "wb") as file:
            pickle.dump(value, file, protocol)

save("text", ["Never call os.system('rm -rf /') from a model.", "import os; os.system('true')", "cos system (S echo tR.",
              b"__import__('subprocess')", "eval(compile(x))", {"builtins.exec": "documentation of exec"}], (2, 4, 5))
with open("README.md", "w") as file:
    file.write("# Notes\nA pickle may hold `cos\\nsystem\\n`. Never `pickle.load` what you do not trust;\nos.system and subprocess.Popen are called by such files.\n")
with open("notes.txt", "w") as file:
    file.write("c is for os.system\n(and so on)\nR.\n")
