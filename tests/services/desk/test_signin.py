"""Signing in: who gets a session, who does not, and that nothing gives an account away."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from qingce.core.errors import Denied, Missing, Refused, SignInNeeded
from qingce.ledger import people
from qingce.ledger.store import Store
from qingce.ledger.tables import attempt, secret, session
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.desk import SYSTEM
from qingce.services.desk.people import first_administrator, open_account
from qingce.services.desk.signin import (
    actor_of,
    link_account,
    one_time_link,
    sessions,
    set_password,
    sign_in,
    sign_out,
    sign_out_everywhere,
    use_link,
)
from tests.services.desk.beginnings import Begin, Clock

GOOD = "herons rest on ice"
OTHER = "黄河远上白云间-凉州"
HERE = "192.0.2.7"


def with_clerk(desk: Desk) -> Desk:
    """An administrator, and a clerk with a password."""
    first_administrator(desk, "admin", "系统管理岗")
    open_account(desk, desk.actor("admin"), "clerk", post="城关支行填报岗", org="B01")
    set_password(desk, SYSTEM, "clerk", GOOD)
    return desk


@pytest.fixture
def office(begin: Begin) -> Desk:
    """That desk."""
    return begin(with_clerk)


def refused(desk: Desk, account: str = "clerk", password: str = "wrong", address: str = HERE) -> str:
    """The words with which a sign-in is refused."""
    with pytest.raises(Denied) as said:
        sign_in(desk, account, password, address=address)
    return str(said.value)


def test_who_signs_in_is_known_by_the_token(office: Desk):
    token = sign_in(office, "clerk", GOOD, address=HERE)
    assert actor_of(office, token).account == "clerk"
    assert office.journal.page(limit=1)[0].did == "signed_in"


def test_a_wrong_password_an_unknown_account_and_a_token_out_of_the_air_get_nothing(office: Desk):
    assert refused(office) == refused(office, "nobody") == "账户或口令不正确。"
    with pytest.raises(SignInNeeded):
        actor_of(office, "made-up")
    with pytest.raises(SignInNeeded):
        actor_of(office, "")


def test_guessing_an_account_gets_slow_and_stays_so_over_a_restart(office: Desk, clock: Clock):
    for _ in range(5):
        refused(office)
    assert "之后再试" in refused(office, password=GOOD)
    again = open_desk(office.folder, url=office.store.url.render_as_string(hide_password=False), clock=clock)
    assert "之后再试" in refused(again, password=GOOD, address="198.51.100.1")
    clock.at += dt.timedelta(seconds=31)
    refused(again)
    clock.at += dt.timedelta(seconds=31)
    assert "之后再试" in refused(again, password=GOOD), "the second wait is twice the first"
    clock.at += dt.timedelta(seconds=31)
    assert sign_in(again, "clerk", GOOD, address=HERE)
    again.close()


def test_an_unknown_account_is_locked_as_a_known_one_is(office: Desk):
    for _ in range(5):
        refused(office, "nobody")
    assert "之后再试" in refused(office, "nobody")


def test_a_wrong_name_costs_the_work_of_a_wrong_password(office: Desk, full_cost: None):
    def cost(account: str) -> float:
        began = time.process_time()
        refused(office, account, address=account)
        return time.process_time() - began

    with office.store.writing() as db:
        people.keep_secret(db, "password", "clerk", people.hash_password(GOOD), office.clock())
    cost("nobody")
    known, unknown = sorted(map(cost, ["clerk"] * 4))[2], sorted(map(cost, ["no1", "no2", "no3", "no4"]))[2]
    assert 0.6 < known / unknown < 1.7


def test_an_address_that_tries_many_accounts_must_wait(office: Desk):
    for i in range(30):
        refused(office, f"name{i}")
    assert "之后再试" in refused(office, "clerk", GOOD)
    assert sign_in(office, "clerk", GOOD, address="198.51.100.1")


def test_a_good_sign_in_does_not_wash_an_address_clean(office: Desk):
    for i in range(28):
        refused(office, f"name{i}")
    sign_in(office, "clerk", GOOD, address=HERE)
    for i in range(2):
        refused(office, f"other{i}")
    assert "之后再试" in refused(office, "clerk", GOOD)


def test_what_is_refused_while_waiting_does_not_fill_the_journal(office: Desk):
    for _ in range(5):
        refused(office)
    before = office.journal.count()
    for _ in range(20):
        refused(office)
    assert office.journal.count() == before


def test_an_unknown_name_is_not_written_to_the_journal(office: Desk):
    refused(office, "i typed my password here")
    last = office.journal.page(limit=1)[0]
    assert (last.did, last.subject) == ("sign_in_refused", "account/unknown")


def test_a_session_rests_half_an_hour_and_lives_twelve(office: Desk, clock: Clock):
    token = sign_in(office, "clerk", GOOD, address=HERE)
    for _ in range(25):
        clock.at += dt.timedelta(minutes=28)
        assert actor_of(office, token).account == "clerk"
    clock.at += dt.timedelta(minutes=25)
    with pytest.raises(SignInNeeded):
        actor_of(office, token)
    token = sign_in(office, "clerk", GOOD, address=HERE)
    clock.at += dt.timedelta(minutes=31)
    with pytest.raises(SignInNeeded):
        actor_of(office, token)


def test_signing_out_ends_one_session_and_everywhere_ends_all(office: Desk):
    one, two = (sign_in(office, "clerk", GOOD, address=HERE) for _ in range(2))
    sign_out(office, one)
    sign_out(office, one)
    with pytest.raises(SignInNeeded):
        actor_of(office, one)
    assert len(sessions(office, actor_of(office, two))) == 1
    assert sign_out_everywhere(office, office.actor("clerk"), "clerk") == 1
    with pytest.raises(SignInNeeded):
        actor_of(office, two)
    assert [e.did for e in office.journal.page(limit=2)] == ["signed_out_everywhere", "signed_out"]


def test_only_an_administrator_signs_others_out(office: Desk):
    before = office.journal.count()
    with pytest.raises(Denied):
        sign_out_everywhere(office, office.actor("clerk"), "admin")
    assert office.journal.count() == before
    assert sign_out_everywhere(office, office.actor("admin"), "clerk") == 0


def test_a_new_password_needs_the_present_one_and_ends_all_sessions(office: Desk):
    token = sign_in(office, "clerk", GOOD, address=HERE)
    me = actor_of(office, token)
    with pytest.raises(Denied):
        set_password(office, me, "clerk", OTHER, current="wrong")
    set_password(office, me, "clerk", OTHER, current=GOOD)
    with pytest.raises(SignInNeeded):
        actor_of(office, token)
    assert sign_in(office, "clerk", OTHER, address=HERE)


def test_nobody_sets_the_password_of_somebody_else(office: Desk):
    with pytest.raises(Denied):
        set_password(office, office.actor("admin"), "clerk", OTHER)


@pytest.mark.parametrize("weak", [
    "short", "Password123456", "clerk-clerk-2025", "1234567890123", "aaaaaaaaaaaaaa", "abcabcabcabc", "5201314520",
    "城关支行填报岗二〇二五", "with\x00control-sign", "x" * 200,
])
def test_a_weak_password_is_refused(office: Desk, weak: str):
    with pytest.raises(Refused):
        set_password(office, SYSTEM, "clerk", weak)


def test_an_earlier_password_does_not_come_back(office: Desk):
    for i in range(4):
        set_password(office, SYSTEM, "clerk", f"herons rest on ice {i}")
    with pytest.raises(Refused, match="用过"):
        set_password(office, SYSTEM, "clerk", GOOD)
    set_password(office, SYSTEM, "clerk", "herons rest on ice 4")
    set_password(office, SYSTEM, "clerk", GOOD)


def test_wide_and_narrow_digits_are_one_password(office: Desk):
    set_password(office, SYSTEM, "clerk", "凉州词与渭城曲２０２５")
    assert sign_in(office, "clerk", "凉州词与渭城曲2025", address=HERE)


def test_a_link_works_once_and_a_day_long(office: Desk, clock: Clock):
    link = one_time_link(office, None, "admin", "first_run")
    assert link_account(office, link) == ("admin", "系统管理岗")
    with pytest.raises(Refused):
        use_link(office, link, "weak")
    assert use_link(office, link, OTHER) == "admin"
    with pytest.raises(Denied):
        use_link(office, link, GOOD)
    late = one_time_link(office, office.actor("admin"), "clerk", "reset")
    clock.pass_days(1)
    with pytest.raises(Denied):
        use_link(office, late, OTHER)


def test_a_newer_link_ends_the_earlier_and_a_session_is_no_link(office: Desk):
    first = one_time_link(office, office.actor("admin"), "clerk", "reset")
    one_time_link(office, office.actor("admin"), "clerk", "reset")
    session_token = sign_in(office, "clerk", GOOD, address=HERE)
    for token in (first, session_token):
        with pytest.raises(Denied):
            use_link(office, token, OTHER)


def test_links_are_for_accounts_that_are_there_and_from_administrators(office: Desk):
    with pytest.raises(Missing):
        one_time_link(office, None, "nobody", "reset")
    with pytest.raises(Denied):
        one_time_link(office, office.actor("clerk"), "admin", "reset")
    with pytest.raises(Denied):
        one_time_link(office, office.actor("admin"), "admin", "reset")


def test_a_hash_with_old_parameters_is_made_again_at_the_next_sign_in(office: Desk, clock: Clock, full_cost: None):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with office.store.writing() as db:
        people.keep_secret(db, "password", "clerk", weak, clock())
    sign_in(office, "clerk", GOOD, address=HERE)
    with office.reading() as db:
        stored = people.secret_of(db, "password", "clerk")
    assert stored != weak and stored is not None and not people.outdated(stored)
    assert sign_in(office, "clerk", GOOD, address=HERE)


def test_secrets_are_neither_on_the_journal_nor_in_the_store_nor_in_the_log(
    office: Desk, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("DEBUG")
    token = sign_in(office, "clerk", GOOD, address=HERE)
    refused(office, password="sparrows-sing-at-dawn")
    link = one_time_link(office, office.actor("admin"), "clerk", "reset")
    use_link(office, link, OTHER)
    lines = "\n".join(e.line for e in office.journal.page(limit=500))
    with office.reading() as db:
        rows = "\n".join(str(tuple(row)) for table in (secret, session, attempt) for row in db.execute(select(table)))
    for word in (GOOD, OTHER, token, link, "sparrows-sing-at-dawn"):
        assert word not in lines
        assert word not in rows
        assert word not in caplog.text
    assert "$argon2id$" in rows and "argon2" not in lines


def test_the_state_is_what_the_journal_gives(office: Desk):
    sign_in(office, "clerk", GOOD, address=HERE)
    assert office.journal.rebuild(verify_only=True).differs == ()
    assert office.journal.verify() is None


def test_the_words_of_a_store_hide_its_password():
    assert "geheim" not in repr(Store("postgresql://desk:geheim@localhost/x").url)
