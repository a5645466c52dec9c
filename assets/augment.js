// The page Augment: the list of augmentations as text in the view, and the controls that write it.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const skip = () => window.dash_clientside.no_update;
  const BETWEEN = ";", REST = 300, PATIENCE = 1500;
  const nothing = { text: "", items: [] };
  let drawn = nothing;                  // the list as it stands on the page
  let asked = null;                     // the list that the server is drawing
  let composed = null;                  // what the controls of the drawn list say
  let waiting = null;                   // a list that is to be shown next
  let sent = null;                      // the view that is being computed
  let since = 0;
  let resting = 0;
  let toDraw = [];
  let focus = null;

  const pieces = () => (heed.view().augment || "").split(BETWEEN).filter(Boolean);
  const write = (list) => heed.set({ augment: list.join(BETWEEN) || null });

  // While a control moves, one small request at a time brings new points for the figures that are there, and of
  // the moves meanwhile the last one counts. The view, and with it all else, follows when the control rests.
  function preview(text) {
    waiting = text;
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
    if (sent === null || performance.now() - since > PATIENCE) send();
  }

  function send() {
    if (waiting === null) return;
    sent = { ...heed.view(), augment: waiting };
    waiting = null;
    since = performance.now();
    window.dash_clientside.set_props("augment-moved", { data: sent });
  }

  // An answer counts as long as the page shows the same sample, and the same list but for its settings.
  function counts(view) {
    const shape = (one, text) => JSON.stringify([one.dataset, one.sample, one.channel, one.draw, one.target,
      (text || "").split(BETWEEN).map((piece) => piece.split(":")[0])]);
    return view !== null && asked === null && shape(view, view.augment) === shape(heed.view(), composed);
  }

  function rest() {
    if (composed !== null) heed.set({ augment: composed || null });
  }

  function stop() {
    clearTimeout(resting);
    waiting = null;
  }

  // One figure a frame, the lines first; what is scrolled away follows when the control rests.
  function drawNext() {
    const [next, ...rest] = toDraw;
    toDraw = rest;
    if (!next) return;
    redraw(next[0], next[1].lines, next[1].outlined);
    if (rest.length) requestAnimationFrame(() => setTimeout(drawNext));
  }

  function seen(id) {
    const box = document.querySelector(`#${id} .js-plotly-plot`)?.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < innerHeight;
  }

  // The points of the lines by name; a line without one is the outline of the next.
  function redraw(id, lines, outlined) {
    const figure = document.querySelector(`#${id} .js-plotly-plot`);
    const traces = figure?.data || [];
    const named = traces.map((trace, place) => [trace, place]).filter(([trace]) => trace.name);
    if (!figure?._fullLayout || named.length !== lines.length) return;
    const places = [], x = [], y = [];
    named.forEach(([_trace, place], index) => {
      const whose = outlined && place && !traces[place - 1].name ? [place - 1, place] : [place];
      for (const one of whose) { places.push(one); x.push(lines[index].x); y.push(lines[index].y); }
    });
    window.Plotly.restyle(figure, { x, y }, places);
  }

  const deeds = {
    add: (list, _place, button) => [...list, ...button.dataset.added.split(BETWEEN)],
    remove: (list, place) => list.filter((_piece, index) => index !== place),
    up: (list, place) => swapped(list, place - 1),
    down: (list, place) => swapped(list, place),
  };

  function swapped(list, place) {
    if (place < 0 || place + 1 >= list.length) return list;
    return [...list.slice(0, place), list[place + 1], list[place], ...list.slice(place + 2)];
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-augment]");
    if (!button) return;
    const deed = button.dataset.augment;
    if (deed === "previous" || deed === "next") heed.step(deed === "next" ? 1 : -1);
    else if (deed === "draw") heed.set({ draw: (heed.view().draw || 0) + 1 });
    else if (deeds[deed]) {
      const place = Number(button.dataset.place);
      if (deed === "up" || deed === "down") focus = { deed, place: place + (deed === "up" ? -1 : 1) };
      if (deed === "remove") focus = { deed, place: Math.max(0, place - 1) };
      stop();
      write(deeds[deed](composed === null ? pieces() : composed.split(BETWEEN).filter(Boolean), place, button));
    }
  });

  function refocus() {
    if (!focus) return;
    const { deed, place } = focus;
    focus = null;
    const found = [...document.querySelectorAll(`#augment-list [data-place="${place}"]`)].filter((one) => !one.disabled);
    (found.find((one) => one.dataset.augment === deed) || found[0] || document.querySelector("#augment-offers button"))?.focus();
  }

  // The server draws the list anew when the view has another one than the page.
  function settle() {
    const text = heed.view().augment || "";
    if (text === composed || text === drawn.text || text === asked) return;
    asked = text;
    composed = null;
    window.dash_clientside.set_props("augment-list-asked", { data: text });
  }

  // A number as people type it; what the text is split by can't be part of it.
  function typed(value) {
    return String(value ?? "").trim().replace(",", ".").replace(/[;,=]/g, "");
  }

  Object.assign(heed, {
    augmentFollow(view, lastPlace, shown) {
      if (JSON.stringify(shown) === JSON.stringify(drawn)) settle();  // else augmentDrawn is yet to come
      const place = { dataset: (view || {}).dataset };
      const query = new URLSearchParams(heed.query().slice(1));
      for (const key of ["sample", "channel", "draw", "page"]) query.delete(key);
      return [
        JSON.stringify(place) === JSON.stringify(lastPlace) ? skip() : place,
        `/train${query.size ? `?${query}` : ""}`,
        (view || {}).augment ? "Train with these" : "Train without augmentations",
        !(view || {}).dataset,
      ];
    },

    augmentDrawn(given) {
      drawn = given || nothing;
      composed = drawn.text;
      asked = null;
      if (drawn.first) settle();
      else if ((heed.view().augment || "") !== drawn.text) heed.set({ augment: drawn.text || null });
      setTimeout(refocus);
      return drawn.text;
    },

    augmentCompose(values, ids) {
      if (asked !== null || !drawn.items.length) return;
      const given = new Map(ids.map((id, index) => [`${id.place} ${id.field}`, values[index]]));
      const texts = drawn.items.map((item, place) => {
        const settings = item.settings
          .filter(([name]) => given.has(`${place} ${name}`))
          .map(([name, standard]) => [name, typed(given.get(`${place} ${name}`)), standard])
          .filter(([_name, value, standard]) => value !== "" && value !== standard && Number(value) !== Number(standard));
        return item.name + (settings.length ? `:${settings.map(([name, value]) => `${name}=${value}`).join(",")}` : "");
      });
      const text = texts.join(BETWEEN);
      if (text === composed) return;
      composed = text;
      ids.forEach((id, index) => follow(id, typed(values[index])));
      preview(text);
    },

    augmentSlide(values, ids) {
      if (asked !== null) return;
      ids.forEach((id, index) => {
        const target = { ...id, augment: "value" };
        const box = document.getElementById(domId(target));
        const slider = document.getElementById(domId(id));
        if (box && slider === document.activeElement && Number(typed(box.value)) !== Number(values[index])) {
          window.dash_clientside.set_props(target, { value: String(Number(values[index])) });
        }
      });
    },

    augmentMoved(answer) {
      const of = sent;
      sent = null;
      send();
      if (!answer || !counts(of)) return;
      toDraw = Object.entries(answer).filter(([id]) => seen(id));
      drawNext();
    },

    augmentWalk(near) { window.dash_clientside.set_props("sample-order", { data: near || [] }); },
  });

  // A slider goes where a number was typed; while it is moved itself it leads.
  function follow(id, value) {
    const target = { ...id, augment: "slider" };
    const slider = document.getElementById(domId(target));
    if (!slider || slider === document.activeElement || value === "" || !Number.isFinite(Number(value))) return;
    if (Number(slider.value) !== Number(value)) window.dash_clientside.set_props(target, { value: Number(value) });
  }

  function domId(id) {
    return JSON.stringify(Object.fromEntries(Object.keys(id).sort().map((key) => [key, id[key]])));
  }
})();
