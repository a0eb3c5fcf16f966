"""Tables as files: CSV that a spreadsheet opens as it should, and XLSX; written as they are sent, read with a limit."""

import csv
import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from django.db.models import Model, QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from import_export.resources import Resource
from openpyxl import Workbook, load_workbook

from articles.importers.records import ImportProblem

BATCH = 500  # rows that are read from the database at once
MOST_IN_XLSX = 50_000  # rows; Excel opens more only with pain
MOST_READ = 5_000
LARGEST_READ = 10_000_000  # bytes
LARGEST_UNPACKED = 200_000_000
LONGEST_CELL = 32_767  # characters, in XLSX

BOM = "\ufeff"  # without it Excel takes UTF-8 for the encoding of the country
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int
Row = list[Cell]


class TooManyRows(Exception):
    """More than fit into the file; the message says so in Chinese."""


def safe(value: Any) -> Cell:
    """Return what a spreadsheet shows as it is: a text that it would take for a formula begins with an apostrophe."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value if value is not None else "")
    return f"'{text}" if text.startswith(FORMULA) else text


def plain(value: Any) -> str:
    """Return what `safe` was given, of a cell as it was read."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value if value is not None else "").strip()
    return text[1:] if text.startswith(tuple(f"'{sign}" for sign in FORMULA)) else text


def rows(resource: Resource, queryset: QuerySet[Any]) -> Iterator[Row]:
    """Yield the head of the table, then a row for each object, in the order of their numbers."""
    yield list(resource.get_export_headers())
    for batch in _batches(queryset):
        for instance in batch:
            yield [safe(value) for value in resource.export_resource(instance)]


def csv_lines(table: Iterable[Row]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield BOM
    for row in table:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def write_xlsx(table: Iterable[Row], file: IO[bytes]) -> None:
    """Raises TooManyRows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表格")
    for number, row in enumerate(table):
        if number > MOST_IN_XLSX:
            sheet.close()
            raise TooManyRows(f"超过 {MOST_IN_XLSX:,} 行，XLSX 装不下。请导出 CSV，或先筛选。")
        sheet.append([cell[:LONGEST_CELL] if isinstance(cell, str) else cell for cell in row])
    book.save(file)


def response(resource: Resource, queryset: QuerySet[Any], form: str, name: str) -> StreamingHttpResponse:
    """Return the table as a file to keep, `form` being csv or xlsx. Raises TooManyRows."""
    filename = f"{name}-{timezone.localtime():%Y%m%d-%H%M}.{form}"
    table = rows(resource, queryset)
    if form == "xlsx":
        file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
        try:
            write_xlsx(table, file)
        except TooManyRows:
            file.close()
            raise
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=filename)
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingHttpResponse(csv_lines(table), content_type="text/csv; charset=utf-8", headers=disposition)


def read(file: IO[bytes]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV or XLSX file with their lines, each by the head of its columns.

    Raises ImportProblem for a file that is no table, or too large a one.
    """
    raw = file.read(LARGEST_READ + 1)
    if len(raw) > LARGEST_READ:
        raise ImportProblem(f"文件太大，最多 {LARGEST_READ // 1_000_000} MB")
    lines = _xlsx(raw) if raw.startswith(b"PK") else _csv(raw)
    try:
        head = [plain(cell) for cell in next(lines, [])]
        found = []
        for number, line in enumerate(lines, 2):
            cells = [plain(cell) for cell in line]
            if any(cells):
                found.append((number, dict(zip(head, cells, strict=False))))
            if len(found) > MOST_READ:
                raise ImportProblem(f"一次最多 {MOST_READ:,} 行，请分几次导入")
    except csv.Error as error:
        raise ImportProblem(f"CSV 的格式不对（{error}）") from error
    if not any(head) or not found:
        raise ImportProblem("表格是空的")
    return found


def _csv(raw: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):  # Excel in Chinese writes the latter
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ImportProblem("文字编码不对，应为 UTF-8 或 GB 18030")
    if "\0" in text:
        raise ImportProblem("不是 CSV，也不是 XLSX")
    return csv.reader(io.StringIO(text, newline=""))


def _xlsx(raw: bytes) -> Iterator[tuple[Any, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED:
                raise ImportProblem("表格展开后太大了")
        # Whole at once: what is wrong shows here, and not while the rows are gone through.
        sheet = load_workbook(io.BytesIO(raw), read_only=True, data_only=True).active
        lines = sheet.iter_rows(max_row=MOST_READ + 2, max_col=50, values_only=True) if sheet else iter(())
        return iter(list(lines))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, ParseError, OSError, EOFError) as error:
        raise ImportProblem("这个 XLSX 文件读不出来，可能坏了") from error


def _batches(queryset: QuerySet[Any]) -> Iterator[list[Model]]:
    """Yield all objects, some at a time. Not by `iterator`: on SQLite an open one gets in the way of writing."""
    queryset, last = queryset.order_by("pk"), 0
    while batch := list(queryset.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        yield batch
