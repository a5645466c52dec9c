// The tiles of the page Gallery as they come: those of a page, or one page after another as the reader scrolls.
// Only rows near the screen stand in the document; pages of tiles that are long past are forgotten and asked anew.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const SPARE = 4;  // rows that stand ready above and below the screen
  const AHEAD = 8;  // rows below the screen from which on the next page is asked for
  const KEPT = 30;  // pages that are kept
  const BAR = 72;  // what stands above the tiles when they are scrolled to
  const LOST = "The server could not be reached.";
  const OTHERS = "The samples are others by now.";
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const whole = (value) => value.toLocaleString("en-US");
  const { list, tile, forget, legend, mark, repaint } = heed.tiles;
  let feed = null;
  let moving = 0;
  let elsewhere = false;  // the history moved on, and these tiles may be those of another entry

  const unpacked = (data) => ({ ...data, heights: bytes(data.values), weights: bytes(data.attention) });

  function begun(data) {
    const total = data.scrolled ? data.total : data.n;
    return {
      query: data.query, order: data.order, scrolled: data.scrolled, look: data, total,
      size: data.n, extent: data.n, pages: new Map([[0, unpacked(data)]]), ranges: data.ranges,
      from: 0, to: 0, at: 0, by: 0, held: null, pending: null, failed: "",
    };
  }

  function drop(item, index) {
    if (item.contains(document.activeElement)) feed.focused = index;
    forget(item);
    item.remove();
  }

  function made(from, to) {
    const items = document.createDocumentFragment();
    for (let index = from; index < to; index += 1) items.append(tile(feed, index));
    return items;
  }

  // Let the tiles of a span of numbers stand in the list, and room for those above and below.
  function render(from, to) {
    const { place } = feed;
    if (from >= feed.to || to <= feed.from) {
      for (const item of [...place.children]) drop(item, feed.from++);
      feed.from = feed.to = from;
    }
    while (feed.from < from) drop(place.firstChild, feed.from++);
    while (feed.to > to) drop(place.lastChild, --feed.to);
    if (from < feed.from) place.prepend(made(from, feed.from));
    if (to > feed.to) place.append(made(feed.to, to));
    [feed.from, feed.to] = [from, to];
    const rows = (count) => Math.ceil(count / feed.columns) * feed.pitch;
    place.style.paddingTop = `${rows(from)}px`;
    place.style.paddingBottom = `${Math.max(0, rows(feed.extent) - rows(to))}px`;
    mark();
    if (feed.focused >= from && feed.focused < to && document.activeElement === document.body) {
      place.children[feed.focused - from].firstChild.focus({ preventScroll: true });
    }
  }

  function measure() {
    const style = getComputedStyle(feed.place);
    feed.columns = style.gridTemplateColumns.split(" ").length;
    feed.height = feed.place.firstChild.getBoundingClientRect().height;
    feed.pitch = feed.height + parseFloat(style.rowGap);
    feed.width = feed.place.clientWidth;
  }

  const jump = (by) => scrollBy({ top: Math.round(by), behavior: "instant" });
  const shown = () => feed && feed.place && feed.place === list();

  function update() {
    moving = 0;
    if (!shown()) return;
    const top = feed.place.getBoundingClientRect().top;
    const rows = Math.ceil(feed.extent / feed.columns);
    const within = (row) => Math.min(rows, Math.max(0, row));
    const first = within(Math.floor(-top / feed.pitch)), last = within(Math.ceil((innerHeight - top) / feed.pitch));
    feed.at = first * feed.columns;
    feed.by = Math.max(0, -top - first * feed.pitch);
    if (feed.held && Math.abs(feed.at - feed.held.at) > feed.columns) feed.held = null;
    if (!feed.scrolled) return;
    const number = (row) => Math.min(feed.extent, within(row) * feed.columns);
    if (number(first - 1) < feed.from || number(last + 2) > feed.to) render(number(first - SPARE), number(last + SPARE));
    want(last + AHEAD >= rows);
  }

  // Ask for what stands in the list and is not here, then for the next page where the end is near.
  function want(near) {
    if (feed.pending !== null || feed.failed) return;
    for (let at = Math.floor(feed.from / feed.size); at * feed.size < feed.to; at += 1) {
      const page = feed.pages.get(at);
      if (!page) return load(at);
      feed.pages.delete(at);
      feed.pages.set(at, page);  // the last that will be forgotten
    }
    if (near && feed.extent < feed.total) return load(Math.floor(feed.extent / feed.size));
  }

  async function load(at) {
    const mine = feed;
    mine.pending = at;
    mine.stop = new AbortController();
    foot();
    let problem = "", page = null;
    try {
      const answer = await fetch(`/download/gallery-samples?format=tiles&${mine.query}&page=${at}`, { signal: mine.stop.signal });
      const data = await answer.json();
      problem = answer.ok ? "" : data.error || LOST;
      if (answer.ok && data.order !== mine.order) problem = OTHERS;
      if (!problem) page = unpacked(data);
    } catch {
      problem = LOST;
    }
    mine.pending = null;
    if (mine !== feed || mine.stop.signal.aborted) return;
    mine.failed = problem;
    if (page) take(at, page);
    foot();
    update();
  }

  function take(at, page) {
    feed.pages.set(at, page);
    for (const old of feed.pages.keys()) {
      const seen = old * feed.size < feed.to && (old + 1) * feed.size > feed.from;
      if (feed.pages.size > KEPT && old !== at && !seen) feed.pages.delete(old);
    }
    feed.extent = Math.max(feed.extent, Math.min(feed.total, at * feed.size + page.n));
    const wider = page.ranges.map((own, place) => {
      const all = feed.ranges[place];
      const low = own.low < all.low ? own : all, high = own.high > all.high ? own : all;
      return { name: all.name, low: low.low, high: high.high, said: [low.said[0], high.said[1]] };
    });
    const grown = wider.some((one, place) => one.low < feed.ranges[place].low || one.high > feed.ranges[place].high);
    feed.ranges = wider;
    if (!shown()) return;
    for (const item of [...feed.place.querySelectorAll(".is-waiting")]) {
      const index = Number(item.getAttribute("aria-posinset")) - 1;
      if (feed.pages.has(Math.floor(index / feed.size))) item.replaceWith(tile(feed, index));
    }
    render(feed.from, feed.to);
    if (!grown) return;
    legend(feed);
    repaint();
  }

  function foot() {
    const place = document.getElementById("gallery-samples-foot");
    if (!place) return;
    place.hidden = !feed?.scrolled;
    if (place.hidden) return;
    const state = feed.failed ? `. ${feed.failed}` : feed.pending === null ? "" : ", more are coming";
    const [count, button, scale] = place.children;
    const said = `${whole(feed.extent)} of ${whole(feed.total)}${state}`;
    if (count.textContent !== said) count.textContent = said;
    button.hidden = !feed.failed;
    scale.textContent = scale.title = `${feed.ranges.map((one) => `${one.name} ${one.said[0]} to ${one.said[1]}`).join(", ")} in every tile`;
  }

  function again() {
    const others = feed.failed === OTHERS;
    feed.failed = "";
    if (!others) return update();
    const request = { view: heed.view(), theme: document.documentElement.dataset.bsTheme, again: Date.now() };
    window.dash_clientside.set_props("gallery-samples-request", { data: request });
  }

  // Where the reader was in this entry of the history, else the first tile.
  function goToPlace() {
    const held = history.state?.tiles;
    const top = feed.place.getBoundingClientRect().top;
    const known = held?.query === feed.query && held.at < feed.total;
    if (!known) {
      if (top < 0) jump(top - BAR);
      return;
    }
    if (feed.scrolled) feed.extent = Math.max(feed.extent, Math.min(feed.total, (Math.floor(held.at / feed.size) + 1) * feed.size));
    render(feed.from, feed.to);
    if (held.at || held.by) feed.held = held;
    hold();
  }

  // What comes late above the tiles must not move the place that was gone to, until the reader moves.
  function hold() {
    if (!shown() || !feed.held) return;
    const row = Math.floor(feed.held.at / feed.columns);
    jump(feed.place.getBoundingClientRect().top + row * feed.pitch + feed.held.by);
  }
  const settling = new ResizeObserver(hold);

  function record() {
    clearTimeout(record.soon);
    record.soon = 0;
    if (!shown() || elsewhere) return;
    if (moving) update();
    history.replaceState({ ...history.state, tiles: { query: feed.query, at: feed.at, by: feed.by } }, "");
  }

  const sized = new ResizeObserver(() => {
    if (!shown() || feed.place.clientWidth === feed.width) return;
    const { at, columns } = feed;
    measure();
    if (columns !== feed.columns) {
      render(feed.scrolled ? at - (at % feed.columns) : 0, feed.scrolled ? at - (at % feed.columns) + 1 : feed.extent);
      if (at) jump(feed.place.getBoundingClientRect().top + Math.floor(at / feed.columns) * feed.pitch);
    }
    repaint();
    update();
  });

  function show(place) {
    for (const item of place.children) forget(item);
    place.replaceChildren();
    sized.disconnect();
    if (!feed) return;
    feed.place = place;
    feed.from = feed.to = 0;
    feed.columns = feed.pitch = 1;
    place.append(tile(feed, 0));
    measure();
    forget(place.firstChild);
    place.replaceChildren();
    render(0, feed.scrolled ? Math.min(feed.extent, feed.columns) : feed.extent);
    goToPlace();
    sized.observe(place);
    settling.observe(document.body);
    update();
  }

  heed.drawTiles = (data) => {
    const place = list();
    if (!place) return;
    elsewhere = false;
    const same = data && feed && feed.query === data.query && feed.order === data.order;
    if (same) feed.look = data;
    else {
      feed?.stop?.abort();
      feed = data ? begun(data) : null;
    }
    if (!same || feed.place !== place) show(place);
    else {
      repaint();
      update();
    }
    legend(feed);
    foot();
  };

  for (const name of ["popstate", "_dashprivate_pushstate"]) addEventListener(name, () => { elsewhere = true; });
  for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    addEventListener(name, () => {
      elsewhere = false;
      if (feed) feed.held = null;
    }, { passive: true, capture: true });
  }
  document.addEventListener("scroll", () => {
    if (!shown()) return;
    if (!moving) moving = requestAnimationFrame(update);
    clearTimeout(record.soon);
    record.soon = setTimeout(record, 150);
  }, { passive: true });
  document.addEventListener("click", (event) => {
    if (record.soon) record();
    if (event.target.closest?.("#gallery-samples-again")) again();
  }, true);  // before a link leads away
})();
