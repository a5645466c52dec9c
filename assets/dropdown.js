// What dcc.Dropdown (dash 4.4.1) lacks: its focus goes through a hidden input, which screen readers stumble over, and
// its button ignores the label. Here the button itself takes the focus, and its name begins with the label's words.
(function () {
  function mend(button) {
    if (button.getAttribute("tabindex") === "-1") button.setAttribute("tabindex", "0");
    const label = button.id && document.querySelector(`label[for="${CSS.escape(button.id)}"]`);
    if (!label) return;
    label.id ||= `${button.id}-label`;
    const names = (button.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
    if (names[0] !== label.id) button.setAttribute("aria-labelledby", [label.id, ...names].join(" "));
  }
  const mendAll = (root) => { for (const button of root.querySelectorAll?.("button.dash-dropdown") || []) mend(button); };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") { if (change.target.matches("button.dash-dropdown")) mend(change.target); }
      else for (const node of change.addedNodes) if (node.nodeType === 1) mendAll(node.parentElement || node);
    }
  }).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["tabindex", "aria-labelledby"] });
  mendAll(document);
})();
