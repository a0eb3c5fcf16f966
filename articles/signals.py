"""What happens to guides, for those parts of the site that follow it."""

from django.dispatch import Signal

# A guide appeared, was corrected, got another time to appear, or was withdrawn. Sent with `article`, within the
# transaction that changed it.
guide_changed = Signal()

# Guides are being written into a zip. Sent with `archive` (an ArchiveWriter), `guides` (a QuerySet), `is_whole`
# (whether all of the site is) and `by` (who asked), so that other apps add what they keep of these guides.
guides_exported = Signal()
