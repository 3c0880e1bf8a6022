"""What reading metadata costs, against ExifTool kept open, on the same files in the same run.

    python -m benchmarks.metadata [--files FOLDER] [--rounds 3] [--exiftool COMMAND]

ExifTool is Debian's libimage-exiftool-perl, asked for `-j -n -G1 -struct` through `-stay_open`, so that its start
costs nothing. Ours is the walk over the container and every reader of metadata, in one process, from the file's bytes
on disk to values under ExifTool's names; decoding, fingerprints and traces are not in it, ExifTool does none of them.
In each round the one goes over all files as over a folder, then the other; each file's figure is the least of the
rounds. (Where the two take turns file by file, each finds the caches cold; that costs ours more.) Times are of the wall
clock, for ExifTool's CPU is another process's. Files no reader of ours knows the format of are left out.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import mean, median, quantiles
from time import perf_counter
from typing import IO, cast

from provenance.errors import InputError
from provenance.examine.decode.sniff import sniff
from provenance.examine.metadata import read_all

SAMPLES = Path(__file__).resolve().parent.parent / "sample_images"
ASKED = ("-j", "-n", "-G1", "-struct")


class ExifTool:
    """One ExifTool that is kept open."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            [*command, "-stay_open", "True", "-@", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._asked = cast(IO[bytes], self._process.stdin)
        self._told = cast(IO[bytes], self._process.stdout)

    def read(self, file: Path) -> bytes:
        self._asked.write("\n".join((*ASKED, str(file), "-execute\n")).encode())
        self._asked.flush()
        lines = []
        while (line := self._told.readline()) and not line.startswith(b"{ready"):
            lines.append(line)
        return b"".join(lines)

    def close(self) -> None:
        self._asked.write(b"-stay_open\nFalse\n")
        self._asked.close()
        self._process.wait(timeout=10)


def ours(file: Path) -> int:
    data = file.read_bytes()
    return len(read_all(data, sniff(data)).metadata)


def known(file: Path) -> bool:
    try:
        sniff(file.read_bytes())
    except InputError:
        return False
    return True


def least_ms(ask: object, file: Path, times: dict[Path, float]) -> None:
    began = perf_counter()
    ask(file)  # type: ignore[operator]
    times[file] = min(times.get(file, float("inf")), (perf_counter() - began) * 1000)


def p99(values: list[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[98]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--exiftool", default="exiftool")
    given = parser.parse_args()
    files = [file for file in sorted(given.files.rglob("*")) if file.is_file() and known(file)]
    command = given.exiftool.split()
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is not installed (Debian: libimage-exiftool-perl); nothing to compare with")
        return
    if len(files) < 2:
        sys.exit(f"{given.files} holds {len(files)} files of a known format, at least 2 are needed")
    exiftool = ExifTool(command)
    theirs_ms: dict[Path, float] = {}
    ours_ms: dict[Path, float] = {}
    for _ in range(given.rounds):
        for file in files:
            least_ms(exiftool.read, file, theirs_ms)
        for file in files:
            least_ms(ours, file, ours_ms)
    exiftool.close()
    print(f"{len(files)} files, least of {given.rounds} rounds, ms a file")
    for name, times in (("ExifTool -stay_open", theirs_ms), ("ours", ours_ms)):
        values = list(times.values())
        print(f"  {name:20} median {median(values):8.2f}   mean {mean(values):8.2f}   p99 {p99(values):8.2f}")
    ratios = [theirs_ms[file] / ours_ms[file] for file in files]
    medians = median(theirs_ms.values()) / median(ours_ms.values())
    means = mean(theirs_ms.values()) / mean(ours_ms.values())
    tails = p99(list(theirs_ms.values())) / p99(list(ours_ms.values()))
    print(f"  ExifTool takes {medians:.1f}x as long at the median, {means:.1f}x at the mean, {tails:.1f}x at p99")
    print(f"  file by file: median {median(ratios):.1f}x, least {min(ratios):.1f}x")


if __name__ == "__main__":
    main()
