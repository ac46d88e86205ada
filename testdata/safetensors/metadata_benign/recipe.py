"""What trainers and converters write into the metadata: prose, addresses, settings, pictures."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from safetensors_files import *

import base64

w = ("w", "F32", [2, 2])
picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(i * 7 % 256 for i in range(3000))


def model(name, **metadata):
    write(name, file({"__metadata__": metadata, **tensors(w)}))


model("trainer.safetensors", ss_base_model_version="sdxl_base_v1-0", ss_learning_rate="0.0001",
      ss_tag_frequency=json.dumps({"10_style": {"1girl": 12, "a <lora:x:0.8> tag": 3, "system shock": 1}}),
      ss_bucket_info=json.dumps({"buckets": {"0": {"resolution": [1024, 1024], "count": 40}}}),
      ss_network_args=json.dumps({"conv_dim": 4}), sshs_model_hash="9f" * 32, sshs_legacy_hash="deadbeef",
      ss_training_comment="None", ss_output_name="my model (v2)!")
model("modelspec.safetensors", **{
    "modelspec.sai_model_spec": "1.0.0", "modelspec.architecture": "stable-diffusion-xl-v1-base/lora",
    "modelspec.title": "A style", "modelspec.author": "Somebody <somebody@example.org>",
    "modelspec.license": "https://example.org/licence?id=1&lang=en", "modelspec.date": "2025-01-01T00:00:00",
    "modelspec.description": "# A style\n\nSee [the page](https://example.org) and run `pip install x`.\n\n"
                             "<p>Use <b>curl</b> to fetch it:</p>\n```bash\ncurl -L -o m.safetensors https://example.org/m\n"
                             "python train.py --os system --eval\nimport torch\n```\nexec summary; a shell | a pipe\n",
    "modelspec.thumbnail": "data:image/jpeg;base64," + base64.b64encode(picture).decode()})
model("raw_picture.safetensors", preview=base64.b64encode(picture).decode(), sum="0123456789abcdef" * 8)
model("quantised.safetensors", quantization_config=json.dumps({"quant_method": "gptq", "bits": 4}),
      format="pt", total_size="16", config=json.dumps({"architectures": ["LlamaForCausalLM"], "eval": True}))
model("languages.safetensors", note="Größe, 重み, размер\nzwei\tTabulatoren", empty="", one="1")
model("template.safetensors", chat_template="{% for message in messages %}{{ '<|' + message['role'] + '|>' }}{% endfor %}")
