"""Standard Webhooks signatures: the published vectors, rotation, and everything that must be refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.webhooks import InvalidSecret, Verified, WebhookRefused, headers, read_secret, sign, verify

# From the test suites of the scheme's reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
SENT = datetime.fromtimestamp(1614265330, tz=UTC)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

OTHER = "whsec_" + base64.b64encode(b"another secret of 32 bytes......").decode()
WRONG = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="


def received(**changed: str | None) -> dict[str, str]:
    """The vector's headers, with some changed or (None) left out."""
    whole = {"id": ID, "timestamp": "1614265330", "signature": SIGNATURE, **changed}
    return {f"webhook-{name}": value for name, value in whole.items() if value is not None}


def test_signs_the_published_vector() -> None:
    assert sign(SECRET, ID, SENT, BODY) == SIGNATURE


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")])
def test_verifies_the_published_vector(secret: str) -> None:
    assert verify(received(), BODY, [secret], SENT) == Verified(ID, SENT)


def test_header_names_come_in_any_case() -> None:
    shouted = {name.upper(): value for name, value in received().items()}
    assert verify(shouted, BODY, [SECRET], SENT).id == ID


@pytest.mark.parametrize(
    "signature",
    [
        f"{WRONG} {SIGNATURE}",
        f"v1a,{SIGNATURE[3:]} {SIGNATURE}",
        f"v2,{SIGNATURE[3:]} {WRONG} {SIGNATURE} {WRONG}",
        f"nonsense v1,### {SIGNATURE}",
    ],
)
def test_one_good_signature_among_several_is_enough(signature: str) -> None:
    assert verify(received(signature=signature), BODY, [SECRET], SENT).id == ID


def test_both_secrets_are_known_while_one_replaces_the_other() -> None:
    for secret in (SECRET, OTHER):
        signed = headers([secret], ID, SENT, BODY)
        assert verify(signed, BODY, [OTHER, SECRET], SENT).id == ID
    both = headers([OTHER, SECRET], ID, SENT, BODY)
    assert verify(both, BODY, [SECRET], SENT).id == ID


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_to_both_sides_are_allowed(seconds: int) -> None:
    assert verify(received(), BODY, [SECRET], SENT + timedelta(seconds=seconds)).sent_at == SENT


@pytest.mark.parametrize(
    ("changed", "body", "late", "code"),
    [
        ({"id": None}, BODY, 0, "missing_header"),
        ({"timestamp": None}, BODY, 0, "missing_header"),
        ({"signature": None}, BODY, 0, "missing_header"),
        ({"signature": ""}, BODY, 0, "missing_header"),
        ({"id": "a.b"}, BODY, 0, "bad_id"),
        ({"id": "a b"}, BODY, 0, "bad_id"),
        ({"id": "я"}, BODY, 0, "bad_id"),
        ({"id": "a" * 201}, BODY, 0, "bad_id"),
        ({"timestamp": "hello"}, BODY, 0, "bad_timestamp"),
        ({"timestamp": "1614265330.5"}, BODY, 0, "bad_timestamp"),
        ({"timestamp": "-1614265330"}, BODY, 0, "bad_timestamp"),
        ({"timestamp": "1_614_265_330"}, BODY, 0, "bad_timestamp"),
        ({"timestamp": "١٦١٤٢٦٥٣٣٠"}, BODY, 0, "bad_timestamp"),
        ({"timestamp": "9" * 13}, BODY, 0, "bad_timestamp"),
        ({"timestamp": "999999999999"}, BODY, 0, "too_new"),
        ({}, BODY, 301, "too_old"),
        ({}, BODY, -301, "too_new"),
        ({"signature": "v2," + SIGNATURE[3:]}, BODY, 0, "no_known_signature"),
        ({"signature": "v1,not base64!"}, BODY, 0, "no_known_signature"),
        ({"signature": " ".join([*["v2,AAAA"] * 16, SIGNATURE])}, BODY, 0, "no_known_signature"),
        ({"signature": SIGNATURE[:-4] + "1OA="}, BODY, 0, "wrong_signature"),
        ({"signature": "v1,"}, BODY, 0, "wrong_signature"),
        ({"signature": SIGNATURE[:-8]}, BODY, 0, "wrong_signature"),
        ({"timestamp": "1614265331"}, BODY, 0, "wrong_signature"),
        ({"id": ID + "x"}, BODY, 0, "wrong_signature"),
        ({}, BODY + b" ", 0, "wrong_signature"),
        ({}, b"", 0, "wrong_signature"),
    ],
)
def test_refuses(changed: dict[str, str | None], body: bytes, late: int, code: str) -> None:
    with pytest.raises(WebhookRefused) as caught:
        verify(received(**changed), body, [SECRET], SENT + timedelta(seconds=late))
    assert caught.value.code == code
    assert str(caught.value)


@pytest.mark.parametrize("secrets", [[], [OTHER]])
def test_without_the_right_secret_nobody_comes_in(secrets: list[str]) -> None:
    with pytest.raises(WebhookRefused, match="none of the signatures"):
        verify(received(), BODY, secrets, SENT)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_не base64", "whsec_" + "A" * 200])
def test_a_weak_or_broken_secret_is_our_own_fault_and_said_so(secret: str) -> None:
    with pytest.raises(InvalidSecret):
        read_secret(secret)
    with pytest.raises(InvalidSecret):
        verify(received(), BODY, [SECRET, secret], SENT)


def test_an_unpadded_secret_is_read() -> None:
    assert read_secret(OTHER.rstrip("=")) == read_secret(OTHER)


def test_an_id_with_a_full_stop_is_not_sent() -> None:
    with pytest.raises(ValueError, match="without a full stop"):
        headers([SECRET], "deal.1", SENT, BODY)


@given(body=st.binary(max_size=200), at=st.integers(0, 199), bit=st.integers(0, 7))
def test_any_bit_changed_in_the_body_is_noticed(body: bytes, at: int, bit: int) -> None:
    signed = headers([SECRET], ID, SENT, body)
    assert verify(signed, body, [SECRET], SENT).id == ID
    if body:
        changed = bytearray(body)
        changed[at % len(body)] ^= 1 << bit
        with pytest.raises(WebhookRefused):
            verify(signed, bytes(changed), [SECRET], SENT)
