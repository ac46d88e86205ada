"""What somebody who can write to a model, to its signature or to both may try. Whatever it is, it is told, and nothing
hangs. Rules of statements, one by one, are in oms_test."""
import base64
import json
import os
import threading
import unittest

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from _helpers import CLEAN, FINDINGS, INCOMPLETE, USAGE, CliTest, is_sanitized, main, noise
from _oms import Signer, b64, pae, private_pem, public_pem, resources, sha256, statement

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FILES = {"config.json": b"{}", "sub/w.bin": noise(9000)}


class Attack(CliTest):
    def setUp(self):
        super().setUp()
        self.signer = Signer()
        self.write("key", private_pem(self.signer.key))
        os.chmod(self.dir / "key", 0o600)
        self.write("pub", public_pem(self.signer.key))
        for name, content in FILES.items():
            self.write(f"model/{name}", content)

    def verify(self, code, *args, **options):
        done = self.expect(code, "verify", "model", "--key", "pub", *args, **options)
        return (done.stdout + done.stderr).decode()

    def put(self, payload, signature=None):
        if isinstance(payload, dict):
            payload = json.dumps(payload).encode()
        bundle = self.signer.bundle(payload)
        if signature is not None:
            bundle["dsseEnvelope"]["signatures"][0]["sig"] = signature if isinstance(signature, str) else b64(signature)
        self.write("model.sig", json.dumps(bundle).encode())


class Signatures(Attack):
    def setUp(self):
        super().setUp()
        self.payload = json.dumps(statement(resources(FILES))).encode()
        self.good = self.signer.sign(pae(self.payload))

    def refuse(self, signature, says="does not match", code=FINDINGS):
        self.put(self.payload, signature)
        self.assertIn(says, self.verify(code))

    def test_numbers_that_no_signature_has(self):
        r, s = decode_dss_signature(self.good)
        for pair in ((0, s), (r, 0), (0, 0), (r, P256_ORDER), (P256_ORDER, s), (r + P256_ORDER, s), (r, s + P256_ORDER),
                     (1, 1), (r, (s + 1) % P256_ORDER)):
            self.refuse(encode_dss_signature(*pair))

    def test_the_other_of_the_two_is_as_good(self):
        """s and n - s both verify; nobody demands the lower one, and it is of the same text."""
        r, s = decode_dss_signature(self.good)
        self.put(self.payload, encode_dss_signature(r, P256_ORDER - s))
        self.verify(CLEAN)

    def test_encodings_that_say_the_same_in_another_way(self):
        def sequence(*numbers):
            content = b"".join(bytes([2, len(one)]) + one for one in numbers)
            return bytes([0x30, len(content)]) + content
        r, s = (n.to_bytes(n.bit_length() // 8 + 1, "big") for n in decode_dss_signature(self.good))
        self.put(self.payload, sequence(r, s))
        self.verify(CLEAN)
        self.refuse(sequence(b"\0" + r, s))
        self.refuse(sequence(r, s, b"\0"))
        self.refuse(b"\x30\x81" + sequence(r, s)[1:])
        self.refuse(b"\x30\x80" + sequence(r, s)[2:] + b"\0\0")
        for cut in range(0, len(self.good), 7):
            self.refuse(self.good[:cut] if cut else b"\x30")
        self.refuse(b"\x30\x84\xff\xff\xff\xff" + self.good[2:])

    def test_base64_is_read_as_it_stands(self):
        text = b64(self.good)
        for bad in (" " + text, text + "\n", text[:8] + "\n" + text[8:], text + "=", text[:-1] + "\0", "="):
            self.refuse(bad, "no base64", USAGE)

    def test_keys_that_verify_something_else(self):
        for curve in ("p384", "p521"):
            other = Signer(curve)
            self.write("pub", public_pem(other.key))
            bundle = self.signer.bundle(self.payload)
            del bundle["verificationMaterial"]["publicKey"]["hint"]
            self.write("model.sig", json.dumps(bundle).encode())
            self.assertIn("does not match", self.verify(FINDINGS))

    def test_a_key_of_rsa_is_told_to_be_outside_of_model_signing(self):
        key = rsa.generate_private_key(65537, 2048)
        self.write("pub", public_pem(key))
        bundle = self.signer.bundle(self.payload)
        del bundle["verificationMaterial"]["publicKey"]["hint"]
        for how in (padding.PKCS1v15(), padding.PSS(padding.MGF1(hashes.SHA256()), 32)):
            bundle["dsseEnvelope"]["signatures"][0]["sig"] = b64(key.sign(pae(self.payload), how, hashes.SHA256()))
            self.write("model.sig", json.dumps(bundle).encode())
            self.assertIn("which model signing does not know", self.verify(CLEAN))
        weak = key.sign(pae(self.payload), padding.PSS(padding.MGF1(hashes.SHA256()), 0), hashes.SHA256())
        bundle["dsseEnvelope"]["signatures"][0]["sig"] = b64(weak)
        self.write("model.sig", json.dumps(bundle).encode())
        self.assertIn("does not match", self.verify(FINDINGS))

    def test_curves_that_nobody_agreed_on(self):
        for curve in (ec.SECP256K1(), ec.SECP224R1(), ec.BrainpoolP256R1()):
            self.write("pub", public_pem(ec.generate_private_key(curve)))
            self.put(self.payload)
            self.assertIn("none of P-256", self.verify(USAGE))


class Names(Attack):
    def test_looking_the_same_is_not_being_the_same(self):
        self.expect(CLEAN, "sign", "model", "--key", "key")
        for name in ("c\u043enfig.json", "Config.json", "config.json ", "config.json\u200b", "\uff43onfig.json"):
            os.rename(self.dir / "model/config.json", self.dir / "model" / name)
            said = self.verify(FINDINGS)
            self.assertIn("config.json: missing", said)
            self.assertIn("not signed", said)
            os.rename(self.dir / "model" / name, self.dir / "model/config.json")
        self.verify(CLEAN)

    def test_names_are_compared_byte_by_byte(self):
        composed, apart = "\u00e9", "e\u0301"
        for name in (composed, apart, "a\\b", "con", "C:", "a\tb", "\u202eexe.gpj", "-rf", "*", "x:0:5"):
            self.write(f"model/{name}", name.encode())
        self.expect(CLEAN, "sign", "model", "--key", "key")
        self.verify(CLEAN)
        os.unlink(self.dir / "model" / apart)
        self.assertIn("missing", self.verify(FINDINGS))
        self.expect(CLEAN, "sign", "model", "--key", "key", "--method", "shards", "--shard-size", "4096")
        self.verify(CLEAN)

    def test_what_is_hidden_is_there_all_the_same(self):
        self.expect(CLEAN, "sign", "model", "--key", "key")
        for name in (".hidden", ".cache/x", "sub/.git/hooks/post-checkout", "sub/.gitignore", "model.sig2", "...", "sub/.. "):
            self.write(f"model/{name}", b"x")
            self.assertIn(f"{name}: not signed", self.verify(FINDINGS))
            os.unlink(self.dir / "model" / name)
        self.write("model/.git/hooks/post-checkout", b"x")
        self.assertIn("not covered: 1 file", self.verify(CLEAN))

    def test_what_is_no_file(self):
        self.expect(CLEAN, "sign", "model", "--key", "key")
        os.mkfifo(self.dir / "model/pipe")
        self.assertIn("pipe: no file", self.verify(FINDINGS, timeout=20))
        self.verify(CLEAN, "--ignore-unsigned-files", timeout=20)
        os.unlink(self.dir / "model/config.json")
        os.rename(self.dir / "model/pipe", self.dir / "model/config.json")
        for args in ((), ("--ignore-unsigned-files",), ("--only", "*.json")):
            self.assertIn("config.json", self.verify(FINDINGS, *args, timeout=20))

    def test_statements_about_what_is_no_file(self):
        for name in ("/dev/zero", "../key", "sub/../../key", "sub//w.bin", "/proc/self/environ"):
            listed = [*resources(FILES), {"name": name, "algorithm": "sha256", "digest": sha256(b"")}]
            self.put(statement(listed))
            for args in ((), ("--ignore-unsigned-files",), ("--only", "*")):
                self.assertIn("no file of a model can have", self.verify(FINDINGS, *args, timeout=20))

    def test_a_statement_that_names_a_folder(self):
        listed = [*resources(FILES), {"name": "sub", "algorithm": "sha256", "digest": sha256(b"")}]
        self.put(statement(listed))
        for args in ((), ("--ignore-unsigned-files",)):
            self.assertIn("sub: missing", self.verify(FINDINGS, *args))


class Races(Attack):
    def while_writing(self, change, code_of):
        """Runs `code_of` while `change` goes on without a pause."""
        stop = threading.Event()

        def loop():
            while not stop.is_set():
                change()

        thread = threading.Thread(target=loop)
        thread.start()
        try:
            return code_of()
        finally:
            stop.set()
            thread.join()

    def test_a_file_that_changes_meanwhile(self):
        content = bytearray(noise(32 << 20))
        self.write("model/large", content)
        for args in ((), ("--method", "shards", "--shard-size", "1M"), ("--chunks", "--chunk-size", "64K")):
            self.expect(CLEAN, "sign", "model", "--key", "key", *args)
            with open(self.dir / "model/large", "r+b", buffering=0) as file:
                def change():
                    os.pwrite(file.fileno(), content[:1], 0)  # what is there already
                said = self.while_writing(change, lambda: self.assay("verify", "model", "--key", "pub"))
            self.assertIn(said.returncode, (FINDINGS, INCOMPLETE), said)
            self.assertIn(b"large: ", said.stdout + said.stderr)
            self.verify(CLEAN)

    def test_a_model_that_changes_while_it_is_signed(self):
        content = noise(32 << 20)
        self.write("model/large", content)
        with open(self.dir / "model/large", "r+b", buffering=0) as file:
            done = self.while_writing(lambda: os.pwrite(file.fileno(), content[:1], 0),
                                      lambda: self.assay("sign", "model", "--key", "key"))
        self.assertEqual(done.returncode, INCOMPLETE, done)
        self.assertFalse((self.dir / "model.sig").exists())

    def test_a_folder_that_becomes_a_link_and_back(self):
        """What lies behind the link is another content: it must never be what was verified."""
        self.expect(CLEAN, "sign", "model", "--key", "key")
        self.write("elsewhere/w.bin", b"evil")
        os.symlink("../elsewhere", self.dir / "link")
        model = self.dir / "model"

        def change():
            os.rename(model / "sub", self.dir / "aside")
            os.rename(self.dir / "link", model / "sub")
            os.rename(model / "sub", self.dir / "link")
            os.rename(self.dir / "aside", model / "sub")

        def verify_often():
            return {(self.assay("verify", "model", "--key", "pub", *args).returncode)
                    for args in ((), ("--ignore-unsigned-files",)) * 10}

        codes = self.while_writing(change, verify_often)
        self.assertLessEqual(codes, {CLEAN, FINDINGS, INCOMPLETE})
        self.verify(CLEAN)


class Samples(Attack):
    def test_a_sample_finds_what_it_says_that_it_would(self):
        """One of 100 chunks is damaged; 20% are read: it is found in a fifth of all runs."""
        content = bytearray(noise(100 * 4096))
        self.write("model/large", content)
        self.expect(CLEAN, "sign", "model", "--key", "key", "--chunks", "--chunk-size", "4K", "--ignore", "sub",
                    "--ignore", "config.json")
        content[50 * 4096] ^= 1
        self.write("model/large", content)
        runs = [self.assay("verify", "model", "--key", "pub", "--spot", "20%") for _ in range(120)]
        self.assertTrue(all(b"20 of 100 chunks read" in one.stdout for one in runs))
        chance = b"damage to 1 of them would have been found with a chance of 20.0%"
        self.assertTrue(all((chance in one.stdout) == (one.returncode == CLEAN) for one in runs))
        found = sum(one.returncode == FINDINGS for one in runs)
        self.assertEqual(found, sum(b"changed in chunk 50" in one.stdout for one in runs))
        self.assertTrue(6 <= found <= 48, found)  # beyond it once in 10^5

    def test_parts_are_said_to_be_parts(self):
        self.expect(CLEAN, "sign", "model", "--key", "key")
        self.write("model/sub/w.bin", b"evil")
        said = self.verify(CLEAN, "--only", "config.json")
        self.assertIn("not covered: 1 signed file", said)
        self.assertIn("1 file (2 B) as signed", said)
        told = json.loads(self.expect(CLEAN, "verify", "model", "--key", "pub", "--only", "config.json", "--json").stdout)
        self.assertEqual(told["not_covered"]["signed"], 1)
        self.verify(FINDINGS, "--only", "config.json", "--only", "sub/*")


class KeyFiles(Attack):
    def test_a_key_that_everybody_can_read_is_told(self):
        for mode, said in ((0o644, True), (0o640, True), (0o600, False), (0o400, False)):
            os.chmod(self.dir / "key", mode)
            error = self.expect(CLEAN, "sign", "model", "--key", "key").stderr
            self.assertEqual(b"others can read it" in error, said, oct(mode))
        self.expect(CLEAN, "keygen", "sealed", env=self.env(COSIGN_PASSWORD="p"))
        os.chmod(self.dir / "sealed.key", 0o644)
        error = self.expect(CLEAN, "sign", "model", "--key", "sealed.key", env=self.env(COSIGN_PASSWORD="p")).stderr
        self.assertNotIn(b"others can read it", error)

    def test_scrypt_that_would_take_all_memory(self):
        self.expect(CLEAN, "keygen", "sealed", env=self.env(COSIGN_PASSWORD="p"))
        lines = (self.dir / "sealed.key").read_text().splitlines()
        body = json.loads(base64.b64decode("".join(lines[1:-1])))
        for name, value in (("N", 1 << 40), ("N", 65537), ("N", 0), ("r", 1 << 30), ("p", 1 << 20), ("N", -1), ("N", "65536")):
            changed = json.loads(json.dumps(body))
            changed["kdf"]["params"][name] = value
            self.write("bad.key", "\n".join([lines[0], b64(json.dumps(changed).encode()), lines[-1], ""]).encode())
            done = self.expect(USAGE, "sign", "model", "--key", "bad.key", env=self.env(COSIGN_PASSWORD="p"), timeout=20)
            self.assertIn(b"scrypt parameters", done.stderr)

    def test_wrong_passwords(self):
        self.expect(CLEAN, "keygen", "sealed", env=self.env(COSIGN_PASSWORD="right"))
        for password in ("wrong", "", "right ", "Right", "r" * 5000):
            done = self.expect(USAGE, "sign", "model", "--key", "sealed.key", env=self.env(COSIGN_PASSWORD=password))
            self.assertNotIn(b"right", done.stderr)

    def test_keys_are_no_devices(self):
        for name in ("/dev/zero", "/dev/urandom", "."):
            done = self.assay("sign", "model", "--key", name, timeout=20)
            self.assertIn(done.returncode, (USAGE, INCOMPLETE), done)


class Large(Attack):
    @unittest.skipIf(is_sanitized(), "a sanitizer's own memory counts, too")
    def test_files_that_say_that_they_are_large_are_not_read(self):
        for name in ("bundle", "root.json", "cert.pem"):
            with open(self.dir / name, "wb") as file:
                file.truncate(1 << 40)
        for command in (("verify", "model", "--key", "pub", "-s", "bundle"), ("verify", "model", "--roots", "cert.pem"),
                        ("verify-blob", "pub", "--key", "pub", "--bundle", "bundle"),
                        ("verify-attestation", "model", "--key", "pub", "--bundle", "bundle"),
                        ("verify-blob", "pub", "--bundle", "bundle", "--trusted-root", "root.json",
                         "--certificate-identity", "a", "--certificate-oidc-issuer", "b"),
                        ("timestamp", "bundle", "--request", "new"), ("verify", "model", "--key", "bundle")):
            code, peak = self.peak_memory(*[str(self.dir / one) if (self.dir / one).exists() else one for one in command])
            self.assertIn(code, (USAGE, FINDINGS), command)
            self.assertLess(peak, 64, command)

    @unittest.skipIf(is_sanitized(), "a sanitizer's own memory counts, too")
    def test_attesting_stays_within_its_memory(self):
        self.write("large.json", json.dumps({"text": "x" * (29 << 20)}).encode())
        self.write("many.json", json.dumps({"list": [0] * 4_000_000}).encode())
        attest = ("attest", str(self.dir / "model"), "--type", "custom", "--key", str(self.dir / "key"), "-o",
                  str(self.dir / "a.json"), "--predicate")
        for name, memory, wanted in (("large.json", 256, CLEAN), ("large.json", 128, USAGE), ("many.json", 256, USAGE)):
            code, peak = self.peak_memory(*attest, str(self.dir / name), "--memory", f"{memory}M")
            self.assertEqual(code, wanted, (name, memory))
            self.assertLess(peak, memory, (name, memory))
        code, peak = self.peak_memory("verify-attestation", str(self.dir / "model"), "--key", str(self.dir / "pub"),
                                      "--bundle", str(self.dir / "a.json"))
        self.assertEqual(code, CLEAN)
        self.assertLess(peak, 256)


if __name__ == "__main__":
    main()
