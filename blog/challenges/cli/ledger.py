"""`flask challenges …`: the ledger, for whoever wants to check it."""

from pathlib import Path

import click
from flask_babel import gettext as _

from blog.challenges.checkpoints import make_checkpoint
from blog.challenges.cli.group import challenge_named, challenges_cli, slug_argument
from blog.challenges.exporting import export_bytes
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.values import HIDDEN
from blog.challenges.verifier import verify_challenge
from blog.core.cli import command, fail
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
        make_checkpoint(locked)
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
