header = b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
with open("model.safetensors", "wb") as out:
    out.write(len(header).to_bytes(8, "little") + header + bytes(8))
