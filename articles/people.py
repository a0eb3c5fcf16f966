"""What people at the desk are called."""

from django.contrib.auth.models import User


def name_of(user: User | None) -> str:
    """Return the full name, as it is written in Chinese; what nobody in particular did, the system did."""
    if user is None:
        return "系统"
    return f"{user.last_name}{user.first_name}" or user.username
