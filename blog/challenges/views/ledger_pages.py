"""The ledger of a challenge as everybody sees it: its rows, who has seen them, and how to check all of it."""

import hashlib
import json
from collections.abc import Mapping

from flask import Response, render_template, request, url_for

from blog.challenges.access import challenge_for, receipt_for
from blog.challenges.exporting import VERIFIER_NAME, export_bytes, receipt_file, verifier_source
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.ledger import LedgerCheckpoint, LedgerStamp
from blog.challenges.proofs import newest_checkpoint
from blog.challenges.queries.ledger import (
    checkpoint_of_size,
    first_row,
    ledger_page,
    newest_checkpoints,
    newest_stamps,
    stamp_on,
)
from blog.challenges.queries.pages import PAGE_SIZE
from blog.challenges.values import ChallengeStatus
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.shown import key_shown
from blog.challenges.words.checking import checking_words
from blog.challenges.words.ledger import shown_row
from blog.core.config import current_application, current_settings
from blog.core.errors import NotFound
from blog.core.fragments import Fragments
from blog.core.pagination import encode_cursor
from blog.core.routing import current_actor, public

_STAMPS_SHOWN = 5
_ETAG_DIGITS = 32
_NOT_MODIFIED = 304
# The file of a large ledger has some megabytes.
_EXPORTS_KEPT = 4
_exports = Fragments[bytes](_EXPORTS_KEPT)


@blueprint.get("/challenges/<slug>/ledger")
@public
def ledger(slug: str) -> str:
    """The rows of a ledger in their order, its newest checkpoint, and who has stamped one."""
    challenge = challenge_for(current_actor(), slug)
    page = ledger_page(challenge, request.args.get("after"))
    is_over = ChallengeStatus(challenge.status).is_over
    first = page.items[0].position if page.items else 0
    return render_template(
        "challenges/ledger.html",
        challenge=challenge,
        rows=[shown_row(row, is_over=is_over) for row in page.items],
        next_cursor=page.next_cursor,
        previous_cursor=cursor_before(first - PAGE_SIZE) if first else None,
        newest_cursor=cursor_before(challenge.ledger_size - PAGE_SIZE) if page.next_cursor else None,
        checkpoint=newest_checkpoint(challenge.id),
        stamps=newest_stamps(challenge, _STAMPS_SHOWN),
        key_words=key_shown(challenge),
    )


def cursor_before(position: int) -> str:
    """Where a page of a ledger begins with that row; "" is the first page. Rows have no gaps, so it can be computed."""
    return encode_cursor(position - 1) if position > 0 else ""


@blueprint.get("/challenges/<slug>/verify")
@public
def verify(slug: str) -> str:
    """Check a ledger: here in the browser, or with one file of Python and nothing of ours."""
    challenge = challenge_for(current_actor(), slug)
    checkpoint, stamps = newest_checkpoint(challenge.id), newest_stamps(challenge, 1)
    return render_template(
        "challenges/verify.html",
        challenge=challenge,
        checkpoint=checkpoint,
        own=_own(challenge, checkpoint),
        stamp=stamps[0] if stamps else None,
        commands=_commands(challenge),
        kept_command=f"python3 {VERIFIER_NAME} --checkpoint checkpoint.txt {_ledger_name(challenge)}",
        stamp_commands=_stamp_commands(challenge, stamps[0]) if stamps else "",
        words=checking_words(),
    )


@blueprint.get("/challenges/<slug>/ledger.json")
@public
def ledger_file(slug: str) -> Response:
    """All of a ledger under its newest checkpoint, for whoever checks it. Before the first one there is none."""
    challenge = challenge_for(current_actor(), slug)
    newest = newest_checkpoint(challenge.id)
    if newest is None:
        raise NotFound
    # Rows are only added: under one checkpoint the file never changes.
    version = f"{challenge.id}-{newest.size}-{newest.root.hex()}"
    response = Response(mimetype="application/json")
    response.set_etag(version)
    response.headers["Content-Disposition"] = f'attachment; filename="{_ledger_name(challenge)}"'
    response.make_conditional(request)
    if response.status_code != _NOT_MODIFIED:
        response.set_data(_exports.get((id(current_application()), version), lambda: _export(challenge)))
    return response


def _ledger_name(challenge: Challenge) -> str:
    return f"{challenge.slug}.json"


def _own(challenge: Challenge, checkpoint: LedgerCheckpoint | None) -> Mapping[str, str] | None:
    """By what a script knows the ledger of this page: its origin, its first key, and the newest checkpoint."""
    row = first_row(challenge)
    if row is None or checkpoint is None:
        return None
    leaf = json.loads(row.leaf)
    return {"key": leaf["key"], "note": checkpoint.note, "origin": leaf["origin"]}


def _commands(challenge: Challenge) -> str:
    """What checks a ledger on the command line."""
    program = _whole(url_for("challenges.verifier", lang=None))
    file = _whole(url_for("challenges.ledger_file", slug=challenge.slug, lang=None))
    return f"curl -OJ {program} \\\n     -OJ {file}\npython3 {VERIFIER_NAME} {_ledger_name(challenge)}"


def _stamp_commands(challenge: Challenge, stamp: LedgerStamp) -> str:
    """What checks a stamp, with the certificate of its authority."""
    slug, size = challenge.slug, stamp.checkpoint.size
    note = _whole(url_for("challenges.checkpoint_file", slug=slug, size=size, lang=None))
    token = _whole(
        url_for("challenges.stamp_file", slug=slug, size=size, authority=stamp.authority, lang=None)
    )
    name = f"{slug}-{size}"
    return (
        f"curl -OJ {note} \\\n     -OJ {token}\n"
        f"openssl ts -reply -in {name}.tsr -text\n"
        f"openssl ts -verify -in {name}.tsr -data {name}.txt -CAfile authority.pem"
    )


def _whole(path: str) -> str:
    return f"{current_settings().site_url}{path}"


def _export(challenge: Challenge) -> bytes:
    exported = export_bytes(challenge)
    if exported is None:
        raise NotFound
    return exported


@blueprint.get("/challenges/verify_challenge.py")
@public
def verifier() -> Response:
    """The program that checks a ledger: one file of Python that needs nothing else."""
    return _file(verifier_source(), "text/x-python", VERIFIER_NAME)


@blueprint.get("/challenges/<slug>/checkpoints.xml")
@public
def checkpoints(slug: str) -> Response:
    """The last checkpoints as a feed (RFC 4287): whoever reads it keeps them, and so could prove a change."""
    challenge = challenge_for(current_actor(), slug)
    found = newest_checkpoints(challenge)
    feed = render_template("challenges/checkpoints.xml", challenge=challenge, checkpoints=found)
    response = Response(feed, mimetype="application/atom+xml")
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/challenges/<slug>/checkpoints/<int:size>.txt")
@public
def checkpoint_file(slug: str, size: int) -> Response:
    """One checkpoint, byte for byte as it was signed and stamped."""
    checkpoint = checkpoint_of_size(challenge_for(current_actor(), slug), size)
    if checkpoint is None:
        raise NotFound
    return _file(checkpoint.note.encode(), "text/plain", f"{slug}-{size}.txt")


@blueprint.get("/challenges/<slug>/checkpoints/<int:size>/<authority>.tsr")
@public
def stamp_file(slug: str, size: int, authority: str) -> Response:
    """What an authority has given us for a checkpoint (RFC 3161), as it came."""
    checkpoint = checkpoint_of_size(challenge_for(current_actor(), slug), size)
    stamp = stamp_on(checkpoint, authority) if checkpoint is not None else None
    if stamp is None:
        raise NotFound
    return _file(stamp.token, "application/timestamp-reply", f"{slug}-{size}.tsr")


@blueprint.get("/receipts/<token>/proof.json")
@public
def receipt_proof(token: str) -> Response:
    """All that shows that an entry is in the ledger, for whoever has its secret address."""
    entry = receipt_for(token)
    proof = receipt_file(entry)
    if proof is None:
        raise NotFound
    response = _download(proof, "application/json", f"{entry.challenge.slug}-{entry.number}-proof.json")
    keep_secret(response)
    return response


def keep_secret(response: Response) -> None:
    """The address is the secret: no cache, no search engine and no other site may learn it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"


def _file(content: bytes, mimetype: str, name: str) -> Response:
    """A file for everybody, which browsers need not fetch twice."""
    response = _download(content, mimetype, name)
    response.set_etag(hashlib.sha256(content).hexdigest()[:_ETAG_DIGITS])
    response.make_conditional(request)
    return response


def _download(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
