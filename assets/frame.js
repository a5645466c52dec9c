// The frame: rail, theme, keys, notices, jobs that end.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const element = (id) => document.getElementById(id);
  const before = new Map();
  let known = false;
  let order = [];
  let prefix = 0;

  function markRail() {
    for (const link of document.querySelectorAll("#rail a[data-path]")) {
      const here = link.dataset.path === location.pathname;
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      const href = link.dataset.path + heed.carried();
      if (link.getAttribute("href") !== href) link.setAttribute("href", href);
    }
  }
  document.addEventListener("heed:view", markRail);
  window.addEventListener("popstate", () => setTimeout(markRail));
  window.addEventListener("_dashprivate_pushstate", () => setTimeout(markRail));

  function toast(note) {
    const box = document.createElement("div");
    box.className = `toast-note ${note.kind || "info"}`;
    box.setAttribute("role", note.kind === "error" ? "alert" : "status");
    const text = box.appendChild(document.createElement("p"));
    text.textContent = note.text;
    if (note.href && note.href.startsWith("/")) {
      const link = box.appendChild(document.createElement("a"));
      link.href = note.href;
      link.textContent = note.link || "Open";
    }
    const close = box.appendChild(document.createElement("button"));
    close.type = "button";
    close.setAttribute("aria-label", "Close this notice");
    close.textContent = "\u00d7";
    close.addEventListener("click", () => box.remove());
    element("toasts")?.append(box);
    if (note.kind !== "error") setTimeout(() => box.matches(":hover, :focus-within") || box.remove(), 10000);
    while (element("toasts")?.children.length > 4) element("toasts").firstChild.remove();
  }

  // What is looked at now goes along where it is of the same run; of another run, its part does.
  function looked(run, more) {
    const { run: now, part } = heed.view();
    return now === run ? heed.carried(more) : "?" + new URLSearchParams({ run, ...(part && { part }), ...more });
  }

  function jobNote(job) {
    if (job.kind !== "train" && location.pathname === "/data") return;  // the page says it beside its form
    if (job.kind === "embed" && location.pathname === "/embedding") return;
    if (job.kind === "cluster" && location.pathname === "/attention") return;
    const result = job.result || {};
    const place = result.run && result.attention === false ? ["/compare?runs=" + result.run, "Compare it"]
      : result.run ? ["/attention?run=" + result.run, "See its attention"]
      : result.scored ? [`/data?dataset=${result.scored}&section=score&job=${job.id}`, "See the predictions"]
      : result.embedded ? ["/embedding" + looked(result.embedded, { part: result.part, method: result.method, space: result.space, layer: result.layer }), "See the map"]
      : result.clustered ? ["/attention" + looked(result.clustered, { sort: "cluster", layer: result.layer }), "See them in order"]
      : result.dataset ? ["/data?dataset=" + result.dataset, "See the dataset"] : ["", ""];
    const pages = { train: ["/train", "Open Train"], embed: ["/embedding", "Open Embedding"], cluster: ["/attention", "Open Attention"] }[job.kind] || ["/data", "Open Data"];
    const words = { done: "is done", failed: "failed: " + job.message, interrupted: "was interrupted", cancelled: "was cancelled" };
    toast({ kind: job.state === "done" ? "success" : job.state === "failed" ? "error" : "info",
      text: `${job.title} ${words[job.state]}`, href: job.state === "done" ? place[0] : pages[0], link: place[1] || pages[1] });
  }

  // Many trainings that belong together end with one notice, when the last of them does.
  function experimentNote(members) {
    const count = (state) => members.filter((job) => job.state === state).length;
    const bad = ["failed", "cancelled", "interrupted"].filter(count).map((state) => `${count(state)} ${state}`);
    const some = count("done") > 0;
    toast({ kind: bad.length ? "info" : "success", text: `All trainings of an experiment have ended: ${[`${count("done")} done`, ...bad].join(", ")}`,
      href: some ? "/compare?runs=" + members[0].experiment : "/train?experiment=" + members[0].experiment, link: some ? "Compare its runs" : "Open Train" });
  }

  function step(by) {
    const now = heed.view().sample;
    if (order.length) {
      const place = now === undefined ? 0 : order.indexOf(now);  // without a sample a page shows the first
      const next = place < 0 ? 0 : Math.min(order.length - 1, Math.max(0, place + by));
      heed.set({ sample: order[next] });
    } else heed.set({ sample: Math.max(0, (now ?? (by > 0 ? -1 : 1)) + by) });
  }

  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest?.("input, textarea, select, [contenteditable], [role=combobox], [role=listbox]");
    if (event.key === "Escape") document.body.classList.remove("rail-open");
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    const help = element("keys-help");
    if (event.key === "?") { help.open ? help.close() : help.showModal(); event.preventDefault(); return; }
    if (help?.open) return;
    if (event.key === "[" || event.key === "]") step(event.key === "]" ? 1 : -1);
    else if (event.key === "p" && Date.now() - prefix >= 1500) heed.pin();
    else if (event.key === "/") {
      const filter = document.querySelector("[data-filter] input, input[type=search]");
      if (filter) { filter.focus(); event.preventDefault(); }
    } else if (event.key === "g") prefix = Date.now();
    else if (Date.now() - prefix < 1500) {
      prefix = 0;
      const link = document.querySelector(`#rail a[data-letter="${CSS.escape(event.key)}"]`);
      if (link) heed.go(link.href);
    }
  });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    if (at("#rail-toggle")) document.body.classList.toggle("rail-open");
    else if (!at("#rail")) document.body.classList.remove("rail-open");
    if (at("#keys-open")) element("keys-help").showModal();
    if (at("#keys-close")) element("keys-help").close();
    if (at(".skip-link")) { event.preventDefault(); element("main").focus(); }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("visibilitychange", () => window.dash_clientside.set_props("tick", { disabled: document.hidden }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    let chosen = null;
    try { chosen = localStorage.getItem("heed-theme"); } catch (refused) { /* private mode */ }
    if (!chosen) applyTheme(event.matches ? "dark" : "light");
  });

  function applyTheme(theme) {
    document.documentElement.setAttribute("data-bs-theme", theme);
    window.dash_clientside.set_props("theme", { data: theme });
  }

  Object.assign(heed, {
    toast, step,
    theme(clicks) {
      let theme = document.documentElement.getAttribute("data-bs-theme") || "light";
      if (clicks) {
        theme = theme === "dark" ? "light" : "dark";
        document.documentElement.setAttribute("data-bs-theme", theme);
        try { localStorage.setItem("heed-theme", theme); } catch (refused) { /* private mode */ }
      }
      return theme;
    },
    notice(note) { if (note) toast(note); },
    order: () => order,
    sampleOrder(indices) { order = Array.isArray(indices) ? indices : []; },
    jobsSeen(jobs) {
      const ended = ["done", "failed", "cancelled", "interrupted"];
      const over = new Set();
      for (const job of jobs || []) {
        const now = `${job.state} ${job.attempt}`;
        if (known && ended.includes(job.state) && before.get(job.id) !== now) {
          const members = job.experiment ? jobs.filter((one) => one.experiment === job.experiment) : [job];
          if (members.length === 1) jobNote(job);
          else if (members.every((one) => ended.includes(one.state))) over.add(job.experiment);
        }
        before.set(job.id, now);
      }
      for (const experiment of over) experimentNote(jobs.filter((one) => one.experiment === experiment));
      known = known || Array.isArray(jobs);
    },
  });
})();
