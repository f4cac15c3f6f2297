"""Sign-in and change of password: Django's views, with one event in the system stream each."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agencies.kernel.permissions import PUBLIC, SIGNED_IN, page

from . import throttle
from .actions import change_password, record_failed_sign_in, record_sign_in
from .forms import NewPasswordForm


class SignIn(LoginView):
    """Counts an attempt before the password is checked, see `throttle`. During a delay it is not checked."""

    redirect_authenticated_user = True
    attempt = throttle.Attempt(())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        username, password = (request.POST.get(name, "") for name in ("username", "password"))
        if username and password:
            self.attempt = throttle.begin(throttle.counts_of_sign_in(request, username))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        person: Any = form.get_user()
        self.attempt.succeed()
        throttle.remember_device(self.request, response, person.username)
        record_sign_in(person)
        if person.language:  # the person's choice; this browser may have another person's
            _remember_language(response, person.language)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Gives the same answer for a wrong password, an unknown name and a disabled account."""
        username = form.cleaned_data.get("username")
        if username and form.cleaned_data.get("password"):
            record_failed_sign_in(username, self.attempt.reached, address=throttle.address_of(self.request))
        self.attempt.refuse_if_delayed()
        return super().form_invalid(form)


class PasswordChange(PasswordChangeView):
    """Counts attempts at the present password as at sign-in, so that it cannot be guessed in an open session."""

    form_class = NewPasswordForm
    attempt = throttle.Attempt(())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user
        if request.POST.get("old_password"):
            self.attempt = throttle.begin(throttle.counts_of_change(person.username))
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        if "old_password" not in form.errors:
            self.attempt.succeed()
            return super().form_invalid(form)
        if self.attempt.reached:
            person: Any = self.request.user
            record_failed_sign_in(person.username, self.attempt.reached, address=throttle.address_of(self.request))
        self.attempt.refuse_if_delayed()
        return super().form_invalid(form)

    def form_valid(self, form: Form) -> HttpResponse:
        self.attempt.succeed()
        person: Any = self.request.user
        change_password(person, form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, person)
        messages.success(self.request, _("Your password is changed."))
        return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


login = page(PUBLIC)(SignIn.as_view())
logout = page(PUBLIC)(LogoutView.as_view())
password_change = page(SIGNED_IN)(PasswordChange.as_view())
