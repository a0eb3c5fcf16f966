from django import template

from articles import differences
from articles.people import name_of

register = template.Library()
register.filter(differences.hunks)
register.filter(name_of)
