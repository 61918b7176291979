"""Reading a TensorFlow checkpoint without TensorFlow.

A checkpoint ("tensor bundle") is a sorted table of names with, for each, the place of its values in
a data file. The table is LevelDB's: blocks of entries that share the beginnings of their keys, an
index block of blocks, and a footer; the values are small protocol buffers (``BundleEntryProto`` in
``tensorflow/core/protobuf/tensor_bundle.proto``; LevelDB, ``doc/table_format.md``).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engines.kinds import Samples

_FOOTER = 48
_MAGIC = 0xDB4775248B80FB57
_FLOAT = 1

Fields = dict[int, list[int | bytes]]


class CheckpointError(Exception):
    """The files are no checkpoint, or hold what is not read here."""


def read(index: Path, data: Path) -> dict[str, Samples]:
    """Every float32 variable of a checkpoint with one data file, by its name.

    Raises :class:`CheckpointError` where ``index`` is no such table or is compressed.
    """
    table = index.read_bytes()
    values = data.read_bytes()
    found: dict[str, Samples] = {}
    for key, entry in _entries(table):
        if not key:  # the header of the bundle
            continue
        fields = _message(entry)
        if _number(fields, 1) != _FLOAT:
            continue
        shape = _shape(fields)
        offset, size = _number(fields, 4), _number(fields, 5)
        if size != 4 * math.prod(shape) or offset + size > len(values):
            raise CheckpointError(f"{key.decode()} does not fit its shape {shape}")
        flat = np.frombuffer(values, "<f4", size // 4, offset)
        found[key.decode()] = flat.astype(np.float32).reshape(shape)
    return found


def _entries(table: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of the whole table, in its order."""
    if len(table) < _FOOTER or struct.unpack("<Q", table[-8:])[0] != _MAGIC:
        raise CheckpointError("this is no table: its footer is missing")
    footer = table[-_FOOTER:]
    at = 0
    for _ in range(2):  # the handle of the meta index, which says nothing here
        _, at = _varint(footer, at)
    offset, at = _varint(footer, at)
    size, _ = _varint(footer, at)
    for _, handle in _block(table, offset, size):
        start, at = _varint(handle, 0)
        length, _ = _varint(handle, at)
        yield from _block(table, start, length)


def _block(table: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """The entries of one block; each key gives only what differs from the one before."""
    if table[offset + size] != 0:
        raise CheckpointError("the table is compressed")
    block = table[offset : offset + size]
    restarts = struct.unpack("<I", block[-4:])[0]
    end = size - 4 * (restarts + 1)
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        added, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + added]
        at += added
        yield key, block[at : at + length]
        at += length


def _message(raw: bytes) -> Fields:
    """The fields of a protocol buffer by number, as numbers or bytes."""
    fields: Fields = {}
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        value: int | bytes
        match tag & 7:
            case 0:
                value, at = _varint(raw, at)
            case 2:
                length, at = _varint(raw, at)
                value, at = raw[at : at + length], at + length
            case 5:
                value, at = raw[at : at + 4], at + 4
            case 1:
                value, at = raw[at : at + 8], at + 8
            case kind:
                raise CheckpointError(f"a field of the unknown kind {kind}")
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _shape(entry: Fields) -> tuple[int, ...]:
    """The sizes of ``TensorShapeProto``; none for a single number."""
    shape = entry.get(2, [b""])[0]
    dimensions = _message(shape).get(2, []) if isinstance(shape, bytes) else []
    return tuple(_number(_message(each), 1) for each in dimensions if isinstance(each, bytes))


def _number(fields: Fields, number: int) -> int:
    """A whole number, which is 0 where it was left out."""
    value = fields.get(number, [0])[0]
    return value if isinstance(value, int) else 0


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = raw[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
