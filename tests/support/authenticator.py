"""A device with a passkey, as far as we see it: it has a key pair, and signs what it is asked to (WebAuthn, 6.3.3)."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor

from blog.accounts.passkeys import Answer, NewKey, Place

# Somebody is there (UP), and it is who the device belongs to (UV).
_FLAGS = 0b101


@dataclass
class Device:
    """One key pair, for ECDSA with SHA-256 on P-256 (RFC 9053, 2.1)."""

    credential_id: str = field(default_factory=lambda: bytes_to_base64url(secrets.token_bytes(16)))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    count: int = 0

    def new_key(self) -> NewKey:
        """What the site keeps of it: the public half as a COSE key (RFC 9053, 7.1.1)."""
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        return NewKey(self.credential_id, encode_cbor(cose), self.count)

    def sign(self, place: Place, challenge: str) -> Answer:
        """The answer to what the site asked to be signed."""
        self.count += 1
        data = hashlib.sha256(place.rp_id.encode()).digest() + bytes([_FLAGS]) + self.count.to_bytes(4)
        client = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": place.origin}).encode()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        response = {
            "clientDataJSON": bytes_to_base64url(client),
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
        }
        sent: dict[str, object] = {
            "id": self.credential_id,
            "rawId": self.credential_id,
            "type": "public-key",
            "response": response,
        }
        return Answer(self.credential_id, None, sent)
