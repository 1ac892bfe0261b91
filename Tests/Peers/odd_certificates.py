"""Makes about a hundred odd certificates, with real signatures, by an own DER writer.

usage: odd_certificates.py FOLDER     writes FOLDER/<case>.der

Keys come from a fixed seed and signatures are deterministic where the algorithm allows it, so that two runs give the
same certificates (PSS excepted). The keys protect nothing.
"""
import hashlib
import os
import random
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

# ---- DER


def length(n):
    if n < 128:
        return bytes([n])
    octets = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tlv(tag, content):
    return bytes([tag]) + length(len(content)) + content


def seq(*parts):
    return tlv(0x30, b"".join(parts))


def integer(n):
    return tlv(2, n.to_bytes(max(1, n.bit_length() // 8 + 1), "big", signed=True))


def oid(dotted):
    arcs = [int(arc) for arc in dotted.split(".")]
    content = []
    for arc in [arcs[0] * 40 + arcs[1]] + arcs[2:]:
        digits = [arc & 127]
        arc >>= 7
        while arc:
            digits.append(0x80 | arc & 127)
            arc >>= 7
        content += digits[::-1]
    return tlv(6, bytes(content))


NULL = b"\5\0"


def bits(content, unused=0):
    return tlv(3, bytes([unused]) + content)


def octets(content):
    return tlv(4, content)


def utf8(text):
    return tlv(0x0C, text if isinstance(text, bytes) else text.encode())


def printable(text):
    return tlv(0x13, text.encode())


def ia5(text):
    return tlv(0x16, text.encode())


def utc(text):
    return tlv(0x17, text.encode())


def generalized(text):
    return tlv(0x18, text.encode())


def algorithm(dotted, parameters=NULL):
    return seq(oid(dotted), parameters)


# ---- Names

CN, O, DC, EMAIL = "2.5.4.3", "2.5.4.10", "0.9.2342.19200300.100.1.25", "1.2.840.113549.1.9.1"


def rdn(*pairs):
    return tlv(0x31, b"".join(seq(oid(kind), value) for kind, value in pairs))


def name(*relative_names):
    return seq(*relative_names)


def cn(text):
    return name(rdn((CN, utf8(text))))


# ---- Extensions

SERVER, CLIENT = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"


def extension(dotted, value, critical=False):
    return seq(oid(dotted), *([tlv(1, b"\xff")] if critical else []), octets(value))


def key_usage(byte, unused=0):
    return extension("2.5.29.15", bits(bytes([byte]), unused), True)


def extended_key_usage(*usages):
    return extension("2.5.29.37", seq(*[oid(usage) for usage in usages]))


def alternative_names(*names):
    return extension("2.5.29.17", seq(*names))


def dns(text):
    return tlv(0x82, text if isinstance(text, bytes) else text.encode())


AUTHORITY = extension("2.5.29.19", seq(tlv(1, b"\xff")), True)
SERVER_USE = [key_usage(0x30, 4), extended_key_usage(SERVER)]

# ---- Keys from a fixed seed

seeded = random.Random("odd certificates")


def is_prime(n):
    if any(n % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)):
        return False
    return all(pow(base, n - 1, n) == 1 for base in (2, 3, 5, 7))


def prime(length_in_bits, exponent=65537):
    while True:
        n = seeded.getrandbits(length_in_bits) | 1 | (3 << (length_in_bits - 2))
        if (n - 1) % exponent and is_prime(n):
            return n


def rsa_numbers(length_in_bits, exponent=65537):
    p = prime((length_in_bits + 1) // 2, exponent)
    while True:
        q = prime(length_in_bits // 2, exponent)
        if p != q and (p * q).bit_length() == length_in_bits:
            return p, q, pow(exponent, -1, (p - 1) * (q - 1))


def rsa_key(length_in_bits, exponent=65537):
    p, q, d = rsa_numbers(length_in_bits, exponent)
    p, q = max(p, q), min(p, q)
    public = rsa.RSAPublicNumbers(exponent, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def dsa_key():
    q = prime(160)
    while True:
        p = (seeded.getrandbits(1024) | 1 << 1023) // (2 * q) * 2 * q + 1
        if p.bit_length() == 1024 and is_prime(p):
            break
    g = pow(2, (p - 1) // q, p)
    x = seeded.randrange(1, q)
    parameters = dsa.DSAParameterNumbers(p, q, g)
    return dsa.DSAPrivateNumbers(x, dsa.DSAPublicNumbers(pow(g, x, p), parameters)).private_key()


def public_key_info(key):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


ROOT_KEY, INTERMEDIATE_KEY, LEAF_KEY, CUBE_KEY = rsa_key(2048), rsa_key(2048), rsa_key(2048), rsa_key(2048, 3)

# ---- Signers

SHA256_RSA = "1.2.840.113549.1.1.11"


def pkcs1(key, digest):
    return lambda signed: key.sign(signed, padding.PKCS1v15(), digest)


def textbook_rsa(modulus, private_exponent, digest_info):
    size = (modulus.bit_length() + 7) // 8

    def sign(signed):
        info = digest_info(signed)
        padded = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
        return pow(int.from_bytes(padded, "big"), private_exponent, modulus).to_bytes(size, "big")

    return sign


def digest_info(dotted, digest):
    return lambda signed: seq(algorithm(dotted), octets(digest(signed)))


SHA256_INFO = digest_info("2.16.840.1.101.3.4.2.1", lambda signed: hashlib.sha256(signed).digest())

# ---- Certificates

made = {}


def certificate(
    case, key=ROOT_KEY, serial=0x1234567890ABCDEF, issuer=None, subject=None, not_before=None, not_after=None,
    signature=None, inner_signature=None, key_info=None, extensions=(), raw_extensions=None, signer=None, version=2,
):
    subject = cn("host.example.com") if subject is None else subject
    signature = signature or algorithm(SHA256_RSA)
    if raw_extensions is None:
        raw_extensions = tlv(0xA3, seq(*extensions)) if extensions else b""
    signed = seq(
        *([tlv(0xA0, integer(version))] if version else []),
        serial if isinstance(serial, bytes) else integer(serial),
        inner_signature or signature,
        subject if issuer is None else issuer,
        seq(not_before or utc("250101000000Z"), not_after or utc("351231235959Z")),
        subject,
        key_info or public_key_info(key),
        raw_extensions,
    )
    sign = signer or (pkcs1(key, hashes.SHA256()) if isinstance(key, rsa.RSAPrivateKey) else lambda signed: bytes(64))
    made[case] = seq(signed, signature, bits(sign(signed)))
    return made[case]


def ordinary():
    certificate("00-plain", extensions=[
        key_usage(0xA0, 5), extended_key_usage(SERVER),
        alternative_names(
            dns("host.example.com"), tlv(0x87, bytes([10, 0, 0, 1])), tlv(0x87, bytes(range(16))),
            tlv(0x86, b"https://x/y"), tlv(0xA0, oid("1.3.6.1.4.1.311.20.2.3") + tlv(0xA0, utf8("user@ex.com"))),
            tlv(0x81, b"a@b.c"), tlv(0x88, oid("1.2.3.4")[2:]), tlv(0xA4, cn("dir"))),
        extension("2.5.29.14", octets(b"\1" * 20)), extension("2.5.29.35", seq(tlv(0x80, b"\1" * 20)))])
    certificate("01-sha1", signature=algorithm("1.2.840.113549.1.1.5"), signer=pkcs1(ROOT_KEY, hashes.SHA1()),
                extensions=SERVER_USE)
    certificate("37-v1", version=0)
    certificate("37b-v1-with-extensions", version=0, extensions=SERVER_USE)
    certificate("37c-v9", version=9, extensions=SERVER_USE)
    certificate("37d-v-negative", version=-3, extensions=SERVER_USE)
    certificate("38-template-v1", extensions=SERVER_USE + [
        extension("1.3.6.1.4.1.311.20.2", tlv(0x1E, "Machine".encode("utf-16-be")))])
    certificate("39-template-v2", extensions=SERVER_USE + [
        extension("1.3.6.1.4.1.311.21.7", seq(
            oid("1.3.6.1.4.1.311.21.8.1234567.7654321.1.2.3.4.5.6"), integer(100), integer(7)))])
    certificate("39b-template-v2-bare", extensions=[
        extension("1.3.6.1.4.1.311.21.7", seq(oid("1.3.6.1.4.1.311.21.8.1")))])


def keys_and_signatures():
    for case, length_in_bits in (("02-rsa512", 512), ("03-rsa1024", 1024), ("03b-rsa1023", 1023)):
        p, q, d = rsa_numbers(length_in_bits)
        info = seq(algorithm("1.2.840.113549.1.1.1"), bits(seq(integer(p * q), integer(65537))))
        certificate(case, key_info=info, signer=textbook_rsa(p * q, d, SHA256_INFO), extensions=SERVER_USE)
    numbers = ROOT_KEY.private_numbers()
    n, d = numbers.public_numbers.n, numbers.d
    certificate("04-md5", signature=algorithm("1.2.840.113549.1.1.4"), extensions=SERVER_USE, signer=textbook_rsa(
        n, d, digest_info("1.2.840.113549.2.5", lambda signed: hashlib.md5(signed).digest())))
    certificate("05-md2", signature=algorithm("1.2.840.113549.1.1.2"), extensions=SERVER_USE, signer=textbook_rsa(
        n, d, digest_info("1.2.840.113549.2.2", lambda signed: b"\7" * 16)))
    sha256 = algorithm("2.16.840.1.101.3.4.2.1")
    pss = "1.2.840.113549.1.1.10"
    certificate("06-rsapss", signature=seq(oid(pss), seq(
        tlv(0xA0, sha256), tlv(0xA1, seq(oid("1.2.840.113549.1.1.8"), sha256)), tlv(0xA2, integer(32)))),
        signer=lambda signed: ROOT_KEY.sign(signed, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()),
        extensions=SERVER_USE)
    certificate("06b-rsapss-defaults", signature=seq(oid(pss), seq()), signer=lambda signed: bytes(256))
    certificate("06c-rsapss-key", key_info=seq(
        seq(oid(pss)), bits(seq(integer(n), integer(65537)))), extensions=SERVER_USE)

    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    certificate("32-ed25519", key=key, signature=seq(oid("1.3.101.112")), signer=key.sign)
    key4 = ed448.Ed448PrivateKey.from_private_bytes(bytes(range(57)))
    certificate("33-ed448", key=key4, signature=seq(oid("1.3.101.113")), signer=key4.sign)
    for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1(), ec.SECP224R1(),
                  ec.BrainpoolP256R1(), ec.BrainpoolP384R1(), ec.BrainpoolP512R1(), ec.SECP192R1()):
        try:
            curve_key = ec.derive_private_key(0x1234567890ABCDEF, curve)
        except Exception:  # a build of OpenSSL without it
            continue
        certificate(f"34-ec-{curve.name}", key=curve_key, signature=seq(oid("1.2.840.10045.4.3.2")),
                    signer=lambda signed, key=curve_key: ecdsa(key, signed),
                    extensions=[key_usage(0x80, 7), extended_key_usage(SERVER)])
    dsa_private = dsa_key()
    certificate("35-dsa1024", key=dsa_private, signature=seq(oid("2.16.840.1.101.3.4.3.2")))
    certificate("36-ec-explicit", key_info=explicit_p256(), signature=seq(oid("1.2.840.10045.4.3.2")))
    certificate("36b-ec-unknown-curve", key_info=seq(
        seq(oid("1.2.840.10045.2.1"), oid("1.2.3.4")), bits(b"\4" + bytes(range(64)))))
    certificate("43-rsa-e3", key=CUBE_KEY, extensions=SERVER_USE)
    certificate("44-unknown-key-oid", key_info=seq(seq(oid("1.2.3.4.5.6.7"), NULL), bits(b"abc")))
    rsa_algorithm = algorithm("1.2.840.113549.1.1.1")
    certificate("44b-rsa-garbage-key", key_info=seq(rsa_algorithm, bits(b"garbage")))
    certificate("44c-rsa-negative-modulus", key_info=seq(
        rsa_algorithm, bits(seq(tlv(2, n.to_bytes(256, "big")), integer(65537)))))
    certificate("44d-rsa-17000bit", key_info=seq(
        rsa_algorithm, bits(seq(integer((1 << 16999) + 1), integer(65537)))))
    certificate("44e-rsa-huge-exponent", key_info=seq(
        rsa_algorithm, bits(seq(integer(n), integer((1 << 100) + 1)))))
    certificate("44f-key-empty", key_info=seq(rsa_algorithm, bits(b"")))
    certificate("47-signature-algorithms-differ", inner_signature=algorithm("1.2.840.113549.1.1.5"))
    certificate("48-signature-broken", signer=lambda signed: b"\1" * 256)
    certificate("49-algorithm-without-null", signature=seq(oid(SHA256_RSA)))


def ecdsa(key, signed):
    if key.curve.name in ("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"):
        return bytes(64)
    return key.sign(signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def explicit_p256():
    p = (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    gx = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
    gy = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

    def field(n):
        return octets(n.to_bytes(32, "big"))

    point = b"\4" + gx.to_bytes(32, "big") + gy.to_bytes(32, "big")
    parameters = seq(
        integer(1), seq(oid("1.2.840.10045.1.1"), integer(p)), seq(field(p - 3), field(b)), octets(point),
        integer(order), integer(1))
    return seq(seq(oid("1.2.840.10045.2.1"), parameters), bits(point))


def serial_numbers():
    certificate("07-serial-negative", serial=-12345, extensions=SERVER_USE)
    certificate("07b-serial-most-negative", serial=tlv(2, b"\x80\0\0\0"))
    certificate("08-serial-zero", serial=0)
    certificate("09-serial-huge", serial=(1 << 1023) + 5)
    certificate("09b-serial-padded", serial=tlv(2, b"\0\0\x01\x02"))
    certificate("09c-serial-empty", serial=tlv(2, b""))
    certificate("09d-serial-padded-negative", serial=tlv(2, b"\xff\x80"))


def names():
    certificate("10-subject-empty", subject=seq(), issuer=cn("ca"), extensions=[
        extension("2.5.29.17", seq(dns("only.san")), True)])
    certificate("11-subject-bad-utf8", subject=cn(b"ho\xffst\xc3\x28"))
    certificate("12-cn-nul", subject=cn(b"good.example.com\0.evil.com"))
    certificate("13-san-nul", extensions=[alternative_names(dns(b"good.example.com\0.evil.com"))])
    certificate("13b-san-nonascii", extensions=[
        alternative_names(dns("b\u00fccher.example".encode()), dns(b"\xff\xfe"))])
    bmp = {"27-bmp": "Z\u00fcrich-\u65e5\u672c".encode("utf-16-be"), "27b-bmp-odd": b"\0a\0",
           "27c-bmp-surrogates": "a\U0001f600b".encode("utf-16-be"), "27d-bmp-lone-surrogate": b"\0a\xd8\x00\0b"}
    for case, content in bmp.items():
        certificate(case, subject=name(rdn((CN, tlv(0x1E, content)))))
    certificate("28-teletex", subject=name(rdn((CN, tlv(0x14, "Z\u00fcrich".encode("latin-1"))))))
    certificate("28b-printable-latin1", subject=name(rdn((CN, tlv(0x13, "Z\u00fcrich".encode("latin-1"))))))
    certificate("29-universal", subject=name(rdn((CN, tlv(0x1C, "Z\u00fc\U0001f600".encode("utf-32-be"))))))
    certificate("30-many-parts", subject=name(
        rdn((DC, ia5("com"))), rdn((DC, ia5("corp"))), rdn((O, printable('Acme, "Inc" <x>;+\\ #'))),
        rdn((CN, utf8(" lead#trail ")), ("2.5.4.5", printable("42"))), rdn(("1.2.3.4.5", utf8("own"))),
        rdn((EMAIL, ia5("a@b.c")))))
    certificate("30b-hash-first", subject=cn("#1 host"))
    certificate("31-control-characters", subject=cn("a\x1b[31mred\nline\u202e\x7f"))
    certificate("54-name-1000-parts", subject=name(*[rdn((CN, utf8(f"n{i}"))) for i in range(1000)]))
    certificate("55-two-common-names", subject=name(rdn((CN, utf8("a"))), rdn((CN, utf8("b")))))
    certificate("56-cn-no-text", subject=name(rdn((CN, integer(5)))))
    certificate("57-name-broken", subject=seq(b"\x31\x05junk!"))
    certificate("40-ip-bad-length", extensions=[alternative_names(tlv(0x87, b"\1\2\3\4\5"))])
    addresses = [bytes(16), bytes(15) + b"\1", b"\x20\x01\x0d\xb8" + bytes(11) + b"\1",
                 b"\x20\x01" + bytes(4) + b"\0\1" + bytes(6) + b"\0\1", bytes(range(0, 32, 2)),
                 b"\0\1" * 7 + b"\0\0"]
    certificate("40b-ipv6", extensions=[alternative_names(*[tlv(0x87, address) for address in addresses])])
    certificate("40c-san-empty", extensions=[alternative_names()])
    certificate("40d-san-x400-and-edi", extensions=[
        alternative_names(tlv(0xA3, seq()), tlv(0xA5, tlv(0x81, utf8("party"))), dns("a.example"))])


def times():
    certificate("14-year2300", not_after=generalized("23000101000000Z"))
    certificate("15-year9999", not_after=generalized("99991231235959Z"))
    certificate("16-year0001", not_before=generalized("00010101000000Z"))
    certificate("16b-year0000", not_before=generalized("00000101000000Z"))
    certificate("17-utc-49-50", not_before=utc("500101000000Z"), not_after=utc("491231235959Z"))
    certificate("18-utc-without-seconds", not_before=utc("2501010000Z"))
    certificate("19-utc-offset", not_before=utc("250101000000+0200"))
    certificate("20-generalized-fraction", not_after=generalized("20350101000000.123Z"))
    certificate("20b-leap-day", not_after=generalized("20240229120000Z"))
    certificate("20c-no-leap-day", not_after=generalized("21000229120000Z"))
    certificate("21-month-13", not_after=utc("351331235959Z"))
    certificate("21b-time-empty", not_after=utc(""))
    certificate("21c-local-time", not_after=generalized("20350101000000"))
    certificate("21d-second-60", not_after=utc("351231235960Z"))


def extensions_and_shape():
    plain = certificate("00b-server", extensions=SERVER_USE)
    certificate("22-two-sans", extensions=[alternative_names(dns("a.example")), alternative_names(dns("b.example"))])
    certificate("22b-two-ekus", extensions=[extended_key_usage(SERVER), extended_key_usage(CLIENT)])
    made["23-trailing-bytes"] = plain + b"GARBAGE"
    made["24-truncated"] = plain[:-40]
    made["24b-truncated-early"] = plain[:60]
    made["24c-empty"] = b""
    certificate("25-1MB-san", extensions=[
        alternative_names(*[dns(f"host{i:06d}.example.com") for i in range(43000)])])
    certificate("25b-1MB-extension", extensions=[extension("1.2.3.4.5", octets(b"x" * 1000000))])
    certificate("26-critical-unknown", extensions=SERVER_USE + [extension("1.2.3.4.5.6", octets(b"x"), True)])
    made["41-long-length"] = b"\x30\x83\x00" + plain[2:]
    made["42-indefinite-length"] = b"\x30\x80" + plain[4:] + b"\0\0"
    certificate("45-key-usage-empty", extensions=[extension("2.5.29.15", bits(b""))])
    certificate("45b-eku-broken", extensions=[extension("2.5.29.37", b"\x30\x05junk")])
    certificate("45c-eku-1000", extensions=[
        extended_key_usage(*[f"1.3.6.1.4.1.99999.{i}" for i in range(1000)])])
    certificate("45d-key-usage-unused-set", extensions=[extension("2.5.29.15", bits(b"\xff", 4))])
    certificate("45e-key-usage-two-bytes", extensions=[extension("2.5.29.15", bits(b"\x80\x80", 7))])
    nested = b""
    for _ in range(20000):
        nested = tlv(0x30, nested)
    certificate("46-nested-20000", extensions=[extension("1.2.3.4", nested)])
    certificate("50-oid-128-bit-arc", extensions=[
        extended_key_usage("2.25.329800735698586629295641978511506172918")])
    certificate("50b-oid-200-bit-arc", extensions=[extended_key_usage(f"1.2.{1 << 200}")])
    certificate("52-critical-false-written", extensions=[
        seq(oid("2.5.29.37"), tlv(1, b"\0"), octets(seq(oid(SERVER))))])
    certificate("53-extensions-empty", raw_extensions=tlv(0xA3, seq()))
    certificate("53b-extensions-broken", raw_extensions=tlv(
        0xA3, seq(extended_key_usage(SERVER), b"\x30\x03\x06\x01\x80")))
    certificate("53c-unique-ids", raw_extensions=tlv(0x81, b"\0\1") + tlv(0x82, b"\0\2")
                + tlv(0xA3, seq(*SERVER_USE)))
    certificate("58-path-length", extensions=[
        extension("2.5.29.19", seq(tlv(1, b"\xff"), integer(3)), True)])
    certificate("58b-path-length-huge", extensions=[
        extension("2.5.29.19", seq(tlv(1, b"\xff"), integer(1 << 80)), True)])
    certificate("58c-no-authority", extensions=[extension("2.5.29.19", seq())])
    certificate("59-aki-issuer-only", extensions=[
        extension("2.5.29.35", seq(tlv(0xA1, tlv(0xA4, cn("ca"))), tlv(0x82, b"\5")))])


def chain():
    certificate("60-root", subject=cn("Test Root"), extensions=[AUTHORITY, key_usage(0x06, 1)])
    certificate("61-intermediate", key=INTERMEDIATE_KEY, signer=pkcs1(ROOT_KEY, hashes.SHA256()),
                issuer=cn("Test Root"), subject=cn("Test Intermediate"), extensions=[AUTHORITY, key_usage(0x06, 1)])

    def leaf(case, digest=hashes.SHA256(), signing_key=INTERMEDIATE_KEY, **fields):
        fields.setdefault("extensions", SERVER_USE)
        certificate(case, key=LEAF_KEY, signer=pkcs1(signing_key, digest), issuer=cn("Test Intermediate"),
                    subject=cn("leaf"), **fields)

    leaf("62-leaf")
    leaf("63-leaf-expired", not_after=utc("250201000000Z"))
    leaf("64-leaf-future", not_before=utc("340101000000Z"))
    leaf("65-leaf-tampered", signing_key=CUBE_KEY)
    leaf("66-leaf-sha1", digest=hashes.SHA1(), signature=algorithm("1.2.840.113549.1.1.5"))
    leaf("67-leaf-wrong-eku", extensions=[extended_key_usage(CLIENT)])


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for group in (ordinary, keys_and_signatures, serial_numbers, names, times, extensions_and_shape, chain):
        group()
    for case, der in made.items():
        with open(os.path.join(folder, case + ".der"), "wb") as file:
            file.write(der)
    print(len(made))


main()
