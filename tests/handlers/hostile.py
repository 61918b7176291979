"""Files that strangers might send: good ones, hostile ones, and mutations, all made at test time.

Every hostile file is a function of a :class:`Kit`; :data:`FILES` maps its name, suffix included,
to the function and to the refusal it must get (``ANY`` where converting it is as good an answer).
"""

from __future__ import annotations

import json
import random
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

ANY = "any"
DAMAGED = "media_damaged"
UNKNOWN = "media_unknown_type"
TOO_LONG = "media_too_long"
TOO_LARGE = "media_picture_too_large"
STREAMS = "media_too_many_streams"
NO_AUDIO = "media_no_audio"

TONE = ["-f", "lavfi", "-i", "sine=440:duration=3:sample_rate=44100"]
STEREO = [*TONE, "-ac", "2"]
BARS = ["-f", "lavfi", "-i", "testsrc=size=320x240:duration=3:rate=10"]
STILL = [*BARS, "-frames:v", "1"]
GOOD: dict[str, list[str]] = {
    "opus.ogg": [*TONE, "-c:a", "libopus", "-ar", "48000"],
    "vorbis.ogg": [*STEREO, "-c:a", "libvorbis"],
    "tone.mp3": STEREO,
    "tone.m4a": STEREO,
    "eight.wav": [*TONE, "-c:a", "pcm_u8"],
    "sixteen.wav": STEREO,
    "twentyfour.wav": [*TONE, "-c:a", "pcm_s24le", "-ar", "96000"],
    "float.wav": [*TONE, "-c:a", "pcm_f32le", "-ac", "6"],
    "tone.flac": TONE,
    "tone.webm": [*TONE, "-c:a", "libopus", "-ar", "48000"],
    "film.webm": [*TONE, *BARS, "-c:a", "libopus", "-ar", "48000", "-deadline", "realtime"],
    "film.mp4": [*TONE, *BARS, "-preset", "ultrafast"],
    "still.png": STILL,
    "still.jpg": STILL,
    "still.webp": STILL,
}
"""Arguments that make each good file: three seconds, or one picture of 320 x 240."""


@dataclass(frozen=True)
class Kit:
    """What hostile files are made of: good ones, a canary never to be opened, a port to avoid."""

    good: dict[str, bytes]
    folder: Path
    canary: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sound.ogg"

    def ffmpeg(self, name: str, *arguments: str) -> bytes:
        target = self.folder / name
        program = imageio_ffmpeg.get_ffmpeg_exe()
        argv = [program, "-nostdin", "-v", "error", "-y", *arguments, str(target)]
        subprocess.run(argv, check=True, timeout=60)
        return target.read_bytes()


def make_good(folder: Path) -> dict[str, bytes]:
    """Every file of :data:`GOOD`, by name."""
    kit = Kit({}, folder, folder, 0)
    return {name: kit.ffmpeg(name, *arguments) for name, arguments in GOOD.items()}


def mutations(good: dict[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """``count`` good files with bytes flipped, cut, doubled, or spliced with another's."""
    chance = random.Random(seed)
    names = sorted(good)
    for index in range(count):
        name = chance.choice(names)
        data = bytearray(good[name])
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data) or 1)
            match chance.randrange(5):
                case 0:
                    for _ in range(chance.choice((1, 8, 64, 512))):
                        # Most harm is done in headers, so half of the flips fall there.
                        end = min(256, len(data)) if chance.random() < 0.5 else len(data)
                        data[chance.randrange(end)] = chance.randrange(256)
                case 1:
                    del data[max(at, 16) :]
                case 2:
                    del data[at : at + chance.randrange(1, 2000)]
                case 3:
                    data[at:at] = data[at : at + chance.randrange(1, 2000)]
                case _:
                    other = good[chance.choice(names)]
                    data[at:] = other[chance.randrange(len(other)) :]
        yield f"{index:04}-{name}", bytes(data) or b"\0"


# --- containers, written byte by byte so that they can lie ---------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png(width: int, height: int, pixels: bytes = b"", extra: bytes = b"", depth: int = 8) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + extra + data


def wav(
    tag: int, channels: int, rate: int, bits: int, data: bytes, size: int | None = None
) -> bytes:
    block = channels * bits // 8 & 0xFFFF
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * block & 0xFFFFFFFF, block, bits)
    length = len(data) if size is None else size
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", length) + data
    return b"RIFF" + struct.pack("<I", length + 36 & 0xFFFFFFFF) + body


def _crc_table(polynomial: int, bits: int) -> list[int]:
    top, mask = 1 << bits - 1, (1 << bits) - 1
    table = []
    for byte in range(256):
        value = byte << bits - 8
        for _ in range(8):
            value = (value << 1 ^ (polynomial if value & top else 0)) & mask
        table.append(value)
    return table


CRC8, CRC16, CRC32 = _crc_table(0x07, 8), _crc_table(0x8005, 16), _crc_table(0x04C11DB7, 32)


def crc(data: bytes, table: list[int], bits: int) -> int:
    value, mask = 0, (1 << bits) - 1
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> bits - 8 ^ byte]
    return value


def ogg_page(kind: int, granule: int, number: int, packets: list[bytes]) -> bytes:
    lacing = bytes(len(packet) for packet in packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, kind, granule, 7, number, 0)
    page = head + bytes([len(lacing)]) + lacing + b"".join(packets)
    return page[:22] + struct.pack("<I", crc(page, CRC32, 32)) + page[26:]


def opus(
    hours: float,
    *,
    says_s: float | None = None,
    packet: bytes = b"\x1f\x02\0\0",
    samples: int = 5760,
) -> bytes:
    """Silence in packets of 120 ms and 4 bytes: ten hours are 1.5 megabytes."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", 0)
    pages = [ogg_page(2, 0, 0, [head]), ogg_page(0, 0, 1, [tags])]
    total = round(hours * 3600 * 48000 / samples / 250)
    for number in range(total):
        granule = (number + 1) * 250 * samples
        if says_s is not None:
            granule = min(granule, round(says_s * 48000))
        last = 4 if number == total - 1 else 0
        pages.append(ogg_page(last, granule, number + 2, [packet] * 250))
    return b"".join(pages)


def flac(hours: float, *, says_s: float) -> bytes:
    """Silence in frames of 65,535 samples: ten hours are 400 kilobytes."""
    rate, block = 48000, 65535
    total = round(says_s * rate)
    packed = rate << 44 | 1 << 41 | 15 << 36 | total
    info = struct.pack(">HH", block, block) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    parts = [b"fLaC\x80\0\0\x22" + info]
    for number in range(round(hours * 3600 * rate / block)):
        head = b"\xff\xf8\x7a\x18" + chr(number).encode("utf-8", "surrogatepass")
        head += struct.pack(">H", block - 1)
        head += bytes([crc(head, CRC8, 8)])
        frame = head + bytes(6)  # two subframes, each a constant 0 of 16 bits
        parts.append(frame + struct.pack(">H", crc(frame, CRC16, 16)))
    return b"".join(parts)


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def outside_reference(kit: Kit, kind: bytes, reference: bytes) -> bytes:
    """The good m4a, its samples said to lie in another file."""
    data = kit.good["tone.m4a"]
    own = box(b"url ", b"\0\0\0\1")
    assert own in data
    entry = box(kind, b"\0\0\0\0", reference)
    grown = len(entry) - len(own)
    changed = data.replace(own, entry)
    for parent in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = changed.index(parent) - 4
        size = int.from_bytes(changed[at : at + 4], "big") + grown
        changed = changed[:at] + struct.pack(">I", size) + changed[at + 4 :]
    return changed


def id3(size: int) -> bytes:
    return b"ID3\4\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def playlist(target: str) -> bytes:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n".encode()


def many_streams(kit: Kit, name: str, *codec: str) -> bytes:
    return kit.ffmpeg(name, *TONE[:3], "sine=duration=0.1", *["-map", "0:a"] * 40, *codec)


# --- the corpus ----------------------------------------------------------------------------------

Make = Callable[[Kit], bytes]
FILES: dict[str, tuple[Make, str]] = {}


def add(name: str, make: Make, outcome: str) -> None:
    assert name not in FILES
    FILES[name] = (make, outcome)


def _junk() -> None:
    add("zero.ogg", lambda k: b"", "media_empty")
    add("one-byte.mp3", lambda k: b"\xff", UNKNOWN)
    add("nul.wav", lambda k: bytes(1 << 20), UNKNOWN)
    add("random.flac", lambda k: random.Random(1).randbytes(1 << 16), ANY)
    add("text.ogg", lambda k: b"Hello, this is not a sound.\n" * 99, UNKNOWN)
    add("program.mp3", lambda k: b"\x7fELF\2\1\1" + bytes(4096), UNKNOWN)
    add("archive.ogg", lambda k: b"PK\3\4" + bytes(4096), UNKNOWN)
    add("page.wav", lambda k: f"<html><audio src='{k.url}'>".encode(), UNKNOWN)
    add("paper.m4a", lambda k: b"%PDF-1.7\n" + bytes(999), UNKNOWN)
    add("moving.png", lambda k: b"GIF89a" + bytes(99), UNKNOWN)
    add("heic.mp4", lambda k: box(b"ftyp", b"heic" + bytes(8)) + bytes(99), UNKNOWN)
    add("other.webp", lambda k: b"RIFF\x40\0\0\0AVI LIST" + bytes(64), UNKNOWN)
    # Only the suffix is wrong: it is never looked at.
    for good, name in (("tone.mp3", "mp3.png"), ("still.png", "png.ogg"), ("opus.ogg", "ogg.jpg")):
        add(f"suffix-{name}", lambda k, good=good: k.good[good], ANY)  # type: ignore[misc]


def _truncated() -> None:
    for name in GOOD:
        add(f"head-{name}", lambda k, n=name: k.good[n][:48], ANY)  # type: ignore[misc]
        add(f"half-{name}", lambda k, n=name: k.good[n][: len(k.good[n]) // 2], ANY)  # type: ignore[misc]
    add("tail.m4a", lambda k: k.good["tone.m4a"][-2000:], UNKNOWN)
    add("middle.mp3", lambda k: k.good["tone.mp3"][5001:], ANY)


def _playlists() -> None:
    local: Make = lambda k: playlist(str(k.canary))  # noqa: E731
    remote: Make = lambda k: playlist(k.url)  # noqa: E731
    add("local-playlist.ogg", local, UNKNOWN)
    add("url-playlist.ogg", remote, UNKNOWN)
    add("file-url-playlist.m3u8", lambda k: playlist(f"file://{k.canary}"), UNKNOWN)
    add("concat-playlist.mp3", lambda k: playlist(f"concat:{k.url}|{k.canary}"), UNKNOWN)
    add("local.ffconcat", lambda k: f"ffconcat version 1.0\nfile '{k.canary}'".encode(), UNKNOWN)
    add("url.ffconcat", lambda k: f"ffconcat version 1.0\nfile '{k.url}'".encode(), UNKNOWN)
    add("bare-concat.wav", lambda k: f"file '{k.canary}'\n".encode(), UNKNOWN)
    add(
        "dash.mp4",
        lambda k: f"<MPD><Period><BaseURL>{k.url}</BaseURL></Period></MPD>".encode(),
        UNKNOWN,
    )
    add(
        "session.sdp",
        lambda k: f"v=0\nc=IN IP4 127.0.0.1\nm=audio {k.port} RTP/AVP 0\n".encode(),
        UNKNOWN,
    )
    add("list.pls", lambda k: f"[playlist]\nFile1={k.canary}\n".encode(), UNKNOWN)
    add("list.asx", lambda k: f'<asx><ref href="{k.url}"/></asx>'.encode(), UNKNOWN)
    add("list.ram", lambda k: f"rtsp://127.0.0.1:{k.port}/a\n".encode(), UNKNOWN)
    add("script.avs", lambda k: f'DirectShowSource("{k.canary}")'.encode(), UNKNOWN)
    add("graph.png", lambda k: f"movie={k.canary}".encode(), UNKNOWN)
    add(
        "drawing.png",
        lambda k: f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{k.url}"/></svg>'.encode(),
        UNKNOWN,
    )
    add("playlist-behind-ogg-magic.ogg", lambda k: b"OggS\0\2" + remote(k), UNKNOWN)
    add("playlist-in-ogg-page.ogg", lambda k: ogg_page(2, 0, 0, [local(k)[:200]]), UNKNOWN)
    add("playlist-behind-flac-magic.flac", lambda k: b"fLaC" + local(k), DAMAGED)
    add("playlist-behind-id3.mp3", lambda k: id3(0) + local(k), UNKNOWN)
    add("playlist-in-id3.mp3", lambda k: id3(len(local(k))) + local(k), UNKNOWN)
    add("playlist-in-wav.wav", lambda k: b"RIFF\xff\0\0\0WAVE" + remote(k), DAMAGED)
    add("playlist-in-mp4.mp4", lambda k: box(b"ftyp", b"isom\0\0\0\0") + local(k), DAMAGED)
    add("playlist-then-mp3.mp3", lambda k: local(k) + k.good["tone.mp3"], ANY)
    add("mp3-then-playlist.mp3", lambda k: k.good["tone.mp3"] + remote(k), ANY)
    add("wav-then-playlist.m3u8", lambda k: k.good["sixteen.wav"] + local(k), ANY)
    add("jpeg-with-playlist.jpg", lambda k: b"\xff\xd8\xff\xe0" + local(k), DAMAGED)
    add(
        "local-reference.m4a",
        lambda k: outside_reference(k, b"url ", f"file://{k.canary}\0".encode()),
        ANY,
    )
    add("url-reference.m4a", lambda k: outside_reference(k, b"url ", f"{k.url}\0".encode()), ANY)
    add("alias.m4a", lambda k: outside_reference(k, b"alis", alias(k)), ANY)
    add(
        "reference-movie.mp4",
        lambda k: (
            box(b"ftyp", b"qt  \0\0\0\0")
            + box(
                b"moov", box(b"rmra", box(b"rmda", box(b"rdrf", bytes(4), b"url ", k.url.encode())))
            )
        ),
        NO_AUDIO,
    )


def alias(kit: Kit) -> bytes:
    """A Macintosh alias record that gives the canary's absolute path, as QuickTime writes it."""
    name = str(kit.canary).encode()
    fixed = bytes(4) + struct.pack(">HH", 0, 2) + b"\2"
    record = fixed[:8] + bytes(2) + b"\4disk".ljust(28, b"\0") + bytes(12)
    record += bytes([min(len(name), 63)]) + name[:63].ljust(63, b"\0") + bytes(16)
    record += struct.pack(">hh", 10, 10) + bytes(16)
    return record + struct.pack(">hH", 2, len(name)) + name + b"\xff\xff\0\0"


def _bombs() -> None:
    add("ten-hours.ogg", lambda k: opus(10), TOO_LONG)
    add("ten-hours-says-five-seconds.ogg", lambda k: opus(10, says_s=5), TOO_LONG)
    add("tiny-packets.ogg", lambda k: opus(0.5, says_s=5, packet=b"\x84\0", samples=120), DAMAGED)
    add("ten-hours.flac", lambda k: flac(10, says_s=36000), TOO_LONG)
    add("ten-hours-says-nothing.flac", lambda k: flac(10, says_s=0), TOO_LONG)
    add("ten-hours-says-five-seconds.flac", lambda k: flac(10, says_s=5), TOO_LONG)
    add("five-seconds-says-ten-hours.flac", lambda k: flac(5 / 3600, says_s=36000), TOO_LONG)
    add("five-seconds-says-one-hour.flac", lambda k: flac(5 / 3600, says_s=3600), DAMAGED)
    silence = b"\xff\xe3\x18\xc4" + bytes(68)  # MPEG 2.5, 8 kbit/s, 8 kHz: 72 ms in 72 bytes
    add("three-hours.mp3", lambda k: silence * 150_000, TOO_LONG)
    add("slow.wav", lambda k: wav(1, 1, 1, 8, bytes(100_000)), TOO_LONG)
    add("fast.wav", lambda k: wav(1, 1, 0xFFFFFFFF, 16, bytes(100_000)), ANY)
    add(
        "bomb.webm",
        lambda k: k.ffmpeg("bomb.webm", "-i", str(opus_file(k)), "-c", "copy"),
        TOO_LONG,
    )
    add("bomb.mp4", lambda k: k.ffmpeg("bomb.mp4", "-i", str(opus_file(k)), "-c", "copy"), TOO_LONG)


def opus_file(kit: Kit) -> Path:
    path = kit.folder / "bomb.ogg"
    if not path.exists():
        path.write_bytes(opus(10))
    return path


def _sounds() -> None:
    for name, codec in (("many.mp4", "aac"), ("many.ogg", "libopus"), ("many.webm", "libopus")):
        add(name, lambda k, n=name, c=codec: many_streams(k, n, "-c:a", c), STREAMS)  # type: ignore[misc]
    add("silent.mp4", lambda k: k.ffmpeg("silent.mp4", *BARS, "-preset", "ultrafast"), NO_AUDIO)
    add("silent.webm", lambda k: k.ffmpeg("silent.webm", *BARS, "-deadline", "realtime"), NO_AUDIO)
    add("silent.ogg", lambda k: k.ffmpeg("silent.ogg", *BARS, "-c:v", "libtheora"), NO_AUDIO)
    pcm = bytes(range(256)) * 200
    add("no-rate.wav", lambda k: wav(1, 1, 0, 16, pcm), DAMAGED)
    add("no-channels.wav", lambda k: wav(1, 0, 48000, 16, pcm), DAMAGED)
    add("no-bits.wav", lambda k: wav(1, 1, 48000, 0, pcm), DAMAGED)
    add("all-channels.wav", lambda k: wav(1, 65535, 48000, 16, pcm), ANY)
    add("100-channels.wav", lambda k: wav(1, 100, 48000, 16, pcm), STREAMS)
    add("endless.wav", lambda k: wav(1, 1, 48000, 16, pcm, size=0xFFFFFFFF), ANY)
    add("two-gigabytes.wav", lambda k: wav(1, 1, 48000, 16, pcm, size=0x7FFFFFFF), ANY)
    add("empty.wav", lambda k: wav(1, 1, 48000, 16, b""), DAMAGED)
    for tag, codec in ((0x2001, "dts"), (0x2000, "ac3"), (0x161, "wma"), (0x55, "mp3")):
        add(f"{codec}-in.wav", lambda k, t=tag: wav(t, 2, 48000, 16, pcm), ANY)  # type: ignore[misc]
    add("huge-tag.mp3", lambda k: id3(0x0FFFFFFF) + k.good["tone.mp3"], UNKNOWN)
    add("nested.mp4", lambda k: box(b"ftyp", b"isom\0\0\0\0") + _nested(900), DAMAGED)
    add(
        "huge-table.m4a",
        lambda k: k.good["tone.m4a"].replace(b"stts\0\0\0\0", b"stts\0\0\0\0\xff\xff"),
        ANY,
    )
    add(
        "endless-ebml.webm",
        lambda k: k.good["tone.webm"][:64] + b"\x18\x53\x80\x67\x01" + b"\xff" * 999,
        ANY,
    )


def _nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = box(b"moov", data)
    return data


def _pictures() -> None:
    bomb = zlib.compress(bytes(100 << 20), 9)
    add("huge.png", lambda k: png(60_000, 60_000), TOO_LARGE)
    add("largest.png", lambda k: png(0x7FFFFFFF, 0x7FFFFFFF), TOO_LARGE)
    add("long.png", lambda k: png(40_000, 1), TOO_LARGE)
    add("flat.png", lambda k: png(0, 10), DAMAGED)
    add("full.png", lambda k: png(7000, 7000, bytes((7000 * 3 + 1) * 7000)), ANY)
    add("deep.png", lambda k: png(7000, 7000, bytes((7000 * 6 + 1) * 7000), depth=16), ANY)
    add("more-than-said.png", lambda k: png(10, 10, bytes(100 << 20)), ANY)
    add("text-bomb.png", lambda k: png(9, 9, bytes(252), chunk(b"zTXt", b"a\0\0" + bomb)), ANY)
    add("profile-bomb.png", lambda k: png(9, 9, bytes(252), chunk(b"iCCP", b"a\0\0" + bomb)), ANY)
    add("no-header.png", lambda k: b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b"") * 9, DAMAGED)
    add("no-pixels.png", lambda k: png(10, 10), DAMAGED)
    frame = b"\xff\xc0\0\x11\x08\xff\xff\xff\xff\3\1\x11\0\2\x11\1\3\x11\1"
    add("huge.jpg", lambda k: b"\xff\xd8" + frame + k.good["still.jpg"][2:], TOO_LARGE)
    add("fill.jpg", lambda k: b"\xff\xd8" + b"\xff" * (1 << 20), DAMAGED)
    add("segments.jpg", lambda k: b"\xff\xd8" + b"\xff\xe0\0\2" * 100_000, DAMAGED)
    add("canvas.webp", lambda k: webp(b"VP8X", bytes(4) + b"\xff" * 6), TOO_LARGE)
    add("lossless.webp", lambda k: webp(b"VP8L", b"\x2f" + b"\xff" * 20), TOO_LARGE)
    add("no-frame.webp", lambda k: webp(b"VP8X", b"\2" + bytes(9)), DAMAGED)


def webp(kind: bytes, data: bytes) -> bytes:
    body = b"WEBP" + kind + struct.pack("<I", len(data)) + data + bytes(len(data) & 1) + bytes(16)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _polyglots() -> None:
    add("png-then-zip.png", lambda k: k.good["still.png"] + b"PK\3\4" + bytes(999), ANY)
    add("jpeg-then-page.html", lambda k: k.good["still.jpg"] + f"<img src={k.url}>".encode(), ANY)
    add("paper-then-mp3.pdf", lambda k: b"%PDF-1.7\n" + k.good["tone.mp3"], ANY)
    add("ogg-then-mp4.ogg", lambda k: k.good["opus.ogg"] + k.good["film.mp4"], ANY)
    add("mp3-then-png.mp3", lambda k: k.good["tone.mp3"] + png(60_000, 60_000), ANY)
    cover = png(60_000, 60_000)
    apic = b"APIC" + struct.pack(">IH", len(cover) + 13, 0) + b"\0image/png\0\3\0" + cover
    add("cover-bomb.mp3", lambda k: id3(len(apic)) + apic + k.good["tone.mp3"], ANY)
    add("wav-in-png.png", lambda k: png(9, 9, bytes(252), chunk(b"waVe", k.good["eight.wav"])), ANY)
    add("two-links.ogg", lambda k: k.good["opus.ogg"] + k.good["vorbis.ogg"], ANY)
    add("json.wav", lambda k: json.dumps({"url": k.url, "path": str(k.canary)}).encode(), UNKNOWN)


for family in (_junk, _truncated, _playlists, _bombs, _sounds, _pictures, _polyglots):
    family()
