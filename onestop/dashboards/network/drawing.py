"""The picture of a network as SVG: circles and squares for partners, lines for ties. It shows what the table says.

Each partner is a link with a title. Colors are written as attributes, for files, and overruled by the classes of
``network.css`` for light, dark and print. Nothing is said by color alone: shapes, dashes and words differ, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.dashboards.network.layout import Place
from onestop.dashboards.network.measures import Measures
from onestop.dashboards.network.ties import Network, Node, Tie
from onestop.ui.charts import width_of
from onestop.ui.markup import format_html, join_html

WIDTH = 900
LINE = 15  # height of a label
EDGE_X, EDGE_Y = 150, 34  # what labels need around the places
COLORS = {"node": "#0b5c5f", "tie": "#6d8ba6", "amber": "#7a4c00"}
THICK = {1: ("1.25", "5 4"), 2: ("2", "none"), 3: ("3", "none")}  # by kinds of tie: width, dashes
MOST_NAME = 30  # characters
HEIGHTS = (1, 1.25, 1.5, 1.8, 2.2)  # times the usual height, until names have room


@dataclass(frozen=True)
class Box:
    """A rectangle that a label or a partner takes."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """Return the area that both take."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


@dataclass
class Canvas:
    """A drawing of a size in which labels look for a free place."""

    height: float
    taken: list[Box] = field(default_factory=list)
    labels: list[Box] = field(default_factory=list)
    hidden: float = 0.0  # the area that labels take from each other

    def place(self, words: str, x: float, y: float, radius: float) -> tuple[float, float, str]:
        """Return where a label stands and how it is anchored: where it covers the least of what is there."""
        wide, gap = width_of(words) * 1.02, radius + 6
        outward = "start" if x >= WIDTH / 2 else "end"
        inward = "end" if outward == "start" else "start"
        tries = (
            *self._beside(outward, x, y, gap),
            ("middle", x, y + gap + 9),
            ("middle", x, y - gap),
            *self._beside(inward, x, y, gap),
        )
        found = [(self._cost(_box(wide, *one)), number, one) for number, one in enumerate(tries)]
        _cost, _number, (anchor, left, base) = min(found)
        box = _box(wide, anchor, left, base)
        self.hidden += sum(box.overlap(other) for other in self.labels)
        self.labels.append(box)
        return left, base, anchor

    @staticmethod
    def _beside(anchor: str, x: float, y: float, gap: float) -> Iterator[tuple[str, float, float]]:
        """Yield the places at one side: at the same height, then a little above and below."""
        sign = 1 if anchor == "start" else -1
        yield anchor, x + sign * gap, y + 4
        for down in (-8, 8):
            yield anchor, x + sign * gap, y + 4 + down
        for down in (-14, 14):
            yield anchor, x + sign * (gap - 4), y + 4 + down

    def _cost(self, box: Box) -> float:
        outside = max(0, -box.left) + max(0, box.right - WIDTH) + max(0, -box.top) + max(0, box.bottom - self.height)
        # A name over a name cannot be read; over a partner it can.
        names = sum(box.overlap(other) for other in self.labels)
        return outside * LINE * 4 + 4 * names + sum(box.overlap(other) for other in self.taken)


def _box(wide: float, anchor: str, x: float, y: float) -> Box:
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    return Box(left, y - LINE + 3, left + wide, y + 4)


@dataclass(frozen=True)
class Sketch:
    """A picture of a height: where partners stand, how large they are, and where their names stand."""

    height: float
    at: Mapping[int, Place]
    radii: Mapping[int, float]
    labels: Mapping[int, tuple[float, float, str]]
    hidden: float


def sketch(network: Network, places: Mapping[int, Place]) -> Sketch:
    """Return the lowest picture in which no name covers another one; the highest one, if there is none."""
    found = _sketch(network, places, HEIGHTS[0])
    for times in HEIGHTS[1:]:
        if not found.hidden:
            break
        found = _sketch(network, places, times)
    return found


def _sketch(network: Network, places: Mapping[int, Place], times: float) -> Sketch:
    height = round(times * (300 + 12 * min(len(network.nodes), 80)))
    at = {pk: (EDGE_X + x * (WIDTH - 2 * EDGE_X), EDGE_Y + y * (height - 2 * EDGE_Y)) for pk, (x, y) in places.items()}
    most = max((len(ties) for ties in network.ties_of.values()), default=1) or 1
    radii = {pk: 6.5 + 6.5 * len(network.ties_of[pk]) / most for pk in network.nodes}
    taken = [Box(x - radii[pk], y - radii[pk], x + radii[pk], y + radii[pk]) for pk, (x, y) in at.items()]
    canvas = Canvas(height, taken)
    ordered = sorted(network.nodes, key=lambda pk: (-radii[pk], pk))
    labels = {pk: canvas.place(_short(network.nodes[pk]), *at[pk], radii[pk]) for pk in ordered}
    return Sketch(height, at, radii, labels, canvas.hidden)


def draw_network(
    measures: Measures, places: Mapping[int, Place], *, marked: int | None = None, query: str = ""
) -> SafeString:
    """Return the picture. ``marked`` is the partner in amber, with its ties and whom its leaving would cut off.

    ``query`` is what the links to the ties of a partner carry on: the time that was chosen.
    """
    network = measures.network
    drawn = sketch(network, places)
    lost = measures.cut_off.get(marked, frozenset()) if marked else frozenset()

    def parts() -> Iterator[SafeString]:
        # Those of the marked partner last, above the others.
        for tie in sorted(network.ties.values(), key=lambda tie: (marked in tie.pair, len(tie.counts), tie.pair)):
            yield _line(tie, drawn.at, is_marked=marked in tie.pair)
        for pk, (x, y, anchor) in drawn.labels.items():
            kind = "amber" if pk == marked else "lost" if pk in lost else ""
            label = format_html(
                '<text x="{}" y="{}" text-anchor="{}" font-size="12.5">{}</text>',
                f"{x:.1f}", f"{y:.1f}", anchor, _short(network.nodes[pk]),
            )  # fmt: skip
            yield format_html(
                '<a class="node{}" href="{}{}"><title>{}</title>{}{}</a>',
                f" node--{kind}" if kind else "", reverse("dashboards:partner_ties", args=[pk]), query,
                _title(network.nodes[pk], len(network.ties_of[pk]), kind),
                _shape(network.nodes[pk], drawn.at[pk], drawn.radii[pk], kind), label,
            )  # fmt: skip

    label = ngettext(
        "%(number)d partner and its ties. The table above says the same.",
        "%(number)d partners and their ties. The table above says the same.",
        len(network.nodes),
    ) % {"number": len(network.nodes)}
    return format_html(
        '<svg class="op-network__svg" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>',
        WIDTH, drawn.height, label, join_html(parts()),
    )  # fmt: skip


def _line(tie: Tie, at: Mapping[int, Place], *, is_marked: bool) -> SafeString:
    (x1, y1), (x2, y2) = (at[pk] for pk in tie.pair)
    kinds = min(len(tie.counts), 3)
    width, dashes = THICK[kinds]
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="tie tie--{}{}" stroke="{}" stroke-width="{}"'
        ' stroke-dasharray="{}"/>',
        f"{x1:.1f}", f"{y1:.1f}", f"{x2:.1f}", f"{y2:.1f}", kinds, " tie--amber" if is_marked else "",
        COLORS["amber" if is_marked else "tie"], width, dashes,
    )  # fmt: skip


def _short(node: Node) -> str:
    """Return the name of a partner as far as there is room for it."""
    return node.label if len(node.label) <= MOST_NAME else f"{node.label[: MOST_NAME - 1].rstrip()}…"


def _title(node: Node, ties: int, kind: str) -> str:
    words = ngettext("%(name)s: %(number)d tie", "%(name)s: %(number)d ties", ties) % {
        "name": node.name, "number": ties,
    }  # fmt: skip
    if kind == "lost":
        return _("%(words)s. It would be cut off") % {"words": words}
    return words


def _shape(node: Node, at: Place, radius: float, kind: str) -> SafeString:
    x, y = at
    fill = COLORS["amber" if kind == "amber" else "node"]
    fill = "#ffffff" if kind == "lost" else fill
    if node.is_required:
        return format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}"/>',
            f"{x:.1f}", f"{y:.1f}", f"{radius:.1f}", fill, COLORS["node"],
        )  # fmt: skip
    side = radius * 1.8
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}" stroke="{}"/>',
        f"{x - side / 2:.1f}", f"{y - side / 2:.1f}", f"{side:.1f}", f"{side:.1f}", fill, COLORS["node"],
    )  # fmt: skip
