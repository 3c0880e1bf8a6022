"""Every benchmark, one after the other: `python -m benchmarks`."""

import runpy

BENCHMARKS = ("examine", "metadata", "extraction", "traces", "wall", "index", "features", "checking", "copies")

if __name__ == "__main__":
    for name in BENCHMARKS:
        print(f"\n== benchmarks.{name} ==", flush=True)
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")
