"""A place to drop or choose a file that is streamed to the server, with progress and cancel.

    upload_zone("data-upload", accept=(".csv", ".npz"))

    @callback(..., Input(upload_token("data-upload"), "data"))
    def update_upload(uploaded):      # None, or {"token": "...", "name": "GunPoint.csv", "bytes": 123456}
        path = library.uploaded_file(uploaded["token"])     # then submit a job that reads it, confined

The bytes go by POST /upload (assets/upload.js), never through a callback; see ``dashboard/uploads.py``.
"""

from collections.abc import Sequence

from dash import dcc, html

from dashboard.settings import load_settings


def upload_token(zone: str) -> str:
    """Return the id of the store that gets token, name and size when a file has arrived."""
    return f"{zone}-token"


def upload_zone(id: str, accept: Sequence[str] = (), hint: str = "") -> html.Div:
    """Return a zone where a file is dropped or chosen.

    Args:
        id: Id of the zone.
        accept: Endings that the file dialogue offers.
        hint: What is accepted, in words.
    """
    limit = load_settings().upload_bytes
    said = hint or f"{', '.join(accept)} up to {limit // 1024 // 1024} MB".strip()
    cancels = {"data-cancel": id}
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
            html.Div(className="drop-status", role="status"),
            html.Button("Cancel", type="button", className="button quiet", hidden=True, **cancels),
            dcc.Store(id=upload_token(id)),
        ],
        id=id,
        className="drop-zone",
        **{"data-store": upload_token(id), "data-accept": ",".join(accept), "data-limit": str(limit)},
    )  # fmt: skip
