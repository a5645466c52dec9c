// Home: when the demo's models are there, show them, unless the reader went elsewhere meanwhile.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  heed.followDemo = function (target) {
    if (target && location.pathname === "/") heed.go(target.href);
    return window.dash_clientside.no_update;
  };
})();
