"""The commands. What is pressed while a schedule is made is in making.py, notices in deciding.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from discord import app_commands

from bot.circles.models import Circle
from bot.errors import UserError
from bot.schedules import reading
from bot.schedules.drafts.models import Draft
from bot.schedules.history.service import REASON_LENGTH
from bot.schedules.models import IfLater, Kind, Schedule, Why
from bot.schedules.recurrence import Once, Rule, in_order, weekly
from bot.schedules.words import days_in_words, name_of
from cogs import ui
from cogs.schedules import panel, views
from cogs.schedules.door import Door

CHOICES = 25  # Discord shows no more (Application Command Option Choice)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WHICH_CIRCLE = "Which circle, if there is more than one here"
WHICH_SCHEDULE = "Which one"
WHY = "Why, for the log that members can read"
LATE = "Posted if less than so many minutes late (60, if left out)"
Hours = app_commands.Range[int, 1, 336]
Minutes = app_commands.Range[int, 5, 1440]
Reason = app_commands.Range[str, 1, REASON_LENGTH]
Line = app_commands.Range[str, 1, 200]
Choices = list[app_commands.Choice[str]]
IF_LATER = [
    app_commands.Choice(name="Skip it and tell the facilitators", value="skip"),
    app_commands.Choice(name="Ask the facilitators", value="ask"),
]


class SchedulesCog(Door, name="schedules"):
    schedule = app_commands.Group(
        name="schedule", description="When this circle's check-ins and prompts come", guild_only=True
    )

    # Making one

    @schedule.command(name="new", description="A new schedule: in one line, or from a panel")
    @app_commands.describe(
        what="A check-in, or prompts from a deck",
        when="Such as: every other tue 19:00, or 1st sunday 18:30, or weekdays 8am",
        once="For a single time: pick it with @time",
        window_hours="How long each one stays open",
        late_minutes=LATE,
        if_later="What happens when it was missed by more than that",
        circle=WHICH_CIRCLE,
    )
    @app_commands.choices(if_later=IF_LATER)
    async def new(
        self,
        interaction: ui.Interaction,
        what: str | None = None,
        when: Line | None = None,
        once: app_commands.Timestamp | None = None,
        window_hours: Hours | None = None,
        late_minutes: Minutes | None = None,
        if_later: str | None = None,
        circle: str | None = None,
    ) -> None:
        where = await self.circle_here(interaction, circle)
        rule = None
        if once is not None:
            wall = once.astimezone(where.tz).replace(second=0, microsecond=0, tzinfo=None)
            rule = Rule(Once(wall.date()), (wall.time(),))
        elif when is not None:
            rule = self.app.schedules.drafts.read(where, when)
        kind, deck = (Kind.CHECK_IN if rule else None), None
        if what is not None:
            kind, deck = panel.what_from(self.words(interaction), what, self.decks(where))
        draft = await self.app.schedules.drafts.begin(
            ui.actor(interaction),
            where,
            kind=kind,
            deck=deck,
            rule=rule,
            window=window_hours and window_hours * HOUR,
            late_limit=late_minutes and late_minutes * MINUTE,
            if_later=if_later and IfLater(if_later),
        )
        await self._show_draft(interaction, where, draft)

    @schedule.command(name="check-in", description="A check-in each week, by day and time")
    @app_commands.describe(
        day="Such as Tuesday, or tue, thu, or weekdays",
        time="On the circle's clock, such as 19:00 or 7pm",
        window_hours="How long each one stays open (24 hours, if left out)",
        circle=WHICH_CIRCLE,
    )
    async def check_in(
        self,
        interaction: ui.Interaction,
        day: str,
        time: str,
        window_hours: Hours | None = None,
        circle: str | None = None,
    ) -> None:
        await self._weekly(interaction, Kind.CHECK_IN, _rule_from(day, time), window_hours, None, circle)

    @schedule.command(name="prompt", description="A prompt each week, by day and time")
    @app_commands.describe(
        day="Such as Tuesday, or tue, thu, or weekdays",
        time="On the circle's clock, such as 19:00 or 7pm",
        deck="Where the prompts are taken from",
        window_hours="How long each one stays open (72 hours, if left out)",
        circle=WHICH_CIRCLE,
    )
    async def prompt(
        self,
        interaction: ui.Interaction,
        day: str,
        time: str,
        deck: str,
        window_hours: Hours | None = None,
        circle: str | None = None,
    ) -> None:
        await self._weekly(interaction, Kind.PROMPT, _rule_from(day, time), window_hours, deck, circle)

    async def _weekly(
        self,
        interaction: ui.Interaction,
        kind: Kind,
        rule: Rule,
        hours: int | None,
        deck: str | None,
        named: str | None,
    ) -> None:
        circle = await self.circle_here(interaction, named)
        window = hours and hours * HOUR
        draft = await self.app.schedules.drafts.begin(
            ui.actor(interaction), circle, kind=kind, rule=rule, window=window, deck=deck
        )
        await self._show_draft(interaction, circle, draft)

    @schedule.command(name="edit", description="Change a schedule; what was posted stays as it is")
    @app_commands.describe(
        schedule=WHICH_SCHEDULE,
        when="Such as: every other tue 19:00 (leave all out for a form)",
        deck="Where the prompts are taken from",
        window_hours="How long each one stays open",
        late_minutes="Posted if less than so many minutes late",
        if_later="What happens when it was missed by more than that",
        reason=WHY,
        circle=WHICH_CIRCLE,
    )
    @app_commands.choices(if_later=IF_LATER)
    async def edit(
        self,
        interaction: ui.Interaction,
        schedule: str,
        when: Line | None = None,
        deck: str | None = None,
        window_hours: Hours | None = None,
        late_minutes: Minutes | None = None,
        if_later: str | None = None,
        reason: Reason | None = None,
        circle: str | None = None,
    ) -> None:
        where, who = await self.circle_here(interaction, circle), ui.actor(interaction)
        chosen = {
            "rule": when and self.app.schedules.drafts.read(where, when),
            "deck": deck,
            "window": window_hours and window_hours * HOUR,
            "late_limit": late_minutes and late_minutes * MINUTE,
            "if_later": if_later and IfLater(if_later),
        }
        draft = await self.app.schedules.drafts.begin_change(who, where, schedule, reason=reason, **chosen)
        if any(chosen.values()):
            await self._show_draft(interaction, where, draft)
        else:
            await ui.open_form(interaction, panel.edit_form(self.words(interaction), where, draft))

    # Seeing them

    @schedule.command(name="list", description="The circle's schedules, and when each comes next")
    @app_commands.describe(circle=WHICH_CIRCLE)
    async def list_(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        schedules = await self.app.schedules.overview(ui.actor(interaction), where)
        showing = self.showing(interaction, where)
        runways = {each.id: await self._runway(where, each) for each in schedules if each.deck}
        hold = await self.app.schedules.rests.held(where)
        for card in views.overview(showing, schedules, runways, hold):
            await ui.answer(interaction, card)

    async def _runway(self, circle: Circle, schedule: Schedule) -> views.Runway:
        left = await self.app.prompts.left(circle, schedule.deck or "")
        return views.Runway(left, self.app.schedules.span(circle, schedule, left))

    @schedule.command(name="preview", description="See the next one as it will look; only you see it")
    @app_commands.describe(schedule=WHICH_SCHEDULE, circle=WHICH_CIRCLE)
    async def preview(self, interaction: ui.Interaction, schedule: str, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        glimpse = await self.app.schedules.glimpse(ui.actor(interaction), where, schedule)
        for card in await views.seen(self.words(interaction), self.bot, glimpse):
            await ui.answer(interaction, card)

    @schedule.command(name="log", description="What facilitators changed in the schedules, and why")
    @app_commands.describe(circle=WHICH_CIRCLE)
    async def log(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        changes = await self.app.schedules.history.of(where)
        await ui.answer(interaction, views.log(self.words(interaction), where, changes))

    @app_commands.command(name="next", description="What comes next in this circle")
    @app_commands.describe(circle=WHICH_CIRCLE)
    @app_commands.guild_only()
    async def next(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        coming = await self.app.schedules.coming(where)
        await ui.answer(interaction, views.coming(self.words(interaction), where, coming))

    @schedule.command(name="mirror", description="Show a schedule among the server's events, or no longer")
    @app_commands.describe(
        schedule=WHICH_SCHEDULE, show="Whether everyone in the server sees it there", circle=WHICH_CIRCLE
    )
    async def mirror(
        self, interaction: ui.Interaction, schedule: str, show: bool = True, circle: str | None = None
    ) -> None:
        where, who = await self.circle_here(interaction, circle), ui.actor(interaction)
        where.require_facilitator(who)
        if show and interaction.guild and not interaction.guild.me.guild_permissions.create_events:
            raise UserError("schedule.errors.no_create_events")
        found = await self.app.schedules.mirror(who, where, schedule, on=show, why=_why(interaction))
        await ui.answer(interaction, self._said(interaction, "mirrored" if show else "unmirrored", found))

    # Letting them rest

    @schedule.command(name="pause", description="Let a schedule rest until it is resumed, or until a day")
    @app_commands.describe(
        schedule=WHICH_SCHEDULE,
        until="The day it goes on by itself, such as 2026-08-31",
        reason=WHY,
        circle=WHICH_CIRCLE,
    )
    async def pause(
        self,
        interaction: ui.Interaction,
        schedule: str,
        until: str | None = None,
        reason: Reason | None = None,
        circle: str | None = None,
    ) -> None:
        where = await self.circle_here(interaction, circle)
        day = None if until is None else self.app.schedules.drafts.read_day(where, until)
        paused = await self.app.schedules.rests.pause(
            ui.actor(interaction), where, schedule, until=day, why=_why(interaction, reason)
        )
        await ui.answer(
            interaction, self._said(interaction, "paused_until" if paused.next else "paused", paused)
        )

    @schedule.command(name="resume", description="Let a schedule go on with its next time")
    @app_commands.describe(schedule=WHICH_SCHEDULE, circle=WHICH_CIRCLE)
    async def resume(self, interaction: ui.Interaction, schedule: str, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        resumed = await self.app.schedules.rests.resume(
            ui.actor(interaction), where, schedule, why=_why(interaction)
        )
        await ui.answer(interaction, self._said(interaction, "resumed", resumed))

    @schedule.command(name="skip", description="Leave out the next time of a schedule")
    @app_commands.describe(schedule=WHICH_SCHEDULE, reason=WHY, circle=WHICH_CIRCLE)
    async def skip(
        self,
        interaction: ui.Interaction,
        schedule: str,
        reason: Reason | None = None,
        circle: str | None = None,
    ) -> None:
        where = await self.circle_here(interaction, circle)
        left, slot = await self.app.schedules.rests.skip_next(
            ui.actor(interaction), where, schedule, why=_why(interaction, reason)
        )
        what = "skipped" if left.next else "skipped_last"
        await ui.answer(interaction, self._said(interaction, what, left, left_out=views.when(slot.instant)))

    @schedule.command(name="run-now", description="Post one now, beside its regular times")
    @app_commands.describe(schedule=WHICH_SCHEDULE, circle=WHICH_CIRCLE)
    async def run_now(self, interaction: ui.Interaction, schedule: str, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        posted = await self.app.schedules.run_now(
            ui.actor(interaction), where, schedule, why=_why(interaction)
        )
        channel = f"<#{where.channel_id}>"
        await ui.answer(interaction, self._said(interaction, "run_now", posted, channel=channel))

    @schedule.command(name="remove", description="Take a schedule away; you are asked first")
    @app_commands.describe(schedule=WHICH_SCHEDULE, circle=WHICH_CIRCLE)
    async def remove(self, interaction: ui.Interaction, schedule: str, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        found = await self.app.schedules.get(ui.actor(interaction), where, schedule)
        await ui.answer(interaction, views.removing(self.words(interaction), where, found))

    @ui.on_press("schedule:remove")
    async def remove_it(self, interaction: ui.Interaction, circle_id: str, schedule_id: str) -> None:
        circle = await self.circle_here(interaction, circle_id)
        removed = await self.app.schedules.rests.remove(
            ui.actor(interaction), circle, schedule_id, why=_why(interaction)
        )
        await ui.replace(interaction, self._said(interaction, "removed", removed))

    @ui.on_press("schedule:keep")
    async def keep_it(self, interaction: ui.Interaction) -> None:
        await ui.replace(interaction, ui.note(self.words(interaction)("schedule.answers.kept")))

    @app_commands.command(name="hold", description="Hold everything in this circle, after a hard event")
    @app_commands.describe(
        until="The day it goes on by itself, such as 2026-08-31 (until it is lifted, if left out)",
        reason=WHY,
        circle=WHICH_CIRCLE,
    )
    @app_commands.guild_only()
    async def hold(
        self,
        interaction: ui.Interaction,
        until: str | None = None,
        reason: Reason | None = None,
        circle: str | None = None,
    ) -> None:
        where, who = await self.circle_here(interaction, circle), ui.actor(interaction)
        where.require_facilitator(who)
        held = await self.app.schedules.rests.held(where)
        if held is None or until is not None:
            day = None if until is None else self.app.schedules.drafts.read_day(where, until)
            held = await self.app.schedules.rests.hold(who, where, until=day, why=_why(interaction, reason))
        await ui.answer(interaction, views.held(self.words(interaction), where, held))

    @ui.on_press("schedule:lift")
    async def lift(self, interaction: ui.Interaction, circle_id: str) -> None:
        circle = await self.circle_here(interaction, circle_id)
        await self.app.schedules.rests.lift(ui.actor(interaction), circle, why=_why(interaction))
        text = self.words(interaction)
        await ui.replace(interaction, ui.note(text("schedule.hold.lifted", circle=circle.name)))

    # What is offered while someone types

    @check_in.autocomplete("day")
    @prompt.autocomplete("day")
    async def offer_days(self, interaction: ui.Interaction, typed: str) -> Choices:
        text = self.words(interaction)
        return [
            app_commands.Choice(name=days_in_words(text, days), value=", ".join(in_order(days)))
            for days in reading.suggest_days(typed)
        ]

    @new.autocomplete("what")
    async def offer_what(self, interaction: ui.Interaction, typed: str) -> Choices:
        text = self.words(interaction)
        return _matching(typed, panel.offered(text, await self._decks_here(interaction)))

    @prompt.autocomplete("deck")
    @edit.autocomplete("deck")
    async def offer_decks(self, interaction: ui.Interaction, typed: str) -> Choices:
        decks = await self._decks_here(interaction)
        return _matching(typed, {deck.id: deck.title for deck in decks.values()})

    @edit.autocomplete("schedule")
    @preview.autocomplete("schedule")
    @mirror.autocomplete("schedule")
    @pause.autocomplete("schedule")
    @resume.autocomplete("schedule")
    @skip.autocomplete("schedule")
    @remove.autocomplete("schedule")
    @run_now.autocomplete("schedule")
    async def offer_schedules(self, interaction: ui.Interaction, typed: str) -> Choices:
        try:
            circle = await self.circle_here(interaction, interaction.namespace.circle)
        except UserError:
            return []
        text, schedules = self.words(interaction), await self.app.schedules.of(circle)
        return _matching(typed, {schedule.id: name_of(text, schedule) for schedule in schedules})

    @new.autocomplete("circle")
    @check_in.autocomplete("circle")
    @prompt.autocomplete("circle")
    @edit.autocomplete("circle")
    @list_.autocomplete("circle")
    @preview.autocomplete("circle")
    @log.autocomplete("circle")
    @mirror.autocomplete("circle")
    @pause.autocomplete("circle")
    @resume.autocomplete("circle")
    @skip.autocomplete("circle")
    @run_now.autocomplete("circle")
    @remove.autocomplete("circle")
    @next.autocomplete("circle")
    @hold.autocomplete("circle")
    async def offer_circles(self, interaction: ui.Interaction, typed: str) -> Choices:
        circles = await self.app.circles.of_guild(interaction.guild_id or 0)
        return _matching(typed, {circle.id: circle.name for circle in circles})

    # Inside

    async def _decks_here(self, interaction: ui.Interaction) -> views.Decks:
        try:
            return self.decks(await self.circle_here(interaction, interaction.namespace.circle))
        except UserError:
            return {}

    async def _show_draft(self, interaction: ui.Interaction, circle: Circle, draft: Draft) -> None:
        await ui.answer(interaction, await self.draft_card(interaction, circle, draft))

    def _said(self, interaction: ui.Interaction, what: str, schedule: Schedule, **more: str) -> ui.Card:
        return views.said(self.words(interaction), what, schedule, **more)


def _why(interaction: ui.Interaction, reason: str | None = None) -> Why:
    return Why(interaction.user.display_name, reason)


def _rule_from(days: str, at: str) -> Rule:
    """The rule that was typed. Raises UserError showing the forms that can be read."""
    read_days = reading.read_days(days)
    if read_days is None:
        raise UserError("schedule.errors.days_unreadable")
    read_time = reading.read_time(at)
    if read_time is None:
        raise UserError("schedule.errors.time_unreadable")
    return weekly(read_days, read_time)


def _matching(typed: str, names: Mapping[str, str]) -> Choices:
    found = [(name, value) for value, name in names.items() if typed.casefold() in name.casefold()]
    return [app_commands.Choice(name=name[:100], value=value) for name, value in found[:CHOICES]]
