import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from torch_files import *

good = state(tensor(old_storage("94", 6), [2, 3]))
one = (6, FLOATS)

write("good.pt", old(good, keys("94"), one))
write("good_bytes.pt", old(good, pickle(b"](U\x0294e"), one))
write("good_two.pt", old(state(tensor(old_storage("94", 6), [6]), tensor(old_storage("5", 0), [0])), keys("5", "94"), (0, b""), one))
many = [str(1000 + i) for i in range(300)]
write("good_many.pt", old(pickle(b"](" + b"".join(old_storage(key, 1, "ByteStorage") for key in many) + b"e"), keys(*many), *((1, b"x") for _ in many)))
write("magic_computed.pt", old(good, keys("94"), one, magic=pickle(call("builtins", "eval", "0x1950a86a20f9469cfc6c"))))
write("magic_in_int.pt", old(good, keys("94"), one, magic=pickle(name("builtins", "int") + items(text("119547037146038801333356")) + b"R")))
write("magic_text.pt", old(good, keys("94"), one, magic=b"L119547037146038801333356L\n."))
write("payload_in_fifth.pt", old(good, pickle(call() + b"0](" + text("94") + b"e"), one))
write("payload_in_system.pt", old(good, keys("94"), one).replace(SYSTEM, pickle(call() + b"0}")))
write("no_protocol.pt", old(good, keys("94"), one, protocol=pickle(number(1002))))
write("no_list.pt", old(good, pickle(b"}"), one))
write("trailing.pt", old(good, keys("94"), one) + pickle(call()))
write("truncated.pt", old(good, keys("94"), one)[:-5])
write("truncated_length.pt", old(good, keys("94")) + b"\6\0\0")
write("other_numel.pt", old(good, keys("94"), (7, FLOATS + b"abcd")))
write("huge_numel.pt", old(state(old_storage("94", 2 ** 53)), keys("94"), (2 ** 53, FLOATS)))
write("unknown_key.pt", old(good, keys("94", "95"), one, one))
write("broken_object.pt", old(good[:-1] + b"R.", keys("94"), one))
write("module.pt", old(state(persistent(text("module"), name("torch.nn.modules.linear", "Linear"), text("linear.py"), text("class Linear: pass")) +
                             b")\x81", tensor(old_storage("94", 6), [6])), keys("94"), one))
write("module_dangerous.pt", old(state(persistent(text("module"), name("posix", "system"), text("a"), text("b")) + items(text("id")) + b"R",
                                       tensor(old_storage("94", 6), [6])), keys("94"), one))
write("payload_then_1001.pkl", pickle(b"]" + call() + b"0") + pickle(number(1001)) + SYSTEM)
write("two_pickles_1001.pkl", pickle(b"]") + pickle(number(1001)))
