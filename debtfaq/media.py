"""Pictures of the site, from the disk of a small machine or a bucket; a proxy in front keeps what it once got."""

from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.static import serve

# Named here, for what the machine knows of file names differs; nothing else is shown as what it says it is.
TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
FOR_EVER = ("images/", "share/")  # another content has another name there
YEAR, DAY = 31_536_000, 86_400  # seconds


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Send a picture as one, and let nothing in it do anything."""
    if isinstance(default_storage, FileSystemStorage):
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    else:
        response = _from_bucket(path)
    is_kept = path.startswith(FOR_EVER)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_kept else f"public, max-age={DAY}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    if response.status_code == 200:
        kind = TYPES.get(PurePosixPath(path).suffix.lower())
        response["Content-Type"] = kind or "application/octet-stream"
        if not kind:
            response["Content-Disposition"] = "attachment"
    return response


def _from_bucket(name: str) -> HttpResponse:
    try:
        with default_storage.open(name) as file:
            return HttpResponse(file.read())
    except FileNotFoundError:
        raise Http404("没有这个文件") from None
