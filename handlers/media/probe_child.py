"""The program that looks into a sound file with PyAV, in the jail, and prints what it found.

Run as ``python -I -S probe_child.py SITE FILE DEMUXER CODECS MAX_S BUDGET_S``. It prints one JSON
object. Exit status 3 says that the file cannot be opened.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Sequence
from typing import Any

UNREADABLE = 3
BATCH = 1000
"""Packets between two looks at the clock."""
DENSE, DENSEST_PER_S = 100_000, 125
"""Beyond so many packets, more of them a second than any recorder makes are an attack.

Each costs the decoder about as much, however little sound it holds; ten milliseconds a packet
(100 a second) is the least in real use.
"""


def length(container: Any, stream: Any, max_s: float, budget_s: float) -> float:
    """Seconds of sound in the packets, as far as they were counted.

    Headers lie and may say nothing; packets have to be there to be decoded. Counting stops beyond
    ``max_s`` seconds of sound, or after ``budget_s`` seconds of work.

    Raises:
        ValueError: where the packets hold next to nothing, or say so.

    """
    import av  # noqa: PLC0415 - found only after main() has set the path

    started = time.monotonic()
    ticks = packets = 0
    step = stream.codec_context.frame_size or 0
    rate = stream.codec_context.sample_rate or 1
    base = float(stream.time_base or 0)
    try:
        for packet in container.demux(stream):
            ticks += max(packet.duration or 0, 0)
            packets += packet.size > 0
            if packets % BATCH == 0:
                # A container may give each packet no duration; a codec's frame has a fixed one.
                seconds: float = max(ticks * base, packets * step / rate)
                if packets > max(DENSE, seconds * DENSEST_PER_S):
                    raise ValueError(f"{packets} packets for {seconds:.0f} s")
                if seconds > max_s or time.monotonic() - started > budget_s:
                    return seconds
    except av.error.FFmpegError:
        # The rest is unreadable; what came before it is there.
        pass
    return float(max(ticks * base, packets * step / rate))


def probe(path: str, demuxer: str, codecs: str, max_s: float, budget_s: float) -> dict[str, Any]:
    """Open ``path`` with ``demuxer`` alone and describe its first audio stream."""
    import av  # noqa: PLC0415

    options = {
        "protocol_whitelist": "file",
        "format_whitelist": demuxer,
        "codec_whitelist": codecs,
    }
    with av.open(f"file:{path}", format=demuxer, options=options) as container:
        found: dict[str, Any] = {"streams": len(container.streams), "audio": None}
        if not container.streams.audio:
            return found
        stream = container.streams.audio[0]
        context = stream.codec_context
        declared = stream.duration and float(stream.duration * (stream.time_base or 0))
        total = container.duration and container.duration / av.time_base
        audio: dict[str, Any] = {
            "codec": context.codec.name,
            "rate": context.sample_rate or 0,
            "channels": context.layout.nb_channels,
            "layout": context.layout.name,
            # A film's sound may well end before its pictures do.
            "stream_s": declared or (total if len(container.streams) == 1 else None),
            "header_s": declared or total,
        }
        found["audio"] = audio
        believed = demuxer not in {"mp3", "wav"} and (audio["header_s"] or 0) > max_s
        if not believed:
            audio["packets_s"] = length(container, stream, max_s, budget_s)
        return found


def main(arguments: Sequence[str]) -> int:
    """Probe the file and print the result."""
    site, path, demuxer, codecs, max_s, budget_s = arguments
    sys.path.append(site)
    import av  # noqa: F401, PLC0415 - what fails here is no fault of the file

    try:
        found = probe(path, demuxer, codecs, float(max_s), float(budget_s))
    except Exception:  # whatever a hostile file provokes is told as an exit status
        traceback.print_exc()
        return UNREADABLE
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
