import os

os.mkdir("d")
with open("d/file.txt", "w") as out:
    out.write("content\n")
os.symlink("d/file.txt", "inside")
os.symlink("/etc/hostname", "outside")
os.symlink("nowhere", "dangling")
os.symlink("..", "d/loop")
