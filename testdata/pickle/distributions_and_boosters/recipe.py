"""Names that are harmless as they are pickled, and not with other arguments or another state."""


def write(name, program):
    with open(name + ".pkl", "wb") as file:
        file.write(b"\x80\x02" + program + b".")


def text(value):
    return b"X" + len(value).to_bytes(4, "little") + value


NORM = b"cscipy.stats._continuous_distns\nnorm_gen\n"
KEY = text(b"_parse_arg_template")
PARSER = (b"\ndef _parse_args(self,  loc=0, scale=1):\n    return (), loc, scale\n\n"
          b"def _parse_args_rvs(self,  loc=0, scale=1, size=None):\n    return self._argcheck_rvs( loc, scale, size=size)\n\n"
          b"def _parse_args_stats(self,  loc=0, scale=1, moments='mv'):\n    return (), loc, scale, moments\n")

write("parser", NORM + b")\x81}" + KEY + text(PARSER) + b"sb")
write("parser_and_more", NORM + b")\x81}" + KEY + text(PARSER + b"import os; os.system('true')\n") + b"sb")
write("other_parser", NORM + b")\x81}" + KEY + text(b"import os; os.system('true')\n") + b"sb")
write("parser_twice", NORM + b")\x81}" + KEY + text(PARSER) + b"s" + KEY + text(b"import os\n") + b"sb")
write("no_parser", NORM + b")\x81}" + text(b"a") + b"K\x01sb")
write("state_called", NORM + b")\x81c__builtin__\ndict\n)Rb")
write("shapes", NORM + b"(" + text(b"x") + b"tR")
write("infrastructure", b"cscipy.stats._distn_infrastructure\nrv_continuous\n)\x81}b")
for library, module in ((b"xgboost", b"xgboost.core"), (b"lightgbm", b"lightgbm.basic")):
    booster = b"c" + module + b"\nBooster\n"
    name = library.decode()
    write(name, booster + b")\x81}" + text(b"handle") + b"Nsb")
    write(name + "_file", booster + b"(NN" + text(b"/etc/passwd") + b"tR")
    write(name + "_partial", b"cfunctools\npartial\n(" + booster + b"NN" + text(b"/etc/passwd") + b"tR")
    write(name + "_partial_called", b"cfunctools\npartial\n" + booster + b"\x85R(NN" + text(b"/etc/passwd") + b"tR")
for hook in (b"register_forward_pre_hook", b"register_full_backward_hook", b"register_load_state_dict_post_hook",
             b"register_step_pre_hook"):
    write(hook.decode(), b"c__builtin__\ngetattr\nctorch.nn.modules.linear\nIdentity\n)\x81" + text(hook) + b"\x86R")
