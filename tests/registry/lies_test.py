"""The registry's client (registry_driver) against a registry that lies. What must come of each lie
stands in the tables; nothing may take long, whatever the registry does. (Limits are far from what
things take, so that a busy machine passes.)"""
import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

import lying_registry as lying
from lying_registry import BLOB, BLOB_DIGEST, MANIFEST, PASSWORD, TOKEN, Server, digest

DRIVER = os.environ["REGISTRY_DRIVER"]
TRUNCATED, MALFORMED, IO, CHANGED, INTERRUPTED = 0, 1, 3, 4, 7


class Lies(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.other = Server()
        self.server.state["elsewhere"] = self.other.base
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.other.server_close)

    def drive(self, *words, most=30):
        start = time.monotonic()
        run = subprocess.run([DRIVER, *words], capture_output=True, text=True, timeout=60)
        self.took = time.monotonic() - start
        self.assertLess(self.took, most, words)
        self.assertEqual(run.stderr, "")
        for secret in (PASSWORD, TOKEN, lying.basic_of("user", PASSWORD)):
            self.assertNotIn(secret, run.stdout)
        return run.returncode, run.stdout

    def repo(self, name, server=None):
        return f"{(server or self.server).place}/{name}"

    def blob(self, name, *more, options=(), **how):
        return self.drive(*options, "blob", self.repo(name), BLOB_DIGEST, str(len(BLOB)), *more,
                          **how)

    def manifest(self, name, options=(), **how):
        return self.drive(*options, "manifest", self.repo(name), **how)

    def fails(self, result, code, text):
        status, said = result
        self.assertEqual(status, 1, said)
        self.assertIn(f"error {code}: ", said)
        self.assertIn(text, said)

    def comes(self, result, text=BLOB_DIGEST):
        status, said = result
        self.assertEqual(status, 0, said)
        self.assertIn(text, said)

    # ---- blobs

    def test_blobs_that_come(self):
        for name in ("good", "chunked", "cut-once", "cut-weak", "cut-often", "resume-whole",
                     "busy-once", "broken-once", "elsewhere"):
            with self.subTest(name):
                self.comes(self.blob(name))

    def test_blobs_that_do_not(self):
        for name, code, text in (
                ("too-long", MALFORMED, "another size than its descriptor"),
                ("too-short", MALFORMED, "another size than its descriptor"),
                ("two-lengths", MALFORMED, "another size than its descriptor"),
                ("other-digest", MALFORMED, "says that the blob has another digest"),
                ("endless", MALFORMED, "longer than its descriptor"),
                ("chunked-short", IO, "404"),
                ("gzip-bomb", MALFORMED, "encoded, although that was not asked for"),
                ("transfer-bomb", MALFORMED, "encoded, although that was not asked for"),
                ("circle", MALFORMED, "redirects too often"),
                ("to-plain", MALFORMED, "redirects to a host without TLS"),
                ("to-user", MALFORMED, "no usable URL"),
                ("to-file", MALFORMED, "no usable URL"),
                ("to-nowhere", MALFORMED, "no usable URL"),
                ("cut-for-ever", IO, "the connection to the registry broke"),
                ("cut-in-head", IO, "the connection to the registry broke"),
                ("resume-wrong-range", MALFORMED, "another part of the blob"),
                ("resume-no-range", MALFORMED, "another part of the blob"),
                ("resume-wrong-total", MALFORMED, "another part of the blob"),
                ("resume-other", CHANGED, "another blob"),
                ("unasked-range", IO, "makes no sense"),
                ("drip", IO, "next to nothing"),
                ("hang", IO, "next to nothing"),
                ("garbage", MALFORMED, "breaks the rules of HTTP"),
                ("nothing", IO, "the connection to the registry broke"),
                ("many-headers", MALFORMED, "head of the answer is too long"),
                ("long-header", MALFORMED, "breaks the rules of HTTP"),
                ("endless-headers", MALFORMED, "head of the answer is too long"),
                ("busy", IO, "429 TOOMANYREQUESTS: pull rate limit (try again later)"),
                ("broken", IO, "500 Internal Server Error")):
            with self.subTest(name):
                self.fails(self.blob(name), code, text)

    def test_other_bytes_have_their_own_digest(self):
        for name in ("other-bytes", "resume-other-unmarked"):
            status, said = self.blob(name)
            self.assertEqual(status, 0)
            self.assertNotIn(BLOB_DIGEST, said)
        self.fails(self.drive("small", self.repo("other-bytes"), BLOB_DIGEST, str(len(BLOB))),
                   MALFORMED, "another digest than the one it is named by")

    def test_a_blob_is_resumed_where_it_broke(self):
        self.comes(self.blob("cut-often"))
        asked = [headers.get("Range") for _, _, headers in self.server.asked("cut-often")]
        self.assertEqual(asked, [None, "bytes=100000-", "bytes=200000-"])
        marks = [headers.get("If-Range") for _, _, headers in self.server.asked("cut-often")]
        self.assertEqual(marks, [None, '"one"', '"one"'])

    def test_a_weak_mark_is_not_compared(self):
        self.comes(self.blob("cut-weak"))
        self.assertNotIn("If-Range", self.server.asked("cut-weak")[1][2])

    def test_what_came_before_is_kept(self):
        status, said = self.blob("cut-for-ever")
        self.assertIn("read 100000\n", said)
        self.assertEqual(len(self.server.asked("cut-for-ever")), 5)

    def test_retry_after_is_waited_for_but_not_for_ever(self):
        self.blob("busy-once")
        self.assertGreater(self.took, 1)
        self.blob("busy")  # asks for a day
        self.assertEqual(len(self.server.asked("busy")), 5)

    def test_a_circle_of_redirects_is_left_soon(self):
        self.blob("circle")
        self.assertEqual(len(self.server.asked("circle")), 6)

    def test_an_interrupt_is_heard(self):
        for name in ("hang", "drip", "busy", "cut-for-ever"):
            with self.subTest(name):
                self.fails(self.blob(name, options=("--stop-after", "300"), most=4), INTERRUPTED,
                           "interrupted")

    def test_a_reader_that_is_slow_is_no_slow_registry(self):
        blob = str(len(BLOB))
        self.comes(self.drive("blob", self.repo("good"), BLOB_DIGEST, blob, "3000"))

    def test_nobody_there(self):
        listener, port = lying.silent_port()
        self.fails(self.drive("manifest", f"127.0.0.1:{port}/a"), IO, "next to nothing")
        listener.close()
        self.fails(self.drive("manifest", f"127.0.0.1:{port}/a", most=10), IO, "cannot be reached")
        self.fails(self.drive("manifest", "nobody.invalid/a"), IO, "cannot be reached")

    def test_no_plain_http_but_where_it_is_allowed(self):
        # A name that is this machine, but does not say so.
        name = f"127.0.0.1.nip.invalid:{self.server.server_address[1]}"
        proxy = ("--proxy", self.server.base)
        self.drive(*proxy, "manifest", f"{name}/good")
        self.assertEqual([one for one in self.server.log if one[0] == "GET"], [])
        self.server.log.clear()
        self.drive(*proxy, "--plain-http", name, "manifest", f"{name}/good")
        self.assertEqual(len(self.server.log), 1)

    # ---- manifests

    def test_manifests(self):
        self.comes(self.manifest("good"), digest(MANIFEST))
        self.comes(self.manifest("good@" + digest(MANIFEST)), digest(MANIFEST))
        self.comes(self.manifest("manifest-sha512"), digest(MANIFEST))
        for name, code, text in (
                ("manifest-other-digest", MALFORMED, "another digest than the registry says"),
                ("manifest-two-digests", MALFORMED, "Docker-Content-Digest is none"),
                ("manifest-bad-digest", MALFORMED, "Docker-Content-Digest is none"),
                ("good@" + BLOB_DIGEST, MALFORMED, "than the one that was asked for"),
                ("manifest-huge", MALFORMED, "larger than the 4 MiB"),
                ("manifest-endless", MALFORMED, "larger than the 4 MiB"),
                ("manifest-hang", IO, "next to nothing"),
                ("manifest-drip", IO, "takes too long"),
                ("manifest-elsewhere", IO, "redirects what may not be redirected"),
                ("gzip-bomb", MALFORMED, "encoded, although that was not asked for"),
                ("many-headers", MALFORMED, "head of the answer is too long")):
            with self.subTest(name):
                self.fails(self.manifest(name), code, text)

    def test_what_a_registry_says_is_shown_harmless(self):
        status, said = self.manifest("rude")
        self.assertIn("403 DENIED%07: no%1B[2J%0D%0ASet-Cookie: x%E2%80%AEyyy", said)
        self.assertLess(len(said), 1000)

    # ---- who we are

    LOGIN = ("--user", "user", "--password", PASSWORD)

    def test_basic(self):
        self.comes(self.manifest("basic", self.LOGIN), digest(MANIFEST))
        self.assertNotIn("Authorization", self.server.log[0][2])  # only when it is asked for
        self.fails(self.manifest("basic"), IO,
                   "401 UNAUTHORIZED: authentication required (nothing is known to log in to")
        wrong = ("--user", "user", "--password", "wrong")
        self.fails(self.manifest("basic", wrong), IO, "is not taken")

    def test_bearer(self):
        self.comes(self.manifest("bearer"), digest(MANIFEST))  # a token for anybody
        self.assertNotIn("Authorization", self.server.asked("token")[0][2])
        self.comes(self.manifest("bearer", self.LOGIN), digest(MANIFEST))
        asked = self.server.asked("token")[-1]
        self.assertEqual(asked[1], "/token?service=test%2C%20registry&scope=repository:bearer:pull"
                         .replace("%2C", ","))
        self.assertEqual(asked[2]["Authorization"], "Basic " + lying.basic_of("user", PASSWORD))

    def test_an_identity_token_is_exchanged(self):
        self.comes(self.manifest("bearer", ("--token", PASSWORD)), digest(MANIFEST))
        method, path, headers = self.server.asked("token")[0]
        self.assertEqual((method, path), ("POST", "/token"))
        self.assertNotIn("Authorization", headers)

    def test_token_servers_that_lie(self):
        for name, code, text in (
                ("token-not-json", MALFORMED, "the token server's answer is none"),
                ("token-endless", 2, "for a token"),
                ("token-hang", IO, "for a token"),
                ("token-redirect", IO, "the token server refuses: 302"),
                ("token-crlf", MALFORMED, "the token server's answer is none"),
                ("token-twice", MALFORMED, "the token server's answer is none"),
                ("token-refused", IO, "401 UNAUTHORIZED: not ***"),
                ("token-wrong", IO, "401 UNAUTHORIZED: authentication required"),
                ("realm-file", MALFORMED, "a token server that may not be asked"),
                ("realm-plain", MALFORMED, "a token server that may not be asked"),
                ("realm-user", MALFORMED, "a token server that may not be asked"),
                ("many-challenges", IO, "401")):
            with self.subTest(name):
                self.fails(self.manifest(name, self.LOGIN), code, text)
        self.assertLess(len(self.server.asked("token-wrong")), 3)

    def test_credentials_stay_at_their_origin(self):
        LIES = lying.LIES
        LIES["basic-elsewhere"] = lambda h: (
            lying.basic(h) if "Authorization" not in h.headers else LIES["elsewhere"](h))
        LIES["elsewhere-asks"] = lambda h: h.answer(
            307, Location=self.other.base + "/v2/asks/blobs/x")
        self.addCleanup(LIES.pop, "basic-elsewhere")
        self.comes(self.blob("basic-elsewhere", options=self.LOGIN))
        self.assertEqual(len(self.other.log), 1)
        self.assertNotIn("Authorization", self.other.log[0][2])
        self.fails(self.blob("elsewhere-asks", options=self.LOGIN), IO, "401")
        for _, _, headers in self.other.log:
            self.assertNotIn("Authorization", headers)

    def test_secrets_are_in_no_message(self):
        self.fails(self.manifest("echo", self.LOGIN), IO, "403 DENIED: you said Basic ***, which")

    # ---- docker's config.json

    def config(self, **content):
        folder = tempfile.mkdtemp()
        path = pathlib.Path(folder, "config.json")
        path.write_text(json.dumps(content))
        return "--config", str(path)

    def test_config(self):
        place, auth = self.server.place, lying.basic_of("user", PASSWORD)
        for key in (place, f"http://{place}", f"https://{place}/v1/", f"{place}/basic"):
            with self.subTest(key):
                self.comes(self.manifest("basic", self.config(auths={key: {"auth": auth}})),
                           digest(MANIFEST))
        for key in (f"{place}0", f"{place}/bas", f"{place}/basic/more", "docker.io"):
            with self.subTest(key):
                self.fails(self.manifest("basic", self.config(auths={key: {"auth": auth}})), IO,
                           "nothing is known")
        self.fails(self.manifest("basic", self.config(auths={place: {"auth": "%%%"}})), 6,
                   "is not USER:PASSWORD")

    def test_helpers(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        helper = folder / "docker-credential-test"
        helper.write_text(f"""#!/bin/sh
            read -r server
            [ "$1 $server" = "get {self.server.place}" ] || exit 1
            echo '{{"ServerURL": "", "Username": "user", "Secret": "{PASSWORD}"}}'""")
        helper.chmod(0o755)
        nobody = folder / "docker-credential-nobody"
        nobody.write_text("#!/bin/sh\necho credentials not found in native keychain\nexit 1\n")
        nobody.chmod(0o755)
        chatty = folder / "docker-credential-chatty"
        chatty.write_text("#!/bin/sh\nexec yes\n")
        chatty.chmod(0o755)
        path, os.environ["PATH"] = os.environ["PATH"], f"{folder}:{os.environ['PATH']}"
        self.addCleanup(os.environ.__setitem__, "PATH", path)
        place = self.server.place
        self.comes(self.manifest("basic", self.config(credsStore="test")), digest(MANIFEST))
        self.comes(self.manifest("basic", self.config(credHelpers={place: "test"},
                                                      credsStore="chatty")), digest(MANIFEST))
        for store, code, text in (("nobody", IO, "nothing is known"),
                                  ("chatty", IO, "says too much"),
                                  ("missing", IO, "cannot run the credential helper"),
                                  ("../test", 6, "malformed"), ("test;id", 6, "malformed")):
            with self.subTest(store):
                self.fails(self.manifest("basic", self.config(credsStore=store)), code, text)

    # ---- referrers

    def referrers(self, name, *more):
        return self.drive("referrers", self.repo(name), digest(MANIFEST), *more)

    def test_referrers(self):
        status, said = self.referrers("referrers-pages")
        self.assertEqual(status, 0, said)
        self.assertEqual([line.split()[1] for line in said.splitlines()],
                         [digest(b"%d" % page) for page in (1, 2, 3)])
        self.comes(self.referrers("referrers-pages", "application/y"), "")
        for name, text in (("referrers-circle", "goes in a circle"),
                           ("referrers-endless", "too many pages"),
                           ("referrers-elsewhere", "goes on at another host"),
                           ("referrers-not-json", "listing what refers to"),
                           ("referrers-image", "the list is no image index")):
            with self.subTest(name):
                self.fails(self.referrers(name), MALFORMED, text)
        self.assertEqual(self.other.log, [])

    def test_attaching_where_it_cannot_be_kept(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(MANIFEST)
            file.flush()
            for name, text in (("fallback-image", "the list is no image index"),
                               ("forgetful", "others keep replacing the list")):
                with self.subTest(name):
                    self.fails(self.drive("attach", self.repo(name), digest(b"subject"),
                                          "application/x", file.name), MALFORMED, text)
        put = [path for method, path, _ in self.server.log
               if method == "PUT" and "fallback-image" in path]
        self.assertEqual(len(put), 1)  # the manifest itself; the image stays where it is

    # ---- uploads

    def test_an_upload_goes_elsewhere_without_credentials(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"bytes")
            file.flush()
            self.comes(self.drive(*self.LOGIN, "push-blob", self.repo("upload-elsewhere"),
                                  file.name), digest(b"bytes"))
            self.fails(self.drive("push-blob", self.repo("upload-nowhere"), file.name), MALFORMED,
                       "no usable URL")
        method, path, headers = self.other.log[0]
        self.assertEqual((method, path),
                         ("PUT", f"/v2/sink/blobs/uploads/1?a=b&digest={digest(b'bytes')}"))
        self.assertNotIn("Authorization", headers)

    def test_the_probe_shows_nobody_and_cleans_up(self):
        self.assertEqual(self.drive(*self.LOGIN, "probe", self.repo("open-to-all")),
                         (0, "may write\n"))
        self.assertEqual([(method, path) for method, path, _ in self.server.log],
                         [("POST", "/v2/open-to-all/blobs/uploads/"),
                          ("DELETE", "/v2/open-to-all/blobs/uploads/17")])
        self.assertEqual(self.drive(*self.LOGIN, "probe", self.repo("basic")), (0, "refused\n"))
        self.assertEqual(self.drive(*self.LOGIN, "probe", self.repo("bearer")), (0, "refused\n"))
        for _, _, headers in self.server.log:
            self.assertNotIn("Basic", headers.get("Authorization", ""))


class Tls(unittest.TestCase):
    """Certificates of an authority that only this test knows."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        at = pathlib.Path(cls.folder.name)

        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=at, check=True, capture_output=True)
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test authority", "-days", "2")
        for name, alternative in (("right", "IP:127.0.0.1"), ("wrong", "DNS:elsewhere.invalid")):
            (at / "ext").write_text(f"subjectAltName={alternative}\n")
            openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                    "-CAcreateserial", "-extfile", "ext", "-out", f"{name}.pem", "-days", "2")
        cls.at = at

    def serve(self, name):
        server = Server(tls=(self.at / f"{name}.pem", self.at / f"{name}.key"))
        self.addCleanup(server.server_close)
        return server

    def drive(self, *words):
        run = subprocess.run([DRIVER, *words], capture_output=True, text=True, timeout=30)
        return run.returncode, run.stdout

    def test_trust(self):
        server = self.serve("right")
        trusting = ("--cacert", str(self.at / "ca.pem"))
        status, said = self.drive(*trusting, "manifest", server.place + "/good")
        self.assertEqual(status, 0, said)
        count = len(server.log)
        status, said = self.drive("manifest", server.place + "/good")
        self.assertEqual(status, 1)
        self.assertIn("certificate is not trusted", said)
        self.assertIn("--cacert", said)
        status, said = self.drive("--cacert", "/nowhere", "manifest", server.place + "/good")
        self.assertIn("cannot read the file of trusted certificates", said)
        status, said = self.drive(*trusting, "manifest", self.serve("wrong").place + "/good")
        self.assertIn("certificate is not trusted", said)
        self.assertEqual(len(server.log), count)

    def test_no_way_down_to_http(self):
        server, plain = self.serve("right"), Server()
        self.addCleanup(plain.server_close)
        server.state["elsewhere"] = plain.base
        trusting = ("--cacert", str(self.at / "ca.pem"), "--user", "user", "--password", PASSWORD)
        status, said = self.drive(*trusting, "blob", server.place + "/elsewhere", BLOB_DIGEST,
                                  str(len(BLOB)))
        self.assertIn("redirects from https to http", said)
        lying.LIES["realm-down"] = lambda h: lying.bearer(h, plain.base + "/token")
        self.addCleanup(lying.LIES.pop, "realm-down")
        status, said = self.drive(*trusting, "manifest", server.place + "/realm-down")
        self.assertIn("a token server that may not be asked", said)
        self.assertEqual(plain.log, [])


if __name__ == "__main__":
    unittest.main()
