"""A place to drop or choose a file that is sent to the server piece by piece, with progress and cancel.

    upload_zone("data-upload", accept=(".csv", ".npz"))

    @callback(..., Input(upload_token("data-upload"), "data"))
    def update_upload(uploaded):   # None, or {"token": "...", "name": "a.csv", "bytes": 12, "sha256": "..."}
        path = library.uploaded_file(uploaded["token"])     # then submit a job that reads it, confined

The bytes never go through a callback: assets/upload.js sends them as ``dashboard/uploads.py`` says, and goes
on where it stopped when the connection breaks or the page is loaded again.
"""

from collections.abc import Sequence

from dash import dcc, html

from dashboard.settings import load_settings


def upload_token(zone: str) -> str:
    """Return the id of the store that gets token, name, size and SHA-256 when a file has arrived."""
    return f"{zone}-token"


def upload_zone(id: str, accept: Sequence[str] = (), hint: str = "") -> html.Div:
    """Return a zone where a file is dropped or chosen.

    Args:
        id: Id of the zone.
        accept: Endings that the file dialogue offers.
        hint: What is accepted, in words.
    """
    limit = load_settings().upload_bytes
    most = f"{limit / 1e9:.1f} GB" if limit >= 10**9 else f"{limit / 1e6:.1f} MB"
    said = hint or f"{', '.join(accept)} up to {most}".strip()
    cancels, resumes = {"data-cancel": id}, {"data-resume": id}
    return html.Div(
        [
            html.Div("Drop a file here, or choose one.", className="drop-words"),
            html.Button("Choose a file", type="button", className="button", **{"data-choose": id}),
            html.Div(said, className="field-help"),
            html.Div(
                html.Div(className="progress-fill"),
                className="progress-track",
                hidden=True,
                role="progressbar",
                **{"aria-label": "Upload", "aria-valuemin": "0", "aria-valuemax": "100"},
            ),
            html.Div(className="drop-numbers", **{"aria-hidden": "true"}),
            html.Div(className="drop-status", role="status"),
            html.Div(
                [
                    html.Button("Go on", type="button", className="button", hidden=True, **resumes),
                    html.Button("Cancel", type="button", className="button quiet", hidden=True, **cancels),
                ],
                className="drop-actions",
            ),
            dcc.Store(id=upload_token(id)),
        ],
        id=id,
        className="drop-zone",
        **{"data-store": upload_token(id), "data-accept": ",".join(accept), "data-limit": str(limit)},
    )  # fmt: skip
