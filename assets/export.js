// The menu of a chart: files come from /download with the present view; PNG and SVG are drawn here.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};

  function save(url, name) {
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  }

  async function fetched(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error || "The server did not answer.");
    const named = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") || "");
    return [answer, named ? named[1] : "heed"];
  }

  async function download(link) {
    const form = link.dataset.format;
    const query = heed.query().slice(1);
    const [answer, name] = await fetched(link.getAttribute("href") + (query ? `&${query}` : ""));
    if (form !== "png" && form !== "svg") {
      const url = URL.createObjectURL(await answer.blob());
      save(url, name);
      setTimeout(() => URL.revokeObjectURL(url), 10000);
      return;
    }
    const figure = await answer.json();
    const shown = document.getElementById(link.dataset.chart)?.getBoundingClientRect();
    const size = { width: Math.max(960, Math.round(shown?.width || 960)), height: figure.layout.height || 560 };
    const scale = form === "png" ? 2 : 1;
    save(await window.Plotly.toImage({ data: figure.data, layout: figure.layout, config: { showSendToCloud: false } },
      { format: form, scale, ...size }), name.replace(/figure$/, form));
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-format]");
    if (!link) return;
    event.preventDefault();
    link.closest("details").open = false;
    link.setAttribute("aria-busy", "true");
    download(link)
      .catch((error) => heed.toast({ kind: "error", text: error.message }))
      .finally(() => link.removeAttribute("aria-busy"));
  });
})();
