"""``storywake label``: analysts' stance labels, which take precedence over every model and train the assessor."""

import sys
from typing import Annotated

import typer

from storywake.collector.dates import now
from storywake.collector.printable import printable, printable_json
from storywake.collector.records import Stance
from storywake.db.assessments import labelled
from storywake.db.engine import reading, writing
from storywake.jobs.assess import assess
from storywake.jobs.labels import agreement, put
from storywake.jobs.labels import suggest as most_telling
from storywake.opening import engine_and_story, settings_and_engine
from storywake.progress import showing, stopped_assessing

label = typer.Typer(
    add_completion=False,
    help="An analyst's own stance labels: set, list, export.",
    no_args_is_help=True,
    invoke_without_command=True,
)
Story = Annotated[str, typer.Argument(metavar="STORY")]


@label.callback()
def options(
    context: typer.Context,
    suggest: Annotated[
        str | None, typer.Option(metavar="STORY", help="the reactions of a story whose labels would teach most")
    ] = None,
    most: Annotated[int, typer.Option(min=1, metavar="N", help="how many to suggest")] = 20,
) -> None:
    """An analyst's own stance labels: set, list, export; ``--suggest STORY`` offers those that teach most."""
    if suggest and not context.invoked_subcommand:
        engine, story = engine_and_story(suggest)
        with showing(
            f"choosing among the reactions to {story.slug}", lambda _: "stopped; run it again to go on"
        ) as work:
            rows = most_telling(engine, story, most, work.tick)
        for row in rows:
            print(printable_json(row._asdict()))


@label.command("set")
def put_label(
    reaction: Annotated[int, typer.Argument(metavar="REACTION", help="its reaction_id in the view reactions")],
    stance: Annotated[Stance, typer.Argument(metavar="STANCE", help="support, deny, query or comment")],
    claim: Annotated[str | None, typer.Option(metavar="TEXT", help="the claim (default: the story's main one)")] = None,
    analyst: Annotated[str, typer.Option(metavar="NAME", help="who judges")] = "analyst",
) -> None:
    """Keep a label; a later one of the same analyst takes its place."""
    _, engine = settings_and_engine()
    with writing(engine) as connection:
        put(connection, reaction, stance, claim, analyst, now())
    print(
        f"storywake: reaction {reaction}: {stance}, says {printable(analyst)}; the next pass learns from it",
        file=sys.stderr,
    )


@label.command("list")
def list_labels(story: Story) -> None:
    """A story's labels as JSON lines, then how far its judges agree (Cohen's kappa)."""
    engine, found = engine_and_story(story)
    with showing(f"assessing the reactions to {found.slug}", stopped_assessing) as work:
        anew = assess(engine, found, tick=work.tick)
    if anew:
        print(f"storywake: {anew:,} reactions of {found.slug} assessed anew", file=sys.stderr)
    with reading(engine) as connection:
        for item in labelled(connection, found.id):
            row = {
                "reaction_id": item.reaction_id,
                "claim": item.reaction.claim,
                "analyst": item.analyst,
                "stance": item.stance,
                "text": item.reaction.text,
            }
            print(printable_json(row))
        for pair in agreement(connection, found):
            print(printable_json(pair._asdict()))


@label.command("export")
def export_labels(story: Story) -> None:
    """A story's labels as JSON lines that ``storywake stance --labels`` takes."""
    engine, found = engine_and_story(story)
    with reading(engine) as connection:
        for item in labelled(connection, found.id):
            words = item.reaction
            row = {"text": words.text, "stance": item.stance, "claim": words.claim, "parent_text": words.parent_text}
            print(printable_json({**row, "language": words.language}))
