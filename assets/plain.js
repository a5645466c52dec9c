// Draws components of dash.html as plain elements: what is said by texts and clicked by scripts needs no more.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const NAMES = { className: "class", htmlFor: "for", colSpan: "colspan", rowSpan: "rowspan", tabIndex: "tabindex" };
  const PROPS = /^(id|title|href|type|scope|role|hidden|disabled|open|class|for|colspan|rowspan|tabindex|(aria|data)-[a-z-]+)$/;
  const TAGS = /^(a|button|caption|code|details|div|dl|dd|dt|em|h[2-6]|hr|kbd|li|ol|p|pre|small|span|strong|summary|table|tbody|td|th|thead|tr|ul)$/;
  const HELD = "a[href], button, summary";
  const drawn = new WeakMap();

  function nodes(part) {
    if (part === null || part === undefined || part === false) return [];
    if (Array.isArray(part)) return part.flatMap(nodes);
    return [typeof part === "object" ? element(part) : document.createTextNode(String(part))];
  }

  function element({ type, namespace, props }) {
    const tag = String(type).toLowerCase();
    if (namespace !== "dash_html_components" || !TAGS.test(tag)) throw new Error(`no plain element: ${namespace} ${type}`);
    const made = document.createElement(tag);
    for (const [prop, value] of Object.entries(props)) {
      const name = NAMES[prop] || prop;
      if (name === "children" || value === null || value === undefined || value === false) continue;
      if (name === "style") for (const [key, said] of Object.entries(value)) made.style.setProperty(key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), said);
      else if (PROPS.test(name) && !(name === "href" && !/^[/?#]/.test(value))) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...nodes(props.children));
    return made;
  }

  // Who had the keyboard keeps it, what was unfolded stays so.
  heed.drawPlain = function (parts, id) {
    const place = document.getElementById(id.replace(/-drawn$/, ""));
    const said = JSON.stringify(parts ?? null);
    if (!place || drawn.get(place) === said) return;
    const held = [...place.querySelectorAll(HELD)].indexOf(document.activeElement);
    const open = [...place.querySelectorAll("details")].map((one) => one.open);
    place.replaceChildren(...nodes(parts));
    drawn.set(place, said);
    [...place.querySelectorAll("details")].forEach((one, at) => { if (open[at]) one.open = true; });
    if (held >= 0) place.querySelectorAll(HELD)[held]?.focus({ preventScroll: true });
  };
})();
