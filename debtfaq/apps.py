from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    name = "debtfaq"
    verbose_name = "网站"

    def ready(self) -> None:
        from debtfaq import content_revision  # noqa: F401, PLC0415  (has every connection watched)


class DebtfaqAdminConfig(AdminConfig):
    default_site = "debtfaq.admin_site.DebtfaqAdminSite"
