// The filter line: a condition that is typed, clicked together or picked, its undo, and the list of cohorts.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const skip = () => window.dash_clientside.no_update;
  const props = (id, changed) => window.dash_clientside.set_props(id, changed);
  const keys = ["where", "cohort", "outcome", "klass", "predicted", "against"];
  const laid = ["sort", "part"];  // what says which samples are at the places that are zoomed into
  const past = [];
  const longest = 50;
  let shown = null;
  let before = null;
  let renaming = null;
  let count = 0;
  let made = null;  // the cohort that the next step looks at, where the step itself made it

  const state = (view) => Object.fromEntries(keys.map((key) => [key, view?.[key] ?? null]));
  const filled = (found) => keys.some((key) => found?.[key]);
  const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const order = (id, asked) => props(id, { data: { ...asked, at: ++count } });

  // What narrows the samples is remembered, so that one step back is always there.
  document.addEventListener("heed:view", () => {
    const view = heed.view();
    const now = { run: view.run ?? null, ...state(view) };
    if (before && before.run === now.run && !equal(state(before), state(now))) {
      past.push({ ...before, made: now.cohort === made ? made : null });
      made = null;
      if (past.length > longest) past.shift();
    } else if (before && before.run !== now.run) past.length = 0;
    before = { ...now, rows: view.rows ?? null, ...Object.fromEntries(laid.map((key) => [key, view[key]])) };
    buttons();
  });

  function buttons() {
    const undo = document.getElementById("filter-undo");
    const clear = document.getElementById("filter-clear");
    if (undo && undo.disabled !== !past.length) props("filter-undo", { disabled: !past.length });
    const only = document.getElementById("attention-only");
    const whole = !heed.view().rows;
    if (only && only.hidden !== whole) props("attention-only", { hidden: whole });
    const nothing = !filled(before);
    if (clear && clear.disabled !== nothing) props("filter-clear", { disabled: nothing });
  }

  function undo() {
    const last = past.pop();
    if (!last) return;
    before = last;  // what is taken back is no step of its own
    const as = laid.every((key) => last[key] === heed.view()[key]) ? { rows: last.rows } : {};
    heed.set({ ...state(last), ...as });
    if (last.made) order("cohort-order", { act: "withdraw", cohort: last.made });
    buttons();
  }

  function closeRenaming() {
    renaming = null;
    props("cohort-renaming", { hidden: true });
  }

  function rename() {
    const name = document.getElementById("cohort-rename")?.value.trim();
    if (renaming !== null && name) order("cohort-order", { act: "rename", cohort: renaming, to: name });
    closeRenaming();
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const toggle = at("button[data-toggle]");
    const narrow = at("button[data-narrow]");
    const act = at("button[data-cohort-act]");
    if (toggle) order("narrow", { toggle: toggle.dataset.toggle });
    else if (narrow) heed.narrowTo(narrow.dataset.narrow);
    else if (at("#attention-only")) order("narrow", { places: heed.view().rows || "" });
    else if (at("#filter-undo")) undo();
    else if (at("#filter-clear")) heed.set(Object.fromEntries(keys.map((key) => [key, null])));
    else if (at("#cohort-rename-do")) rename();
    else if (at("#cohort-rename-leave")) closeRenaming();
    else if (act?.dataset.cohortAct === "rename") {
      renaming = act.dataset.cohort;
      props("cohort-rename", { value: renaming });
      props("cohort-renaming", { hidden: false });
      setTimeout(() => document.getElementById("cohort-rename")?.focus(), 60);
    } else if (act) order("cohort-order", { act: act.dataset.cohortAct, cohort: act.dataset.cohort });
    if (at(".cohort-choose")) at("details.menu").open = false;
  });

  // A form that opens takes what is typed next.
  document.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelector(":scope > .cohort-form input")?.focus();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "cohort-rename") rename();
    if (event.key === "Escape" && event.target.id === "filter-text") {
      props("filter-text", { value: heed.view().where || "" });
      props("filter-error", { children: "" });
      event.target.blur();
    }
  });

  // Numbers as short as they can be said: 0-9,12.
  function ranges(samples) {
    const sorted = [...new Set(samples)].sort((a, b) => a - b);
    const said = [];
    for (let first = 0; first < sorted.length; ) {
      let last = first;
      while (sorted[last + 1] === sorted[last] + 1) last += 1;
      said.push(last > first ? `${sorted[first]}-${sorted[last]}` : `${sorted[first]}`);
      first = last + 1;
    }
    return said.join(",");
  }

  Object.assign(heed, {
    quoted: (name) => `"${String(name).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
    narrowTo(condition) { order("narrow", { narrow: String(condition) }); },

    pick(samples) {
      const numbers = samples.filter((sample) => Number.isInteger(sample) && sample >= 0);
      if (numbers.length) order("narrow", { samples: ranges(numbers) });
    },

    pickPoints(selected, chart) {
      const points = selected?.points;
      if (!points?.length) return;
      heed.pick(points.map((point) => (Array.isArray(point.customdata) ? point.customdata[0] : point.customdata)));
      props(chart.id, { selectedData: null });
    },

    // A cohort that a step makes goes when the step is taken back; one that is renamed is the same in all steps.
    cohortMoved({ was, now }) {
      if (!was) made = now;
      else for (const step of [...past, before]) if (step?.cohort === was) step.cohort = now;
    },

    filterTyped(_submits, value) { order("filter-typed", { where: value || "" }); },

    cohortSaved(name) {
      if (name) document.querySelector("details.menu[open]:has(.cohort-form)")?.removeAttribute("open");
    },

    filterAccepted(accepted) {
      if (accepted && accepted.at === count) heed.set({ where: accepted.where || null });
    },

    // What is being typed stays unless the condition itself changes.
    filterShown(view) {
      const text = document.getElementById("filter-text");
      const where = view?.where || "";
      if (text && (where !== shown || (document.activeElement !== text && text.value !== where))) {
        props("filter-text", { value: where });
      }
      shown = where;
      buttons();
      return skip();
    },
  });
})();
