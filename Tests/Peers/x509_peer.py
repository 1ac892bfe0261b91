"""Says what the `cryptography` package and the `openssl` command read in certificates.

stdin: one JSON object a line, {"id": …, "der": base64}. stdout: one a line in the same order,
{"id": …, "cryptography": {field: value}, "openssl": {field: value}}; a field that a reader refuses is left out.

usage: x509_peer.py             as above
       x509_peer.py --roots     prints the certificates of the `certifi` package in the form of the input
"""
import base64
import binascii
import json
import re
import subprocess
import sys
import warnings

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

warnings.simplefilter("ignore")


def hexadecimal(number):
    text = f"{abs(number):x}"
    return ("-" if number < 0 else "") + ("0" if len(text) % 2 else "") + text


def general_name(name):
    value = name.value
    if isinstance(name, x509.DNSName):
        return ["dns", value]
    if isinstance(name, x509.RFC822Name):
        return ["email", value]
    if isinstance(name, x509.UniformResourceIdentifier):
        return ["uri", value]
    if isinstance(name, x509.IPAddress):
        return ["ip", str(value)]
    if isinstance(name, x509.DirectoryName):
        return ["directory", relative_names(value)]
    if isinstance(name, x509.RegisteredID):
        return ["registeredID", value.dotted_string]
    return ["other", name.type_id.dotted_string]


def relative_names(name):
    return [[[a.oid.dotted_string, a.value if isinstance(a.value, str) else None] for a in rdn] for rdn in name.rdns]


KEY_USAGES = {
    "digital_signature": "digitalSignature", "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment", "data_encipherment": "dataEncipherment", "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign", "crl_sign": "cRLSign", "encipher_only": "encipherOnly",
    "decipher_only": "decipherOnly",
}


def key_usages(usage):
    # The last two mean something only beside keyAgreement, and raise without it.
    fields = [field for field in KEY_USAGES if usage.key_agreement or not field.endswith("only")]
    return sorted(KEY_USAGES[field] for field in fields if getattr(usage, field))


def extension(certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def by_cryptography(der):
    found = {}

    def field(name, read):
        try:
            found[name] = read()
        except Exception:  # whatever it refuses, it has nothing to say
            pass

    try:
        certificate = x509.load_der_x509_certificate(der)
    except Exception:
        return found
    field("version", lambda: certificate.version.value + 1)
    field("serial", lambda: hexadecimal(certificate.serial_number))
    field("issuer", lambda: relative_names(certificate.issuer))
    field("subject", lambda: relative_names(certificate.subject))
    field("notBefore", lambda: certificate.not_valid_before_utc.strftime("%4Y-%m-%dT%H:%M:%SZ"))
    field("notAfter", lambda: certificate.not_valid_after_utc.strftime("%4Y-%m-%dT%H:%M:%SZ"))
    field("signatureOID", lambda: certificate.signature_algorithm_oid.dotted_string)
    field("digest", lambda: certificate.signature_hash_algorithm and certificate.signature_hash_algorithm.name)

    def key():
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            return ["RSA", key.key_size, str(key.public_numbers().e)]
        if isinstance(key, ec.EllipticCurvePublicKey):
            return ["EC", key.key_size, None]
        if isinstance(key, dsa.DSAPublicKey):
            return ["DSA", key.key_size, None]
        return [{ed25519.Ed25519PublicKey: "Ed25519", ed448.Ed448PublicKey: "Ed448"}[type(key).__mro__[1]], None, None]

    field("key", key)
    field("extensions", lambda: [[e.oid.dotted_string, e.critical] for e in certificate.extensions])
    kinds = {"eku": x509.ExtendedKeyUsage, "keyUsage": x509.KeyUsage, "san": x509.SubjectAlternativeName,
             "basicConstraints": x509.BasicConstraints, "ski": x509.SubjectKeyIdentifier,
             "aki": x509.AuthorityKeyIdentifier, "template": x509.MSCertificateTemplate}
    readers = {
        "eku": lambda value: [usage.dotted_string for usage in value],
        "keyUsage": key_usages,
        "san": lambda value: [general_name(name) for name in value],
        "basicConstraints": lambda value: [value.ca, value.path_length],
        "ski": lambda value: value.digest.hex(),
        "aki": lambda value: value.key_identifier and value.key_identifier.hex(),
        "template": lambda value: [value.template_id.dotted_string, value.major_version, value.minor_version],
    }
    for name, kind in kinds.items():
        def read(name=name, kind=kind):
            value = extension(certificate, kind)
            return None if value is None else readers[name](value)
        field(name, read)
    return found


OPENSSL_USAGES = {
    "Digital Signature": "digitalSignature", "Non Repudiation": "nonRepudiation",
    "Key Encipherment": "keyEncipherment", "Data Encipherment": "dataEncipherment", "Key Agreement": "keyAgreement",
    "Certificate Sign": "keyCertSign", "CRL Sign": "cRLSign", "Encipher Only": "encipherOnly",
    "Decipher Only": "decipherOnly",
}


def by_openssl(der):
    command = ["openssl", "x509", "-inform", "DER", "-noout", "-subject", "-issuer", "-serial", "-startdate",
               "-enddate", "-dateopt", "iso_8601", "-nameopt", "RFC2253,-esc_msb", "-text"]
    outcome = subprocess.run(command, input=der, capture_output=True, check=False)
    text = outcome.stdout.decode("utf-8", "replace")
    found = {}

    def search(name, pattern, change=lambda text: text):
        match = re.search(pattern, text, re.M)
        if match:
            found[name] = change(match.group(1))

    def moment(text):
        date, time = text.rstrip("Z").split(" ")
        return f"{date}T{time}Z"

    # Printed before -text, one line each: control characters are escaped.
    search("subject", r"^subject=(.*)$")
    search("issuer", r"^issuer=(.*)$")
    search("serial", r"^serial=(-?[0-9A-F]+)$", str.lower)
    search("notBefore", r"^notBefore=(\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ)$", moment)
    search("notAfter", r"^notAfter=(\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ)$", moment)
    search("version", r"^        Version: (\d+) ", int)
    search("signature", r"^    Signature Algorithm: (.*?) *$")
    search("bits", r"Public-Key: \((\d+) bit\)$", int)
    search("curve", r"^ *ASN1 OID: (.*)$")
    # What it can't read, it prints as raw bytes.
    words = "|".join(OPENSSL_USAGES)
    search("keyUsage", rf"X509v3 Key Usage:.*\n +((?:{words})(?:, (?:{words}))*)$",
           lambda line: sorted(OPENSSL_USAGES[word] for word in line.split(", ")))
    search("ski", r"X509v3 Subject Key Identifier:.*\n +([0-9A-F:]+)$", lambda line: line.replace(":", "").lower())
    return found


def roots():
    import certifi
    text = open(certifi.where(), encoding="utf-8").read()
    for index, body in enumerate(re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END", text, re.S)):
        print(json.dumps({"id": f"root-{index}", "der": "".join(body.split())}))


def main():
    if sys.argv[1:] == ["--roots"]:
        return roots()
    for line in sys.stdin:
        case = json.loads(line)
        try:
            der = base64.b64decode(case["der"], validate=True)
        except binascii.Error:
            der = b""
        print(json.dumps({"id": case["id"], "cryptography": by_cryptography(der), "openssl": by_openssl(der)}))


main()
