// Tabs of a page's sections: a click or an arrow key writes the view's key "section"; the first one is the default.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const tabs = () => [...document.querySelectorAll('[role="tab"][data-section]')];
  const wanted = (view) => {
    const known = tabs().map((tab) => tab.dataset.section);
    const key = (view || {}).section;
    return known.includes(key) ? key : known[0];
  };

  function mark(view) {
    const key = wanted(view);
    for (const tab of tabs()) {
      const chosen = tab.dataset.section === key;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) document.getElementById(tab.getAttribute("aria-controls"))?.setAttribute("aria-labelledby", tab.id);
    }
    return key;
  }

  function choose(tab) {
    heed.set({ section: tab === tabs()[0] ? null : tab.dataset.section });
    tab.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.('[role="tab"][data-section]');
    if (tab) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.('[role="tab"][data-section]');
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!tab || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const all = tabs();
    const place = Number.isFinite(step) ? (all.indexOf(tab) + step + all.length) % all.length : step > 0 ? all.length - 1 : 0;
    choose(all[place]);
  });

  heed.sectionOf = function (view, drawn) {
    const key = mark(view);
    return !key || key === drawn ? window.dash_clientside.no_update : key;
  };
})();
