"""What tests of the page Train look at and fill in."""

from playwright.sync_api import Locator, Page

LONG = 120_000  # ms, for what a training does on a busy machine
PLOT = "document.querySelector('#train-curves .js-plotly-plot')"
POINTS = "() => (document.querySelector('#train-curves .js-plotly-plot')?.calcdata?.[1]?.length ?? 0)"
MORE_POINTS = POINTS.replace("() =>", "(than) =>") + " > than"
STATES = (
    "() => [...document.querySelectorAll('#train-experiments .badge-state')].map(badge => badge.textContent)"
)
CELLS = """() => [...document.querySelectorAll('#train-runs .ag-row')].map(row => Object.fromEntries(
    [...row.querySelectorAll('.ag-cell')].map(cell => [cell.getAttribute('col-id'), cell.innerText.trim()])
))"""
MEMBERS = CELLS.replace("train-runs", "train-members")
OVER = f"() => !({STATES})().some(state => ['waiting', 'starting', 'running'].includes(state))"


def box(page: Page, row: int) -> Locator:
    """Return the box that chooses a row of the table of runs."""
    return page.locator(f"#train-runs .ag-row[row-index='{row}'] input[type=checkbox]")


def epochs(page: Page, number: int) -> None:
    """Order so many epochs, without an early end."""
    page.click("summary:has-text('How it is trained')")
    page.locator("label:has-text('Epochs') input").first.fill(str(number))
    page.locator("label:has-text('Patience') input").fill("0")
