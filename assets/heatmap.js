// Heatmaps of attention: what is under the pointer, a click on a row, a box that zooms.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const NEAR = 60;
  const rowsOf = (figure) => figure?.layout?.meta?.rows;
  const shown = (value) => (value >= 0.0001 ? value.toFixed(4) : value.toExponential(2));
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  // The hover text is put together here: sent for each cell it would be the largest part of the figure.
  function words(point, told) {
    const row = Math.round(point.y);
    const count = told.edges[row + 1] - told.edges[row];
    const first = told.edges[row] + 1;
    const lines = [count === 1 ? `sample ${told.samples[row]}` : `${count.toLocaleString("en")} samples, places ${first.toLocaleString("en")} to ${(first + count - 1).toLocaleString("en")} of ${told.total.toLocaleString("en")}`];
    if (point.curveNumber === 0) {
      const column = point.pointNumber[1];
      const next = (told.steps[column + 1] ?? told.last) - 1;
      const name = (step, place) => told.labels?.[place] ?? step;
      const several = next > told.steps[column];
      lines.push(`${told.step} ${name(told.steps[column], column)}${several ? ` to ${told.labels ? "before the next" : next}` : ""}`);
      const value = shown(point.z * told.unit);
      if (point.customdata === undefined) lines.push(`attention ${value}`);
      else {
        const other = shown(point.customdata * told.other);
        lines.push(told.show === "max" ? `largest ${value}, mean ${other}` : `mean ${value}, largest ${other}`);
      }
    }
    const mostly = count === 1 ? "" : "mostly ";
    const klass = told.actual[row] < 0 ? "class unknown" : `${mostly}${told.classes[told.actual[row]]}`;
    const outcome = told.outcomes[row] < 0 ? "" : `, ${told.names[told.outcomes[row]]}`;
    lines.push(`${klass}${outcome}, confidence ${(100 * told.confidence[row]).toFixed(1)} %`);
    if (told.by) {
      const { name, first, last } = told.by;
      lines.push(`${name} ${first[row]}${last && last[row] !== first[row] ? ` to ${last[row]}` : ""}`);
    }
    return lines;
  }

  function say(figure, event) {
    const told = rowsOf(figure);
    const point = event.points?.[0];
    if (!told || !point || point.y === undefined) return hide();
    let tip = document.getElementById("heatmap-tip");
    if (!tip) {
      tip = document.createElement("div");
      tip.id = "heatmap-tip";
      tip.setAttribute("aria-hidden", "true");
      document.body.append(tip);
    }
    tip.replaceChildren(...words(point, told).map((text) => Object.assign(document.createElement("div"), { textContent: text })));
    tip.hidden = false;
    const left = event.event.clientX + 14;
    tip.style.left = `${left + tip.offsetWidth > innerWidth - 8 ? left - tip.offsetWidth - 28 : left}px`;
    tip.style.top = `${clamp(event.event.clientY + 12, 8, innerHeight - tip.offsetHeight - 8)}px`;
  }

  function hide() {
    const tip = document.getElementById("heatmap-tip");
    if (tip) tip.hidden = true;
  }

  function click(figure, event) {
    const told = rowsOf(figure);
    const point = event.points?.[0];
    const sample = told?.samples?.[Math.round(point?.y)];
    if (Number.isInteger(sample)) heed.set({ sample });
  }

  function ends(change, axis) {
    const range = change[`${axis}.range`] || [change[`${axis}.range[0]`], change[`${axis}.range[1]`]];
    return range.every(Number.isFinite) ? [Math.min(...range), Math.max(...range)] : null;
  }

  // A box in the picture names the samples and steps that the server then draws anew.
  function zoom(figure, change) {
    const told = rowsOf(figure);
    if (!told || !told.samples.length) return;
    const across = ends(change, "xaxis");
    const down = ends(change, "yaxis");
    const wanted = {};
    if (down) {
      const last = told.samples.length - 1;
      const from = clamp(Math.round(down[0]), 0, last);
      const to = clamp(Math.round(down[1]), from, last);
      if (from > 0 || to < last) wanted.rows = `${told.edges[from]}-${told.edges[to + 1] - 1}`;
    }
    if (across) {
      const inside = told.steps.map((step, place) => [step, place]).filter(([step]) => step >= across[0] && step <= across[1]);
      if (inside.length && inside.length < told.steps.length) {
        const next = told.steps[inside[inside.length - 1][1] + 1] ?? told.last;
        wanted.steps = `${inside[0][0]}-${next - 1}`;
      }
    }
    if (wanted.rows || wanted.steps) heed.set(wanted);
  }

  function attach(figure) {
    if (!figure?.on || figure.heedZooms || !rowsOf(figure)) return;
    figure.heedZooms = true;
    figure.on("plotly_hover", (event) => say(figure, event));
    figure.on("plotly_unhover", hide);
    figure.on("plotly_click", (event) => click(figure, event));
    figure.on("plotly_relayout", (change) => zoom(figure, change));
    figure.on("plotly_doubleclick", () => heed.set({ rows: null, steps: null }));
  }
  document.addEventListener("heed:view", hide);
  // Whatever is read or clicked has the pointer over it first, whenever it was drawn.
  document.addEventListener("pointerover", (event) => attach(event.target.closest?.(".js-plotly-plot")));

  Object.assign(heed, {
    readHeatmap: () => attach(document.querySelector("#attention-heatmap .js-plotly-plot")),

    zoomRows() {
      if (window.dash_clientside.callback_context.triggered_id === "attention-show-all") return void heed.set({ rows: null, steps: null });
      const focus = heed.focused();
      if (!focus || focus.rank === null) return;
      const from = clamp(focus.rank - NEAR, 0, Math.max(0, focus.total - 2 * NEAR));
      heed.set({ rows: `${from}-${Math.min(focus.total, from + 2 * NEAR) - 1}` });
    },
  });
})();
