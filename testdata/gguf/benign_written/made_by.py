# Written with gguf 0.19.0 and numpy 2.4.6; usage: made_by.py FOLDER
import numpy as np, sys, os
from gguf import GGUFWriter, GGUFEndian, GGMLQuantizationType as T, GGML_QUANT_SIZES
out=sys.argv[1]; os.makedirs(out, exist_ok=True); os.chdir(out)
def w(name, arch="llama", **kw): return GGUFWriter(name, arch, **kw)
def done(g):
    g.write_header_to_file(); g.write_kv_data_to_file(); g.write_tensors_to_file(); g.close()
g=w("types.gguf")
g.add_name("tiny"); g.add_description("all types"); g.add_block_count(1); g.add_context_length(32)
g.add_url("https://example.com/models/tiny"); g.add_repo_url("https://example.com/tiny")
g.add_tokenizer_model("gpt2"); g.add_token_list(["<s>","</s>","a","\u0120b"]); g.add_token_scores([0.,0.,-1.,-2.]); g.add_token_types([3,3,1,1]); g.add_token_merges(["a b"])
g.add_bos_token_id(0); g.add_add_bos_token(True); g.add_rope_freq_base(10000.0); g.add_layer_norm_rms_eps(1e-5); g.add_file_type(1)
g.add_chat_template("{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}{% endfor %}")
for t,(b,s) in GGML_QUANT_SIZES.items():
    if t.name=="Q8_1": continue
    np_t={"F32":np.float32,"F16":np.float16,"F64":np.float64,"I8":np.int8,"I16":np.int16,"I32":np.int32,"I64":np.int64}.get(t.name)
    if np_t: g.add_tensor(f"t.{t.name}", np.zeros((3,5),np_t)+1)
    else:
        n=max(b,256)
        g.add_tensor(f"t.{t.name}", np.full((2,n//b*s),7,np.uint8), raw_dtype=t)
done(g)
g=w("big_endian.gguf",endianess=GGUFEndian.BIG); g.add_name("big"); g.add_token_list(["a","b"]); g.add_tensor("x", np.ones((4,3),np.float32)); g.add_tensor("y", np.ones((4,),np.float16)); done(g)
g=w("split.gguf",split_max_tensors=2); g.add_name("split")
for i in range(5): g.add_tensor(f"blk.{i}.w", np.full((7,),i,np.float32))
done(g)
g=w("aligned.gguf"); g.add_custom_alignment(64); g.add_tensor("x", np.ones((3,),np.float32)); g.add_tensor("y", np.ones((3,),np.float32)); done(g)
g=w("empty.gguf"); g.add_name("no tensors"); done(g)
g=w("metadata.gguf"); g.add_name("metadata only"); g.add_chat_template([{"name":"default","template":"{{ messages }}"},{"name":"tool_use","template":"{{ tools }}"}]); g.write_header_to_file(); g.write_kv_data_to_file(); g.close()
g=w("empty_shapes.gguf"); g.add_tensor("zero", np.ones((0,4),np.float32)); g.add_tensor("one", np.ones((2,),np.float32)); g.add_tensor("scalar", np.ones((1,),np.float32)); done(g)
g=w("values.gguf"); 
for n in "uint8 int8 uint16 int16 uint32 int32 uint64 int64".split(): getattr(g,"add_"+n)("v."+n, 7)
g.add_float32("v.f32",1.5); g.add_float64("v.f64",2.5); g.add_bool("v.bool",True); g.add_string("v.string","some text"); g.add_array("v.bools",[True,False]); g.add_array("v.ints",[1,2,3]); g.add_array("v.floats",[1.,2.]); g.add_array("v.strings",["x","","\u00e9"])
g.add_uint32("comfy.gguf.orig_shape.Model-X",3)
done(g)
