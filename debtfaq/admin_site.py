from django.conf import settings
from django.contrib.admin import AdminSite


class DebtfaqAdminSite(AdminSite):
    """The desk of editors and moderators."""

    site_title = f"{settings.SITE_NAME}编辑部"
    site_header = f"{settings.SITE_NAME}编辑部"
    index_title = "工作台"
