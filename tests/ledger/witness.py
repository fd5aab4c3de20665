#!/usr/bin/env python3
"""A witness of one log: C2SP tlog-witness and tlog-cosignature, RFC 6962 consistency proofs, RFC 8032 signatures.

Written from those texts alone, with the standard library alone; it shares nothing with the service.

    witness.py --name NAME --seed HEX --log VERIFIER_KEY --state FILE [--port N]

Prints its verifier key and its address, a line each, and serves until it is killed. What it cosigned last stands in FILE before
it answers, so that one that was killed goes on where it was.
"""
import argparse
import base64
import hashlib
import http.server
import json
import os
import struct
import time

import verify_log as rfc

# --- Ed25519 signing, RFC 8032 section 5.1.6 ---------------------------------------------------------------------------


def compress(point):
    inverse = pow(point[2], rfc.PRIME - 2, rfc.PRIME)
    x, y = point[0] * inverse % rfc.PRIME, point[1] * inverse % rfc.PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def expand(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return scalar, digest[32:]


def public_key(seed):
    return compress(rfc.multiply(expand(seed)[0], rfc.BASE))


def sign(seed, message):
    scalar, prefix = expand(seed)
    public = public_key(seed)
    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % rfc.ORDER
    commitment = compress(rfc.multiply(nonce, rfc.BASE))
    challenge = int.from_bytes(hashlib.sha512(commitment + public + message).digest(), "little") % rfc.ORDER
    return commitment + ((nonce + challenge * scalar) % rfc.ORDER).to_bytes(32, "little")


# --- Consistency, RFC 6962 section 2.1.4 (as RFC 9162 section 2.1.4.2 checks it) ---------------------------------------


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def continues(old, old_root, new, new_root, proof):
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    path = ([old_root] if old & (old - 1) == 0 else []) + proof
    if not path:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before, after = node(step, before), node(step, after)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            after = node(after, step)
        first, last = first >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# --- The service -------------------------------------------------------------------------------------------------------


class Refused(Exception):
    def __init__(self, status, body=b"", kind="text/plain"):
        super().__init__(status)
        self.status, self.body, self.kind = status, body, kind


class Witness:
    def __init__(self, given):
        self.name, self.seed, self.state = given.name, bytes.fromhex(given.seed), given.state
        self.keys = [rfc.read_key(key) for key in given.log]
        self.origin = self.keys[0][0]
        self.public = public_key(self.seed)
        self.number = hashlib.sha256(self.name.encode() + b"\n\x04" + self.public).digest()[:4]

    def verifier_key(self):
        return f"{self.name}+{self.number.hex()}+{base64.b64encode(bytes([4]) + self.public).decode()}"

    def known(self):
        if not os.path.exists(self.state):
            return 0, hashlib.sha256(b"").digest()
        with open(self.state, encoding="utf-8") as file:
            kept = json.load(file)
        return kept["size"], bytes.fromhex(kept["root"])

    def keep(self, size, root):
        with open(self.state + ".new", "w", encoding="utf-8") as file:
            json.dump({"size": size, "root": root.hex()}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.state + ".new", self.state)

    def add_checkpoint(self, body):
        head, _, note = body.partition("\n\n")
        lines = head.split("\n")
        if not lines[0].startswith("old ") or len(lines) > 64:
            raise Refused(400)
        old, proof = int(lines[0][4:]), [base64.b64decode(line) for line in lines[1:]]
        if note.split("\n")[0] != self.origin:
            raise Refused(404)
        try:
            _, size, root = rfc.read_checkpoint(note, self.keys)
        except rfc.Unfit as unfit:
            raise Refused(403) from unfit
        known, known_root = self.known()
        if old > size:
            raise Refused(400)
        if old != known or (old == size and root != known_root):
            raise Refused(409, f"{known}\n".encode(), "text/x.tlog.size")
        if not continues(old, known_root, size, root, proof):
            raise Refused(422)
        self.keep(size, root)
        at = int(time.time())
        text = note.rpartition("\n\n")[0] + "\n"
        signature = sign(self.seed, f"cosignature/v1\ntime {at}\n{text}".encode())
        return f"\u2014 {self.name} {base64.b64encode(self.number + struct.pack('>Q', at) + signature).decode()}\n".encode()


def handler(witness):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):  # the name is http.server's
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                if self.path != "/add-checkpoint":
                    raise Refused(404)
                self.answer(200, witness.add_checkpoint(body), "text/plain; charset=utf-8")
            except Refused as refused:
                self.answer(refused.status, refused.body, refused.kind)

        def answer(self, status, body, kind):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser(description="Witnesses one log.")
    parser.add_argument("--name", required=True)
    parser.add_argument("--seed", required=True, help="32 bytes in hex")
    parser.add_argument("--log", action="append", required=True, help="a verifier key of the log")
    parser.add_argument("--state", required=True)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    witness = Witness(given)
    server = http.server.HTTPServer(("127.0.0.1", given.port), handler(witness))
    print(witness.verifier_key(), flush=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
