// Drop zones: the chosen file goes to POST /upload as it is, with progress and cancel; its token goes into a store.
(function () {
  const under = new Map();
  const megabytes = (size) => size < 1e5 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`;

  function say(zone, text, state) {
    zone.querySelector(".drop-status").textContent = text;
    zone.classList.toggle("is-error", state === "error");
    const busy = state === "busy";
    zone.querySelector(".progress-track").hidden = !busy;
    zone.querySelector("[data-cancel]").hidden = !busy;
    zone.querySelector("[data-choose]").disabled = busy;
  }

  function send(zone, file) {
    if (under.has(zone.id)) return;
    const limit = Number(zone.dataset.limit);
    if (file.size > limit) { say(zone, `${file.name} has ${megabytes(file.size)}; at most ${megabytes(limit)} are accepted.`, "error"); return; }
    if (!file.size) { say(zone, `${file.name} is empty.`, "error"); return; }
    const request = new XMLHttpRequest();
    const bar = zone.querySelector(".progress-track");
    const end = (text, state) => { under.delete(zone.id); say(zone, text, state); };
    under.set(zone.id, request);
    say(zone, `Sending ${file.name}`, "busy");
    request.upload.onprogress = (event) => {
      const share = event.lengthComputable ? Math.round(100 * event.loaded / event.total) : 0;
      bar.firstChild.style.width = `${share}%`;
      bar.setAttribute("aria-valuenow", share);
    };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch (broken) { /* said below */ }
      if (request.status !== 200) { end(answer.error || "The server did not take the file.", "error"); return; }
      end(`${answer.name} has arrived (${megabytes(answer.bytes)}).`, "done");
      window.dash_clientside.set_props(zone.dataset.store, { data: answer });
    };
    request.onerror = () => end("The connection ended before the file had arrived. Send it again.", "error");
    request.onabort = () => end("Cancelled. Nothing was kept.", "done");
    request.open("POST", "/upload");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name).slice(0, 1500));
    request.send(file);
  }

  const zoneOf = (event) => event.target.closest?.(".drop-zone");
  document.addEventListener("click", (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    if (event.target.closest("[data-cancel]")) under.get(zone.id)?.abort();
    if (!event.target.closest("[data-choose]")) return;
    const input = document.createElement("input");
    input.type = "file";
    input.accept = zone.dataset.accept;
    input.className = "visually-hidden";
    input.tabIndex = -1;
    input.setAttribute("aria-label", "File");
    input.addEventListener("change", () => { if (input.files[0]) send(zone, input.files[0]); input.remove(); });
    input.addEventListener("cancel", () => input.remove());
    document.body.append(input);
    input.click();
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (kind !== "dragleave" && event.dataTransfer?.types.includes("Files")) event.preventDefault();
      const zone = zoneOf(event);
      for (const other of document.querySelectorAll(".drop-zone.is-over")) other.classList.remove("is-over");
      if (!zone) return;
      if (kind === "dragover") zone.classList.add("is-over");
      if (kind === "drop" && event.dataTransfer.files[0]) send(zone, event.dataTransfer.files[0]);
    });
  }
})();
