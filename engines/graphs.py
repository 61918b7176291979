"""ONNX graphs with one more output: a value that the network works out but keeps to itself."""

from __future__ import annotations

#: Field numbers of ONNX's messages (onnx.proto3): ModelProto.graph, GraphProto.output,
#: ValueInfoProto.name and .type, TypeProto.tensor_type, its elem_type; FLOAT among the types.
_GRAPH, _OUTPUT, _NAME, _TYPE, _TENSOR, _ELEMENT, _FLOAT = 7, 12, 1, 2, 1, 1, 1


def exposing(model: bytes, value: str) -> bytes:
    """The ONNX ``model`` with the float tensor called ``value`` as its last output.

    Protocol buffers merge what comes twice, so a graph that holds nothing but the further output
    is put behind the model; nothing is parsed and no library needed.
    """
    tensor = _number(_ELEMENT << 3) + _number(_FLOAT)
    described = _field(_NAME, value.encode()) + _field(_TYPE, _field(_TENSOR, tensor))
    return model + _field(_GRAPH, _field(_OUTPUT, described))


def _number(value: int) -> bytes:
    """A varint: seven bits a byte, the lowest first, the top bit says that more follow."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _number(rest) if rest else bytes([low])


def _field(number: int, content: bytes) -> bytes:
    """A field whose content has a length (wire type 2)."""
    return _number(number << 3 | 2) + _number(len(content)) + content
