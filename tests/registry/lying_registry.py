"""A registry that lies, for the tests of the client: the repository's name says how.

    server = Server()                 # on loopback, a free port, in threads of this process
    server.place                      # "127.0.0.1:PORT"
    server.log                        # what was asked: (method, path, headers), in order
    server.state                      # what lies remember from request to request

Every lie is a function below that takes the request (a Handler). Repositories that no lie is named
after are honest: they have BLOB, and MANIFEST under every tag.
"""
import gzip
import hashlib
import http.server
import json
import random
import socket
import ssl
import threading
import time

BLOB = random.Random(5).randbytes(300_000)
OTHER_BLOB = random.Random(6).randbytes(300_000)


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


BLOB_DIGEST = digest(BLOB)
BOMB = gzip.compress(bytes(50_000_000), 1)  # made once: it takes as long as some limits
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
MANIFEST = json.dumps({
    "schemaVersion": 2, "mediaType": MANIFEST_TYPE,
    "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": digest(b"{}"),
               "size": 2},
    "layers": [{"mediaType": "application/octet-stream", "digest": BLOB_DIGEST,
                "size": len(BLOB)}]}).encode()
PASSWORD = "correct-horse-battery"
TOKEN = "token-of-a-thousand-nights"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        self.server.log.append((self.command, self.path, dict(self.headers)))
        parts = self.path.split("?")[0].split("/")
        self.repo = parts[2] if len(parts) > 2 else ""
        self.kind = parts[3] if len(parts) > 3 else parts[1]
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        lie = LIES.get(self.repo if parts[1] == "v2" else parts[1], honest)
        try:
            lie(self)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            pass
        except Cut:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def log_message(self, *args):
        pass

    # ---- for lies

    def head(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            for one in value if isinstance(value, list) else [value]:
                self.send_header(name.replace("_", "-"), one)
        self.end_headers()
        self.wfile.flush()

    def answer(self, status, body=b"", **headers):
        self.head(status, Content_Length=str(len(body)), **headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def times(self, what=None):
        """How often this was called for the repository, this time included."""
        key = (self.repo, what)
        self.server.state[key] = self.server.state.get(key, 0) + 1
        return self.server.state[key]

    @property
    def start(self):
        """Where the Range that is asked for starts; None without one."""
        asked = self.headers.get("Range")
        return int(asked.split("=")[1].split("-")[0]) if asked else None

    def from_start(self, blob=BLOB, etag='"one"', most=None):
        """An honest answer to a request with or without a range; cut after `most` bytes."""
        start = self.start
        extra = {"ETag": etag} if etag else {}
        if start is not None:
            extra["Content-Range"] = f"bytes {start}-{len(blob) - 1}/{len(blob)}"
        rest = blob[start or 0:]
        self.head(206 if start is not None else 200, Content_Length=str(len(rest)), **extra)
        self.wfile.write(rest[:most])
        if most is not None and most < len(rest):
            self.wfile.flush()
            raise Cut()


class Cut(Exception):
    pass


LIES = {}


def lie(function):
    LIES[function.__name__.replace("_", "-")] = function
    return function


def honest(h):
    if h.kind == "blobs" and h.path.endswith(BLOB_DIGEST):
        return h.from_start()
    if h.kind == "manifests":
        return h.answer(200, MANIFEST, Content_Type=MANIFEST_TYPE,
                        Docker_Content_Digest=digest(MANIFEST))
    error = {"errors": [{"code": "BLOB_UNKNOWN", "message": "blob unknown to registry"}]}
    return h.answer(404, json.dumps(error).encode())


# ---- sizes and digests of blobs

@lie
def too_long(h):
    h.answer(200, BLOB + b"x")


@lie
def too_short(h):
    h.answer(200, BLOB[:-1])


@lie
def two_lengths(h):
    h.head(200, Content_Length=[str(len(BLOB)), str(len(BLOB) + 1)])
    h.wfile.write(BLOB)
    raise Cut()


@lie
def other_bytes(h):
    h.answer(200, OTHER_BLOB)


@lie
def other_digest(h):
    h.answer(200, BLOB, Docker_Content_Digest=digest(OTHER_BLOB))


@lie
def endless(h):
    h.head(200, Transfer_Encoding="chunked")
    while True:
        h.chunk(BLOB)


@lie
def chunked(h):
    h.head(200, Transfer_Encoding="chunked")
    h.chunk(BLOB)
    h.chunk(b"")


@lie
def chunked_short(h):
    if h.start is not None:
        return h.answer(404)
    h.head(200, Transfer_Encoding="chunked")
    h.chunk(BLOB[:1000])
    h.chunk(b"")


@lie
def gzip_bomb(h):
    h.answer(200, BOMB, Content_Encoding="gzip")


@lie
def transfer_bomb(h):
    h.head(200, Transfer_Encoding="gzip, chunked")
    h.chunk(BOMB)
    h.chunk(b"")


# ---- redirects

@lie
def circle(h):
    h.answer(307, Location=h.path)


@lie
def elsewhere(h):
    h.answer(307, Location=h.server.state["elsewhere"] + h.path.replace("elsewhere", "honest"))


@lie
def elsewhere_asks(h):
    h.answer(307, Location=h.server.state["elsewhere"] + h.path.replace("elsewhere-", ""))


@lie
def asks(h):
    h.answer(401, WWW_Authenticate='Basic realm="give it to me"')


@lie
def to_plain(h):
    h.answer(302, Location="http://plain.invalid/blob")


@lie
def to_user(h):
    h.answer(302, Location=f"http://user:word@{h.server.place}{h.path}")


@lie
def to_file(h):
    h.answer(302, Location="file:///etc/passwd")


@lie
def to_nowhere(h):
    h.answer(302)


@lie
def manifest_elsewhere(h):
    h.answer(307, Location=h.server.state["elsewhere"] + "/v2/honest/manifests/latest")


# ---- connections

@lie
def cut_once(h):
    h.from_start(most=100_000 if h.times() == 1 else None)


@lie
def cut_weak(h):
    h.from_start(most=100_000 if h.times() == 1 else None, etag='W/"one"')


@lie
def cut_often(h):
    h.from_start(most=100_000)


@lie
def cut_for_ever(h):
    h.from_start(most=100_000 if h.times() == 1 else 0)


@lie
def cut_in_head(h):
    h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-")
    h.wfile.flush()
    raise Cut()


def cut_first(h, then):
    if h.times() == 1:
        h.from_start(most=100_000)
    then()


@lie
def resume_wrong_range(h):
    cut_first(h, lambda: h.answer(206, BLOB[h.start + 1:], ETag='"one"', Content_Range=(
        f"bytes {h.start + 1}-{len(BLOB) - 1}/{len(BLOB)}")))


@lie
def resume_no_range(h):
    cut_first(h, lambda: h.answer(206, BLOB[h.start:], ETag='"one"'))


@lie
def resume_wrong_total(h):
    cut_first(h, lambda: h.answer(206, BLOB[h.start:], ETag='"one"', Content_Range=(
        f"bytes {h.start}-{len(BLOB) - 1}/{len(BLOB) + 7}")))


@lie
def resume_whole(h):
    cut_first(h, lambda: h.answer(200, BLOB, ETag='"one"'))


@lie
def resume_other(h):
    cut_first(h, lambda: h.answer(200, OTHER_BLOB, ETag='"two"'))


@lie
def resume_other_unmarked(h):
    if h.times() == 1:
        h.from_start(most=100_000, etag=None)
    h.from_start(blob=OTHER_BLOB, etag=None)


@lie
def unasked_range(h):
    h.answer(206, BLOB, Content_Range=f"bytes 0-{len(BLOB) - 1}/{len(BLOB)}")


@lie
def drip(h):
    h.head(200, Content_Length=str(len(BLOB)))
    for byte in BLOB:
        h.wfile.write(bytes([byte]))
        h.wfile.flush()
        time.sleep(0.05)


@lie
def hang(h):
    time.sleep(60)


@lie
def garbage(h):
    h.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n" * 10)
    raise Cut()


@lie
def nothing(h):
    raise Cut()


@lie
def many_headers(h):
    h.head(200, X_Filler=["x" * 1000] * 100, Content_Length="0")


@lie
def long_header(h):
    h.head(200, X_Filler="x" * 500_000, Content_Length="0")


@lie
def endless_headers(h):
    h.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        h.wfile.write(b"X-Filler: xxxxxxxxxxxxxxxxxxxxxxxx\r\n" * 100)


# ---- those who are busy

@lie
def busy_once(h):
    if h.times() == 1:
        return h.answer(429, Retry_After="1")
    return honest(h)


@lie
def busy(h):
    h.answer(429, json.dumps({"errors": [
        {"code": "TOOMANYREQUESTS", "message": "pull rate limit"}]}).encode(),
        Retry_After="100000")


@lie
def broken_once(h):
    if h.times() == 1:
        return h.answer(503)
    return honest(h)


@lie
def broken(h):
    h.answer(500, b"<html>oops</html>")


# ---- manifests

@lie
def manifest_other_digest(h):
    h.answer(200, MANIFEST, Docker_Content_Digest=digest(b"something else"))


@lie
def manifest_bad_digest(h):
    h.answer(200, MANIFEST, Docker_Content_Digest="sha256:../../etc/passwd")


@lie
def manifest_two_digests(h):
    h.answer(200, MANIFEST, Docker_Content_Digest=[digest(MANIFEST), digest(b"something else")])


@lie
def manifest_sha512(h):
    h.answer(200, MANIFEST,
             Docker_Content_Digest="sha512:" + hashlib.sha512(MANIFEST).hexdigest())


@lie
def manifest_huge(h):
    h.answer(200, b" " * (5 << 20))


@lie
def manifest_endless(h):
    h.head(200, Transfer_Encoding="chunked")
    while True:
        h.chunk(b" " * 65536)


@lie
def manifest_hang(h):
    h.head(200, Content_Length="1000")
    time.sleep(60)


@lie
def manifest_drip(h):
    """Just fast enough for a blob, too slow for a document."""
    h.head(200, Content_Length=str(4 << 20))
    while True:
        h.wfile.write(b" " * 200)
        h.wfile.flush()
        time.sleep(0.1)


@lie
def rude(h):
    message = "no\x1b[2J\r\nSet-Cookie: x" + "\u202e" + "y" * 5000
    h.answer(403, json.dumps({"errors": [{"code": "DENIED\x07", "message": message}]}).encode())


# ---- who are you

def challenge(h, value):
    h.answer(401, json.dumps({"errors": [
        {"code": "UNAUTHORIZED", "message": "authentication required"}]}).encode(),
        WWW_Authenticate=value)


def bearer(h, realm):
    if h.headers.get("Authorization") == "Bearer " + TOKEN:
        return honest(h)
    url = realm if "//" in realm else h.server.base + "/" + realm
    return challenge(h, f'Bearer realm="{url}",service="test, registry",'
                        f'scope="repository:{h.repo}:pull"')


@lie
def basic(h):
    if h.headers.get("Authorization") == "Basic " + basic_of("user", PASSWORD):
        return honest(h)
    return challenge(h, 'Basic realm="test"')


def basic_of(user, password):
    import base64
    return base64.b64encode(f"{user}:{password}".encode()).decode()


@lie
def echo(h):
    """Repeats what it was told."""
    if "Authorization" not in h.headers:
        return challenge(h, 'Basic realm="test"')
    told = h.headers["Authorization"]
    return h.answer(403, json.dumps({"errors": [
        {"code": "DENIED", "message": f"you said {told}, which is {PASSWORD}"}]}).encode())


def named_realm(name, realm):
    LIES[name] = lambda h: bearer(h, realm)


for _name, _realm in {
        "bearer": "token", "token-not-json": "token-not-json-server",
        "token-endless": "token-endless-server", "token-hang": "token-hang-server",
        "token-redirect": "token-redirect-server", "token-crlf": "token-crlf-server",
        "token-twice": "token-twice-server", "token-refused": "token-refused-server",
        "token-wrong": "token-wrong-server",
        "realm-file": "file:///etc/passwd", "realm-plain": "http://plain.invalid/token",
        "realm-user": "https://user:word@plain.invalid/token"}.items():
    named_realm(_name, _realm)


@lie
def token(h):
    h.answer(200, json.dumps({"access_token": TOKEN, "expires_in": 60}).encode())


@lie
def token_not_json_server(h):
    h.answer(200, b"<html>")


@lie
def token_endless_server(h):
    endless(h)


@lie
def token_hang_server(h):
    hang(h)


@lie
def token_redirect_server(h):
    h.answer(302, Location=h.server.base + "/token")


@lie
def token_crlf_server(h):
    h.answer(200, json.dumps({"token": TOKEN + "\r\nX-Injected: yes"}).encode())


@lie
def token_twice_server(h):
    h.answer(200, b'{"token": "one", "token": "%s"}' % TOKEN.encode())


@lie
def token_refused_server(h):
    h.answer(401, json.dumps({"errors": [
        {"code": "UNAUTHORIZED", "message": f"not {PASSWORD}"}]}).encode())


@lie
def token_wrong_server(h):
    h.answer(200, json.dumps({"token": "another"}).encode())


@lie
def many_challenges(h):
    challenge(h, "Basic " * 1000)


# ---- referrers

def index(*digests):
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [
        {"mediaType": MANIFEST_TYPE, "digest": d, "size": 7, "artifactType": "application/x"}
        for d in digests]}).encode()


@lie
def referrers_pages(h):
    page = h.times()
    link = {"Link": f'</v2/{h.repo}/referrers/x?page={page}>; rel="next"'} if page < 3 else {}
    h.answer(200, index(digest(b"%d" % page)), Content_Type=INDEX_TYPE, **link)


@lie
def referrers_circle(h):
    h.answer(200, index(), Link=f'<{h.path}>; rel="next"')


@lie
def referrers_endless(h):
    h.answer(200, index(), Link=f'</v2/{h.repo}/referrers/x?page={h.times()}>; rel="next"')


@lie
def referrers_elsewhere(h):
    h.answer(200, index(), Link=f'<{h.server.state["elsewhere"]}/v2/honest/x>; rel="next"')


@lie
def referrers_not_json(h):
    h.answer(200, b"[1,2")


@lie
def referrers_image(h):
    h.answer(200, MANIFEST)


@lie
def fallback_image(h):
    """What stands under the tag for referrers is somebody's image."""
    if h.command == "PUT":
        return h.answer(201)
    return honest(h)


@lie
def forgetful(h):
    """Takes every list of referrers and keeps none."""
    if h.command == "PUT":
        return h.answer(201)
    return h.answer(404)


# ---- uploads

@lie
def upload_elsewhere(h):
    if h.command == "HEAD":
        return h.answer(404)
    if h.command == "POST":
        return h.answer(202, Location=h.server.state["elsewhere"] + "/v2/sink/blobs/uploads/1?a=b")
    return h.answer(400)


@lie
def sink(h):
    h.answer(201)


@lie
def upload_nowhere(h):
    h.answer(404 if h.command == "HEAD" else 202)


@lie
def open_to_all(h):
    if h.command == "POST":
        return h.answer(202, Location=f"/v2/{h.repo}/blobs/uploads/17")
    return h.answer(204)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, tls=None):
        super().__init__(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.socket = context.wrap_socket(self.socket, server_side=True,
                                              do_handshake_on_connect=False)
        self.log, self.state = [], {}
        self.place = f"127.0.0.1:{self.server_address[1]}"
        self.base = ("https://" if tls else "http://") + self.place
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass

    def asked(self, name):
        """What was asked of a repository, or of a server of tokens."""
        return [one for one in self.log if f"/{name}/" in one[1] + "/" or f"/{name}?" in one[1]]


def silent_port():
    """A port on which somebody listens and says nothing."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    return listener, listener.getsockname()[1]
