"""Certificates made for a test, and an authority this process trusts."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "wire.test"
Key = ec.EllipticCurvePrivateKey
MakeContext = Callable[..., ssl.SSLContext]


def certificate(
    subject: str, key: Key, issuer: str, signer: Key, days: tuple[int, int], *, ca: bool = False
) -> x509.Certificate:
    today = datetime.now(UTC)
    alternative: x509.GeneralName = x509.DNSName(subject)
    if subject[0].isdigit():
        alternative = x509.IPAddress(ip_address(subject))
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today + timedelta(days=days[0]))
        .not_valid_after(today + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(_usage(ca), critical=True)
        .sign(signer, hashes.SHA256())
    )


def _usage(ca: bool) -> x509.KeyUsage:
    """What Python 3.13's strict verification wants said of a key."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeContext:
    """Makes a server's context for a subject, signed by an authority this process trusts, or by itself."""
    authority = ec.generate_private_key(ec.SECP256R1())
    root = certificate("authority.test", authority, "authority.test", authority, (-9, 9), ca=True)
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    def make(
        subject: str = HOST, days: tuple[int, int] = (-1, 1), *, by_itself: bool = False
    ) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signer = (subject, key) if by_itself else ("authority.test", authority)
        signed = certificate(subject, key, issuer, signer, days)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        both = tmp_path / "server.pem"
        both.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return context

    return make
