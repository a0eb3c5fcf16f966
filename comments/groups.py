"""The groups of the desk and what each may do.

作者 write guides and hand them in, 编辑 change everybody's and approve them, 主编 publish them besides; 审核员 decide
on comments, 专家 answer by their own names.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions

EDITOR = {
    "articles": [
        *("add_article", "change_article", "delete_article", "view_article", "review_article"),
        *("add_category", "change_category", "delete_category", "view_category"),
        *("add_image", "change_image", "delete_image", "view_image"),
        *("add_tag", "change_tag", "delete_tag", "view_tag"),
        *("add_term", "change_term", "delete_term", "view_term"),
        *("add_page", "change_page", "view_page"),
        *("add_redirect", "change_redirect", "delete_redirect", "view_redirect"),
        *("add_synonymgroup", "change_synonymgroup", "delete_synonymgroup", "view_synonymgroup"),
        *("view_statuschange", "view_pushtask", "view_searchcount", "view_link"),
    ],
    "comments": [
        *("add_expert", "change_expert", "view_expert", "verify_expert"),
        *("add_comment", "change_comment", "view_comment", "moderate_comment"),
        *("add_commentrule", "change_commentrule", "delete_commentrule", "view_commentrule"),
        *("add_review", "change_review", "delete_review", "view_review"),
        *("view_moderationevent", "view_verification", "view_report", "view_earlierwording"),
    ],
}
GROUPS: dict[str, dict[str, list[str]]] = {
    "作者": {
        "articles": [
            *("add_article", "change_article", "view_article", "view_category", "view_tag", "view_term"),
            *("add_image", "change_image", "view_image", "view_statuschange"),
        ],
    },
    "编辑": EDITOR,
    "主编": {
        **EDITOR,
        "articles": [*EDITOR["articles"], "publish_article"],
        "auth": ["add_user", "change_user", "view_user"],
        "admin": ["view_logentry"],
    },
    "审核员": {
        "articles": ["view_article"],
        "comments": [
            *("view_comment", "moderate_comment", "view_expert", "view_moderationevent"),
            *("view_report", "view_earlierwording"),
            *("add_screeningword", "change_screeningword", "delete_screeningword", "view_screeningword"),
        ],
    },
    "专家": {"comments": ["answer_question"]},
}


MODULES = {"admin": "django.contrib.admin", "auth": "django.contrib.auth"}  # of apps that are not called so


def make_groups(apps: Apps) -> None:
    """Make the groups where they are missing, and give each those of its permissions whose models `apps` has.

    For migrations: one that adds a model calls this again. What an administrator gave a group besides, it keeps.
    """
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for label in sorted({label for permissions in GROUPS.values() for label in permissions}):
        # Django makes permissions only after all migrations; ours need them now.
        config = apps.get_app_config(label)
        config.models_module = import_module(f"{MODULES.get(label, label)}.models")
        create_permissions(config, apps=apps, verbosity=0)
    for name, permissions in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        for label, codenames in permissions.items():
            found = Permission.objects.filter(content_type__app_label=label, codename__in=codenames)
            group.permissions.add(*found)
