#!/usr/bin/env python3
"""Makes the lab's certificates (needs the package cryptography).

    python3 Inventory/lab/make_certificates.py

Their keys are thrown away: the lab shows certificates, it never proves possession of one. What is committed is the truth;
a new run makes other serial numbers and keys, and verdicts stay the same.
"""

import datetime
import hashlib
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FOLDER = pathlib.Path(__file__).parent / "certificates"
DOMAIN = "corp.example"


def day(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def write(file, certificate):
    (FOLDER / f"{file}.der").write_bytes(certificate.public_bytes(serialization.Encoding.DER))


def self_signed(host, since, until, bits=2048):
    """What Windows makes by itself: half a year, SHA-256, server authentication."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    subject = name(f"{host}.{DOMAIN}")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(host.encode()).digest()[:15], "big"))
        .not_valid_before(day(since))
        .not_valid_after(day(until))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False, content_commitment=False, key_encipherment=True, data_encipherment=True,
                key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False),
            critical=False)
        .sign(key, hashes.SHA256())
    )
    write(host, certificate)


def enrolled(host, since, until, authority, file=None):
    """What an enterprise authority's RDP template gives."""
    ca_name, ca_key = authority
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    full = f"{host}.{DOMAIN}"
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name(full))
        .issuer_name(ca_name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256((host + until).encode()).digest()[:15], "big"))
        .not_valid_before(day(since))
        .not_valid_after(day(until))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(full)]), critical=False)
        .add_extension(
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, x509.ObjectIdentifier("1.3.6.1.4.1.311.54.1.2")]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    write(file or host, certificate)


def main():
    FOLDER.mkdir(exist_ok=True)
    authority = (name("Corp Example Issuing CA 2"), rsa.generate_private_key(public_exponent=65537, key_size=2048))
    healthy = [
        "lab-adm-01", "lab-adm-02", "lab-rds-02", "lab-rds-03", "lab-sql-01", "lab-sql-02", "lab-app-02", "lab-app-03",
        "lab-app-04", "lab-app-05", "lab-web-01", "lab-web-02", "lab-web-03", "lab-dev-02", "lab-copy",
    ]
    for host in healthy:
        self_signed(host, "2026-08-11", "2027-02-10")
    # Expired in the night of 2 November: Windows could not renew it.
    self_signed("lab-rds-01", "2026-05-03", "2026-11-02")
    enrolled("lab-rds-04", "2025-12-03", "2026-12-02", authority)
    enrolled("lab-app-01", "2026-02-01", "2027-02-01", authority)


if __name__ == "__main__":
    main()
