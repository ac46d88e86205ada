"""Configurations that name classes and functions of modules that no model library needs."""

import json
import pathlib


def write(path, **content):
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(path).write_text(json.dumps(content))


def main():
    write("dense/config.json", in_features=1, out_features=1, bias=True, activation_function="os.abort")
    write("dense_hub/config.json", in_features=1, out_features=1, activation_function="torch.hub.list")
    write("own_activation/config.json", in_features=1, out_features=1, activation_function="my_layers.Swish")
    write("cross_encoder_old/config.json", model_type="bert", sbert_ce_default_activation_function="os.abort")
    write("cross_encoder/config.json", model_type="bert", sentence_transformers={"activation_fn": "os.abort"})
    write("router/router_config.json", types={"query_0": "os.abort"}, structure={"query": ["query_0"]}, parameters={})
    write("asym/config.json", structure={"query": ["query_0"]}, types={"query_0": "my_layers.Encoder"})
    write("words/wordembedding_config.json", tokenizer_class="os.abort", update_embeddings=False)
    write("megatron/adapter_config.json", peft_type="LORA", megatron_config={"a": 1}, megatron_core="my_layers")
    write("mixed/adapter_config.json", peft_type="XLORA", auto_mapping={"parent_library": "os"}, adapters={"0": "../../other"})
    write("clip/open_clip_config.json", model_cfg={"text_cfg": {"tokenizer_kwargs": {"trust_remote_code": True}}})
    part = {"repo": "org/model", "type_hint": ["os", "system"]}
    write("modular/modular_model_index.json", _class_name="XModular", _diffusers_version="0.35.0", unet=["diffusers", "UNet", part])


main()
