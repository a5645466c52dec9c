// The page Gallery: tiles on small canvases, drawn when they come near the screen, a few in each frame.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const MISSING = 255;
  const HEIGHT = 84;
  const STRIP = 7;  // the attention again, at the foot of the tile
  const BUDGET = 6;  // milliseconds of drawing in a frame
  const MOST_PICKED = 6;
  const TAKEN = ["dataset", "run", "part", "layer", "klass", "outcome", "predicted", "threshold", "against", "where", "cohort", "pinned", "channels"];
  const queue = new Set();
  const tiles = new WeakMap();  // what the tile of an element shows
  let painting = false;

  const list = () => document.getElementById("gallery-samples-tiles");
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const picked = () => heed.view().pinned || [];

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function fillUnder(draw, page, at, lane, box) {
    const { points, channels, shades } = page;
    const low = ((at * channels + lane) * 2) * points;
    for (let point = 0; point < points; point += 1) {
      const weight = page.weights[at * points + point];
      const value = page.heights[low + points + point];
      if (weight === MISSING || value === MISSING) continue;
      const left = Math.floor((point * box.width) / points);
      const right = Math.ceil(((point + 1) * box.width) / points);
      const top = box.bottom - (value / 254) * box.height;
      draw.fillStyle = shades[Math.round((weight / 254) * (shades.length - 1))];
      draw.fillRect(left, top, right - left, box.bottom - top);
    }
  }

  function line(draw, page, at, lane, box) {
    const { points, channels } = page;
    const low = ((at * channels + lane) * 2) * points;
    draw.beginPath();
    let going = false;
    for (let point = 0; point < points; point += 1) {
      const bottom = page.heights[low + point];
      const top = page.heights[low + points + point];
      if (top === MISSING) { going = false; continue; }
      const x = ((point + 0.5) * box.width) / points;
      const high = box.bottom - (top / 254) * box.height;
      if (!going) draw.moveTo(x, high);
      draw.lineTo(x, high);
      if (bottom !== top) draw.lineTo(x, box.bottom - (bottom / 254) * box.height);
      going = true;
    }
    const colour = page.colours[page.tiles[at].outcome] || page.colours[page.colours.length - 1];
    if (colour.outline) {
      draw.strokeStyle = colour.outline;
      draw.lineWidth = 3;
      draw.stroke();
    }
    draw.strokeStyle = colour.line;
    draw.lineWidth = 1.8;
    draw.stroke();
  }

  function paint(item) {
    const { page, at } = tiles.get(item);
    const canvas = item.querySelector("canvas");
    const width = canvas.clientWidth;
    if (!width) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
    const draw = canvas.getContext("2d");
    draw.scale(ratio, ratio);
    draw.lineJoin = draw.lineCap = "round";
    const lane = (HEIGHT - STRIP - 3) / page.channels;
    for (let place = 0; place < page.channels; place += 1) {
      const box = { width, bottom: (place + 1) * lane, height: lane - 5 };
      if (page.looked) fillUnder(draw, page, at, place, box);
      line(draw, page, at, place, box);
    }
    for (let point = 0; page.looked && point < page.points; point += 1) {
      const weight = page.weights[at * page.points + point];
      if (weight === MISSING) continue;
      const left = Math.floor((point * width) / page.points);
      draw.fillStyle = page.shades[Math.round((weight / 254) * (page.shades.length - 1))];
      draw.fillRect(left, HEIGHT - STRIP, Math.ceil(((point + 1) * width) / page.points) - left, STRIP);
    }
  }

  function work() {
    const end = performance.now() + BUDGET;
    for (const item of queue) {
      queue.delete(item);
      if (item.isConnected) paint(item);
      if (performance.now() > end) break;
    }
    painting = queue.size > 0;
    if (painting) requestAnimationFrame(work);
  }

  function wanted(item) {
    queue.add(item);
    if (!painting) requestAnimationFrame(work);
    painting = true;
  }

  // A tile is drawn when it comes near, and its pixels are given back when it is far.
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) wanted(target);
      else {
        queue.delete(target);
        target.querySelector("canvas").width = 0;
      }
    }
  }, { rootMargin: "600px 0px" });

  const sized = new ResizeObserver(() => {
    for (const item of list()?.children || []) if (item.querySelector("canvas").width) wanted(item);
  });

  function mark() {
    const query = heed.query(TAKEN);
    const begin = `/sample${query}${query ? "&" : "?"}sample=`;
    const chosen = new Set(picked());
    for (const item of list()?.children || []) {
      const sample = Number(item.dataset.sample);
      const href = begin + sample;
      const link = item.firstChild;
      if (link.getAttribute("href") !== href) link.setAttribute("href", href);
      const pressed = String(chosen.has(sample));
      if (item.lastChild.getAttribute("aria-pressed") !== pressed) item.lastChild.setAttribute("aria-pressed", pressed);
    }
  }
  document.addEventListener("heed:view", mark);

  function tile(page, at) {
    const told = page.tiles[at];
    const item = element("li", "tile");
    item.dataset.sample = told.sample;
    const link = element("a", "tile-link");
    link.title = `sample ${told.name}\n${told.words.replaceAll(", ", "\n")}`;
    const head = element("span", "tile-head");
    const badge = element("span", `badge-outcome ${["tp", "tn", "fp", "fn"][told.outcome] || ""}`, told.label);
    head.append(badge, " ", element("span", "tile-name", told.name));
    const canvas = element("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.width = canvas.height = 0;
    link.append(head, canvas);
    if (told.value) link.append(" ", element("span", "tile-value", told.value));
    link.append(element("span", "visually-hidden", `, ${told.words}`));
    const pick = element("button", "tile-pick", "Compare");
    pick.type = "button";
    pick.setAttribute("aria-label", `Compare sample ${told.name}`);
    item.append(link, pick);
    tiles.set(item, { page, at });
    near.observe(item);
    return item;
  }

  function legend(page) {
    const place = document.getElementById("gallery-samples-scale");
    if (!place) return;
    place.hidden = !page?.looked;
    if (place.hidden) return;
    const bar = element("span", "tile-bar");
    bar.style.background = `linear-gradient(90deg, ${page.shades.join(",")})`;
    place.replaceChildren(element("span", "", "attention 0"), bar, element("span", "", page.largest));
  }

  function pick(sample) {
    const held = picked();
    if (held.includes(sample)) heed.set({ pinned: held.filter((one) => one !== sample) });
    else if (held.length >= MOST_PICKED) heed.toast({ kind: "info", text: `At most ${MOST_PICKED} samples stand side by side: take one away first.` });
    else heed.set({ pinned: [...held, sample] });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".tile-pick");
    if (button) pick(Number(button.parentElement.dataset.sample));
    if (event.target.closest?.("#gallery-clear")) heed.set({ pinned: [] });
  });

  // Arrows go from tile to tile.
  document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.(".tile");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...item.parentElement.children];
    const columns = all.findIndex((one) => one.offsetTop > all[0].offsetTop);
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns < 0 ? 0 : columns, ArrowUp: columns < 0 ? 0 : -columns }[event.key];
    const next = by && all[all.indexOf(item) + by];
    if (!next) return;
    event.preventDefault();
    next.firstChild.focus();
  });

  heed.drawTiles = (data) => {
    const place = list();
    if (!place) return;
    near.disconnect();
    queue.clear();
    sized.disconnect();
    sized.observe(place);
    legend(data);
    if (!data) return place.replaceChildren();
    const page = { ...data, heights: bytes(data.values), weights: bytes(data.attention) };
    place.replaceChildren(...page.tiles.map((_, at) => tile(page, at)));
    mark();
  };
})();
