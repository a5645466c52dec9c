// Compare: the threshold moves its table, its marks and the matrices while the slider moves; a cell opens the Gallery.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const skip = () => window.dash_clientside.no_update;
  const STEPS = 100;
  const MEASURES = [
    ["Precision", ([tp, , fp]) => [tp, tp + fp]],
    ["Recall", ([tp, , , fn]) => [tp, tp + fn]],
    ["Specificity", ([, tn, fp]) => [tn, tn + fp]],
    ["F1", ([tp, , fp, fn]) => [2 * tp, 2 * tp + fp + fn]],
    ["Accuracy", ([tp, tn, fp, fn]) => [tp + tn, tp + tn + fp + fn]],
  ];
  const OUTCOMES = ["TP", "TN", "FP", "FN"];

  const html = (type, children, props) => ({ type, namespace: "dash_html_components", props: { children, ...props } });
  const plot = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const share = (part, whole) => (whole ? part / whole : null);
  const percent = (value) => (value === null ? "-" : `${(100 * value).toFixed(1)} %`);

  function at(run, threshold) {
    const place = 4 * Math.round(Math.min(1, Math.max(0, threshold)) * STEPS);
    return run.counts.slice(place, place + 4);
  }

  function wilson(part, whole) {
    const square = 1.959963984540054 ** 2;
    const middle = (part / whole + square / (2 * whole)) / (1 + square / whole);
    const spread = (part / whole) * (1 - part / whole) / whole + square / (4 * whole * whole);
    const half = Math.sqrt(square * spread) / (1 + square / whole);
    return `95 % CI ${(100 * Math.max(0, middle - half)).toFixed(1)}-${(100 * Math.min(1, middle + half)).toFixed(1)}, n = ${whole}`;
  }

  function gallery(run, outcome, threshold) {
    const query = new URLSearchParams({ run: run.run, outcome });
    if (threshold !== 0.5) query.set("threshold", threshold);
    return `/gallery?${query}`;
  }

  function shares(counts) {
    return MEASURES.map(([name, parts]) => {
      const [part, whole] = parts(counts);
      return { text: percent(share(part, whole)), title: whole && name !== "F1" ? wilson(part, whole) : "" };
    });
  }

  function row(run, threshold) {
    const counts = at(run, threshold);
    const links = counts.map((count, place) => html("A", String(count), { href: gallery(run, OUTCOMES[place], threshold) }));
    const outcomes = links.map((link) => html("Td", link, { className: "number" }));
    const measures = shares(counts).map(({ text, title }) => html("Td", text, { className: "number", title }));
    return html("Tr", [html("Th", run.label, { scope: "row" }), ...outcomes, ...measures]);
  }

  // The slider names neither its thumb nor its field.
  function name() {
    for (const part of document.querySelectorAll("#compare-threshold-slider [role=slider], #compare-threshold-slider input"))
      part.setAttribute("aria-label", "Threshold");
  }

  const told = (threshold) => `At a threshold of ${threshold.toFixed(2)}; 95 % intervals stand in the hints of the shares.`;

  // While the slider moves the cells that are there get new texts; a new table would take longer than a frame.
  function rewrite(sweep, threshold) {
    const table = document.querySelector("#compare-threshold-table table");
    const rows = table?.tBodies[0]?.rows || [];
    if (rows.length !== sweep.runs.length) return;
    table.caption.firstChild.nodeValue = told(threshold);
    for (const [place, run] of sweep.runs.entries()) {
      const cells = rows[place].cells, counts = at(run, threshold);
      for (const [column, count] of counts.entries()) {
        const link = cells[column + 1].firstChild;
        link.firstChild.nodeValue = String(count);
        link.setAttribute("href", gallery(run, OUTCOMES[column], threshold));
      }
      for (const [column, { text, title }] of shares(counts).entries()) {
        const cell = cells[column + 1 + counts.length];
        cell.firstChild.nodeValue = text;
        cell.title = title;
      }
    }
  }

  function table(sweep, threshold) {
    const names = ["Run", ...OUTCOMES, ...MEASURES.map(([name]) => name)];
    const head = names.map((name, place) => html("Th", name, { scope: "col", className: place ? "number" : "" }));
    const caption = html("Caption", told(threshold));
    const body = html("Tbody", sweep.runs.map((run) => row(run, threshold)));
    const whole = html("Table", [caption, html("Thead", html("Tr", head)), body], { className: "plain-table" });
    return html("Div", whole, { className: "table-scroll tall-table", tabIndex: "0", role: "group", "aria-label": "Measures at the threshold" });
  }

  function point(counts, kind, swapped) {
    const [tp, tn, fp, fn] = swapped ? [counts[1], counts[0], counts[3], counts[2]] : counts;
    return kind === "roc" ? [share(fp, fp + tn), share(tp, tp + fn)] : [share(tp, tp + fn), share(tp, tp + fp)];
  }

  function mean(values) {
    return values.some((value) => value === null) ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  }

  function moveMarks(id, of, threshold) {
    const figure = plot(id);
    const place = (figure?.data || []).findIndex((trace) => trace.meta?.runs);
    if (place < 0) return;
    const { runs, kind, swapped } = figure.data[place].meta;
    if (!runs.flat().every((run) => of.has(run))) return;
    const points = runs.map((line) => line.map((run) => point(at(of.get(run), threshold), kind, swapped)));
    const axis = (which) => points.map((line) => mean(line.map((one) => one[which])));
    window.Plotly.restyle(figure, { x: [axis(0)], y: [axis(1)] }, [place]);
  }

  function moveMatrices(of, threshold) {
    const figure = plot("compare-matrices");
    for (const [place, trace] of (figure?.data || []).entries()) {
      const run = of.get(trace.meta?.run);
      if (!run) continue;
      const [tp, tn, fp, fn] = at(run, threshold);
      const positive = trace.meta.positive;
      const counts = positive === 1 ? [[tn, fp], [fn, tp]] : [[tp, fn], [fp, tn]];
      const parts = counts.map((cells) => cells.map((count) => count / Math.max(1, cells[0] + cells[1])));
      const cells = counts.map((row, i) => row.map((count, j) => [count, parts[i][j]]));
      const z = trace.meta.scale === "share" ? parts : counts;
      const text = counts.map((cells) => cells.map((count) => count.toLocaleString("en")));
      window.Plotly.restyle(figure, { z: [z], text: [text], customdata: [cells] }, [place]);
    }
  }

  function moveLine(threshold) {
    const figure = plot("compare-thresholds");
    const place = (figure?.layout?.shapes || []).findIndex((shape) => shape.name === "threshold");
    if (place >= 0) window.Plotly.relayout(figure, { [`shapes[${place}].x0`]: threshold, [`shapes[${place}].x1`]: threshold });
  }

  Object.assign(heed, {
    thresholdTable(dragged, view, sweep) {
      name();
      if (!sweep?.runs?.length) return null;
      // Slider and counts may come in one call: then there is no table yet whose cells could get new texts.
      const { triggered } = window.dash_clientside.callback_context;
      const alone = triggered.length === 1 && triggered[0].prop_id.startsWith("compare-threshold-slider.");
      const moving = alone && typeof dragged === "number";
      const threshold = moving ? dragged : view?.threshold ?? 0.5;
      if (moving) {
        const of = new Map(sweep.runs.map((run) => [run.run, run]));
        moveMarks("compare-roc", of, threshold);
        moveMarks("compare-precision", of, threshold);
        moveMatrices(of, threshold);
        moveLine(threshold);
        rewrite(sweep, threshold);
        return skip();
      }
      return table(sweep, threshold);
    },

    openCell(click, names) {
      const cell = click?.points?.[0];
      const run = plot("compare-matrices")?.data?.[cell?.curveNumber]?.meta?.run;
      const classes = names?.[run];
      if (!classes?.[cell.y] || !classes?.[cell.x]) return skip();
      const query = new URLSearchParams({ run, where: `class == ${heed.quoted(classes[cell.y])} and predicted == ${heed.quoted(classes[cell.x])}` });
      const threshold = heed.view().threshold;
      if (threshold !== undefined) query.set("threshold", threshold);
      heed.go(`/gallery?${query}`);
      return skip();
    },
  });
})();
