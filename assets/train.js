// The page Train: how wide the window is, and how far the drawn curves are.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const NARROW = 1240;

  heed.narrow = (_view, last) => {
    const now = innerWidth <= NARROW;
    return now === last ? window.dash_clientside.no_update : now;
  };

  heed.curvesKnown = (figure) => figure?.layout?.meta?.known ?? null;
})();
