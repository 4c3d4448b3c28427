"""Messages: written with the act, gone with the act."""

from __future__ import annotations

import pytest

from qingce.core.errors import DeclarationError
from qingce.ledger.outbox import BACKOFF, Outbox
from qingce.services.desk import Desk
from qingce.services.desk.messages import send, tell
from tests.services.desk.beginnings import Clock


def test_a_message_leaves_only_when_its_act_stands(desk: Desk):
    with pytest.raises(DeclarationError), desk.writing() as made:
        made.append("clerk", f"no_verb{send(made, 'mail', 'clerk@bank.example', '催办', '请填报。')}", "item/1")
    assert Outbox(desk.store).counts() == {}
    with desk.writing() as made:
        send(made, "mail", "clerk@bank.example", "催办", "请填报。")
    assert Outbox(desk.store).counts() == {"waiting": 1}


@pytest.mark.parametrize("to", ["", "clerk", "a@b.example\nBcc: all@b.example", "a@b.example, c@d.example"])
def test_what_is_no_address_gets_no_mail(desk: Desk, to: str):
    with desk.writing() as made:
        assert send(made, "mail", to, "催办", "请填报。") == ""


def test_a_subject_is_one_line(desk: Desk, clock: Clock):
    with desk.writing() as made:
        send(made, "mail", "clerk@bank.example", "催办\r\nBcc: all@bank.example", "请填报。")
    assert Outbox(desk.store).take(clock(), ["mail"])[0].subject == "催办 Bcc: all@bank.example"


def test_an_unknown_channel_is_a_mistake_of_the_program(desk: Desk):
    with pytest.raises(DeclarationError), desk.writing() as made:
        send(made, "fax", "0931", "催办", "请填报。")


def test_what_one_took_another_does_not_get(desk: Desk, clock: Clock):
    with desk.writing() as made:
        send(made, "mail", "clerk@bank.example", "催办", "请填报。")
    box = Outbox(desk.store)
    assert len(box.take(clock(), ["mail"])) == 1 and box.take(clock(), ["mail"]) == []
    clock.pass_days(1)
    assert len(box.take(clock(), ["mail"])) == 1  # whoever took it fell silent


def test_a_message_that_does_not_leave_is_tried_again_and_in_the_end_given_up(desk: Desk, clock: Clock):
    with desk.writing() as made:
        send(made, "mail", "clerk@bank.example", "催办", "请填报。")
    box, tries = Outbox(desk.store), 0
    for _ in range(len(BACKOFF) + 3):
        for message in box.take(clock(), ["mail"]):
            tries += 1
            box.failed(message, "连接不上", clock())
        clock.pass_days(1)
    assert tries == len(BACKOFF) + 1 and box.counts() == {"failed": 1}


def test_an_account_without_contact_gets_nothing(desk: Desk):
    with desk.writing() as made:
        made.append("system", "account_opened", "account/clerk", {"post": "填报岗", "org": "HEAD"})
        made.append("system", "account_opened", "account/room",
                    {"post": "群", "org": "HEAD", "contact": "wecom:esg"})
        assert tell(made, "clerk", "催办", "请填报。") == ""
        assert tell(made, "room", "催办", "请填报。") != ""
