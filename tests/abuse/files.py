"""Files made to hurt, each made when a test asks for it: small good ones, and mutants of them.

A mutant is a good file of which bytes, lines, numbers or members were changed, by a generator with a seed, so
that a mutant that found something can be made again from its number.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

Bytes = bytes
Mutation = Callable[[bytes, np.random.Generator], bytes]

WORDS = (
    b"nan", b"inf", b"-inf", b"1e400", b"-0", b"?", b"", b"NULL", b"true", b"1_000", b"0x10", b"9" * 400,
    b"99999999999999999999", b"-1", b"4294967296", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n",
    b",", b";", b":", b"@data", b"@seriesLength 999999999", b"@dimensions 9", b"(0,1)", b"'", b'"', b"((((",
    b"'shape': (99999999, 9999)", b"'descr': '|O'", b"'fortran_order': True", b"\x93NUMPY\x03\x00",
    b"PK\x03\x04", "\u202e".encode(), "\u0661".encode(), b"2024-02-30", b"31.12.2024",
)  # fmt: skip


def flipped(content: bytes, rng: np.random.Generator) -> bytes:
    """Change a few bytes."""
    found = bytearray(content)
    for place in rng.integers(0, len(found), rng.integers(1, 9)):
        found[place] = rng.integers(0, 256)
    return bytes(found)


def cut(content: bytes, rng: np.random.Generator) -> bytes:
    """End early, or lose a piece."""
    start, end = sorted(rng.integers(0, len(content) + 1, 2))
    return content[:end] if rng.random() < 0.5 else content[:start] + content[end:]


def doubled(content: bytes, rng: np.random.Generator) -> bytes:
    """Say a piece twice."""
    start, end = sorted(rng.integers(0, len(content) + 1, 2))
    return content[:end] + content[start:]


def inserted(content: bytes, rng: np.random.Generator) -> bytes:
    """Put a word of trouble in between, or in place of as many bytes."""
    word = WORDS[rng.integers(len(WORDS))]
    place = int(rng.integers(0, len(content) + 1))
    return content[:place] + word + content[place + (len(word) if rng.random() < 0.5 else 0) :]


def shuffled(content: bytes, rng: np.random.Generator) -> bytes:
    """Change the order of lines, or lose some."""
    lines = content.split(b"\n")
    if rng.random() < 0.5:
        return b"\n".join(lines[place] for place in rng.permutation(len(lines)))
    return b"\n".join(line for line in lines if rng.random() < 0.8)


def renumbered(content: bytes, rng: np.random.Generator) -> bytes:
    """Change four bytes as a number that lengths and offsets are written as."""
    found = bytearray(content)
    place = int(rng.integers(0, max(1, len(found) - 4)))
    value = rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, int(rng.integers(0, 2**32))])
    found[place : place + 4] = int(value).to_bytes(4, "little")
    return bytes(found)


MUTATIONS: tuple[Mutation, ...] = (flipped, cut, doubled, inserted, shuffled, renumbered)


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Return a file after one to three mutations."""
    for _ in range(rng.integers(1, 4)):
        if content:
            content = MUTATIONS[rng.integers(len(MUTATIONS))](content, rng)
    return content


def mutants(kind: str, count: int, first: int = 0) -> Iterator[bytes]:
    """Yield mutants of a kind of file: npz, npy or ts; the number of each is its seed."""
    for number in range(first, first + count):
        rng = np.random.default_rng([number, sum(kind.encode())])
        seeds = SEEDS[kind]()
        content = seeds[rng.integers(len(seeds))]
        # Half of the archives are changed inside, so that their checksums are right and the members are read.
        if kind == "npz" and rng.random() < 0.5:
            yield _members_mutated(content, rng)
        else:
            yield mutated(content, rng)


def _members_mutated(content: bytes, rng: np.random.Generator) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    victim = list(members)[rng.integers(len(members))]
    members[victim] = mutated(members[victim], rng)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return buffer.getvalue()


@cache
def npz_files() -> tuple[bytes, ...]:
    """Return good archives: a small one, and one that holds everything."""
    n, t, c = 8, 6, 2
    series = np.arange(n * t * c, dtype=np.float32).reshape(n, t, c)
    labels = np.arange(n) % 2
    found = []
    for arrays in (
        {"X": series, "y": labels},
        {"X": np.asfortranarray(series.astype(">f8")), "y": np.array(["no", "yes"])[labels]},
        {
            "X": series,
            "y": labels,
            "y2": np.tile(labels[:, None], (1, t)),
            "channels": np.array(["acc x", "acc y"]),
            "classes": np.array(["a", "b"]),
            "lengths": np.arange(n) % 3 + 4,
            "times": np.datetime64("2024-01-01") + np.arange(n * t).reshape(n, t),
            "entities": np.array([f"e{place % 3}" for place in range(n)]),
            "groups": np.array(["g", "h"]),
            "ids": np.array([f"s{place}" for place in range(n)]),
            "truth": series > 20,
            "spans": np.stack([np.arange(n), np.arange(n) + t], axis=1),
            "age": np.arange(n) / 2,
        },
    ):
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        found.append(buffer.getvalue())
    return tuple(found)


@cache
def npy_files() -> tuple[bytes, ...]:
    """Return good single arrays."""
    series = np.arange(96, dtype=np.float32).reshape(8, 6, 2)
    found = []
    for array in (series, np.asfortranarray(series.astype(np.int16)), series[:, :, 0].astype(">f8")):
        buffer = io.BytesIO()
        np.save(buffer, array)
        found.append(buffer.getvalue())
    return tuple(found)


@cache
def ts_files() -> tuple[bytes, ...]:
    """Return good .ts files: plain, unequal and with gaps, with times, with numbers to predict."""
    return (
        b"# About\n@problemName x\n@timeStamps false\n@univariate true\n@equalLength true\n@seriesLength 4\n"
        b"@classLabel true 1 2\n@data\n1,2,3,4:1\n-1.5,2e3,.5,0:2\n0,0,0,1:1\n",
        b"@problemName y\n@missing true\n@univariate false\n@dimensions 2\n@equalLength false\n"
        b"@classLabel true Up Down\n@data\n1,2,3:4,5,6:Up\n1,?:3,4:Down\n7,8:9,?:Up\n",
        b"@timestamps true\n@univariate true\n@classLabel true a b\n@data\n"
        b"(2024-01-01 00:00:00,1.5),(2024-01-01 00:01:00,-2):a\n(2024-01-02 00:00:00,3):b\n",
        b"@timestamps true\n@univariate true\n@classLabel true a b\n@data\n"
        b"(0,1),(0.5,2):a\n(0,-1),(0.5,3):b\n",
        b"@univariate true\n@targetLabel true\n@data\n1,2:0.5\n3,4:-1\n",
    )


SEEDS: dict[str, Callable[[], tuple[bytes, ...]]] = {"npz": npz_files, "npy": npy_files, "ts": ts_files}
