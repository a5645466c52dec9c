// The page Train: whether the window is too narrow for all columns of the table of runs.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const NARROW = 1240;

  heed.narrow = (_view, last) => {
    const now = innerWidth <= NARROW;
    return now === last ? window.dash_clientside.no_update : now;
  };
})();
