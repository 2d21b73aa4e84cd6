from __future__ import annotations

from discord import app_commands

from bot.circles.models import Circle
from bot.errors import UserError
from bot.schedules import reading
from bot.schedules.models import Kind, Schedule
from bot.schedules.recurrence import WEEK, Rule
from bot.schedules.words import days_in_words, name_of
from cogs import ui
from cogs.schedules import views
from cogs.schedules.draft import HOUR, Draft, rule_from

CHOICES = 25  # Discord shows no more (Application Command Option Choice)
WHICH_CIRCLE = "Which circle, if there is more than one here"
WHICH_SCHEDULE = "Which one"
Hours = app_commands.Range[int, 1, 336]
Choices = list[app_commands.Choice[str]]


class SchedulesCog(ui.Cog, name="schedules"):
    schedule = app_commands.Group(
        name="schedule", description="When this circle's check-ins and prompts come", guild_only=True
    )

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
        await self._preview(interaction, Kind.CHECK_IN, rule_from(day, time), window_hours, None, circle)

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
        await self._preview(interaction, Kind.PROMPT, rule_from(day, time), window_hours, deck, circle)

    async def _preview(
        self,
        interaction: ui.Interaction,
        kind: Kind,
        rule: Rule,
        hours: int | None,
        deck: str | None,
        named: str | None,
    ) -> None:
        circle = await self.circle_here(interaction, named)
        window = kind.usual_window if hours is None else hours * HOUR
        times = self.app.schedules.preview(
            ui.actor(interaction), circle, kind, rule, window=window, deck=deck
        )
        draft = Draft(kind, rule, window, deck)
        await ui.answer(
            interaction, views.preview(self.words(interaction), circle, draft, times, self._decks(circle))
        )

    @ui.on_press("schedule:save")
    async def save(self, interaction: ui.Interaction, circle_id: str, *packed: str) -> None:
        circle = await self.circle_here(interaction, circle_id)
        draft = Draft.unpack(*packed)
        saved = await self.app.schedules.create(
            ui.actor(interaction), circle, draft.kind, draft.rule, window=draft.window, deck=draft.deck
        )
        await ui.replace(interaction, self._said(interaction, "saved", saved))

    @ui.on_press("schedule:not_now")
    async def not_now(self, interaction: ui.Interaction) -> None:
        await ui.replace(interaction, ui.note(self.words(interaction)("schedule.answers.not_now")))

    @schedule.command(name="list", description="The circle's schedules, and when each comes next")
    @app_commands.describe(circle=WHICH_CIRCLE)
    async def list_(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        schedules = await self.app.schedules.overview(ui.actor(interaction), where)
        for card in views.overview(self.words(interaction), where, schedules, self._decks(where)):
            await ui.answer(interaction, card)

    @schedule.command(name="pause", description="Let a schedule rest until it is resumed")
    @app_commands.describe(schedule=WHICH_SCHEDULE, circle=WHICH_CIRCLE)
    async def pause(self, interaction: ui.Interaction, schedule: str, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        paused = await self.app.schedules.pause(ui.actor(interaction), where, schedule)
        await ui.answer(interaction, self._said(interaction, "paused", paused))

    @schedule.command(name="resume", description="Let a schedule go on with its next time")
    @app_commands.describe(schedule=WHICH_SCHEDULE, circle=WHICH_CIRCLE)
    async def resume(self, interaction: ui.Interaction, schedule: str, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        resumed = await self.app.schedules.resume(ui.actor(interaction), where, schedule)
        await ui.answer(interaction, self._said(interaction, "resumed", resumed))

    @schedule.command(name="run-now", description="Post one now, beside its regular times")
    @app_commands.describe(schedule=WHICH_SCHEDULE, circle=WHICH_CIRCLE)
    async def run_now(self, interaction: ui.Interaction, schedule: str, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        posted = await self.app.schedules.run_now(ui.actor(interaction), where, schedule)
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
        removed = await self.app.schedules.remove(ui.actor(interaction), circle, schedule_id)
        await ui.replace(interaction, self._said(interaction, "removed", removed))

    @ui.on_press("schedule:keep")
    async def keep_it(self, interaction: ui.Interaction) -> None:
        await ui.replace(interaction, ui.note(self.words(interaction)("schedule.answers.kept")))

    @app_commands.command(name="next", description="What comes next in this circle")
    @app_commands.describe(circle=WHICH_CIRCLE)
    @app_commands.guild_only()
    async def next(self, interaction: ui.Interaction, circle: str | None = None) -> None:
        where = await self.circle_here(interaction, circle)
        schedules = await self.app.schedules.of(where)
        await ui.answer(interaction, views.coming(self.words(interaction), where, schedules))

    # What is offered while someone types

    @check_in.autocomplete("day")
    @prompt.autocomplete("day")
    async def offer_days(self, interaction: ui.Interaction, typed: str) -> Choices:
        text = self.words(interaction)
        return [
            app_commands.Choice(
                name=days_in_words(text, days), value=", ".join(day for day in WEEK if day in days)
            )
            for days in reading.suggest_days(typed)
        ]

    @prompt.autocomplete("deck")
    async def offer_decks(self, interaction: ui.Interaction, typed: str) -> Choices:
        try:
            decks = self._decks(await self.circle_here(interaction, interaction.namespace.circle))
        except UserError:
            return []
        return _matching(typed, {deck.id: deck.title for deck in decks.values()})

    @pause.autocomplete("schedule")
    @resume.autocomplete("schedule")
    @remove.autocomplete("schedule")
    @run_now.autocomplete("schedule")
    async def offer_schedules(self, interaction: ui.Interaction, typed: str) -> Choices:
        try:
            circle = await self.circle_here(interaction, interaction.namespace.circle)
        except UserError:
            return []
        text, schedules = self.words(interaction), await self.app.schedules.of(circle)
        return _matching(typed, {schedule.id: name_of(text, schedule) for schedule in schedules})

    @check_in.autocomplete("circle")
    @prompt.autocomplete("circle")
    @list_.autocomplete("circle")
    @pause.autocomplete("circle")
    @resume.autocomplete("circle")
    @run_now.autocomplete("circle")
    @remove.autocomplete("circle")
    @next.autocomplete("circle")
    async def offer_circles(self, interaction: ui.Interaction, typed: str) -> Choices:
        circles = await self.app.circles.of_guild(interaction.guild_id or 0)
        return _matching(typed, {circle.id: circle.name for circle in circles})

    def _decks(self, circle: Circle) -> views.Decks:
        return self.app.prompts.decks(circle.locale)

    def _said(self, interaction: ui.Interaction, what: str, schedule: Schedule, **more: str) -> ui.Card:
        text = self.words(interaction)
        if schedule.next is not None:
            more["when"] = views.when(schedule.next.instant)
        return ui.note(text(f"schedule.answers.{what}", schedule=name_of(text, schedule), **more))


def _matching(typed: str, names: dict[str, str]) -> Choices:
    found = [(name, value) for value, name in names.items() if typed.casefold() in name.casefold()]
    return [app_commands.Choice(name=name[:100], value=value) for name, value in found[:CHOICES]]
