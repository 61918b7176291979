"""Video as phones and browsers play it: H.264 and AAC in an MP4, never larger than wanted.

ffmpeg does the encoding as a program beside this process, because its H.264 encoder is GPL. Frames
go to it through a pipe, one at a time, so a long video needs no more memory than a short one.
"""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import ffmpeg
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from engines.audio import write_flac
from engines.kinds import Samples

Pixels = NDArray[np.uint8]

#: What any chat takes without question: Discord's default is 10 MiB (Telegram's 50 MB).
MOST_BYTES = 9_500_000
#: Bits a second of the sound, and the least and most of the picture.
SOUND_BITS = 128_000
LEAST_BITS, MOST_BITS = 100_000, 4_000_000
#: Of the limit, what is left to the container.
SHARE = 0.97
#: x264's constant quality (lower is better) where the limit leaves room for it.
QUALITY = 21


class Film:
    """An MP4 file that grows frame by frame; as a context manager it is whole at the end.

    ``sound`` is samples [1 or 2 channels, frames] and their rate in Hz. Width and height are even
    numbers of pixels. Leaving the context by an exception leaves no file.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fps: float,
        sound: tuple[Samples, int],
        tags: Mapping[str, str] | None = None,
        most_bytes: int = MOST_BYTES,
        preset: str = "veryfast",
    ) -> None:
        self._path, self._size = path, size
        samples, rate = sound
        seconds = max(samples.shape[1] / rate, 1 / fps)
        self._scratch = tempfile.TemporaryDirectory()
        heard = Path(self._scratch.name, "sound.flac")
        write_flac(heard, samples, rate)
        # Whatever is shown, the decoder's buffer bounds what is spent: the rate over the whole
        # length and one buffer more (H.264, annex C).
        bits = (most_bytes * 8 * SHARE - SOUND_BITS * seconds) / (seconds + 1)
        bits = int(np.clip(bits, LEAST_BITS, MOST_BITS))
        pictures = ffmpeg.input(
            "pipe:0", format="rawvideo", pix_fmt="rgb24", s=f"{size[0]}x{size[1]}", r=fps
        ).filter("scale", out_color_matrix="bt709", out_range="tv")
        job = ffmpeg.output(
            pictures,
            ffmpeg.input(f"file:{heard}"),
            f"file:{path}",
            format="mp4",
            pix_fmt="yuv420p",
            movflags="+faststart",
            preset=preset,
            crf=QUALITY,
            maxrate=bits,
            bufsize=bits,
            threads=2,
            colorspace="bt709",
            color_primaries="bt709",
            color_trc="bt709",
            **{"c:v": "libx264", "c:a": "aac", "b:a": SOUND_BITS},
            # ffmpeg-python knows no option that comes several times but by different names.
            **{
                f"metadata:g:{number}": f"{name}={value}"
                for number, (name, value) in enumerate((tags or {}).items())
            },
        )
        argv = job.global_args("-loglevel", "error", "-y").compile(
            cmd=imageio_ffmpeg.get_ffmpeg_exe()
        )
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the film
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._errors
        )

    def add(self, frame: Pixels) -> None:
        """The next picture [height, width, 3]; raises RuntimeError where ffmpeg gave up."""
        if frame.shape != (self._size[1], self._size[0], 3):
            raise ValueError(f"a frame of {frame.shape} in a film of {self._size}")
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        try:
            self._process.stdin.write(np.ascontiguousarray(frame).data)
        except BrokenPipeError as error:
            raise RuntimeError(self._said()) from error

    def __enter__(self) -> Film:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            assert self._process.stdin is not None  # noqa: S101 - it was asked for
            if kind is not None:
                self._process.kill()
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
            code = self._process.wait()
            if kind is None and code != 0:
                raise RuntimeError(self._said())
            if kind is not None:
                self._path.unlink(missing_ok=True)
        finally:
            self._errors.close()
            self._scratch.cleanup()

    def _said(self) -> str:
        self._process.kill()
        self._process.wait()
        self._errors.seek(0)
        return f"ffmpeg made no video: {self._errors.read().decode(errors='replace')[-500:]}"
