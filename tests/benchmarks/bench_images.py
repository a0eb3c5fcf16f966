"""How long an upload takes: `python -m tests.benchmarks.bench_images [TIMES]`.

Puts a phone's photo of 12 megapixels, and a screenshot of one, through the gate with all their variants, and prints
the median in seconds, of that on the processor, the sizes of what is made in KB, and the most memory that the process
of the decoder took in MB. The aim is two seconds of a processor and 200 MB.
"""

import io
import resource
import statistics
import sys
import time

from articles.image_gate import let_in
from tests.articles.pictures import encoded, photo, screenshot


def main(times: int) -> None:
    for name, content in {
        "photo": encoded(photo(4032, 3024), "JPEG", quality=90),
        "screenshot": encoded(screenshot(1080, 2400), "PNG"),
    }.items():
        seconds, before = [], working()
        for _ in range(times):
            start = time.perf_counter()
            picture = let_in(io.BytesIO(content))
            seconds.append(time.perf_counter() - start)
        worked = (working() - before) / times
        print(f"{name}: {statistics.median(seconds):.2f} s, of work {worked:.2f} s, {len(content) // 1000} KB in")
        for kind in ("avif", "webp", picture.address.suffix):
            sizes = [len(picture.files[picture.address.variant(width, kind)]) for width in picture.address.widths]
            print(f"  {kind}: {', '.join(f'{size / 1000:.0f}' for size in sizes)} KB")
    print(f"memory: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


def working() -> float:
    """Return how long all decoders have worked, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
