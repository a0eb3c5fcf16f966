from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.linking import redirected
from articles.readership import most_read

MOST_READ = 5
DAYS = 7


def indexnow_key(request: HttpRequest, key: str) -> HttpResponse:
    """Prove to the engines of IndexNow that the key we send is ours."""
    if not settings.INDEXNOW_KEY or key != settings.INDEXNOW_KEY:
        raise Http404("没有这个文件")
    return HttpResponse(key, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Tell proxies and watchmen whether this process can do its work: the database answers and is of our version."""
    problem = ""
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _hold_against_migrations()
    except DatabaseError:
        problem = "database"
    except _NotMigrated:
        problem = "migrations"
    return HttpResponse(problem or "ok", content_type="text/plain", status=503 if problem else 200)


class _NotMigrated(Exception):
    pass


@cache  # only if it returns: what is applied stays so for the life of a process
def _hold_against_migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _NotMigrated


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Lead on from an address that was given up; else help somebody who came to where nothing is."""
    if response := redirected(request):
        return response
    return render(request, "404.html", {"most_read": most_read(MOST_READ, days=DAYS)}, status=404)
