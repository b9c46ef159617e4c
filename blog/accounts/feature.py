"""Joins this feature to the application."""

from flask import Flask

from blog.accounts import jobs, receivers, sessions
from blog.accounts.chapters import register_chapters
from blog.accounts.cli import people_cli
from blog.accounts.events import (
    AuditLogExported,
    CodeMailed,
    CommentsFateChanged,
    Confirmed,
    ErasureAsked,
    ErasureImpossible,
    ErasureTakenBack,
    HandleChanged,
    InvitationMailed,
    InvitationRevoked,
    InvitationUsed,
    NameChanged,
    NoteWritten,
    PasskeyRefused,
    PasskeyRenamed,
    PersonErased,
    PersonJoined,
    PictureSent,
    RoleGiven,
    RoleTaken,
    SecondStepGuessed,
    SignedIn,
    SignedOutFromAfar,
    SignInChanged,
    SignInHeldBack,
    SignInRefused,
)
from blog.accounts.holdings import register_holdings
from blog.accounts.openid.provider import Provider
from blog.accounts.own_chapters import CHAPTERS
from blog.accounts.own_holdings import HOLDINGS
from blog.accounts.passwords import PARAMETERS
from blog.accounts.policy import POLICY
from blog.accounts.retention import RETENTIONS
from blog.accounts.views import (
    account,
    address,
    audit,
    codes,
    confirming,
    erasing,
    extent,
    factors,
    invitations,
    kept,
    passkeys,
    passwords,
    people,
    people_desk,
    personal_data,
    profile,
    provider,
    second_step,
    setup,
    signing_in,
)
from blog.accounts.views.blueprint import blueprint, desk
from blog.accounts.views.from_provider import LinkOfNewcomer
from blog.accounts.views.notices import staff_notice
from blog.accounts.waiting import register_act
from blog.core.config import Settings
from blog.core.events import subscribe
from blog.core.permissions import register
from blog.core.retention import register_retention
from blog.core.slots import fill

# Importing the modules is what puts their views on the blueprints, and their handlers among the jobs.
VIEWS = (
    account,
    address,
    audit,
    codes,
    confirming,
    erasing,
    factors,
    invitations,
    kept,
    passkeys,
    passwords,
    people_desk,
    personal_data,
    profile,
    provider,
    second_step,
    setup,
    signing_in,
)
JOBS = (jobs,)


def init_app(app: Flask) -> None:
    """Register what this feature offers."""
    register_holdings(*HOLDINGS)
    register_chapters(*CHAPTERS)
    register_retention(*RETENTIONS)
    app.config["PASSWORD_HASHING"] = PARAMETERS
    sessions.init_app(app)
    app.extensions["openid_provider"] = _provider_of(app.extensions["settings"])
    register(POLICY)
    app.register_blueprint(blueprint)
    app.register_blueprint(desk)
    app.register_blueprint(people.blueprint)
    app.cli.add_command(people_cli)
    _listen()
    fill("staff.notice", staff_notice)
    fill("erasure.extent", extent.open_invitations)
    register_act(LinkOfNewcomer())


def _listen() -> None:
    subscribe(AuditLogExported, receivers.note_export)
    subscribe(CodeMailed, receivers.write_code)
    subscribe(Confirmed, receivers.note_confirmation)
    subscribe(ErasureAsked, receivers.write_of_erasure)
    subscribe(ErasureImpossible, receivers.write_of_impossible_erasure)
    subscribe(CommentsFateChanged, receivers.note_fate_of_comments)
    subscribe(ErasureTakenBack, receivers.note_kept_account)
    subscribe(PersonErased, receivers.note_erasure)
    subscribe(HandleChanged, receivers.note_handle)
    subscribe(InvitationMailed, receivers.write_invitation)
    subscribe(InvitationRevoked, receivers.note_revoked_invitation)
    subscribe(InvitationUsed, receivers.note_used_invitation)
    subscribe(NameChanged, receivers.note_name)
    subscribe(NoteWritten, receivers.note_note)
    subscribe(PasskeyRefused, receivers.note_refused_passkey)
    subscribe(PasskeyRenamed, receivers.note_renamed_passkey)
    subscribe(PersonJoined, receivers.note_joining)
    subscribe(PictureSent, receivers.note_picture)
    subscribe(RoleGiven, receivers.write_of_role_given)
    subscribe(RoleTaken, receivers.write_of_role_taken)
    subscribe(SecondStepGuessed, receivers.write_of_guessing)
    subscribe(SignedIn, receivers.note_sign_in)
    subscribe(SignedOutFromAfar, receivers.note_sign_out)
    subscribe(SignInChanged, receivers.write_of_change)
    subscribe(SignInHeldBack, receivers.note_held_back)
    subscribe(SignInRefused, receivers.note_refused_sign_in)


def _provider_of(settings: Settings) -> Provider | None:
    if settings.provider is None:
        return None
    return Provider(settings.provider, settings.site_url, settings.secret_key)
