"""What was asked of the database, as tests read it."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext


def in_words(queries: CaptureQueriesContext) -> list[str]:
    """Return the statements that were captured, those that PostgreSQL knows by a name (`articles.planned`) in words."""
    asked = [query["sql"] for query in queries]
    known: dict[str, str] = {}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, statement FROM pg_prepared_statements")
            known = {name: statement.partition(" AS ")[2] for name, statement in cursor.fetchall()}
    return [re.sub(r"EXECUTE (\w+).*", lambda match: known[match[1]], sql, flags=re.DOTALL) for sql in asked]
