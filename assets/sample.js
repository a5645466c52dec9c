// The page Sample: walking and pinning, brushing an interval, edits undone and done again.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const skip = () => window.dash_clientside.no_update;
  const trigger = () => window.dash_clientside.callback_context.triggered_id;
  const undone = { of: "", list: [] };  // edits that were undone, of which run and sample
  const numbers = { donor: "Sample", noise: "Seed", shift: "Steps" };
  let focused;

  const pieces = () => (heed.view().edits || "").split(";").filter(Boolean);
  const setEdits = (list) => heed.set({ edits: list.length ? list.join(";") : null });

  function remembered() {
    const of = `${heed.view().run} ${heed.view().sample}`;
    if (undone.of !== of) Object.assign(undone, { of, list: [] });
    return undone.list;
  }

  function pin() {
    const held = heed.view().pinned || [];
    const now = heed.view().sample ?? (location.pathname === "/sample" ? focused : heed.order()[0]);
    if (now === undefined || now === null) return;
    const rest = held.filter((one) => one !== now);
    heed.set({ pinned: held[0] === now ? rest : [now, ...rest] });
  }

  function offerRedo() {
    const button = document.getElementById("sample-redo");
    if (button) button.disabled = !remembered().length;
  }
  document.addEventListener("heed:view", offerRedo);

  // A link that opens the sample in view takes the view along as it is when it is followed.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-open-sample]");
    if (link) link.href = `/sample${heed.carried({ channels: heed.view().channels })}`;
  }, true);

  Object.assign(heed, {
    pin,

    walkSample() {
      const by = trigger();
      if (by === "sample-pin") pin();
      else heed.step(by === "sample-next" ? 1 : -1);
    },

    nearSamples(found) {
      focused = found?.sample;
      window.dash_clientside.set_props("sample-order", { data: found?.near || [] });
      setTimeout(offerRedo);
      return skip();
    },

    brushSample(selected) {
      const range = selected?.range?.x;
      if (!range) return skip();
      const [low, high] = [Math.min(...range), Math.max(...range)];
      const first = Math.max(0, Math.ceil(low));
      const last = Math.floor(high);
      if (last < first) return skip();
      window.dash_clientside.set_props("sample-first", { value: first });
      window.dash_clientside.set_props("sample-last", { value: last });
      return [first, last];
    },

    stepEdits() {
      const by = trigger();
      const list = pieces();
      const back = remembered();
      if (by === "sample-undo" && list.length) back.push(list.pop());
      else if (by === "sample-redo" && back.length) list.push(back.pop());
      else if (by === "sample-reset") { back.length = 0; list.length = 0; }
      setEdits(list);
      offerRedo();
    },

    editFields(kind, look) {
      return [kind !== "class_mean", !(kind in numbers), numbers[kind] || "", look !== "head_off"];
    },
  });
})();
