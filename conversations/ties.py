"""From parts of ICP that call their neighbours above to the rooms that answer: once, at the start."""


def tie() -> None:
    """May run twice."""
    _access()
    _calls()
    _desk()
    _playback()
    _register()
    _retention()
    _voice()


def _access() -> None:
    from admin_module import context
    from messaging import sweeping
    from messaging.epuap import steps as epuap_steps

    from .access import by_epuap, clockwork, listing, panel
    from .register.panels import PANELS

    PANELS["access"] = panel.PANEL
    epuap_steps.STEPS[by_epuap.PURPOSE] = by_epuap.carry_out
    context.COUNTS["access-list"] = listing.waiting
    if clockwork.daily not in sweeping.daily_sweepers:
        sweeping.daily_sweepers.append(clockwork.daily)


def _calls() -> None:
    from admin_module import context
    from messaging import sweeping

    from .calls import clockwork, health, jobs, panel
    from .register.panels import PANELS
    from .voice import overview

    PANELS["calls"] = panel.PANEL
    health.PARTS["voice"] = ("conversations/voice/_exchange.html", overview.panel)
    context.COUNTS["exchange-list"] = jobs.waiting
    if clockwork.tick not in sweeping.sweepers:
        sweeping.sweepers.append(clockwork.tick)
        sweeping.daily_sweepers.append(jobs.forget_old)


def _desk() -> None:
    from admin_module import context
    from messaging import sweeping

    from .chat import desk_rows, figures, tidying

    context.COUNTS["chat-desk"] = desk_rows.waiting_count
    if tidying.tidy not in sweeping.sweepers:
        sweeping.sweepers.append(tidying.tidy)
        sweeping.daily_sweepers.append(figures.count_lately)


def _playback() -> None:
    from messaging import sweeping

    from .playback import panel, sessions
    from .register.panels import PANELS

    PANELS["playback"] = panel.PANEL
    if sessions.sweep not in sweeping.sweepers:
        sweeping.sweepers.append(sessions.sweep)


def _register() -> None:
    from recipients import jobs

    from .register import exporting

    jobs.add(exporting.CONVERSATION_EXPORT)


def _retention() -> None:
    from admin_module import context
    from admin_module.backups import restoring
    from messaging import sweeping

    from .register.panels import PANELS
    from .retention import nightly, overview, panel, purging

    PANELS["retention"] = panel.PANEL
    context.COUNTS["retention"] = overview.waiting
    if nightly.tick not in sweeping.sweepers:
        sweeping.sweepers.append(nightly.tick)
        restoring.finishers.append(purging.end_brought_back)


def _voice() -> None:
    from admin_module import gateway_checks
    from admin_module.configuration import VoiceGateway
    from messaging import channels, sweeping
    from recipients import jobs

    from .calls import health
    from .register.panels import PANELS
    from .voice import account, overview, panel, work

    PANELS["voice"] = panel.PANEL
    health.PARTS["voice"] = (overview.EXCHANGE, overview.panel)
    gateway_checks.OWN[VoiceGateway] = account.check
    gateway_checks.TARGETS[VoiceGateway] = account.target
    channels.CODES["voice"] = account.CODES
    jobs.add(work.KIND)
    if work.order_when_due not in sweeping.sweepers:
        sweeping.sweepers.append(work.order_when_due)
