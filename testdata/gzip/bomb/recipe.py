import zlib

# 96 MiB of zeros, packed a thousand to one.
packer = zlib.compressobj(9, zlib.DEFLATED, 31)
with open("bomb.gz", "wb") as file:
    for _ in range(96):
        file.write(packer.compress(bytes(1 << 20)))
    file.write(packer.flush())
