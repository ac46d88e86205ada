"""Images as tools write them: layouts, archives, two layers of which one replaces a model, and artifacts that hold none."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from oci_parts import *

ROOT = tar(folder("etc"), file("etc/passwd"), folder("usr"), folder("usr/bin"),
           file("usr/bin/tool", b"\x7fELF" + bytes(60), mode=0o4755),
           tar_parts.header(b"usr/bin/link", kind=b"2", link=b"/usr/bin/tool"),
           tar_parts.header(b"dev/null", kind=b"3"), folder("models"),
           file("models/a.safetensors", safetensors(1)), file("models/b.safetensors", safetensors(2)),
           file("models/old/c.safetensors", safetensors(3)), file("models/d.safetensors", safetensors(4)))
NEXT = tar(folder("models"), file("models/b.safetensors", safetensors(5)), file("models/.wh.old", b""),
           file("app/.wh..wh..opq", b""), file("app/run.py", b"print(1)\n"))

layout = Layout()
image = layout.image(ROOT, NEXT)
plain = layout.manifest(layout.blob(config(ROOT), CONFIG), [layout.layer(ROOT, LAYER)])
several = layout.blob({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
    {**image, "platform": {"architecture": "amd64", "os": "linux"}},
    {**plain, "platform": {"architecture": "arm64", "os": "linux", "variant": "v8"}}]}, INDEX)
sbom = layout.manifest(layout.blob(b"{}", EMPTY), [layout.blob({"spdxVersion": "SPDX-2.3"}, "application/spdx+json")],
                       artifactType="application/spdx+json", subject=image)
layout.write("layout", [named(image), named(several, "multi"), sbom])
layout.archive("archive.tar", [named(image)])

one, two = packed(ROOT), NEXT
settings = text(config(ROOT, NEXT))
name = sha256(settings)[7:]
put("docker_old.tar", docker_save(
    [{"Config": name + ".json", "RepoTags": ["repo:latest"], "Layers": ["one/layer.tar", "two/layer.tar", ]}],
    [(name + ".json", settings), ("one/VERSION", b"1.0"), ("one/layer.tar", ROOT), ("two/layer.tar", NEXT),
     ("repositories", text({"repo": {"latest": "two"}}))]))
# A layer that is a link to another one, as older dockers wrote them.
settings = text(config(ROOT, NEXT, ROOT))
name = sha256(settings)[7:]
put("docker_link.tar", docker_save(
    [{"Config": name + ".json", "RepoTags": None, "Layers": ["one/layer.tar", "two/layer.tar", "three/layer.tar"]}],
    [(name + ".json", settings), ("one/layer.tar", ROOT), ("two/layer.tar", NEXT)],
    [("three/layer.tar", "../one/layer.tar")]))
both = Layout()
image = both.image(ROOT, NEXT)
manifest = json.loads(both.blobs[image["digest"]])
both.archive("docker_new.tar", [named(image, "repo:latest")], tar_parts.member(b"manifest.json", text(
    [{"Config": "blobs/" + manifest["config"]["digest"].replace(":", "/"), "RepoTags": ["repo:latest"],
      "Layers": ["blobs/" + layer["digest"].replace(":", "/") for layer in manifest["layers"]]}])))
# What tools tell of images has the same names with capitals, and is no image.
put("inspect.json", text({
    "Id": "a" * 64, "Digest": "sha256:" + "b" * 64, "RepoTags": ["repo:latest"], "Parent": "", "Size": 7,
    "Config": {"Env": ["PATH=/bin"], "Labels": {"Digest": "none"}}, "Architecture": "amd64", "Os": "linux",
    "RootFS": {"Type": "layers", "Layers": [sha256(ROOT)]}, "History": [{"Empty_Layer": True}]}))
put("skopeo_inspect.json", text({
    "Name": "repo", "Digest": "sha256:" + "b" * 64, "RepoTags": ["latest"], "Architecture": "amd64", "Os": "linux",
    "Layers": [sha256(ROOT)], "LayersData": [{"MIMEType": LAYER, "Digest": sha256(ROOT), "Size": 7}]}))
put("networks.json", text([{"config": "small", "layers": ["dense", "relu"]}]))
put("networks.tar", tar(tar_parts.member(b"models.json", text([{"config": "small", "layers": ["dense"]}]))))

# As `skopeo copy` writes the folder of a dir: target: no store, blobs lie beside their manifest.
def folder_form(name, image):
    where = Layout()
    digest = where.image(*image)["digest"]
    for blob, data in where.blobs.items():
        put(f"{name}/" + ("manifest.json" if blob == digest else blob[7:]), data)
    put(f"{name}/version", b"Directory Transport Version: 1.1\n")


folder_form("folder_form", (ROOT, NEXT, bytes(10240)))
listed = Layout()
of_both = [listed.image(ROOT), listed.image(NEXT)]
for blob, data in listed.blobs.items():
    put("folder_of_several/" + blob[7:] + (".manifest.json" if blob in [one["digest"] for one in of_both] else ""), data)
put("folder_of_several/manifest.json", text({"schemaVersion": 2, "mediaType": INDEX, "manifests": of_both}))
put("folder_of_several/version", b"Directory Transport Version: 1.1\n")
