from django import template

from articles import differences

register = template.Library()
register.filter(differences.hunks)
register.filter(differences.is_same)
