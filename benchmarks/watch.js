// Times an interaction in the page: from the trusted event to the last answer, and to the last frame it changed.
(() => {
  const watch = (window.heedWatch = { from: 0, last: 0, answered: 0, waiting: 0, requests: 0 });
  const now = () => performance.now();
  const changed = () => requestAnimationFrame(() => requestAnimationFrame(() => (watch.last = now())));
  const polls = (body) => typeof body === "string" && body.includes('"property":"n_intervals"');
  const shown = (change) => change.target.parentElement?.closest?.("#_pages_content");
  const whole = window.fetch;

  window.fetch = async (...given) => {
    if (polls(given[1]?.body)) return whole(...given);
    watch.waiting += 1;
    watch.requests += 1;
    try {
      const answer = await whole(...given);
      await answer.clone().arrayBuffer();
      return answer;
    } finally {
      watch.waiting -= 1;
      watch.last = watch.answered = now();
    }
  };

  // The last of them counts: a dropdown is opened by a click and chosen from by another.
  for (const kind of ["click", "keydown", "pointerup"]) {
    addEventListener(kind, (event) => { if (event.isTrusted) watch.from = event.timeStamp; }, true);
  }
  document.addEventListener("DOMContentLoaded", () => {
    const told = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver((changes) => changes.some(shown) && changed()).observe(document.body, told);
  });

  watch.arm = () => Object.assign(watch, { from: 0, last: 0, answered: 0, requests: 0 });
  watch.quiet = (still) => watch.from && !watch.waiting && now() - Math.max(watch.last, watch.from) > still
    && !document.querySelector("[data-dash-is-loading='true'], ._dash-loading");
  const since = (time) => Math.max(0, time - watch.from) / 1000;
  watch.took = () => ({ answered: since(watch.answered), painted: since(watch.last), requests: watch.requests });
})();
