// The page Modalities: walking through the samples.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};

  Object.assign(heed, {
    walkModalities() {
      heed.step(window.dash_clientside.callback_context.triggered_id === "modalities-next" ? 1 : -1);
    },
  });
})();
