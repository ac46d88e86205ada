"""Keys, and signatures of single files: `assay keygen`, `sign-blob`, `verify-blob`, beside openssl."""
import base64
import hashlib
import json
import os
import pty
import stat
import subprocess
import time

from _helpers import CLEAN, FINDINGS, INCOMPLETE, USAGE, CliTest, main, noise

TYPES = ("p256", "p384", "p521", "ed25519", "rsa")
PASSWORD = {"COSIGN_PASSWORD": "open sesame"}


class KeyTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("file", noise(100_000))

    def keygen(self, name="k", *args, code=CLEAN, **env):
        return self.expect(code, "keygen", name, *args, env=self.env(**env))

    def sign(self, *args, code=CLEAN, key="k.key", **env):
        return self.expect(code, "sign-blob", "file", "--key", key, *args, env=self.env(**env))

    def verify(self, *args, code=CLEAN, key="k.pub", file="file"):
        return self.expect(code, "verify-blob", file, "--key", key, *args)

    def read(self, name):
        return (self.dir / name).read_bytes()

    def says(self, done, text):
        self.assertIn(text.encode(), done.stdout + done.stderr)


class Keygen(KeyTest):
    def test_files_are_for_their_owner_and_never_overwritten(self):
        os.umask(0o022)
        self.keygen(**PASSWORD)
        self.assertEqual(stat.S_IMODE(os.stat(self.dir / "k.key").st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(self.dir / "k.pub").st_mode), 0o644)
        before = self.read("k.key"), self.read("k.pub")
        self.says(self.keygen(code=USAGE, **PASSWORD), "never overwritten")
        os.unlink(self.dir / "k.key")
        self.keygen(code=USAGE, **PASSWORD)
        self.assertFalse((self.dir / "k.key").exists(), "beside the public half of another key")
        self.assertEqual(self.read("k.pub"), before[1])

    def test_a_link_is_not_followed(self):
        os.symlink("elsewhere.key", self.dir / "k.key")
        self.keygen(code=USAGE, **PASSWORD)
        self.assertFalse((self.dir / "elsewhere.key").exists())

    def test_no_folder_leaves_nothing(self):
        done = self.keygen("no/where", "--plain", code=INCOMPLETE)
        self.says(done, "cannot be made")

    def test_encrypted_unless_told_otherwise(self):
        self.says(self.keygen(code=USAGE), "set COSIGN_PASSWORD")
        self.assertEqual(os.listdir(self.dir), ["file"])
        self.keygen(**PASSWORD)
        self.assertIn(b"ENCRYPTED SIGSTORE PRIVATE KEY", self.read("k.key"))
        self.says(self.sign(code=USAGE), "set COSIGN_PASSWORD")
        self.says(self.sign(code=USAGE, COSIGN_PASSWORD="close sesame"), "wrong password")
        self.sign(**PASSWORD)

    def test_openssl_takes_the_plain_ones(self):
        for kind in TYPES:
            self.keygen(kind, "--plain", "--type", kind)
            public = self.run_any("openssl", "pkey", "-in", f"{kind}.key", "-pubout")
            self.assertEqual(public.stdout, self.read(f"{kind}.pub"), kind)

    def test_a_key_in_place_of_its_file_is_not_repeated(self):
        self.keygen("k", "--plain")
        key = self.read("k.key").decode()
        secret = key.splitlines()[1].encode()
        for typed in (key, key.replace("\n", " "), secret.decode() + "\n"):
            for command in (("sign-blob", "file"), ("verify-blob", "file", "--signature", "file"),
                            ("sign-blob", "file", "--key", "k.key", "--cert")):
                done = self.assay(*command, *([] if "--cert" in command else ["--key"]), typed)
                self.assertNotEqual(done.returncode, CLEAN)
                self.assertNotIn(secret, done.stdout + done.stderr)
        for uri in ("pkcs11:object=k?pin-value=12345678", "pkcs11:pin-value=12345678;object=k?a=b&pin-value=12345678"):
            done = self.sign(key=uri, code=USAGE)
            self.says(done, "pin-value=***")
            self.assertNotIn(b"12345678", done.stdout + done.stderr)

    def test_the_password_is_asked_for_without_echo(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.dir)
            os.environ.pop("COSIGN_PASSWORD", None)
            os.execv(os.environ["ASSAY"], ["assay", "keygen", "k"])
        shown = b""
        for prompt in (b"New password for k.key: ", b"Once more: "):
            while not shown.endswith(prompt):
                shown += os.read(terminal, 1024)
            time.sleep(0.05)
            os.write(terminal, b"typed secret\n")
        try:
            while chunk := os.read(terminal, 1024):
                shown += chunk
        except OSError:
            pass  # it has ended
        self.assertEqual(os.waitpid(pid, 0)[1], 0, shown)
        self.assertNotIn(b"typed", shown)
        self.sign(COSIGN_PASSWORD="typed secret")


class Blobs(KeyTest):
    def test_there_and_back_with_every_kind_of_key(self):
        for kind in TYPES:
            self.keygen(kind, "--plain", "--type", kind)
            printed = self.sign(key=f"{kind}.key").stdout
            self.write("sig", printed)
            self.verify("--signature", "sig", key=f"{kind}.pub")
            self.sign("--bundle", "b", "--output-signature", "s", key=f"{kind}.key")
            done = self.verify("--bundle", "b", key=f"{kind}.pub")
            self.says(done, "file: OK, signed by ")
            self.verify("--signature", "s", key=f"{kind}.pub")

    def test_openssl_verifies_ours(self):
        for kind, digest in (("p256", "sha256"), ("p384", "sha384"), ("p521", "sha512"),
                             ("rsa", "sha256")):
            self.keygen(kind, "--plain", "--type", kind)
            self.write("sig", base64.b64decode(self.sign(key=f"{kind}.key").stdout))
            self.verify("--signature", "sig", key=f"{kind}.pub")
            subprocess.run(["openssl", "dgst", f"-{digest}", "-verify", f"{kind}.pub",
                            "-signature", "sig", "file"], cwd=self.dir, check=True,
                           stdout=subprocess.DEVNULL)
        self.write("small", b"small")
        self.keygen("ed", "--plain", "--type", "ed25519")
        done = self.expect(CLEAN, "sign-blob", "small", "--key", "ed.key")
        self.write("sig", base64.b64decode(done.stdout))
        subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "ed.pub", "-rawin",
                        "-in", "small", "-sigfile", "sig"], cwd=self.dir, check=True,
                       stdout=subprocess.DEVNULL)

    def test_openssl_verifies_our_pss(self):
        self.keygen("rsa", "--plain", "--type", "rsa")
        how = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
        check = ["openssl", "dgst", "-sha256", "-verify", "rsa.pub", "-signature", "sig", "file"]
        made = {}
        for padding in ("pkcs1", "pss"):
            made[padding] = self.sign("--rsa-padding", padding, key="rsa.key").stdout
            self.write("sig", base64.b64decode(made[padding]))
            for options, right in ((how, padding == "pss"), ([], padding == "pkcs1")):
                done = subprocess.run([*check[:3], *options, *check[3:]], cwd=self.dir,
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode == 0, right, (padding, options, done.stderr))
            self.write("signature", made[padding].encode()
                       if isinstance(made[padding], str) else made[padding])
            self.verify("--signature", "signature", key="rsa.pub")

    def test_we_verify_openssls(self):
        for kind, digest in (("p256", "sha256"), ("p384", "sha384"), ("p384", "sha256")):
            self.keygen(f"{kind}{digest}", "--plain", "--type", kind)
            made = self.run_any("openssl", "dgst", f"-{digest}", "-sign", f"{kind}{digest}.key",
                                "file")
            self.write("sig", base64.b64encode(made.stdout))
            self.verify("--signature", "sig", key=f"{kind}{digest}.pub")
        self.keygen("rsa", "--plain", "--type", "rsa")
        made = self.run_any("openssl", "dgst", "-sha256", "-sign", "rsa.key", "-sigopt",
                            "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1", "file")
        self.write("sig", base64.b64encode(made.stdout))
        self.verify("--signature", "sig", key="rsa.pub")

    def test_keys_that_openssl_wrote(self):
        for command in (["openssl", "ecparam", "-name", "prime256v1", "-genkey"],
                        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                         "ec_paramgen_curve:P-384"],
                        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                         "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:open sesame"],
                        ["openssl", "genrsa", "-traditional", "2048"]):
            self.write("o.key", self.run_any(*command).stdout)
            public = self.run_any("openssl", "pkey", "-in", "o.key", "-passin",
                                  "pass:open sesame", "-pubout")
            self.write("o.pub", public.stdout)
            self.sign("--bundle", "b", key="o.key", **PASSWORD)
            self.verify("--bundle", "b", key="o.pub")

    def test_the_bundle_is_cosigns(self):
        self.keygen("k", "--plain")
        self.sign("--bundle", "b")
        bundle = json.loads(self.read("b"))
        spki = self.run_any("openssl", "pkey", "-pubin", "-in", "k.pub", "-outform", "DER").stdout
        hint = base64.b64encode(hashlib.sha256(spki).digest()).decode()
        self.assertEqual(bundle["verificationMaterial"]["publicKey"]["hint"], hint)
        digest = base64.b64encode(hashlib.sha256(noise(100_000)).digest()).decode()
        self.assertEqual(bundle["messageSignature"]["messageDigest"],
                         {"algorithm": "SHA2_256", "digest": digest})

    def test_what_differs_is_refused(self):
        self.keygen("k", "--plain")
        self.keygen("other", "--plain")
        self.sign("--bundle", "b", "--output-signature", "s")
        for form in (("--bundle", "b"), ("--signature", "s")):
            self.says(self.verify(*form, key="other.pub", code=FINDINGS),
                      "the signature does not match (it was changed since")
        self.write("file", noise(100_000, seed=2))
        self.says(self.verify("--bundle", "b", code=FINDINGS), "is of another file")
        self.says(self.verify("--signature", "s", code=FINDINGS), "the signature does not match")

    def test_the_stated_digest_is_not_what_is_verified(self):
        """A bundle of a good signature of another file, its digest swapped for that of this one."""
        self.keygen("k", "--plain")
        self.sign("--bundle", "b")
        self.write("file", b"another")
        bundle = json.loads(self.read("b"))
        bundle["messageSignature"]["messageDigest"]["digest"] = base64.b64encode(
            hashlib.sha256(b"another").digest()).decode()
        self.write("b", json.dumps(bundle).encode())
        self.says(self.verify("--bundle", "b", code=FINDINGS), "the signature does not match")

    def test_a_digest_in_place_of_the_file(self):
        self.keygen("k", "--plain")
        self.sign("--bundle", "b")
        digest = hashlib.sha256(noise(100_000)).hexdigest()
        self.verify("--bundle", "b", file=f"sha256:{digest}")
        self.verify("--bundle", "b", file=f"sha256:{'0' * 64}", code=FINDINGS)

    def test_standard_input(self):
        self.keygen("k", "--plain")
        done = self.assay("sign-blob", "-", "--key", "k.key", input=noise(100_000))
        self.write("s", done.stdout)
        self.verify("--signature", "s")
        done = self.assay("verify-blob", "-", "--key", "k.pub", "--signature", "s",
                          input=noise(100_000))
        self.assertEqual(done.returncode, CLEAN)

    def test_older_bundles_of_cosign(self):
        self.keygen("k", "--plain")
        signature = self.sign().stdout.decode().strip()
        self.write("b", json.dumps({"base64Signature": signature}).encode())
        self.verify("--bundle", "b")
        public = base64.b64encode(self.read("k.pub")).decode()
        self.write("b", json.dumps({"base64Signature": signature, "cert": public}).encode())
        self.verify("--bundle", "b")
        self.keygen("other", "--plain")
        self.verify("--bundle", "b", key="other.pub", code=FINDINGS)

    def test_large_files_stay_on_disk(self):
        self.keygen("k", "--plain")
        with open(self.dir / "large", "wb") as file:
            file.truncate(300 << 20)
        code, peak = self.peak_memory("sign-blob", str(self.dir / "large"), "--key",
                                      str(self.dir / "k.key"), "--bundle", str(self.dir / "b"))
        self.assertEqual(code, CLEAN)
        self.assertLess(peak, 200)
        self.keygen("ed", "--plain", "--type", "ed25519")
        done = self.expect(USAGE, "sign-blob", "large", "--key", "ed.key")
        self.says(done, "too large for an Ed25519 key")


class BadInput(KeyTest):
    def setUp(self):
        super().setUp()
        self.keygen("k", "--plain")
        self.sign("--bundle", "b")
        self.bundle = json.loads(self.read("b"))

    def refused(self, text, *expected):
        self.write("bad", text if isinstance(text, bytes) else text.encode())
        done = self.verify("--bundle", "bad", code=USAGE)
        for words in expected:
            self.says(done, words)

    def test_no_bundle(self):
        self.refused("", "not")
        self.refused("{}", "mediaType")
        self.refused("{" * 200)
        self.refused('{"mediaType":"a","mediaType":"b"}')
        self.refused(json.dumps(self.bundle) + "x")
        self.refused(json.dumps(self.bundle)[:-1])
        self.refused("not base64!")

    def test_no_signature(self):
        for signature in ("", "@@@@", "AAAAA"):
            self.bundle["messageSignature"]["signature"] = signature
            self.refused(json.dumps(self.bundle), "base64")

    def test_deep_and_large(self):
        self.refused('{"mediaType":' + "[" * 100_000)
        with open(self.dir / "huge", "wb") as file:
            file.truncate(1 << 30)
        self.says(self.verify("--bundle", "huge", code=USAGE), "too large")

    def test_signature_files_that_are_none(self):
        """Binary and base64 alike; what has the form of a signature is one of somebody else's."""
        good = base64.b64decode(self.sign().stdout)
        for data in (noise(100), noise(1000), b"\x30\x06\x02\x01\x01\x02\x01", good + b"\0", good[:-1], b"\0", b""):
            for content in (data, base64.b64encode(data)):
                self.write("s", content)
                self.says(self.verify("--signature", "s", code=USAGE), "not a signature")
        for data in (b"\x30\x06\x02\x01\x01\x02\x01\x01", noise(64), noise(256)):
            for content in (data, base64.b64encode(data)):
                self.write("s", content)
                self.says(self.verify("--signature", "s", code=FINDINGS), "does not match")

    def test_files_that_are_not_there(self):
        """Not to be had is 2, of whatever was named, whichever command it is."""
        self.write("s", self.sign().stdout)
        for command in (("verify-blob", "file", "--bundle", "gone", "--key", "k.pub"),
                        ("verify-blob", "file", "--signature", "gone", "--key", "k.pub"),
                        ("verify-blob", "file", "--signature", "s", "--key", "gone"),
                        ("verify-blob", "gone", "--signature", "s", "--key", "k.pub"),
                        ("verify-blob", "file", "--signature", "s", "--roots", "gone"),
                        ("verify-blob", "file", "--signature", "s", "--trusted-root", "gone", "--certificate-identity",
                         "a", "--certificate-oidc-issuer", "b"),
                        ("verify-attestation", "file", "--bundle", "gone", "--key", "k.pub"),
                        ("verify-image", "oci:gone:v1", "--key", "k.pub"),
                        ("verify", "file", "-s", "gone", "--key", "k.pub"), ("verify", "file", "--key", "gone"),
                        ("sign", "gone", "--key", "k.key"), ("sign", "file", "--key", "gone"),
                        ("sign", "file", "--key", "k.key", "--since", "gone"), ("sign-blob", "gone", "--key", "k.key"),
                        ("sign-blob", "file", "--key", "k.key", "--cert", "gone"),
                        ("timestamp", "gone", "--request", "q"), ("diff", "file", "gone"), ("diff", "gone", "file"),
                        ("attest", "file", "--type", "custom", "--predicate", "gone", "--key", "k.key", "-o", "a")):
            with self.subTest(command):
                self.assertIn(b"gone", self.expect(INCOMPLETE, *command).stderr)

    def test_a_digest_in_place_of_the_file(self):
        """It must be of the kind that was signed, and which one that is, is said."""
        digests = {kind: f"{kind}:{hashlib.new(kind, self.read('file')).hexdigest()}"
                   for kind in ("sha256", "sha384", "sha512")}
        for key, right in (("p256", "sha256"), ("p384", "sha384"), ("p521", "sha512"), ("rsa", "sha256")):
            self.keygen(key, "--plain", "--type", key)
            self.sign("--bundle", "b", "--output-signature", "s", key=f"{key}.key")
            for kind, given in digests.items():
                for signature in (("--bundle", "b"), ("--signature", "s")):
                    code = CLEAN if kind == right else USAGE
                    done = self.expect(code, "verify-blob", given, *signature, "--key", f"{key}.pub")
                    if code == USAGE:
                        self.says(done, f"give {right}:HEX, or the file")
        self.sign("--bundle", "b", "--output-signature", "s")
        other = "sha256:" + "00" * 32
        self.expect(FINDINGS, "verify-blob", other, "--bundle", "b", "--key", "k.pub")
        self.expect(FINDINGS, "verify-blob", other, "--signature", "s", "--key", "k.pub")

    def test_keys_that_are_none(self):
        self.write("junk", b"junk")
        self.says(self.verify("--bundle", "b", key="junk", code=USAGE), "not a public key")
        self.says(self.verify("--bundle", "b", key="k.key", code=USAGE), "private key")
        self.says(self.sign(key="k.pub", code=USAGE), "public key")
        self.verify("--bundle", "b", key="gone", code=INCOMPLETE)
        with open(self.dir / "huge", "wb") as file:
            file.truncate(1 << 30)
        self.says(self.verify("--bundle", "b", key="huge", code=USAGE), "too large")

    def test_weak_curves(self):
        self.write("weak", self.run_any("openssl", "ecparam", "-name", "secp256k1", "-genkey",
                                        "-noout").stdout)
        self.says(self.sign(key="weak", code=USAGE), "curve")

    def test_a_bundle_of_a_statement(self):
        del self.bundle["messageSignature"]
        self.bundle["dsseEnvelope"] = {"payload": "e30=", "payloadType": "application/x",
                                       "signatures": [{"sig": "AAAA"}]}
        self.refused(json.dumps(self.bundle), "holds a statement")

    def test_whom_to_trust_must_be_said_once(self):
        self.expect(USAGE, "verify-blob", "file", "--bundle", "b")
        self.expect(USAGE, "verify-blob", "file", "--bundle", "b", "--key", "k.pub", "--roots",
                    "k.pub")
        self.verify(code=USAGE)
        self.verify("--bundle", "b", "--signature", "b", code=USAGE)


if __name__ == "__main__":
    main()
