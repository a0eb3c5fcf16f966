"""What happens to guides, for those parts of the site that follow it."""

from django.dispatch import Signal

# A guide appeared, was corrected, got another time to appear, or was withdrawn. Sent with `article`, within the
# transaction that changed it.
guide_changed = Signal()
