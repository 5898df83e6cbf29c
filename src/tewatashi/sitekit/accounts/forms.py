"""The forms of a login, with messages that say what to do and never which half was wrong."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from tewatashi.sitekit import access
from tewatashi.sitekit.accounts import guard, totp
from tewatashi.sitekit.models import User

REFUSED_LOGIN: Final = (
    "ログインできませんでした。ユーザーIDとパスワードを確かめてください。"
    "間違いが続いたときは、しばらく使えなくなります。"
)  # fmt: skip
REFUSED_CODE: Final = "確認コードを受け付けられませんでした。次に表示されるコードを入力してください。"


def _code_field() -> forms.CharField:
    return forms.CharField(
        label="確認コード（6桁）",
        help_text="認証アプリに表示されている数字を入力してください。",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
        error_messages={"required": "確認コードを入力してください。"},
    )


class LoginForm(AllauthLoginForm):
    """User id and password."""

    password = forms.CharField(
        label="パスワード",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "パスワードを入力してください。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label="ユーザーID",
            max_length=64,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
            error_messages={"required": "ユーザーIDを入力してください。"},
        )
        self.order_fields(["login", "password"])

    def _clean_with_password(self, credentials: dict[str, str]) -> dict[str, Any]:
        try:
            return super()._clean_with_password(credentials)
        except ValidationError:
            # One message whatever the reason: unknown, wrong, locked or disabled.
            raise ValidationError(REFUSED_LOGIN) from None


class CodeForm(AuthenticateForm):
    """The one-time code, counted by the same guard as the password and good only once."""

    code = _code_field()

    def clean_code(self) -> str:
        """The code, if it is right and new."""
        request, user = context.request, self.user
        if not guard.take_guess(user.pk):
            access.remark(request, "login-locked", who=user.pk)
            raise ValidationError(REFUSED_CODE)
        authenticator = totp.authenticator_of(user)
        assert authenticator is not None  # the stage before this form asked
        self.authenticator = authenticator  # allauth notes its use
        step = totp.step_of(totp.secret_of(authenticator), self.cleaned_data["code"])
        if step is None or not totp.use_step(user, step):
            locked = guard.guess_was_wrong(user.pk)
            wrong = "code-wrong" if step is None else "code-replayed"
            access.remark(request, "login-locks" if locked else wrong, who=user.pk)
            raise ValidationError(REFUSED_CODE)
        guard.guess_was_right(user.pk)
        return str(self.cleaned_data["code"])


class EnrolForm(forms.Form):
    """The first code of a new authenticator: proof that the secret arrived."""

    code = _code_field()

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._secret = secret
        self.step = 0

    def clean_code(self) -> str:
        """The code, if it comes from the secret shown."""
        step = totp.step_of(self._secret, self.cleaned_data["code"])
        if step is None:
            raise ValidationError("コードが合いません。端末の時刻を確かめ、新しいコードを入力してください。")
        self.step = step
        return str(self.cleaned_data["code"])


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label="新しいパスワード",
        help_text="12文字以上。氏名やユーザーIDに似たもの、よく使われるもの、数字だけのものは使えません。",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        error_messages={"required": "新しいパスワードを入力してください。"},
    )
    again = forms.CharField(
        label="新しいパスワード（確認）",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "確認のため、もう一度入力してください。"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    @property
    def username(self) -> str:
        """Whose password it is: for the browser's password manager, never read from the form."""
        return str(self._user.pk)

    def clean(self) -> dict[str, Any]:
        """Both the same, strong enough, and not the one it replaces."""
        values: dict[str, Any] = super().clean()
        new, again = values.get("password"), values.get("again")
        if new and again and new != again:
            self.add_error("again", "2回の入力が違います。")
        elif new and self._user.check_password(new):
            self.add_error("password", "今までと違うパスワードにしてください。")
        elif new:
            try:
                password_validation.validate_password(new, self._user)
            except ValidationError as error:
                self.add_error("password", error)
        return values


class ComputerCodeForm(forms.Form):
    """The one-time code that makes this computer a registered one."""

    code = forms.CharField(
        label="登録コード",
        help_text="管理者から受け取った25桁の数字を、区切りの「-」も含めて入力してください。",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": "登録コードを入力してください。"},
    )
