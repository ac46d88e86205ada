import pickle

for protocol in range(2, 6):
    with open(f"p{protocol}.pkl", "wb") as out:
        pickle.dump({"a": [1, 2.5, "x"]}, out, protocol)
