"""Pictures in a bucket of an S3-compatible service, for sites of more than one machine.

Their addresses stay what they are on one machine, /media/…: they stand in the text of guides, and no page of ours may
show pictures of another host. `debtfaq.media` reads them from here; the proxy in front keeps what it once got.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage


def _as_on_a_disk(method: Callable[..., Any]) -> Callable[..., Any]:
    """Have a service that fails look like a disk that does, which the callers expect."""

    @wraps(method)
    def careful(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except (BotoCoreError, ClientError) as problem:
            raise OSError(f"object storage: {problem}") from problem

    return careful


class ObjectStorage(S3Storage):  # type: ignore[misc]  # it comes without types
    """As Django's storage on a disk, also in that nothing is overwritten; the bucket needs no public access."""

    def __init__(self, **options: Any) -> None:
        super().__init__(file_overwrite=False, default_acl=None, **options)
        # Services other than Amazon's know no checksums in trailers, which newer clients send if they may.
        checksums = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
        patience = Config(connect_timeout=2, read_timeout=15, retries={"max_attempts": 2}, **checksums)
        given: Config = self.client_config  # type: ignore[has-type]
        self.client_config = given.merge(patience)

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name) or "")

    open = _as_on_a_disk(S3Storage.open)
    save = _as_on_a_disk(S3Storage.save)
    delete = _as_on_a_disk(S3Storage.delete)
    exists = _as_on_a_disk(S3Storage.exists)
    listdir = _as_on_a_disk(S3Storage.listdir)
    size = _as_on_a_disk(S3Storage.size)
