"""The server that `manage.py serve` becomes: granian, holding once for all workers what is large and never changes.

Workers are forked, so the dictionaries of Chinese and the libraries that are loaded here are in memory once. Nothing of
ours is: workers that are renewed after an upgrade run the new code.
"""

import gc
import multiprocessing
import os

os.environ["PYPINYIN_NO_PHRASES"] = "1"  # those that tell something are loaded by articles.readings

import bs4  # noqa: F401
import crawleruseragents  # noqa: F401
import django.contrib.admin  # noqa: F401
import markdown_it  # noqa: F401
import opencc  # noqa: F401
import openpyxl  # noqa: F401
import PIL.Image  # noqa: F401
import pypinyin  # noqa: F401
import rjieba  # noqa: F401
import tablib.formats  # noqa: F401
import werkzeug.middleware.proxy_fix  # noqa: F401
from granian.cli import entrypoint

if "redis" in os.environ.get("CACHE_URL", ""):
    import redis  # noqa: F401

if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    gc.collect()
    gc.freeze()  # the collector would write to what is shared, and so copy it
    entrypoint()  # type: ignore[no-untyped-call]
