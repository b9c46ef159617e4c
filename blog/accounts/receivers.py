"""What accounts do when something has happened to people: write letters, and write it down."""

from flask import has_request_context

from blog.accounts.actions.audit import Detail, Subject, Who, write_down, write_down_once
from blog.accounts.actions.signing_in import GUESSING_WINDOW
from blog.accounts.emails import (
    change_letter,
    code_letter,
    erasure_letter,
    guessing_letter,
    impossible_letter,
    invitation_letter,
    role_given_letter,
    role_taken_letter,
)
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
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person
from blog.accounts.queries import person_by_id
from blog.accounts.sessions import source_address
from blog.accounts.values import ACTS_OF_CHANGE, AuditDoor
from blog.core.actor import Actor
from blog.core.config import current_settings
from blog.core.events import publish
from blog.core.routing import current_actor


def who_acts(actor: Actor | None = None) -> Who:
    """Who does what happens now, for the audit log: `actor` when the act says it, else whoever makes the request."""
    person_id = (actor or current_actor()).person_id
    if has_request_context():
        return Who(person_id, AuditDoor.WEB, source_address())
    return Who(person_id, AuditDoor.COMMAND_LINE)


def write_code(event: CodeMailed) -> None:
    """Write the mail with a code. Whoever sends mail listens for letters."""
    is_signed_in = _is_here(event.asked.email_key)
    publish(
        code_letter(event.asked, event.code, event.link_token, current_settings(), is_signed_in=is_signed_in)
    )


def write_invitation(event: InvitationMailed) -> None:
    """Write the mail with an invitation, and write down that it was made."""
    publish(invitation_letter(event.invitation, event.token, current_settings()))
    _note_invitation("invitation mailed", event.invitation, event.by)


def write_of_change(event: SignInChanged) -> None:
    """Write to whoever's sign-in was changed, and write it down."""
    publish(change_letter(event, current_settings()))
    person = person_by_id(event.person_id)
    by = _themself_if_nobody(person.actor) if person else None
    _note_person(ACTS_OF_CHANGE[event.change], event.person_id, by=by)


def note_joining(event: PersonJoined) -> None:
    """Write down that there is an account. Who has just come made it themself, unless somebody else is here."""
    roles = sorted(held.role for held in event.person.roles)
    _note_person("joined", event.person.id, by=_themself_if_nobody(event.person.actor), roles=roles)


def note_sign_in(event: SignedIn) -> None:
    """Write down that a browser was signed in, and how."""
    _note_person("signed in", event.person.id, by=event.person.actor, method=event.method)


def note_confirmation(event: Confirmed) -> None:
    """Write down that somebody has shown once more who they are, and how."""
    _note_person("confirmed", event.person.id, by=event.person.actor, method=event.method)


def note_refused_sign_in(event: SignInRefused) -> None:
    """Write down that a password or a second factor was wrong. It costs the same when there is no such account.

    Somebody who is signed in has not tried to: they were asked once more who they are.
    """
    who = who_acts()
    is_here = event.person_id is not None and who.person_id == event.person_id
    write_down("confirmation refused" if is_here else "sign-in refused", who, _subject(event.person_id))


def note_held_back(event: SignInHeldBack) -> None:
    """Write down that too much was wrong, once for each account and network while that lasts."""
    write_down_once("sign-in held back", who_acts(), _subject(event.person_id), within=GUESSING_WINDOW)


def note_refused_passkey(event: PasskeyRefused) -> None:
    """Write down that a passkey was not accepted, as often as that."""
    write_down_once("passkey refused", who_acts(), _subject(event.person_id), within=GUESSING_WINDOW)


def write_of_guessing(event: SecondStepGuessed) -> None:
    """Write to whoever's second step is being guessed, and write it down."""
    publish(guessing_letter(event, current_settings()))
    _note_person("second step guessed", event.person.id)


def note_name(event: NameChanged) -> None:
    """Write down that somebody who works here goes by another name. Which one stands with the person only."""
    _note_of_staff("name changed", event.person)


def note_handle(event: HandleChanged) -> None:
    """Write down that the page of somebody who works here is at another address. Which one stands with the person."""
    _note_of_staff("handle changed", event.person)


def note_renamed_passkey(event: PasskeyRenamed) -> None:
    """Write down that a passkey is called by another name."""
    _note_person("passkey renamed", event.person_id)


def note_export(event: AuditLogExported) -> None:
    """Write down that the log itself was taken away."""
    write_down("log exported", who_acts(), details={"file": event.ending, **event.chosen})


def note_picture(event: PictureSent) -> None:
    """Write down that somebody has sent a picture: what one may do so often a day is counted there."""
    _note_person("picture sent", event.person.id, by=event.person.actor)


def write_of_role_given(event: RoleGiven) -> None:
    """Write to whom may do more, unless they have just taken that on themself, and write it down."""
    invitation = event.invitation
    if invitation is None:
        publish(role_given_letter(event, _who_is_here(), current_settings()))
    _note_person(
        "role given",
        event.person.id,
        role=event.role,
        invitation=invitation.id if invitation else None,
        invited_by=invitation.invited_by_id if invitation else None,
    )


def write_of_role_taken(event: RoleTaken) -> None:
    """Write to whom may do less, and write it down."""
    publish(role_taken_letter(event, _who_is_here(), current_settings()))
    _note_person("role taken", event.person.id, role=event.role)


def note_sign_out(event: SignedOutFromAfar) -> None:
    """Write down that browsers were signed out from another one."""
    _note_person("signed out from afar", event.person_id, browser=event.browser_id)


def note_note(event: NoteWritten) -> None:
    """Write down that there is a note; what it says stands in the note only."""
    _note_person("note written", event.note.person_id, by=event.by, note=event.note.id)


def write_of_erasure(event: ErasureAsked) -> None:
    """Write to whoever's account is to be erased, and write down who asked for it."""
    publish(erasure_letter(event, current_settings()))
    _note_person("erasure asked for", event.person.id, by=event.by, comments=event.erasure.comments)


def write_of_impossible_erasure(event: ErasureImpossible) -> None:
    """Write to the last admin that their account stays."""
    publish(impossible_letter(event, current_settings()))


def note_fate_of_comments(event: CommentsFateChanged) -> None:
    """Write down that something else was decided about somebody's comments than was asked for."""
    if event.erasure.person_id is not None:
        _note_person("erasure changed", event.erasure.person_id, by=event.by, comments=event.erasure.comments)


def note_kept_account(event: ErasureTakenBack) -> None:
    """Write down that an account stays."""
    if event.erasure.person_id is not None:
        _note_person("erasure taken back", event.erasure.person_id, by=event.by)


def note_erasure(event: PersonErased) -> None:
    """Write down that somebody has left for good. Their number is nobody else's, ever."""
    subject = Subject("person", event.person_id) if event.person_id is not None else None
    write_down("erased", Who(None, AuditDoor.JOB), subject)


def note_revoked_invitation(event: InvitationRevoked) -> None:
    """Write down that an invitation was taken back."""
    _note_invitation("invitation taken back", event.invitation, event.by)


def note_used_invitation(event: InvitationUsed) -> None:
    """Write down that somebody has taken on what they were invited to."""
    _note_invitation("invitation used", event.invitation, event.person.actor)


def _note_person(act: str, person_id: int, *, by: Actor | None = None, **details: Detail) -> None:
    given = {name: value for name, value in details.items() if value is not None}
    write_down(act, who_acts(by), Subject("person", person_id, _person_place(person_id)), given)


def _note_of_staff(act: str, person: Person) -> None:
    """Roles that rest count, too: who they are to readers and colleagues is the same."""
    if person.roles:
        _note_person(act, person.id)


def _note_invitation(act: str, invitation: Invitation, by: Actor | None = None) -> None:
    details: dict[str, Detail] = {"roles": list(invitation.roles), "invited_by": invitation.invited_by_id}
    write_down(act, who_acts(by), Subject("invitation", invitation.id, "/site/invitations"), details)


def _who_is_here() -> Person | None:
    """Who makes this request; nobody on the command line."""
    person_id = current_actor().person_id
    return person_by_id(person_id) if person_id is not None else None


def _is_here(email_key: str) -> bool:
    """Whether the owner of a mailbox is signed in where this is asked."""
    here = _who_is_here()
    return here is not None and here.email_key == email_key


def _themself_if_nobody(person: Actor) -> Actor | None:
    """Who makes an account on the site without being signed in is its person; on the command line they are not."""
    return person if has_request_context() and not current_actor().is_authenticated else None


def _subject(person_id: int | None) -> Subject | None:
    return Subject("person", person_id, _person_place(person_id)) if person_id else None


def _person_place(person_id: int) -> str:
    return f"/site/people/{person_id}"
