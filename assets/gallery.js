// The page Gallery: tiles on small canvases, drawn when they come near the screen, a few in each frame. Which
// tiles there are, and where they come from: gallery_feed.js.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const MISSING = 255;
  const HEIGHT = 84;
  const STRIP = 7;  // the attention again, at the foot of the tile
  const BUDGET = 6;  // milliseconds of drawing in a frame
  const MOST_PICKED = 6;
  const MARKS = ["tp", "tn", "fp", "fn", "tp", "fn"];  // of the outcomes' codes; the last are right and wrong
  const queue = new Set();
  const tiles = new WeakMap();  // of an element: the feed it belongs to, and its number there
  let painting = false;

  const list = () => document.getElementById("gallery-samples-tiles");
  const picked = () => heed.view().pinned || [];
  const pageOf = (feed, index) => feed.pages.get(Math.floor(index / feed.size));
  const looked = (feed) => feed.ranges.at(-1).high > 0;

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  // What a byte of a page is on the scale that all pages share, 0 to 1.
  function scale(feed, page, lane) {
    const own = page.ranges.at(lane), all = feed.ranges.at(lane);
    const span = all.high - all.low || 1;
    const from = (own.low - all.low) / span, by = (own.high - own.low) / 254 / span;
    return (byte) => from + byte * by;
  }

  const shade = (feed, share) => feed.look.shades[Math.round(share * (feed.look.shades.length - 1))];

  function fillUnder(draw, feed, page, at, lane, box) {
    const { points, channels } = page;
    const height = scale(feed, page, lane), attention = scale(feed, page, -1);
    const low = ((at * channels + lane) * 2) * points;
    for (let point = 0; point < points; point += 1) {
      const weight = page.weights[at * points + point];
      const value = page.heights[low + points + point];
      if (weight === MISSING || value === MISSING) continue;
      const left = Math.floor((point * box.width) / points);
      const right = Math.ceil(((point + 1) * box.width) / points);
      const top = box.bottom - height(value) * box.height;
      draw.fillStyle = shade(feed, attention(weight));
      draw.fillRect(left, top, right - left, box.bottom - top);
    }
  }

  function line(draw, feed, page, at, lane, box) {
    const { points, channels } = page;
    const height = scale(feed, page, lane);
    const low = ((at * channels + lane) * 2) * points;
    draw.beginPath();
    let going = false;
    for (let point = 0; point < points; point += 1) {
      const bottom = page.heights[low + point];
      const top = page.heights[low + points + point];
      if (top === MISSING) { going = false; continue; }
      const x = ((point + 0.5) * box.width) / points;
      const high = box.bottom - height(top) * box.height;
      if (!going) draw.moveTo(x, high);
      draw.lineTo(x, high);
      if (bottom !== top) draw.lineTo(x, box.bottom - height(bottom) * box.height);
      going = true;
    }
    const { colours } = feed.look;
    const colour = colours[page.tiles[at].outcome] || colours.at(-1);
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
    const { feed, index } = tiles.get(item);
    const page = pageOf(feed, index);
    const canvas = item.querySelector("canvas");
    const width = canvas.clientWidth;
    if (!width || !page) return;
    const at = index % feed.size;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
    const draw = canvas.getContext("2d");
    draw.scale(ratio, ratio);
    draw.lineJoin = draw.lineCap = "round";
    const lane = (HEIGHT - STRIP - 3) / page.channels;
    for (let place = 0; place < page.channels; place += 1) {
      const box = { width, bottom: (place + 1) * lane, height: lane - 5 };
      if (looked(feed)) fillUnder(draw, feed, page, at, place, box);
      line(draw, feed, page, at, place, box);
    }
    const attention = scale(feed, page, -1);
    for (let point = 0; looked(feed) && point < page.points; point += 1) {
      const weight = page.weights[at * page.points + point];
      if (weight === MISSING) continue;
      const left = Math.floor((point * width) / page.points);
      draw.fillStyle = shade(feed, attention(weight));
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
  }, { rootMargin: "300px 0px" });

  function repaint() {
    for (const item of list()?.children || []) if (item.querySelector("canvas").width) wanted(item);
  }

  function mark() {
    const query = heed.carried({ sample: null, channels: heed.view().channels });
    const begin = `/sample${query}${query ? "&" : "?"}sample=`;
    const chosen = new Set(picked());
    for (const item of list()?.children || []) {
      if (!item.dataset.sample) continue;
      const sample = Number(item.dataset.sample);
      const href = begin + sample;
      const link = item.firstChild;
      if (link.getAttribute("href") !== href) link.setAttribute("href", href);
      const pressed = String(chosen.has(sample));
      if (item.lastChild.getAttribute("aria-pressed") !== pressed) item.lastChild.setAttribute("aria-pressed", pressed);
    }
  }
  document.addEventListener("heed:view", mark);

  function tile(feed, index) {
    const told = pageOf(feed, index)?.tiles[index % feed.size];
    const item = element("li", told ? "tile" : "tile is-waiting");
    if (feed.scrolled) {
      item.setAttribute("aria-setsize", feed.total);
      item.setAttribute("aria-posinset", index + 1);
    }
    tiles.set(item, { feed, index });
    if (!told) {
      item.style.height = `${feed.height}px`;
      item.append(element("canvas"));
      return item;
    }
    item.dataset.sample = told.sample;
    const link = element("a", "tile-link");
    link.title = `sample ${told.name}\n${told.words.replaceAll(", ", "\n")}`;
    const head = element("span", "tile-head");
    const badge = element("span", `badge-outcome ${MARKS[told.outcome] || ""}`, told.label);
    head.append(badge, " ", element("span", "tile-name", told.name));
    const canvas = element("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.width = canvas.height = 0;
    link.append(head);
    if (told.said) link.append(" ", element("span", "tile-said", told.said));
    link.append(canvas);
    if (told.value) link.append(" ", element("span", "tile-value", told.value));
    link.append(element("span", "visually-hidden", `, ${told.words}`));
    const pick = element("button", "tile-pick", "Compare");
    pick.type = "button";
    pick.setAttribute("aria-label", `Compare sample ${told.name}`);
    item.append(link, pick);
    near.observe(item);
    return item;
  }

  function forget(item) {
    near.unobserve(item);
    queue.delete(item);
  }

  function legend(feed) {
    const place = document.getElementById("gallery-samples-scale");
    if (!place) return;
    place.hidden = !feed || !looked(feed);
    if (place.hidden) return;
    const bar = element("span", "tile-bar");
    bar.style.background = `linear-gradient(90deg, ${feed.look.shades.join(",")})`;
    place.replaceChildren(element("span", "", "attention 0"), bar, element("span", "", feed.ranges.at(-1).said[1]));
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
    const way = event.target.closest?.("[data-gallery-show]");
    if (way) heed.set({ show: way.dataset.galleryShow || null, page: null });
  });

  // Arrows go from tile to tile.
  document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.(".tile");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...item.parentElement.children];
    const columns = all.findIndex((one) => one.offsetTop > all[0].offsetTop);
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns < 0 ? 0 : columns, ArrowUp: columns < 0 ? 0 : -columns }[event.key];
    const next = by && all[all.indexOf(item) + by];
    if (!next?.dataset.sample) return;
    event.preventDefault();
    next.firstChild.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", behavior: "instant" });  // held keys must not outrun it
  });

  heed.tiles = { list, tile, forget, legend, mark, repaint };
})();
