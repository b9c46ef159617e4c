"""The pictures of prizes: kept under the hash of their content, and thrown away when no prize shows them."""

from blog.challenges.actions.terms import forget_later
from blog.challenges.queries.amendments import is_picture_shown
from blog.core.db import take_turns
from blog.core.pictures import WHOLE_SIZES, WholePicture, whole_picture_name
from blog.core.storage import Storage


def keep_picture(picture: WholePicture, storage: Storage) -> None:
    """Keep a picture that was sent. If no prize shows it in a day, it is thrown away."""
    forget_later(picture.digest)
    for size in WHOLE_SIZES:
        storage.put(whole_picture_name(picture.digest, size), picture.files[size])


def forget_picture(digest: str, storage: Storage) -> None:
    """Throw a picture away that no prize shows; one that some prize shows stays."""
    take_turns(f"challenges.picture.{digest}")
    if not is_picture_shown(digest):
        for size in WHOLE_SIZES:
            storage.remove(whole_picture_name(digest, size))
