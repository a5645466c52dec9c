// The view: what is looked at. Held in the store "view", mirrored into the URL's query, bound to controls.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  const skip = () => window.dash_clientside.no_update;
  const propsOf = (id) => window.dash_component_api.getLayout(id)?.props;  // as they are by now
  let spec = { keys: {}, dependents: {}, carried: [], cohorts: [], steps: [] };
  let current = {};  // as of the last change; the store follows
  const taken = new Set();
  const chosen = new Map();  // the last value of each control
  const written = new Map();  // what the view wrote into a control, until its callback tells it
  let cohorts = null;
  let cohortsChanged = 0;
  let isStep = false;  // whether what changed since the URL was written is worth a step back
  let path = location.pathname;

  function typed(key, text) {
    const kind = spec.keys[key].kind;
    const whole = (part) => (/^\d{1,9}$/.test(part) ? Number(part) : null);
    if (kind === "number") return whole(text);
    if (kind === "share") return /^[01](\.\d{1,6})?$/.test(text) && Number(text) <= 1 ? Number(text) : null;
    if (kind === "list") return text.split(",").filter(Boolean);
    if (kind === "numbers") return text.split(",").map(whole).filter((value) => value !== null);
    return text;
  }

  function fromUrl() {
    const view = {};
    for (const [key, text] of new URLSearchParams(location.search)) {
      if (!(Object.hasOwn(spec.keys, key)) || key in view) continue;
      const value = typed(key, text);
      if (value !== null && !same(value, spec.keys[key].default)) view[key] = value;
    }
    return view;
  }

  function toQuery(view, keys) {
    const query = new URLSearchParams();
    for (const key of keys || Object.keys(spec.keys)) {
      const value = view[key];
      if (value === undefined || value === null || same(value, spec.keys[key]?.default)) continue;
      query.set(key, Array.isArray(value) ? value.join(",") : value);
    }
    const text = query.toString().replaceAll("%2C", ",");
    return text ? `?${text}` : "";
  }

  function offered(options, value) {
    if (value === null || value === undefined) return true;
    const offers = Array.isArray(options) ? options.map((option) => option?.value ?? option) : Object.keys(options || {});
    return (Array.isArray(value) ? value : [value]).every((one) => offers.some((offer) => same(offer, one)));
  }

  function set(changes) {
    const view = { ...current };
    for (const key of Object.keys(changes)) {
      const usual = spec.keys[key]?.default;
      if (same(current[key] ?? usual, changes[key] ?? usual)) continue;
      for (const name of spec.dependents[key] || []) delete view[name];
    }
    Object.assign(view, changes);
    for (const key of Object.keys(view)) {
      if (view[key] === null || view[key] === undefined || same(view[key], spec.keys[key]?.default)) delete view[key];
    }
    if (same(view, current)) return;
    isStep ||= spec.steps.some((key) => !same(view[key], current[key]));
    current = view;
    window.dash_clientside.set_props("view", { data: view });
  }

  // A key names a cohort, or its condition does, or it means all of them.
  const namesCohorts = (key, value) => !!value && (spec.cohorts.includes(key) || String(value).includes("cohort"));

  // What the view says by some keys; where that names cohorts, it is asked anew when these have changed.
  function said(view, keys) {
    const found = {};
    for (const key of keys) if (view && view[key] !== undefined) found[key] = view[key];
    if (Object.entries(found).some(([key, value]) => namesCohorts(key, value))) found.cohorts = cohortsChanged;
    return found;
  }

  function followUrl() {
    const view = fromUrl();
    isStep = false;
    path = location.pathname;
    if (same(view, current)) return;
    current = view;
    window.dash_clientside.set_props("view", { data: view });
  }

  function go(href) {
    const target = new URL(href, location.href);
    if (target.href === location.href) return;
    history.pushState({}, "", target);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    scrollTo(0, 0);
  }

  // Links inside the application change the page without loading it anew.
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a[href]");
    if (!link || link.target || link.hasAttribute("download") || link.dataset.format) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || /^\/(download|assets|health)/.test(url.pathname)) return;
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    go(url);
    document.body.classList.remove("rail-open");
  });
  // Back and Forward within a page change the view alone. Dash would draw the page anew; it listens after us.
  window.addEventListener("popstate", (event) => {
    if (location.pathname === path) event.stopImmediatePropagation();
    followUrl();
  });
  window.addEventListener("_dashprivate_pushstate", followUrl);

  Object.assign(heed, {
    go, set,
    view: () => current,
    query: (keys) => toQuery(current, keys),
    carried: (more = {}) => toQuery({ ...current, ...more }, [...spec.carried, ...Object.keys(more)]),

    boot(given) {
      spec = given;
      current = fromUrl();
      return current;
    },

    complete(found) {
      if (!found || current.run !== found.run || current.dataset) return;
      current = { ...current, dataset: found.dataset };
      window.dash_clientside.set_props("view", { data: current });
    },

    // What callbacks change is put into the view as it is now, not as it was when they were asked.
    takeChanges(changes) {
      for (const [name, change] of Object.entries(changes || {})) {
        if (taken.has(name)) continue;
        taken.add(name);
        const still = (before, meant = {}) => Object.entries(before || {}).every(([key, value]) =>
          same(current[key], value) || (key in meant && same(current[key], meant[key])));
        if (!still(change.of, change.values)) continue;  // or as it makes it itself: a change before it did so
        if (change.cohort) heed.cohortMoved(change.cohort);
        if (still(change.was)) set(change.values);
        else for (const [store, data] of Object.entries(change.again)) window.dash_clientside.set_props(store, { data });
      }
    },

    // Whatever shows a cohort is asked again when one appears, changes or goes.
    cohortsSeen(stamp) {
      const known = cohorts;
      cohorts = stamp;
      if (known === null || known === stamp || !Object.entries(current).some(([key, value]) => namesCohorts(key, value))) return;
      cohortsChanged += 1;
      window.dash_clientside.set_props("view", { data: { ...current } });
    },

    mirror() {
      const query = toQuery(current);
      const url = location.pathname + query + location.hash;
      if (query !== location.search) isStep ? history.pushState({}, "", url) : history.replaceState(history.state, "", url);
      isStep = false;
      document.dispatchEvent(new CustomEvent("heed:view"));
    },

    controlToView(value, binding, options) {
      if (!binding) return;
      const held = current[binding.key];
      const shown = held ?? spec.keys[binding.key].default ?? null;
      const empty = value === null || value === undefined || value === "";
      if (!empty) chosen.set(binding.id, value);
      // What the view wrote comes back a moment later, perhaps when the view is another already: nobody chose it.
      const echo = written.has(binding.id) && same(written.get(binding.id), value);
      written.delete(binding.id);
      if (echo) return;
      // A dropdown drops by itself what its new options lack, as the old name of a cohort: nobody cleared it.
      if (empty && options !== undefined && !(offered(options, held) && offered(options, chosen.get(binding.id)))) {
        return void heed.viewToControl(current, value, binding, options);
      }
      const meant = empty || (same(value, binding.default) && held === undefined) ? null : value;
      if (meant === null ? held !== undefined : !same(meant, shown)) set({ [binding.key]: meant });
    },

    viewToControl(view, value, binding, options) {
      if (!binding) return;
      const meant = (view || {})[binding.key] ?? binding.default ?? null;
      const wanted = !same(meant, value) && (options === undefined || offered(options, meant));
      if (!wanted) return;
      written.set(binding.id, meant);
      window.dash_clientside.set_props(binding.id, { [binding.prop]: meant });
    },

    viewToControls(view, bindings) {
      for (const binding of bindings) {
        const props = propsOf(binding.id);
        if (props) heed.viewToControl(view, props[binding.prop], binding, binding.offers ? props.options : undefined);
      }
      return skip();
    },

    optionsToControl(options, value, binding) {
      heed.viewToControl(current, value, binding, options ?? null);
    },

    watched(view, stores) {
      for (const id of stores) {
        const whole = id.keys.startsWith("*");
        const held = said(view, whole ? Object.keys(spec.keys) : id.keys.split(" "));
        if (!same(held, propsOf(id)?.data)) window.dash_clientside.set_props(id, { data: held });
      }
      return skip();
    },

    chartRequests(view, theme, charts) {
      for (const chart of charts) {
        const place = `${chart.id}-request`;
        const asked = heed.chartRequest(view, theme, propsOf(place)?.data, chart);
        if (asked !== skip()) window.dash_clientside.set_props(place, { data: asked });
      }
      return skip();
    },

    chartRequest(view, theme, last, chart) {
      const uses = chart.uses.length ? chart.uses : Object.keys(spec.keys);
      const asked = { view: said(view, uses), theme: theme || "light" };
      return same(asked, last) ? skip() : asked;
    },

    chartClick(click, chart) {
      const point = click?.points?.[0];
      if (!point) return;
      const value = Array.isArray(point.customdata) ? point.customdata[0] : point.customdata;
      if (value !== undefined && value !== null && chart.click === "where") heed.narrowTo(value);
      // A head is named with its layer: "layer=self_1&head=2".
      else if (chart.click === "head" && value) set(Object.fromEntries(new URLSearchParams(value)));
      else if (value !== undefined && value !== null) set({ [chart.click]: value });
      window.dash_clientside.set_props(chart.id, { clickData: null });
    },
  });
})();
