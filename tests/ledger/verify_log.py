#!/usr/bin/env python3
"""Verifies a served log, or one saved as files under the same paths: C2SP tlog-tiles, tlog-checkpoint and signed-note, RFC 6962, RFC 8032, RFC 8785's form of leaves.

Written from those texts alone, with the standard library alone; it shares nothing with the service.

    verify_log.py PREFIX [--token BEARER] [--key VERIFIER_KEY ...] [--hashes-only] [--checkpoint FILE ...] [--witness VERIFIER_KEY ...]

PREFIX is the log's address, such as http://localhost:5080/ledger, or a directory. Without --key the log's own keys are believed. A log
that is published has no entries: with --hashes-only they are not asked for. Each FILE is an earlier checkpoint, of which the log must be
a continuation; so it must be of what each witness (C2SP tlog-cosignature) cosigned. Exit 0: whole. Exit 1: the first thing that does not
fit.
"""
import argparse
import base64
import hashlib
import json
import os
import struct
import sys
import urllib.error
import urllib.request

# --- Ed25519, RFC 8032 section 5.1: verification only ---------------------------------------------------------------

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)


def recover_x(y, sign):
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME != 0:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME != 0 or (x == 0 and sign):
        return None
    return PRIME - x if x & 1 != sign else x


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % PRIME
    b = (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c = 2 * p[3] * q[3] * D % PRIME
    d = 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decompress(text):
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % PRIME)


BASE_Y = 4 * pow(5, PRIME - 2, PRIME) % PRIME
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % PRIME)


def is_signed(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = decompress(public), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % PRIME == 0 and (left[1] * right[2] - right[1] * left[2]) % PRIME == 0


# --- Notes and checkpoints ---------------------------------------------------------------------------------------------


class Unfit(Exception):
    """What does not fit, in words."""


def read_key(text, kind=1):
    name, number, encoded = text.strip().split("+", 2)
    typed = base64.b64decode(encoded)
    if typed[0] != kind or hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4].hex() != number:
        raise Unfit(f"{text} is no Ed25519 verifier key")
    return name, bytes.fromhex(number), typed[1:]


def require_cosigned(note, witness):
    text, _, signatures = note.rpartition("\n\n")
    name, number, public = witness
    for line in signatures.splitlines():
        _, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        if signer == name and signature[:4] == number and len(signature) == 76:
            (at,) = struct.unpack(">Q", signature[4:12])
            if is_signed(public, f"cosignature/v1\ntime {at}\n{text}\n".encode(), signature[12:]):
                return
    raise Unfit(f"the checkpoint is not cosigned by {name}")


def read_checkpoint(note, keys):
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    valid = 0
    for line in signatures.splitlines():
        dash, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        for known, number, public in keys:
            if dash == "\u2014" and known == name and signature[:4] == number:
                if not is_signed(public, text.encode(), signature[4:]):
                    raise Unfit("the checkpoint's signature does not fit its text")
                valid += 1
    if valid == 0:
        raise Unfit("the checkpoint is signed by no known key")
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


# --- The tree, RFC 6962 section 2.1 -----------------------------------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def tree_hash(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    left = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + tree_hash(hashes[:left]) + tree_hash(hashes[left:])).digest()


def tile_path(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == 256 else f".p/{width}")


class Log:
    def __init__(self, prefix, token):
        self.prefix, self.token = prefix.rstrip("/"), token

    def get(self, path):
        if os.path.isdir(self.prefix):
            try:
                with open(os.path.join(self.prefix, path), "rb") as file:
                    return file.read()
            except FileNotFoundError as absent:
                raise Unfit(f"{path} is missing") from absent
        request = urllib.request.Request(f"{self.prefix}/{path}")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError as refused:
            raise Unfit(f"{path} is not served: {refused.code}") from refused

    def tiles(self, level, count):
        for first in range(0, count, 256):
            width = min(256, count - first)
            yield first, width, tile_path(level, first // 256, width)


def split(bundle):
    entries, at = [], 0
    while at < len(bundle):
        (length,) = struct.unpack_from(">H", bundle, at)
        entries.append(bundle[at + 2 : at + 2 + length])
        at += 2 + length
    return entries


def describe(entry):
    try:
        event = json.loads(entry)
        return f"stream {event['stream']}, version {event['version']}, sequence {event['sequence']}"
    except (ValueError, KeyError, TypeError):
        return "what stands there is no event"


def misfit(index, entries, at, expected, following, before):
    """What became of a leaf whose entry is not where it should be; all before it fit."""
    hashes = [leaf_hash(entry) for entry in entries[at:]]
    if expected in hashes[1:]:
        return f"no leaf is of {describe(entries[at])}: it was put before leaf {index}"
    if not hashes or hashes[0] in following:
        return f"leaf {index}: its event is gone; the one before it is {before}"
    return f"leaf {index} is not its event ({describe(entries[at])})"


def check_leaves(log, size, hashes_only):
    hashes, sequence, before = [], 0, "none"
    for first, width, path in log.tiles(0, size):
        tile = log.get(path)
        if len(tile) != 32 * width:
            raise Unfit(f"{path} has {len(tile)} bytes")
        expected = [tile[at : at + 32] for at in range(0, len(tile), 32)]
        if hashes_only:
            hashes += expected
            continue
        entries = split(log.get(path.replace("tile/0/", "tile/entries/")))
        for at in range(width):
            if at >= len(entries) or leaf_hash(entries[at]) != expected[at]:
                raise Unfit(misfit(first + at, entries, at, expected[at], expected[at + 1 :], before))
            found = json.loads(entries[at])["sequence"]
            before = describe(entries[at])
            if found <= sequence:
                raise Unfit(f"leaf {first + at} is out of order ({before})")
            sequence = found
            hashes.append(expected[at])
        if len(entries) > width:
            raise Unfit(f"no leaf is of {describe(entries[width])}: it was put before leaf {first + width}")
    return hashes


def check_upper(log, hashes):
    level, below = 1, hashes
    while len(below) >= 256:
        nodes = [tree_hash(below[at : at + 256]) for at in range(0, len(below) - len(below) % 256, 256)]
        for first, width, path in log.tiles(level, len(nodes)):
            if log.get(path) != b"".join(nodes[first : first + width]):
                raise Unfit(f"{path} does not follow from the leaves")
        level, below = level + 1, nodes


def verify(given):
    log = Log(given.prefix, given.token)
    keys = [read_key(line) for line in (given.key or log.get("key").decode().splitlines())]
    cosigned = []
    for witness in (read_key(line, 4) for line in given.witness):
        note = log.get(f"cosigned/{witness[1].hex()}").decode()
        require_cosigned(note, witness)
        cosigned.append((f"what {witness[0]} cosigned", note))
    origin, size, root = read_checkpoint(log.get("checkpoint").decode(), keys)
    hashes = check_leaves(log, size, given.hashes_only)
    check_upper(log, hashes)
    if tree_hash(hashes) != root:
        raise Unfit(f"the root of {size} leaves is not the checkpoint's")
    kept = []
    for path in given.checkpoint:
        with open(path, encoding="utf-8") as file:
            kept.append((path, file.read()))
    for name, note in kept + cosigned:
        earlier_origin, earlier, earlier_root = read_checkpoint(note, keys)
        if earlier_origin != origin or earlier > size or tree_hash(hashes[:earlier]) != earlier_root:
            raise Unfit(f"the log of {size} leaves does not continue {name} of {earlier}")
    return f"whole: {origin}, {size} leaves, root {root.hex()}"


def main():
    parser = argparse.ArgumentParser(description="Verifies a served or saved log.")
    parser.add_argument("prefix")
    parser.add_argument("--token")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--hashes-only", action="store_true")
    parser.add_argument("--checkpoint", action="append", default=[])
    try:
        print(verify(parser.parse_args()))
        return 0
    except Unfit as unfit:
        print(f"does not fit: {unfit}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
