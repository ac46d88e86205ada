# Segments, headers, delegates and offsets that lie.
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from flatbuffer_parts import *

def plan(delegates=(), index=0, location=1):
    values = [{0: ("B", 2), 1: {0: ("q", 7)}}, {0: ("B", 5), 1: {0: ("b", 6), 2: ("i", [2, 3]), 3: ("B", [0, 1]), 5: ("I", 1)}}]
    chain = {0: ("i", [0]), 1: ("i", [1]), 2: [{0: ("B", 1), 1: {0: ("i", 0), 1: ("i", [0, 1])}}]}
    return {0: "forward", 2: values, 3: ("i", [0]), 4: ("i", [1]), 5: [chain], 6: [{0: "aten::add", 1: "out"}],
            7: [{0: name, 1: {0: ("b", location), 1: ("I", index)}, 2: [{0: "key", 1: ("B", [1])}]} for name in delegates],
            8: ("q", [0, 64])}


def program(segments=((0, 24), (32, 16)), parts=(0, (0, 0)), delegates=("XnnpackBackend",), **more):
    return {0: ("I", 0), 1: [plan(delegates, more.get("index", 1), more.get("location", 1))], 4: [{0: ("Q", at), 1: ("Q", size)} for at, size in segments],
            5: {0: ("I", parts[0]), 1: ("Q", list(parts[1]))}, 7: [{0: "extra", 1: ("I", more.get("named", 1))}]}


def pte(root, data=bytes(48), length=24, size=None, base=None, header=True, identifier=b"ET12", told=None):
    out = bytearray(Builder(identifier, 32 if header else 0).build(root))
    size = len(out) if size is None else size
    out += bytes(-len(out) % 64 if data else 0)
    base = len(out) if base is None else base
    if header:
        struct.pack_into("<4sIQQQ", out, 8, b"eh00", length, size, base, len(data) if told is None else told)
    return bytes(out) + data


save("segment_outside.pte", pte(program(segments=((0, 24), (32, 4096)))))
save("segment_wraps.pte", pte(program(segments=((0, 24), ((1 << 64) - 64, 128)))))
save("segment_without_base.pte", pte(program(), base=0))
save("segment_without_header.pte", pte(program(), header=False))
save("overlap.pte", pte(program(segments=((0, 24), (16, 16)))))
save("overlap_program.pte", pte(program(), base=64))
save("parts_segment.pte", pte(program(parts=(9, (0, 8)))))
save("parts_offset.pte", pte(program(parts=(0, (0, 4096)))))
save("parts_end.pte", pte(program(parts=(0, (0, 8)))))
save("named_segment.pte", pte(program(named=2)))
save("delegate_index.pte", pte(program(index=7)))
save("delegate_inline_index.pte", pte(program(index=0, location=0)))
save("delegate_unknown.pte", pte(program(delegates=("XnnpackBackend", "MyNativeBackend"))))
save("program_size.pte", pte(program(), size=1 << 40))
save("header_length.pte", pte(program(), length=8))
save("header_cut.pte", pte(program())[:20])
save("trailing.pte", pte(program()) + b"something else")
save("root_outside.pte", b"\0\0\0\x7f" + pte(program())[4:])
save("plan_outside.pte", pte({0: ("I", 0), 1: Raw(1 << 20)}))


def with_value(kind, fields):
    """A program whose first value is of that kind."""
    root = program()
    root[1][0][2][0] = {0: ("B", kind), 1: fields}
    return pte(root)


def with_instruction(kind, fields):
    root = program()
    root[1][0][5][0][2] = [{0: ("B", kind), 1: fields}]
    return pte(root)


save("list_outside.pte", with_value(7, {0: Raw(1 << 20)}))
save("numbers_outside.pte", with_value(8, {0: Raw(1 << 20)}))
save("text_outside.pte", with_value(6, {0: Raw(1 << 20)}))
save("tensors_outside.pte", with_value(10, {0: Raw(1 << 20)}))
save("value_outside.pte", with_value(99, Raw(1 << 20)))
save("value_of_tomorrow.pte", with_value(99, {0: Raw(1 << 20)}))
save("arguments_outside.pte", with_instruction(1, {0: ("i", 0), 1: Raw(1 << 20)}))
save("call_outside.pte", with_instruction(2, {0: ("i", 0), 1: Raw(1 << 20)}))

# The header of later versions says how long the segments are together.
save("segments_short.pte", pte(program(), length=32, told=8))
save("segments_long.pte", pte(program(), length=32, told=1 << 62))
save("no_plans.pte", pte({0: ("I", 0)}, b"", base=0))


def with_plan(change):
    root = program()
    change(root[1][0])
    return pte(root)


def with_tensor(**lies):
    fields = {0: ("b", 6), 2: ("i", [2, 3]), 3: ("B", [0, 1]), 5: ("I", 1)} | {int(slot[1:]): value for slot, value in lies.items()}
    return with_plan(lambda plan: plan[2].__setitem__(1, {0: ("B", 5), 1: fields}))


# Numbers of what is not there.
save("index_input.pte", with_plan(lambda plan: plan.update({3: ("i", [99])})))
save("index_output.pte", with_plan(lambda plan: plan.update({4: ("i", [-5])})))
save("index_chain.pte", with_plan(lambda plan: plan[5][0].update({0: ("i", [1 << 30])})))
save("index_operator.pte", with_instruction(1, {0: ("i", 77), 1: ("i", [0, 1])}))
save("index_argument.pte", with_instruction(1, {0: ("i", 0), 1: ("i", [0, 1000000])}))
save("index_delegate.pte", with_instruction(2, {0: ("i", 55), 1: ("i", [0, 1])}))
save("index_move.pte", with_instruction(3, {0: ("i", 0), 1: ("i", 9999)}))
save("index_jump.pte", with_instruction(4, {0: ("i", 0), 1: ("i", 9999)}))
save("index_free.pte", with_instruction(5, {0: ("i", -9)}))
save("index_numbers.pte", with_value(7, {0: ("q", [9999])}))
save("index_tensors.pte", with_value(10, {0: ("i", [-1])}))
save("index_optional.pte", with_value(11, {0: ("i", [-2])}))
save("tensor_type.pte", with_tensor(_0=("b", 120)))
save("tensor_negative.pte", with_tensor(_2=("i", [-2, 3])))
save("tensor_huge.pte", with_tensor(_2=("i", [2 ** 31 - 1] * 3), _3=("B", [0, 1, 2])))
save("tensor_order.pte", with_tensor(_3=("B", [0, 0])))
save("tensor_order_short.pte", with_tensor(_3=("B", [0])))
save("tensor_constant.pte", with_tensor(_5=("I", 123456)))
save("tensor_behind.pte", with_tensor(_2=("i", [2, 4])))
save("tensor_arena.pte", with_tensor(_5=("I", 0), _6={0: ("I", 2)}))
save("tensor_arena_end.pte", with_tensor(_5=("I", 0), _6={0: ("I", 1), 1: ("I", 48)}))
save("tensor_initial.pte", with_tensor(_6={0: ("I", 1)}, _9={0: ("Q", 3)}))
