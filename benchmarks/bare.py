"""A bare Dash app with one chart: `gunicorn benchmarks.bare:server`."""

import plotly.graph_objects as go
from dash import Dash, dcc, html

STEPS = 150

application = Dash("benchmarks.bare")
application.layout = html.Div(
    [
        html.H1("One chart"),
        dcc.Graph(id="chart", figure=go.Figure(go.Scatter(y=[step % 17 for step in range(STEPS)]))),
    ]
)
server = application.server
# First requests race in threaded workers (plotly/dash #3971): without this some pages stay blank for ever.
with server.test_request_context("/"):
    server.preprocess_request()
