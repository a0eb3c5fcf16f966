"""Pictures in a bucket: everything as on a disk, their addresses too."""

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto import mock_aws

from articles.models import Image
from tests.articles.pictures import upload
from tests.debtfaq.test_settings import load, values
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

BUCKET = "pictures"
OPTIONS = {"bucket_name": BUCKET, "region_name": "us-east-1", "access_key": "key", "secret_key": "secret"}


@pytest.fixture
def bucket(settings):
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret")
        client.create_bucket(Bucket=BUCKET)
        storage = {"BACKEND": "debtfaq.object_storage.ObjectStorage", "OPTIONS": OPTIONS}
        settings.STORAGES = {**settings.STORAGES, "default": storage}
        yield lambda: {entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def test_a_picture_from_upload_to_deletion(bucket, client, django_capture_on_commit_callbacks):
    image = Image.objects.add(upload())
    assert bucket() == set(image.address.names)
    assert default_storage.url(image.file.name) == image.file.url == image.address.url
    guide = ArticleFactory(published=True, body=f"看图。\n\n{image.markdown}\n")
    page = client.get(guide.get_absolute_url()).text
    assert image.address.url in page
    assert "amazonaws" not in page
    for name in image.address.names:
        answer = client.get(f"/media/{name}")
        assert answer.status_code == 200
        assert answer["Content-Type"] == f"image/{name.rpartition('.')[2].replace('jpg', 'jpeg')}"
        assert "immutable" in answer["Cache-Control"]
        assert "sandbox" in answer["Content-Security-Policy"]
    guide.delete()
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert not bucket()
    assert client.get(image.address.url).status_code == 404


def test_nothing_is_overwritten(bucket):
    names = [default_storage.save("covers/a.png", ContentFile(content)) for content in (b"one", b"two")]
    assert len({*names}) == 2
    for name, content in zip(names, (b"one", b"two"), strict=True):
        with default_storage.open(name) as file:
            assert file.read() == content


def test_a_bucket_that_fails_is_a_disk_that_fails(bucket, client, settings):
    client.raise_request_exception = False
    gone = {"BACKEND": "debtfaq.object_storage.ObjectStorage", "OPTIONS": {**OPTIONS, "bucket_name": "gone"}}
    settings.STORAGES = {**settings.STORAGES, "default": gone}
    with pytest.raises(OSError, match="object storage"):
        Image.objects.add(upload())
    assert not Image.objects.exists()
    assert client.get("/media/../secret").status_code in {400, 404}


def test_one_variable_chooses_the_bucket(tmp_path):
    bucket = {"MEDIA_S3_BUCKET": "faq", "MEDIA_S3_ENDPOINT": "http://minio:9000", "MEDIA_S3_ADDRESSING": "path"}
    [storages] = values(load(tmp_path, "STORAGES", SECRET_KEY="x", **bucket))
    assert isinstance(storages, dict)
    assert storages["default"]["BACKEND"] == "debtfaq.object_storage.ObjectStorage"
    options = {"bucket_name": "faq", "endpoint_url": "http://minio:9000", "addressing_style": "path"}
    assert storages["default"]["OPTIONS"] == options


def test_a_replica_needs_postgresql(tmp_path):
    result = load(tmp_path, SECRET_KEY="x", DATABASE_REPLICA_URL="postgres://u:p@db.example/faq")
    assert "DATABASE_REPLICA_URL 只能和 PostgreSQL 一起用" in result.stderr
