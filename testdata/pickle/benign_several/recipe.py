# Several pickles in one file, as repeated pickle.dump() writes them; old protocols have no magic.
import pickle

for protocol in range(5):
    with open(f"two_p{protocol}.pkl", "wb") as file:
        pickle.dump([1, 2], file, protocol)
        pickle.dump({"a": 1}, file, protocol)
    with open(f"scalars_p{protocol}.pkl", "wb") as file:
        for value in (5, "abc", None, 1.5):
            pickle.dump(value, file, protocol)
