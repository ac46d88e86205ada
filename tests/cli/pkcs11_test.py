"""Keys in a token: SoftHSM behind OpenSSL's engine."""
import base64
import glob
import os
import unittest

from _helpers import CLEAN, USAGE, CliTest, main

MODULES = glob.glob("/usr/lib/*/softhsm/libsofthsm2.so") + ["/usr/lib/softhsm/libsofthsm2.so"]
MODULE = next((path for path in MODULES if os.path.exists(path)), None)
URI = "pkcs11:token=t1;object=mykey;type=private"
PIN = "4321"


@unittest.skipUnless(MODULE, "SKIP: there is no SoftHSM; `make test` installs it")
class Tokens(CliTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.dir / "tokens")
        self.write("softhsm2.conf", f"directories.tokendir = {self.dir}/tokens\n"
                   "objectstore.backend = file\nlog.level = ERROR\n".encode())
        self.write("file", b"content\n")
        self.tool("softhsm2-util", "--init-token", "--free", "--label", "t1", "--so-pin", "1234",
                  "--pin", PIN)
        self.generate("mykey", "EC:prime256v1", "01")

    def env(self, **more):
        return super().env(SOFTHSM2_CONF=str(self.dir / "softhsm2.conf"), PKCS11_MODULE_PATH=MODULE,
                           **more)

    def tool(self, *command):
        done = self.run_any(*command)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def generate(self, label, kind, number):
        self.tool("pkcs11-tool", "--module", MODULE, "--login", "--pin", PIN, "--keypairgen",
                  "--key-type", kind, "--label", label, "--id", number)
        uri = f"pkcs11:token=t1;object={label};type=public"
        self.write(f"{label}.pub", self.tool("openssl", "pkey", "-engine", "pkcs11", "-inform",
                                             "engine", "-pubin", "-in", uri, "-pubout"))

    def sign(self, uri=URI, code=CLEAN, pin=PIN):
        env = self.env(COSIGN_PASSWORD=pin) if pin else self.env()
        return self.expect(code, "sign-blob", "file", "--key", uri, "--bundle", "b", env=env)

    def test_signs_with_every_curve(self):
        for number, (label, kind) in enumerate((("k384", "EC:secp384r1"), ("k521", "EC:secp521r1"),
                                                ("rsa", "rsa:2048")), 2):
            self.generate(label, kind, f"{number:02}")
            self.sign(f"pkcs11:token=t1;object={label};type=private")
            self.expect(CLEAN, "verify-blob", "file", "--bundle", "b", "--key", f"{label}.pub")

    def test_the_signature_is_der(self):
        """Tokens themselves give two bare numbers."""
        self.sign()
        self.expect(CLEAN, "verify-blob", "file", "--bundle", "b", "--key", "mykey.pub")
        done = self.expect(CLEAN, "sign-blob", "file", "--key", URI,
                           env=self.env(COSIGN_PASSWORD=PIN))
        self.write("sig", base64.b64decode(done.stdout))
        self.tool("openssl", "dgst", "-sha256", "-verify", "mykey.pub", "-signature", "sig", "file")

    def test_the_module_may_stand_in_the_uri(self):
        env = super().env(SOFTHSM2_CONF=str(self.dir / "softhsm2.conf"), COSIGN_PASSWORD=PIN)
        self.expect(CLEAN, "sign-blob", "file", "--key", f"{URI}?module-path={MODULE}", "--bundle",
                    "b", env=env)

    def test_the_pin(self):
        self.assertIn(b"set COSIGN_PASSWORD", self.sign(code=USAGE, pin=None).stderr)
        self.assertIn(b"wrong PIN", self.sign(code=USAGE, pin="9999").stderr)
        done = self.sign(f"{URI}?pin-value={PIN}", code=USAGE)
        self.assertIn(b"no PIN on the command line", done.stderr)
        self.write("pin", PIN.encode())
        self.sign(f"{URI}?pin-source=file:{self.dir}/pin", pin=None)

    def test_no_such_thing(self):
        self.sign("pkcs11:token=t1;object=nothing;type=private", code=USAGE)
        self.sign("pkcs11:token=nothing;object=mykey", code=USAGE)
        self.sign("pkcs11:", code=USAGE)

    def test_statements_and_models_too(self):
        self.write("p.json", b"{}")
        self.expect(CLEAN, "attest", "file", "--predicate", "p.json", "--type", "custom", "--key",
                    URI, "-o", "a", env=self.env(COSIGN_PASSWORD=PIN))
        self.expect(CLEAN, "verify-attestation", "file", "--bundle", "a", "--key", "mykey.pub")


if __name__ == "__main__":
    main()
