"""The one factory of tables: dash-ag-grid in Heed's look, with nothing that executes code from data.

    table("train-runs", columns=(Column("name", "Run"), Column("accuracy", "Accuracy", numeric=True)),
          rows=[{"id": ..., "name": ..., "accuracy": "94.7 %"}], select="single")

Callbacks read ``Input(id, "selectedRows")`` (a list of rows) and write ``Output(id, "rowData")``. Cells are
text; ``numeric`` aligns right and sorts by number, so give numbers as numbers and how to write them as
``percent`` or ``digits``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import dash_ag_grid as dag
from dash import html

ROW_HEIGHT, HEAD_HEIGHT = 34, 36


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        field: Key of the row that it shows.
        title: What stands in its head.
        numeric: Whether it holds numbers.
        percent: Whether its numbers are shares, written in percent.
        chance: Whether its numbers are p-values: two digits that count, none below 0.0001.
        digits: Decimals of its numbers; None leaves them as they come.
        width: Width in pixels; None shares what is left.
        help_text: What the head says on hover.
        least: Least width in pixels of a column that shares what is left.
        wrap: Whether texts that are too long for the column go on in a line below.
        choices: Values a cell can be given, each with its words; what is chosen comes as the grid's
            ``cellRendererData`` with ``rowId``, ``colId`` and ``value``.
    """

    field: str
    title: str
    numeric: bool = False
    percent: bool = False
    chance: bool = False
    digits: int | None = None
    width: int | None = None
    help_text: str = ""
    least: int | None = None
    wrap: bool = False
    choices: Sequence[tuple[str, str]] = ()

    def definition(self) -> dict[str, Any]:
        """Return the column as ag-grid wants it."""
        shown: dict[str, Any] = {
            "field": self.field,
            "headerName": self.title,
            "headerTooltip": self.help_text or None,
            "type": "rightAligned" if self.numeric else None,
            "cellDataType": "number" if self.numeric else "text",
            "tooltipField": None if self.numeric else self.field,
        }
        if self.width is not None:
            shown |= {"width": self.width, "minWidth": min(90, self.width), "flex": None}
        if self.least is not None:
            shown["minWidth"] = self.least
        if self.wrap:
            shown |= {"wrapText": True, "autoHeight": True}
        if self.choices:
            shown["cellRenderer"] = "ChoiceCell"  # assets/tables.js
            shown["cellRendererParams"] = {"choices": [list(choice) for choice in self.choices]}
        if self.percent or self.digits is not None:
            digits = 1 if self.digits is None else self.digits
            scaled = "100 * params.value" if self.percent else "params.value"
            form = f"d3.format('.{digits}f')({scaled})" + (" + ' %'" if self.percent else "")
            shown["valueFormatter"] = {"function": f"params.value == null ? '-' : {form}"}
        if self.chance:
            form = "params.value < 0.0001 ? '< 0.0001' : d3.format('.2~g')(params.value)"
            shown["valueFormatter"] = {"function": f"params.value == null ? '-' : {form}"}
        return {key: value for key, value in shown.items() if value is not None or key == "flex"}


def table_height(rows: int, most: int = 15) -> int:
    """Return the height in pixels of a table with so many rows; more than the most scroll."""
    return HEAD_HEIGHT + ROW_HEIGHT * (min(rows, most) or 2) + 4


def table(  # noqa: PLR0913 - a table's arguments are its interface
    id: str,
    columns: Sequence[Column],
    *,
    rows: Sequence[Mapping[str, Any]] = (),
    select: Literal["none", "single", "multiple"] = "none",
    height: int | None = None,
    label: str = "",
    row_key: str = "id",
) -> html.Div:
    """Return a table.

    Args:
        id: Id of the grid.
        columns: Its columns, in order.
        rows: Rows as plain values; each has ``row_key``.
        select: Whether rows can be chosen, by click and by keyboard.
        height: Height in pixels; None grows with the rows (for less than about 50).
        label: What a screen reader calls the table.
        row_key: Key whose value tells the rows apart, so that a selection outlives new data.
    """
    options: dict[str, Any] = {
        "theme": {"function": "themeQuartz"},
        "animateRows": False,
        "suppressCellFocus": False,
        "tooltipShowDelay": 400,
        "rowHeight": ROW_HEIGHT,
        "headerHeight": HEAD_HEIGHT,
        "localeText": {"noRowsToShow": "Nothing here yet"},
        "ensureDomOrder": True,
        "enableCellTextSelection": True,
    }
    if select != "none":
        options["rowSelection"] = {
            "mode": "singleRow" if select == "single" else "multiRow",
            "enableClickSelection": select == "single",
            "checkboxes": select == "multiple",
        }
    if height is None:
        options["domLayout"] = "autoHeight"
    grid = dag.AgGrid(
        id=id,
        columnDefs=[column.definition() for column in columns],
        rowData=[dict(row) for row in rows],
        defaultColDef={"sortable": True, "resizable": True, "flex": 1, "minWidth": 90, "filter": False},
        dashGridOptions=options,
        getRowId=f"'' + params.data.{row_key}",  # ag-grid warns of ids that are numbers
        className="heed-table",
        style={"height": None if height is None else f"{height}px", "width": "100%"},
    )
    return html.Div(grid, className="table-frame", role="region", **{"aria-label": label or "Table"})
