from django.contrib.auth.password_validation import MinimumLengthValidator


class LengthValidator(MinimumLengthValidator):
    """Django's rule, in Chinese: its own translation lacks these sentences."""

    def get_error_message(self) -> str:
        return f"密码太短了，至少要 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        return f"密码至少要 {self.min_length} 个字符。几个不相干的词连起来，又长又好记。"
