"""From the addresses of staff and of one's own account to their pages."""

from django.urls import path

from .views import account, blocking, invitations, second_factor, staff

MOVES = (
    ("odblokuj", "staff-unblock", staff.UNBLOCK),
    ("haslo", "staff-password-reset", staff.RESET_PASSWORD),
    ("zaproszenie", "staff-link-send", staff.SEND_LINK),
    ("cofnij-zaproszenie", "staff-link-revoke", staff.REVOKE_LINK),
    ("drugi-skladnik", "staff-factors-reset", staff.RESET_FACTORS),
    ("wyloguj", "staff-sessions-end", staff.END_SESSIONS),
    ("odblokuj-logowanie", "staff-lock-lift", staff.LIFT_LOCK),
)

urlpatterns = [
    path("pracownicy/", staff.staff_list, name="staff-list"),
    path("pracownicy/szukaj/", staff.staff_search, name="staff-search"),
    path("pracownicy/zapros/", invitations.staff_invite, name="staff-invite"),
    path("pracownicy/<int:pk>/", staff.staff_card, name="staff-card"),
    path("pracownicy/<int:pk>/zmien/", staff.staff_edit, name="staff-edit"),
    path("pracownicy/<int:pk>/zablokuj/", blocking.staff_block, name="staff-block"),
    *(
        path(f"pracownicy/<int:pk>/{slug}/", staff.staff_move, {"move": move}, name=name)
        for slug, name, move in MOVES
    ),
    path("zaproszenie/<slug:token>/", invitations.invitation, name="invitation"),
    path("haslo/ustaw/", invitations.password_set, name="password-set"),
    path("zaloguj/drugi-krok/", second_factor.second_factor, name="second-factor"),
    path("zaloguj/ustaw/", second_factor.second_factor_set_up, name="second-factor-set-up"),
    path("konto/", account.account, name="account"),
    path("konto/dane/", account.account_edit, name="account-edit"),
    path("konto/potwierdz/", account.account_confirm, name="account-confirm"),
    path("konto/haslo/", account.password_change, name="password-change"),
    path("konto/aplikacja/", second_factor.authenticator_new, name="authenticator-new"),
    path("konto/klucz/", second_factor.passkey_new, name="passkey-new"),
    path("konto/kody/", second_factor.recovery_codes, name="recovery-codes"),
    path("konto/usun/<slug:kind>/<int:pk>/", second_factor.factor_remove, name="factor-remove"),
    path("konto/sesje/<int:pk>/", account.session_end, name="session-end"),
    path("konto/sesje/", account.sessions_end, name="sessions-end"),
]
