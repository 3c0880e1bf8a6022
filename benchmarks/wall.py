"""What the wall costs: CPU a photo in a worker against in process, start of a worker, replacement after a crash.

.venv/bin/python -m benchmarks.wall

Both with one thread of linear algebra, as workers have it: more spend CPU on waiting for each other.
"""

import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))  # before numpy is loaded

import io
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image

from provenance.examine.worker import Examiner, InProcess, WorkerPool
from tests.pictures import scene

PHOTOS = {"1280 x 960": ((1280, 960), 85), "4000 x 3000": ((4000, 3000), 92)}
ROUNDS, PHOTOS_A_ROUND = 9, 8


def jpeg(size: tuple[int, int], quality: int) -> bytes:
    """A drawn scene with grain, so that it compresses like a photo."""
    grain = Image.effect_noise(size, 24).convert("RGB")
    file = io.BytesIO()
    Image.blend(scene(3, size), grain, 0.15).save(file, "JPEG", quality=quality)
    return file.getvalue()


def children() -> list[int]:
    found = ""
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # a thread that has just ended
            found += (task / "children").read_text()
    return [int(pid) for pid in found.split()]


def cpu_s() -> float:
    """CPU of this process and of its living children; /proc/PID/schedstat counts nanoseconds."""
    spent = [int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in children()]
    return time.process_time() + sum(spent) / 1e9


@contextmanager
def timed(cpu: list[float], wall: list[float]) -> Iterator[None]:
    cpu_before, wall_before = cpu_s(), time.perf_counter()
    yield
    cpu.append(cpu_s() - cpu_before)
    wall.append(time.perf_counter() - wall_before)


def per_photo_ms(examiners: dict[str, Examiner], data: bytes) -> dict[str, float]:
    """The least CPU a photo took of some rounds, the examiners taking turns."""
    cpu: dict[str, list[float]] = {name: [] for name in examiners}
    for _ in range(ROUNDS):
        for name, examiner in examiners.items():
            with timed(cpu[name], []):
                for _ in range(PHOTOS_A_ROUND):
                    examiner.examine(data, "photo.jpg")
    return {name: 1000 * min(rounds) / PHOTOS_A_ROUND for name, rounds in cpu.items()}


def median_of(measure: Callable[[], tuple[float, float]], times: int = 5) -> tuple[float, float]:
    found = [measure() for _ in range(times)]
    return statistics.median(cpu for cpu, _ in found), statistics.median(wall for _, wall in found)


def start() -> tuple[float, float]:
    cpu: list[float] = []
    wall: list[float] = []
    with timed(cpu, wall):
        pool = WorkerPool(workers=1)
        pool.start()
    pool.close()
    return cpu[0], wall[0]


def replacement_s() -> float:
    """From the death of the only worker to the next photo's findings."""
    small = jpeg((64, 48), 80)
    with WorkerPool(workers=1) as pool:
        pool.examine(small, "photo.jpg")
        os.kill(children()[0], 9)
        began = time.perf_counter()
        pool.examine(small, "photo.jpg")
        return time.perf_counter() - began


def main() -> None:
    cpu, wall = median_of(start)
    print(f"start of a worker: {cpu:.2f} s CPU, {wall:.2f} s until it is ready (median of 5)")
    print(f"replacement: {statistics.median(replacement_s() for _ in range(5)):.2f} s until the next photo (median)")
    with WorkerPool(workers=1) as pool:
        for lock in pool.locks:
            print(f"{lock.name}: {'holds' if lock.holds else 'MISSING'} ({lock.because})")
        for name, (size, quality) in PHOTOS.items():
            data = jpeg(size, quality)
            least = per_photo_ms({"in process": InProcess(), "worker": pool}, data)
            ratio = least["worker"] / least["in process"]
            print(f"{name}, {len(data) // 1000} kB: {least} ms CPU a photo, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
