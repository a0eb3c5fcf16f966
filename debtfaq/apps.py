from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    name = "debtfaq"
    verbose_name = "网站"


class DebtfaqAdminConfig(AdminConfig):
    default_site = "debtfaq.admin_site.DebtfaqAdminSite"
