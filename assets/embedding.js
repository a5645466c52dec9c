// The page Embedding: the line drawn around samples, what dragging does, the mark of the focused sample.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const props = (id, values) => window.dash_clientside.set_props(id, values);
  let drawn = 0;
  let drag = "lasso";
  let focus = null;

  const figure = () => document.querySelector("#embedding-map .js-plotly-plot");
  const ready = (graph) => graph?.layout && graph._fullLayout && graph.data?.length;

  function marks() {
    if (!focus) return [];
    const colour = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
    const ring = (size, width, of) => ({ name: "focus", type: "circle", xref: "x", yref: "y", xsizemode: "pixel", ysizemode: "pixel",
      xanchor: focus.x, yanchor: focus.y, x0: -size, x1: size, y0: -size, y1: size, line: { color: of, width } });
    const ground = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim() || "white";
    return [ring(11, 5, ground), ring(11, 2.5, colour)];
  }

  // Focus and drag are written into the figure that is there: neither asks the server for another one.
  function mark() {
    const graph = figure();
    if (!ready(graph)) return;
    if (!graph.heedMap) {
      graph.heedMap = true;
      graph.on("plotly_afterplot", mark);
    }
    const changes = {};
    const shapes = graph.layout.shapes || [];
    const wanted = [...shapes.filter((shape) => shape.name !== "focus"), ...marks()];
    if (JSON.stringify(wanted) !== JSON.stringify(shapes)) changes.shapes = wanted;
    if (graph.layout.dragmode !== drag) changes.dragmode = drag;
    if (Object.keys(changes).length) window.Plotly.relayout(graph, changes);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-drag]");
    if (!button) return;
    drag = button.dataset.drag;
    for (const one of document.querySelectorAll("button[data-drag]")) one.setAttribute("aria-pressed", String(one === button));
    mark();
  });

  Object.assign(heed, {
    embeddingLasso(selected) {
      const line = selected?.lassoPoints;
      const box = selected?.range;
      if (!line?.x && !box?.x) return;
      const x = line?.x || [box.x[0], box.x[1], box.x[1], box.x[0]];
      const y = line?.y || [box.y[0], box.y[0], box.y[1], box.y[1]];
      drawn += 1;
      props("embedding-lasso", { data: { x: Array.from(x), y: Array.from(y), at: drawn } });
      props("embedding-map", { selectedData: null });
      const graph = figure();
      if (graph) window.Plotly.relayout(graph, { selections: [] });
    },

    embeddingMark(place) {
      focus = place || null;
      if (!document.querySelector(`button[data-drag="${drag}"][aria-pressed="true"]`)) drag = "lasso";
      mark();
      setTimeout(mark, 60);
      return focus?.sample ?? null;
    },
  });
})();
