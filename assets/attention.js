// The pages Attention and Gallery: walking through samples, the mark of the focused row, the coach.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const skip = () => window.dash_clientside.no_update;
  const targets = ["attention-heatmap", "attention-sample", "attention-by-outcome"];
  const steps = targets.length;
  let focus = null;

  // The row of the focused sample is framed over the figure that is there: in it the frame would be a shape, for
  // which the whole figure is drawn once more.
  function mark() {
    const figure = document.querySelector("#attention-heatmap .js-plotly-plot");
    if (!figure?.layout || !figure._fullLayout || !figure.data?.length) return;
    heed.readHeatmap();
    if (!figure.heedMarked) {
      figure.heedMarked = true;
      figure.on("plotly_afterplot", mark);
    }
    let frame = figure.querySelector(":scope > .row-frame");
    if (!frame) {
      frame = document.createElement("div");
      frame.className = "row-frame";
      frame.setAttribute("aria-hidden", "true");
      figure.append(frame);
    }
    const { _size: size, yaxis: axis } = figure._fullLayout;
    const ends = [-0.5, 0.5].map((half) => axis.l2p((focus?.row ?? NaN) + half)).sort((a, b) => a - b);
    frame.hidden = !(ends[1] >= 0 && ends[0] <= size.h);
    if (frame.hidden) return;
    const middle = (ends[0] + ends[1]) / 2;
    const half = Math.max(3, middle - ends[0]) + 1;
    const top = Math.max(0, middle - half);
    Object.assign(frame.style, { left: `${size.l}px`, width: `${size.w}px`, top: `${size.t + top}px`,
      height: `${Math.min(size.h, middle + half) - top}px` });
  }

  heed.focused = () => focus;

  // A button that names a key of the view and a value sets it.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-view-key]");
    if (button) heed.set({ [button.dataset.viewKey]: button.dataset.viewValue || null });
  });

  Object.assign(heed, {
    walk() {
      const by = window.dash_clientside.callback_context.triggered_id === "attention-next" ? 1 : -1;
      heed.step(by);
    },

    clustersReady(key) {
      if (key) window.dash_clientside.set_props("attention-clustered", { data: key });
    },

    markRow(given) {
      focus = given || null;
      window.dash_clientside.set_props("sample-order", { data: given?.near || [] });
      mark();
      setTimeout(mark, 60);
      return given || null;
    },

    coach(view, _next, _close) {
      const panel = document.getElementById("attention-coach");
      const asked = Number((view || {}).coach || 0);
      const by = window.dash_clientside.callback_context.triggered_id;
      if (by === "attention-coach-close" || (by === "attention-coach-next" && asked >= steps)) heed.set({ coach: null });
      else if (by === "attention-coach-next") heed.set({ coach: String(asked + 1) });
      if (typeof by === "string") return skip();  // a button; the view is told by its page's store
      for (const id of targets) document.getElementById(id)?.closest(".sheet")?.classList.remove("is-coached");
      if (!panel) return skip();
      panel.hidden = !(asked >= 1 && asked <= steps);
      panel.dataset.at = asked;
      if (panel.hidden) return asked;
      for (const step of panel.querySelectorAll("[data-step]")) step.hidden = Number(step.dataset.step) !== asked;
      document.getElementById("attention-coach-next").textContent = asked === steps ? "Done" : "Next";
      const sheet = document.getElementById(targets[asked - 1])?.closest(".sheet");
      sheet?.classList.add("is-coached");
      if (asked > 1) sheet?.scrollIntoView({ block: "center", behavior: "smooth" });
      return asked;
    },

    turnPage(_previous, _next, pages) {
      const by = window.dash_clientside.callback_context.triggered_id === "gallery-next" ? 1 : -1;
      if (pages) heed.set({ page: Math.min(pages.last, Math.max(0, pages.page + by)) });
    },

    pickCell(click, names) {
      const [actual, predicted] = click?.points?.[0]?.customdata || [];
      if (!names?.[actual] || !names?.[predicted]) return;
      heed.set({ klass: null, predicted: null, outcome: null }); // the cell counts all of them
      heed.narrowTo(`class == ${heed.quoted(names[actual])} and predicted == ${heed.quoted(names[predicted])}`);
    },
  });
})();
