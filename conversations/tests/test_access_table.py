"""The table of the procedure, walked: which steps are there, who takes them, and which way leads to a listening."""

import pytest

from admin_module.models import User
from conversations.access import effects, guards, steps
from conversations.access.refusing import WORDS, NotAllowed
from conversations.models import AccessRequest, Designation, Step
from tests import make, make_access, make_conversations

ACTIONS = steps.ACTIONS
CLOSED = [step for step in Step if step.startswith("closed")]
DECIDES = {"ask_again", "grant", "refuse", "set_appointment", "move_appointment",
           "cancel_appointment", "extend"}  # fmt: skip
PRESIDES = {"begin_listening", "interrupt", "end_listening", "mark_absent", "close_absent"}
REGISTERS = set(ACTIONS) - DECIDES - PRESIDES - {"give_opinion", "opinions_given"}


def reached(*, without: tuple[str, ...] = ()) -> set[Step]:
    """Where one comes from a submitted request by all actions but these."""
    found, waiting = set(), [Step.SUBMITTED]
    while waiting:
        step = waiting.pop()
        if step not in found:
            found.add(step)
            ways = [action.ways for name, action in ACTIONS.items() if name not in without]
            waiting += [way[step] for way in ways if step in way]
    return found


@pytest.mark.dry
def test_every_step_is_reached_and_none_is_a_dead_end() -> None:
    assert reached() == set(Step)
    assert all(not (set(action.ways) & set(CLOSED)) for action in ACTIONS.values())
    ends = set(CLOSED)
    for _round in Step:
        ends |= {a for action in ACTIONS.values() for a, b in action.ways.items() if b in ends}
    assert ends == set(Step)


@pytest.mark.dry
def test_no_way_leads_to_a_listening_or_a_copy_past_opinions_decision_and_appointment() -> None:
    hearing, handing = {Step.LISTENING}, {Step.HANDING_OVER, Step.CLOSED_GRANTED}
    for without in ("ask_opinions", "opinions_given", "grant"):
        assert not reached(without=(without,)) & (hearing | handing), without
    assert not reached(without=("set_appointment",)) & hearing
    assert not reached(without=("begin_listening", "hand_over")) & {Step.CLOSED_GRANTED}


@pytest.mark.dry
def test_the_last_step_before_each_of_them_asks_for_everything_once_more() -> None:
    everything = {"identity", "matched", "caller", "held", "both_opinions"}
    sitting = {
        "for_hearing",
        "appointed",
        "in_its_time",
        "supervisors_present",
        "applicant_present",
    }
    assert everything | sitting <= set(ACTIONS["begin_listening"].needs)
    for name in ("prepare_handover", "hand_over"):
        assert everything | {"for_handing_over"} <= set(ACTIONS[name].needs)
    assert everything | {"no_conflict", "justified"} <= set(ACTIONS["grant"].needs)
    assert {"both_opinions", "no_conflict", "refusal"} <= set(ACTIONS["refuse"].needs)


@pytest.mark.dry
def test_every_name_of_the_table_is_known() -> None:
    needs = {need for action in ACTIONS.values() for need in action.needs}
    assert needs == set(guards.GUARDS)
    assert {action.effect for action in ACTIONS.values()} - {""} == set(effects.EFFECTS)
    assert all(str(words).strip() for words in WORDS.values())


def actors() -> dict[str, tuple[User | None, set[str]]]:
    """Somebody of each kind, and what the table gives them anywhere."""
    deputy = make_conversations.designee(
        Designation.Scope.DEPUTY, login="zastepca@zazolcin.example"
    )
    return {
        "the clock": (None, {"opinions_given"}),
        "agent": (make_conversations.agent(), set()),
        "designee": (make_access.clerk(), REGISTERS),
        "deputy": (deputy, REGISTERS | DECIDES),
        "supervisor": (make_access.supervisors()[0], REGISTERS | PRESIDES),
        "centre head": (make.staff("centre_head"), REGISTERS),
        "director": (make_access.director(), REGISTERS | DECIDES | PRESIDES),
        "officer": (make_access.officer(), {"give_opinion"}),
        "unit head": (make_access.head(), {"give_opinion"}),
        "administrator": (make.staff("administrator"), set()),
        "secretary": (make.staff("secretary"), set()),
        "auditor": (make.staff("auditor"), set()),
    }


@pytest.mark.django_db
def test_each_actor_at_each_step_may_take_what_the_table_gives_and_nothing_else() -> None:
    """All steps × actions × actors: what is refused is refused by the table or by the actor's rights."""
    people = actors()
    seen = 0
    for step in Step:
        row = AccessRequest(step=step, pk=0)
        for who, (user, may) in people.items():
            here = {name for name, action in ACTIONS.items() if step in action.ways}
            assert set(steps.offered(row, user)) == here & may, (step, who)
            for name in set(ACTIONS) - (here & may):
                with pytest.raises(NotAllowed) as refused:
                    steps.check(row, name, user, {})
                wanted = "not_yours" if name in here else "no_such_way"
                assert refused.value.code == wanted, (step, who, name)
                seen += 1
    assert seen > len(Step) * len(people) * len(ACTIONS) * 0.8


@pytest.mark.django_db
def test_an_unknown_action_is_no_step() -> None:
    with pytest.raises(NotAllowed):
        steps.check(AccessRequest(step=Step.SUBMITTED, pk=0), "sing", make_access.director(), {})
