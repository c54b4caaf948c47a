"""Comparing signatures."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence


def any_fits(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Whether one of the signatures that we computed is among the given ones (ASCII), in constant time.

    Texts are compared, not what they decode to: base64 has several spellings for the same bytes.
    """
    # Each with each, whichever fits: how long it takes says nothing.
    return sum(hmac.compare_digest(ours, theirs) for ours in wanted for theirs in given) > 0


def rsa_fits(pem: str, signature: str, message: bytes) -> bool:
    """Whether a signature (base64) is that of RSA-SHA256 (PKCS #1 v1.5) over a message, for a public key in PEM.

    False too where the key is none of RSA, or where the signature is not base64 in its one canonical spelling.
    """
    # It is an extra, and most installations verify nothing with RSA.
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem.encode())
        raw = base64.b64decode(signature, validate=True)
    except (ValueError, UnsupportedAlgorithm):
        return False
    if not isinstance(key, RSAPublicKey) or base64.b64encode(raw).decode() != signature:
        return False
    try:
        key.verify(raw, message, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
