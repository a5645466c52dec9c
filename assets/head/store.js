// Tells React of a change of the application's state once, and only if a component can see something of it.
//
// After each action of Dash's renderer every component on the page looks whether it changed: two milliseconds on a
// page of 1,500. A step from sample to sample is 200 actions. Two thirds of them concern the callbacks under way,
// which no component reads, and most others come several at once. React draws at the end of the running piece of
// script anyway (a microtask), so it is told there; what a person does at a component is told at once, as before.
// The renderer's own observers hear of every action.
(function () {
  const UNREAD = new Set(["callbacks", "callbackJobs", "changed", "paths"]);
  const stores = (window.dash_stores = window.dash_stores || []);
  const push = stores.push;

  function differs(state, known) {
    return Object.keys(state).some((part) => state[part] !== known[part] && !UNREAD.has(part));
  }

  function handled() {
    return Boolean(window.event && window.event.isTrusted && window.event.target instanceof Node);
  }

  function gathered(store, listener) {
    let known = store.getState();
    let waiting = false;
    const tell = () => {
      if (!waiting) return;
      waiting = false;
      listener();
    };
    return () => {
      const state = store.getState();
      const changed = differs(state, known);
      known = state;
      if (!changed) return;
      if (!waiting) queueMicrotask(tell);
      waiting = true;
      if (handled()) tell();
    };
  }

  // The renderer names its store here once its own observers listen, before React does.
  stores.push = function (...made) {
    for (const store of made) {
      const subscribe = store.subscribe;
      store.subscribe = (listener) => subscribe(gathered(store, listener));
    }
    return push.apply(stores, made);
  };
})();
