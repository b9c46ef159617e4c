"""`flask challenges …`: the ledger, for whoever wants to check it."""

from pathlib import Path

import click
from flask_babel import gettext as _

from blog.challenges.actions.restoring import admit_loss
from blog.challenges.checkpoints import make_checkpoint, tell_key
from blog.challenges.cli.group import (
    by_option,
    challenge_named,
    challenges_cli,
    json_option,
    person_at,
    slug_argument,
)
from blog.challenges.exporting import export_bytes
from blog.challenges.losses import Loss, losses
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.values import HIDDEN
from blog.challenges.verifier import verify_challenge
from blog.challenges.words.losses import loss_words
from blog.core.cli import command, fail, print_json
from blog.core.db import unit_of_work
from blog.core.errors import RuleBroken

_file = click.Path(path_type=Path)


@challenges_cli.command("export")
@slug_argument
@command
def export(slug: str) -> None:
    """Print the ledger of a challenge, as one JSON document that names nobody.

    It is signed as it is now before that. What is sealed in it is opened when the challenge has ended.
    """
    challenge = challenge_named(slug)
    with unit_of_work():
        locked = challenge_locked(challenge)
        if locked.status in HIDDEN:
            raise RuleBroken(
                _("“%(slug)s” has no ledger yet: that begins when the challenge opens.", slug=slug)
            )
        tell_key(locked)
    # What a checkpoint covers is committed before that.
    with unit_of_work():
        make_checkpoint(challenge_locked(challenge))
    click.echo(export_bytes(challenge) or b"", nl=False)


@challenges_cli.command("verify")
@click.argument("file", type=_file, required=False)
@click.option("--receipt", type=_file, metavar="RECEIPT", help="A receipt: is its entry in the ledger?")
@click.option(
    "--checkpoint",
    type=_file,
    metavar="NOTE",
    help="A checkpoint that was kept: does the ledger go on from it?",
)
@command
def verify(file: Path | None, receipt: Path | None, checkpoint: Path | None) -> None:
    """Check the export of a challenge, and say who has won; or name the row that is wrong.

    The page of a challenge offers the same as a program of its own, for which nobody needs us.
    """
    if file is None and receipt is None:
        raise click.UsageError(_("Give the file of an export, or a receipt."))
    if checkpoint is not None and (file is None or receipt is not None):
        raise click.UsageError(_("A checkpoint is held against an export: give that file, and no receipt."))
    given = [_read(each) for each in (receipt, checkpoint, file) if each is not None]
    check = verify_challenge.check_export
    if receipt is not None:
        check = verify_challenge.check_receipt
    elif checkpoint is not None:
        check = verify_challenge.check_kept
    try:
        lines = verify_challenge.told(check, *given)
    except verify_challenge.Wrong as wrong:
        fail(str(wrong))
    click.echo("\n".join(lines))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        fail(_("%(file)s cannot be read: %(why)s", file=file, why=error.strerror))


@challenges_cli.command("signing")
@json_option
@command
def signing(*, as_json: bool) -> None:
    """List the ledgers that are not signed, since rows are missing that were signed: an older database was put back.

    Exit status 1: there are some. “admit-loss” says so in a ledger, and lets it go on.
    """
    found = losses()
    if as_json:
        print_json([_as_data(each) for each in found])
    else:
        click.echo("\n".join(map(loss_words, found)) or _("Nothing is missing that was signed."))
    if found:
        raise click.exceptions.Exit(1)


@challenges_cli.command("admit-loss")
@slug_argument
@by_option
@click.option("--reason", required=True, help="What happened: everybody reads it in the ledger.")
@command
def admit_loss_(slug: str, email: str, reason: str) -> None:
    """Say in the ledger of a challenge that rows are lost that were signed, so that it is signed again.

    First look for a newer copy of the database: with the rows in it the ledger goes on by itself. Whoever has a receipt
    or a checkpoint over what is lost can still prove that it was there.
    """
    actor, challenge = person_at(email), challenge_named(slug)
    with unit_of_work():
        lost = admit_loss(actor, challenge, reason)
    click.echo(
        _(
            "The ledger of “%(slug)s” says that rows are lost of the %(size)s that were signed, and is signed again.",
            slug=slug,
            size=lost.size,
        )
    )


def _as_data(loss: Loss) -> dict[str, object]:
    signed = loss.signed
    return {
        "origin": loss.origin,
        "slug": loss.slug,
        "rows": loss.rows,
        "signed": {"size": signed.size, "root": signed.root.hex(), "at": signed.at.isoformat()}
        if signed
        else None,
    }
