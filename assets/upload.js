// Drop zones: a file goes to the server in pieces (dashboard/uploads.py says how). What was cut off goes on where
// it stopped: by itself after a short break, by a click after a long one, by choosing the file again after a reload.
(function () {
  const PAUSES = [500, 1000, 2000, 4000, 8000];
  const LEAST = 256 * 1024;
  const SILENCE = 30000;
  const jobs = new Map(); // by id of the zone
  const zones = document.getElementsByClassName("drop-zone");
  const met = new WeakSet();

  class Broken extends Error {} // may go well when it is tried again
  class Refused extends Error {}

  const part = (zone, name) => zone.querySelector(name);
  const share = (job) => Math.min(100, Math.floor(100 * job.shown / job.file.size));
  function amount(size) {
    if (size < 1e5) return `${(size / 1e3).toFixed(1)} kB`;
    return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(2)} GB`;
  }
  function span(seconds) {
    if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
    return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
  }

  // What a reload must not forget: the token, and which file it belongs to.
  const place = (id) => `heed-upload-${id}`;
  const same = (known, file) => known.name === file.name && known.size === file.size && known.modified === file.lastModified;
  function remember(job) {
    const { name, size, lastModified: modified } = job.file;
    try { sessionStorage.setItem(place(job.id), JSON.stringify({ token: job.token, name, size, modified })); } catch (full) { /* goes on without */ }
  }
  function recall(id) {
    try { return JSON.parse(sessionStorage.getItem(place(id))); } catch (broken) { return null; }
  }
  function forget(id) {
    try { sessionStorage.removeItem(place(id)); } catch (closed) { /* nothing was kept */ }
  }

  // A zone goes and comes with its page; what is under way is drawn into whichever is there.
  function say(job, state, text) {
    Object.assign(job, { state, text });
    draw(job);
  }
  function draw(job) {
    const zone = document.getElementById(job.id);
    if (!zone) return;
    const focused = zone.contains(document.activeElement) ? document.activeElement : null;
    const busy = job.state === "busy", halted = job.state === "halted";
    const status = part(zone, ".drop-status");
    if (status.textContent !== job.text) status.textContent = job.text;
    zone.classList.toggle("is-error", halted || job.state === "error");
    part(zone, ".progress-track").hidden = !busy && !halted;
    part(zone, "[data-cancel]").hidden = !busy && !halted;
    part(zone, "[data-resume]").hidden = !halted;
    part(zone, "[data-choose]").disabled = busy;
    measure(job, zone);
    if (!focused?.hidden && !focused?.disabled) return;
    ["[data-resume]", "[data-cancel]", "[data-choose]"].map((name) => part(zone, name)).find((one) => !one.hidden && !one.disabled).focus();
  }
  function measure(job, zone) {
    const bar = part(zone, ".progress-track");
    bar.firstChild.style.width = `${share(job)}%`;
    bar.setAttribute("aria-valuenow", share(job));
    part(zone, ".drop-numbers").textContent = job.state === "busy" ? numbers(job) : "";
  }
  function numbers(job) {
    const [since, before] = job.marks[0] || [0, 0];
    const seconds = (performance.now() - since) / 1000;
    const speed = job.marks.length > 1 && seconds > 0.5 ? (job.shown - before) / seconds : 0;
    if (speed <= 0) return `${share(job)} %`;
    return `${share(job)} % · ${amount(speed)}/s · ${span((job.file.size - job.shown) / speed)} left`;
  }
  function progress(job, bytes) {
    const now = performance.now();
    job.shown = bytes;
    job.marks.push([now, bytes]);
    while (job.marks.length > 2 && now - job.marks[0][0] > 5000) job.marks.shift();
    const zone = document.getElementById(job.id);
    if (zone) measure(job, zone);
  }

  function ask(job, method, path, { body = null, headers = {}, seen = null, patience = SILENCE } = {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let timer;
      const wait = () => { clearTimeout(timer); timer = setTimeout(() => request.abort(), patience); };
      const end = (settle, value) => { clearTimeout(timer); job.request = null; settle(value); };
      request.open(method, path);
      request.setRequestHeader("Accept", "application/json");
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (seen) request.upload.onprogress = (event) => { wait(); seen(event.loaded); };
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch (other) { /* told by the status */ }
        end(resolve, { ...answer, status: request.status });
      };
      request.onerror = request.onabort = () => end(reject, new Broken("The connection was interrupted."));
      job.request = request;
      wait();
      request.send(body);
    });
  }
  const json = (plain) => ({ body: JSON.stringify(plain), headers: { "Content-Type": "application/json" } });

  function refuse(job, answer) {
    const told = answer.error || "The server did not take the file.";
    if (answer.status === 404) { // it was removed meanwhile: from the beginning
      forget(job.id);
      job.token = null;
      throw new Broken(told);
    }
    const passes = answer.busy || [408, 422].includes(answer.status) || (answer.status >= 500 && answer.status !== 507);
    throw passes ? new Broken(told) : new Refused(told);
  }

  async function begin(job) {
    const { name, size, lastModified: modified } = job.file;
    const answer = await ask(job, "POST", "/upload", json({ name, size, modified }));
    if (answer.status !== 201) refuse(job, answer);
    Object.assign(job, { token: answer.token, sent: 0, chunk: answer.chunk, slice: answer.chunk, known: true });
    progress(job, 0);
    remember(job);
  }
  async function look(job) {
    const answer = await ask(job, "GET", `/upload/${job.token}`);
    if (answer.status === 404 || (answer.status === 200 && answer.size !== job.file.size)) { job.token = null; return; }
    if (answer.status !== 200) refuse(job, answer);
    Object.assign(job, { sent: answer.received, chunk: answer.chunk, known: true });
    job.slice = Math.min(job.slice || answer.chunk, answer.chunk);
    progress(job, job.sent);
  }
  async function piece(job) {
    const from = job.sent;
    let bytes;
    try {
      bytes = await job.file.slice(from, from + job.slice).arrayBuffer();
    } catch (gone) {
      throw new Refused("The file can't be read any more: it was changed, moved or is no file. Choose it again.");
    }
    const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": from };
    const hash = await window.crypto?.subtle?.digest("SHA-256", bytes); // only on this machine or with TLS
    if (hash) headers["Upload-SHA256"] = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (job.cancelled) return;
    const answer = await ask(job, "PUT", `/upload/${job.token}`, { body: bytes, headers, seen: (loaded) => progress(job, from + loaded) });
    const moved = answer.status === 409 && !answer.busy; // this piece came twice, or another window sent it
    if (answer.status !== 200 && !moved) refuse(job, answer);
    job.sent = answer.received;
    job.slice = Math.min(job.chunk, job.slice * 2);
    progress(job, job.sent);
  }
  async function finish(job) {
    say(job, "busy", `Checking ${job.file.name}`);
    const answer = await ask(job, "POST", `/upload/${job.token}`, { ...json({}), patience: 40 * SILENCE });
    if (answer.status === 409 && !answer.busy) { job.sent = answer.received; return; }
    if (answer.status !== 200) refuse(job, answer);
    job.answer = { token: answer.token, name: answer.name, bytes: answer.bytes, sha256: answer.sha256 };
  }
  function step(job) {
    if (!job.token) return begin(job);
    if (!job.known) return look(job);
    return job.sent < job.file.size ? piece(job) : finish(job);
  }

  async function deliver(job) {
    let failures = 0, best = -1;
    while (!job.answer && !job.cancelled) {
      try {
        await step(job);
        if (failures && job.known) say(job, "busy", `Sending ${job.file.name}`);
        if (job.known && job.sent > best) { best = job.sent; failures = 0; }
      } catch (problem) {
        if (job.cancelled) return;
        if (!(problem instanceof Broken) || failures === PAUSES.length) throw problem;
        job.known = false;
        job.slice = Math.max(LEAST, (job.slice || 0) / 2);
        say(job, "busy", `${problem.message} Trying again (${failures + 1} of ${PAUSES.length}).`);
        await new Promise((resume) => { job.wake = resume; setTimeout(resume, PAUSES[failures] * (0.8 + 0.4 * Math.random())); });
        failures += 1;
      }
    }
  }
  async function run(job) {
    jobs.set(job.id, job);
    job.marks = [];
    say(job, "busy", `${job.token ? "Going on with" : "Sending"} ${job.file.name}${job.note || ""}`);
    try {
      await deliver(job);
      if (job.cancelled) return drop(job);
      forget(job.id);
      say(job, "done", `${job.file.name} has arrived (${amount(job.file.size)}).`);
      hand(job);
    } catch (problem) {
      if (!(problem instanceof Broken || problem instanceof Refused)) throw problem;
      if (!job.token && problem instanceof Refused) { say(job, "error", problem.message); jobs.delete(job.id); return; }
      say(job, "halted", `${problem.message} ${amount(job.shown)} of ${amount(job.file.size)} have arrived.`);
    }
  }
  function hand(job) {
    if (!document.getElementById(job.id)) return; // handed over when the page is there again
    jobs.delete(job.id);
    window.dash_clientside.set_props(document.getElementById(job.id).dataset.store, { data: job.answer });
  }
  async function drop(job) {
    forget(job.id);
    jobs.delete(job.id);
    let kept = "Nothing was kept.";
    try {
      if (job.token) await ask(job, "DELETE", `/upload/${job.token}`);
    } catch (offline) {
      kept = "What had arrived will be removed within the hour.";
    }
    if (!jobs.has(job.id)) say(job, "done", `Cancelled. ${kept}`);
  }
  function cancel(job) {
    const idle = job.state === "halted";
    job.cancelled = true;
    if (job.token) job.request?.abort(); // else it is told which upload to remove
    job.wake?.();
    if (idle) drop(job);
  }

  function send(zone, file, note = "") {
    const before = jobs.get(zone.id);
    if (before?.state === "busy") return;
    if (before && same({ name: before.file.name, size: before.file.size, modified: before.file.lastModified }, file)) { resume(before, file); return; }
    const job = { id: zone.id, file, note, shown: 0, marks: [], sent: 0 };
    const limit = Number(zone.dataset.limit);
    if (file.size > limit) { say(job, "error", `${file.name} has ${amount(file.size)}; at most ${amount(limit)} are accepted.`); return; }
    if (!file.size) { say(job, "error", `${file.name} is empty.`); return; }
    if (before) cancel(before);
    const known = recall(zone.id);
    if (known && same(known, file)) job.token = known.token;
    run(job);
  }
  function resume(job, file = job.file) {
    run(Object.assign(job, { file, known: false }));
  }

  function choose(zone) {
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
  }
  const zoneOf = (event) => event.target.closest?.(".drop-zone");
  document.addEventListener("click", (event) => {
    const zone = zoneOf(event), job = zone && jobs.get(zone.id);
    if (!zone) return;
    if (job && event.target.closest("[data-cancel]")) cancel(job);
    if (job?.state === "halted" && event.target.closest("[data-resume]")) resume(job);
    if (event.target.closest("[data-choose]")) choose(zone);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (kind !== "dragleave" && event.dataTransfer?.types.includes("Files")) event.preventDefault();
      const zone = zoneOf(event);
      for (const other of document.querySelectorAll(".drop-zone.is-over")) other.classList.remove("is-over");
      if (!zone) return;
      if (kind === "dragover") zone.classList.add("is-over");
      const files = kind === "drop" ? event.dataTransfer.files : [];
      if (files.length) send(zone, files[0], files.length > 1 ? "; one file at a time" : "");
    });
  }

  // A zone that appears shows what is under way for it, or what a reload interrupted.
  new MutationObserver(() => {
    for (const zone of zones) {
      if (met.has(zone)) continue;
      met.add(zone);
      const job = jobs.get(zone.id), known = recall(zone.id);
      if (job) { draw(job); if (job.answer) hand(job); }
      else if (known) part(zone, ".drop-status").textContent = `${known.name} had not arrived whole. Choose it again to go on where it stopped.`;
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
