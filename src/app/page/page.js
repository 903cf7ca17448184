"use strict";
// The page: plain functions over the API. Nothing is asked of any other host, and text always goes in as text.
const byId = id => document.getElementById(id);
const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
let me = null;
let stream = null;
const may = action => me !== null && me.actions.includes(action);
const tabs = [["live", "Live", "see_cameras"], ["events", "Events", "see_events"], ["people", "People", "see_people"], ["log", "Log", "read_log"], ["accounts", "Accounts", "manage_accounts"]];

let noticeTimer = 0;
function say(words) {
  byId("notice").textContent = words;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { byId("notice").textContent = ""; }, 7000);
}

/** Asks the server; throws what went wrong in its own words. */
async function ask(method, path, body) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (me?.csrf) headers["X-CSRF-Token"] = me.csrf;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const type = answer.headers.get("Content-Type") ?? "";
  const content = answer.status === 204 ? null : type.includes("json") && !type.includes("jsonl") ? await answer.json() : await answer.text();
  if (answer.ok) return content;
  if (answer.status === 401 && me) leave();
  throw new Error(content?.detail ?? "the server answered " + answer.status);
}
const attempt = async work => { try { await work(); } catch (failure) { say(failure.message); } };
const onSubmit = (id, work) => byId(id).addEventListener("submit", event => {
  event.preventDefault();
  const button = event.target.querySelector("button[type=submit]");
  button.disabled = true;
  attempt(async () => { await work(Object.fromEntries(new FormData(event.target)), event.target); }).finally(() => { button.disabled = false; });
});

// ---- Coming in and going out
const setupToken = () => /^#setup=([\w-]+)$/.exec(location.hash)?.[1];

function showDoor() {
  const isFirst = Boolean(setupToken());
  byId("door-title").textContent = isFirst ? "Welcome" : "Log in";
  byId("door-words").textContent = isFirst
    ? "Choose a name and a password of at least 12 letters: you become the administrator of this installation."
    : "No recognition off the record.";
  const password = byId("door-form").elements.password;
  password.autocomplete = isFirst ? "new-password" : "current-password";
  password.minLength = isFirst ? 12 : 0;
  byId("door-form").querySelector("button").textContent = isFirst ? "Begin" : "Log in";
  show("door");
  byId("door-form").elements.name.focus();
}

onSubmit("door-form", async (fields, form) => {
  const token = setupToken();
  me = token ? await ask("POST", "/v1/setup", { token, ...fields }) : await ask("POST", "/v1/session", fields);
  form.reset();
  if (token) history.replaceState(null, "", "/");
  enter();
});

function enter() {
  byId("top").hidden = false;
  byId("who").textContent = me.name;
  byId("tabs").replaceChildren(...tabs.filter(([, , action]) => may(action)).map(([id, name]) => make("li", {}, make("a", { href: "#" + id, textContent: name }))));
  byId("camera-adding").hidden = !may("change_cameras");
  byId("person-form").hidden = !may("add_people");
  listen();
  route();
}

function leave() {
  me = null;
  stream?.close();
  byId("top").hidden = true;
  byId("wall").replaceChildren();
  shown.clear();
  byId("events-list").replaceChildren();
  showDoor();
}
byId("leave").addEventListener("click", () => attempt(async () => { await ask("DELETE", "/v1/session"); leave(); }));

// ---- Places
const loaders = { live: refreshCameras, people: () => loadPeople(true), log: loadLog, accounts: loadAccounts };
function show(id) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== id;
  for (const link of document.querySelectorAll("#tabs a")) {
    if (link.hash === "#" + id) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
}
function route() {
  if (!me) return;
  const allowed = tabs.filter(([, , action]) => may(action)).map(([id]) => id);
  const wanted = location.hash.slice(1);
  const id = allowed.includes(wanted) ? wanted : allowed[0];
  if (!id) return say("Your account may not see anything yet: ask an administrator for a role.");
  show(id);
  document.title = byId(id).querySelector("h1").textContent + " – Regard";
  attempt(async () => { await loaders[id]?.(); });
}
addEventListener("hashchange", () => { if (me) route(); else showDoor(); });

// ---- Live
const shown = new Map();
function cardFor(name) {
  if (shown.has(name)) return shown.get(name);
  const card = { figure: make("figure", { className: "card" }), state: make("span", { className: "state" }), counts: make("span", { className: "quiet" }), detail: make("span", { className: "detail" }) };
  const frame = make("div", { className: "frame" });
  if (may("see_live")) frame.append(make("img", { alt: "Live picture of camera " + name + ", everybody blurred", src: "/v1/cameras/" + encodeURIComponent(name) + "/live" }));
  else frame.textContent = "Pictures are not part of your role.";
  const caption = make("figcaption", {}, make("strong", { textContent: name }), card.state, card.counts);
  if (may("change_cameras")) {
    const remove = make("button", { className: "danger tail", type: "button", textContent: "Remove" });
    remove.setAttribute("aria-label", "Remove camera " + name);
    remove.addEventListener("click", () => {
      if (confirm("Remove camera " + name + "?")) attempt(async () => { await ask("DELETE", "/v1/cameras/" + encodeURIComponent(name)); await refreshCameras(); });
    });
    caption.append(remove);
  }
  caption.append(card.detail);
  card.figure.append(frame, caption);
  byId("wall").append(card.figure);
  shown.set(name, card);
  return card;
}
async function refreshCameras() {
  const { cameras } = await ask("GET", "/v1/cameras");
  for (const [name, card] of shown) if (!cameras.some(camera => camera.name === name)) { card.figure.remove(); shown.delete(name); }
  for (const camera of cameras) {
    const card = cardFor(camera.name);
    card.state.textContent = camera.state;
    card.state.className = "state " + camera.state;
    const tracks = Object.entries(camera.tracks).map(([kind, count]) => count + " " + kind).join(", ");
    card.counts.textContent = camera.frames.analysed.toLocaleString() + " frames" + (tracks ? " · " + tracks : "") + (camera.gallery ? " · names " + camera.gallery : "");
    card.detail.textContent = camera.detail;
    card.figure.querySelector(".frame").classList.toggle("dark", camera.state === "failed");
  }
}
onSubmit("camera-form", async (fields, form) => {
  for (const name of ["gallery", "zone"]) if (!fields[name]) delete fields[name];
  await ask("POST", "/v1/cameras", fields);
  form.reset();
  await refreshCameras();
});
setInterval(() => { if (me && !byId("live").hidden && !document.hidden) refreshCameras().catch(() => say("The server does not answer.")); }, 2000);

// ---- Events
function words(event) {
  const what = event.class ?? event.kind;
  switch (event.event) {
    case "track_started": return what + " " + event.track + " came";
    case "track_ended": return what + " " + event.track + " left after " + event.duration.toFixed(1) + " s";
    case "camera_state": return "is " + event.state + (event.detail ? ": " + event.detail : "");
    case "identified": return "this is " + event.name;
    default: return event.event;
  }
}
const matches = line => line.textContent.toLowerCase().includes(byId("events-filter").value.toLowerCase());
function tell(message) {
  const event = JSON.parse(message.data);
  const line = make("li", { className: event.event }, make("time", { dateTime: event.time, textContent: new Date(event.time).toLocaleTimeString() }),
    make("strong", { textContent: event.camera }), make("span", { textContent: words(event) }));
  line.hidden = !matches(line);
  byId("events-list").prepend(line);
  while (byId("events-list").children.length > 500) byId("events-list").lastChild.remove();
}
byId("events-filter").addEventListener("input", () => { for (const line of byId("events-list").children) line.hidden = !matches(line); });
function listen() {
  stream?.close();
  if (!may("see_events")) return;
  stream = new EventSource("/v1/events?after=0");
  for (const type of ["track_started", "track_ended", "camera_state", "identified"]) stream.addEventListener(type, tell);
  stream.onerror = () => say("The connection is lost; trying again.");
}

// ---- People
let nextPeople = null;
async function loadPeople(fresh) {
  const { people, next } = await ask("GET", "/v1/people?limit=60" + (fresh || !nextPeople ? "" : "&cursor=" + encodeURIComponent(nextPeople)));
  const cards = people.map(person => {
    const card = make("button", { type: "button", className: "person card" }, make("strong", { textContent: person.name }),
      make("span", { className: "quiet", textContent: person.templates + (person.templates === 1 ? " template" : " templates") + " · since " + person.created.slice(0, 10) }));
    card.addEventListener("click", () => attempt(() => openPerson(person.id)));
    return card;
  });
  if (fresh) byId("people-list").replaceChildren(...cards); else byId("people-list").append(...cards);
  if (fresh && !cards.length) byId("people-list").append(make("p", { className: "quiet", textContent: "Nobody is known yet." }));
  nextPeople = next;
  byId("people-more").hidden = !next;
}
byId("people-more").addEventListener("click", () => attempt(() => loadPeople(false)));
onSubmit("person-form", async (fields, form) => {
  const person = await ask("POST", "/v1/people", fields);
  form.reset();
  await loadPeople(true);
  await openPerson(person.id);
});

const base64 = file => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => reject(new Error("the picture cannot be read"));
  reader.readAsDataURL(file);
});

function formOf(fields, button, work) {
  const form = make("form", {}, ...fields, make("button", { type: "submit", textContent: button }));
  form.addEventListener("submit", event => {
    event.preventDefault();
    const submit = form.querySelector("button");
    submit.disabled = true;
    attempt(() => work(form)).finally(() => { submit.disabled = false; });
  });
  return form;
}

async function openPerson(id) {
  const place = "/v1/people/" + encodeURIComponent(id);
  const person = await ask("GET", place);
  const dialog = byId("person");
  const parts = [make("h1", { id: "person-name", textContent: person.name }), make("p", { className: "quiet" }, make("code", { textContent: person.id }))];
  const consents = make("div", {}, make("h2", { textContent: "Consent" }));
  if (!person.consents.length) consents.append(make("p", { className: "quiet", textContent: "None: nobody may compare this person with anything." }));
  for (const one of person.consents) {
    const line = make("p", { className: "row" }, make("span", { className: "state " + one.state, textContent: one.state }),
      make("span", { textContent: one.purposes.join(", ") + ", until " + one.expires.slice(0, 10) + ", to " + one.controller }));
    if (one.state === "active" && may("withdraw_consent")) {
      const end = make("button", { type: "button", className: "danger tail", textContent: "Withdraw" });
      end.addEventListener("click", () => attempt(async () => { await ask("DELETE", "/v1/consents/" + one.id); await openPerson(id); }));
      line.append(end);
    }
    consents.append(line);
  }
  parts.push(consents);
  if (may("grant_consent")) {
    parts.push(make("details", {}, make("summary", { textContent: "Record a consent" }), formOf([
      make("label", {}, "Who decides (controller) ", make("input", { name: "controller", required: true })),
      make("label", {}, "Address of the privacy notice ", make("input", { name: "policy", required: true, placeholder: "https://" })),
      make("label", { className: "check" }, make("input", { type: "checkbox", required: true }), "This person was told what is processed, for what and how long, and agreed to access control by face, freely.")],
      "Sign the receipt", async form => {
        await ask("POST", place + "/consents", { purposes: ["access"], controller: form.elements.controller.value, policy: form.elements.policy.value, method: "screen" });
        await openPerson(id);
      })));
  }
  parts.push(make("div", {}, make("h2", { textContent: "Templates" }), make("p", { className: "quiet", textContent: person.templates.length
    ? person.templates.map(one => one.gallery + ", " + one.enrolled.slice(0, 10)).join("; ") + " – encrypted under this person's own key" : "None is held." })));
  if (may("enrol")) {
    parts.push(make("details", {}, make("summary", { textContent: "Enrol from pictures" }), formOf([
      make("label", {}, "Pictures of this person alone ", make("input", { name: "pictures", type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true, required: true }))],
      "Enrol", async form => {
        const done = await ask("POST", place + "/templates", { images: await Promise.all([...form.elements.pictures.files].map(base64)) });
        say("Enrolled in " + done.gallery + " (log entry " + done.entry + ").");
        await openPerson(id);
      })));
  }
  parts.push(make("p", { className: "quiet", textContent: "The log speaks of this person " + person.log_entries.length + (person.log_entries.length === 1 ? " time." : " times.") }));
  const close = make("button", { type: "button", className: "quiet", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  const buttons = make("div", { className: "row" }, close);
  if (may("erase_people")) {
    const erase = make("button", { type: "button", className: "danger tail", textContent: "Erase for good" });
    erase.addEventListener("click", () => {
      if (!confirm("Erase " + person.name + " and everything held on them? This cannot be undone.")) return;
      attempt(async () => {
        const erased = await ask("DELETE", place);
        dialog.replaceChildren(make("h1", { id: "person-name", textContent: "Erased" }), make("p", { textContent: "Log entry " + erased.entry + ". Hand over this certificate:" }), make("code", { textContent: erased.certificate }), make("div", { className: "row" }, close));
        await loadPeople(true);
      });
    });
    buttons.append(erase);
  }
  parts.push(buttons);
  dialog.replaceChildren(...parts);
  if (!dialog.open) dialog.showModal();
}
byId("person").addEventListener("close", () => { if (me && may("see_people")) attempt(() => loadPeople(true)); });

// ---- Log: RFC 6962 section 2.1 again, in this browser
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const joined = (...parts) => { const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0)); let at = 0; for (const part of parts) { all.set(part, at); at += part.length; } return all; };
async function rootOf(lines) {
  if (!lines.length) return sha256(new Uint8Array());
  const stack = [];  // of complete subtrees, largest first
  for (const line of lines) {
    let node = { size: 1, hash: await sha256(joined(Uint8Array.of(0), new TextEncoder().encode(line))) };
    while (stack.length && stack.at(-1).size === node.size) {
      const left = stack.pop();
      node = { size: 2 * node.size, hash: await sha256(joined(Uint8Array.of(1), left.hash, node.hash)) };
    }
    stack.push(node);
  }
  let root = stack.pop().hash;
  while (stack.length) root = await sha256(joined(Uint8Array.of(1), stack.pop().hash, root));
  return root;
}
const entriesFrom = async (from, count) => (await ask("GET", "/v1/log/entries?from=" + from + "&count=" + count)).split("\n").filter(Boolean);

let oldestShown = 0;
function rowOf(line) {
  const entry = JSON.parse(line);
  const about = ["subject", "gallery", "zone", "camera", "refusal"].filter(key => entry[key] !== undefined).map(key => key + " " + entry[key]).join(", ");
  return make("tr", {}, make("td", { className: "number", textContent: entry.index }), make("td", {}, make("time", { dateTime: entry.time, textContent: new Date(entry.time).toLocaleString() })),
    make("td", { textContent: entry.kind.replaceAll("_", " ") }), make("td", {}, make("code", { textContent: entry.actor })), make("td", { textContent: about }));
}
async function loadLog() {
  const head = await ask("GET", "/v1/log/head");
  byId("log-head").textContent = head.size + " entries, root " + head.root.slice(0, 16) + "…, signed " + new Date(head.time).toLocaleString();
  oldestShown = Math.max(0, head.size - 100);
  byId("log-rows").replaceChildren(...(await entriesFrom(oldestShown, head.size - oldestShown)).reverse().map(rowOf));
  byId("log-more").hidden = oldestShown === 0;
}
byId("log-more").addEventListener("click", () => attempt(async () => {
  const from = Math.max(0, oldestShown - 100);
  byId("log-rows").append(...(await entriesFrom(from, oldestShown - from)).reverse().map(rowOf));
  oldestShown = from;
  byId("log-more").hidden = from === 0;
}));
byId("log-verify").addEventListener("click", () => attempt(async () => {
  const verdict = byId("log-verdict");
  verdict.className = "";
  verdict.textContent = "Computing the tree …";
  const head = await ask("GET", "/v1/log/head");
  const lines = [];
  while (lines.length < head.size) {
    const more = await entriesFrom(lines.length, Math.min(1000, head.size - lines.length));
    if (!more.length) break;
    lines.push(...more);
  }
  const isWhole = lines.length === head.size && hex(await rootOf(lines)) === head.root;
  verdict.className = isWhole ? "good" : "bad";
  verdict.textContent = isWhole ? "Whole: " + head.size + " entries give exactly the signed root." : "NOT whole: the entries do not give the signed root.";
}));

// ---- Accounts
const roles = ["viewer", "operator", "enroller", "approver", "privacy_officer", "administrator", "auditor"];
byId("user-form").elements.role.append(...roles.map(role => make("option", { textContent: role.replace("_", " "), value: role })));
function removing(path, words) {
  const button = make("button", { type: "button", className: "danger", textContent: "Remove" });
  button.setAttribute("aria-label", "Remove " + words);
  button.addEventListener("click", () => { if (confirm("Remove " + words + "?")) attempt(async () => { await ask("DELETE", path); await loadAccounts(); }); });
  return make("td", {}, button);
}
async function loadAccounts() {
  const { users } = await ask("GET", "/v1/users");
  byId("user-rows").replaceChildren(...users.map(user => make("tr", {}, make("td", { textContent: user.name + (user.disabled ? " (disabled)" : "") }),
    make("td", { textContent: user.roles.join(", ").replaceAll("_", " ") }), make("td", { textContent: user.created.slice(0, 10) }), removing("/v1/users/" + user.id, "user " + user.name))));
  const { keys } = await ask("GET", "/v1/keys");
  byId("key-rows").replaceChildren(...keys.map(key => make("tr", {}, make("td", { textContent: key.label }), make("td", { textContent: key.scopes.join(", ") }),
    make("td", { textContent: key.expires.slice(0, 10) }), removing("/v1/keys/" + key.id, "key " + key.label))));
}
onSubmit("user-form", async (fields, form) => {
  await ask("POST", "/v1/users", { name: fields.name, password: fields.password, roles: [fields.role] });
  form.reset();
  await loadAccounts();
});
onSubmit("key-form", async (fields, form) => {
  const made = await ask("POST", "/v1/keys", { label: fields.label, scopes: fields.scopes.split(/[,\s]+/).filter(Boolean), days: Number(fields.days) });
  form.reset();
  await loadAccounts();
  const dialog = byId("person");
  const close = make("button", { type: "button", textContent: "I have kept it" });
  close.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(make("h1", { id: "person-name", textContent: "The new key" }), make("p", { textContent: "It is shown once. Send it as Authorization: Bearer." }), make("code", { textContent: made.key }), make("div", { className: "row" }, close));
  dialog.showModal();
});

// ---- Begin
(async () => {
  if (setupToken()) return showDoor();
  try { me = await ask("GET", "/v1/session"); enter(); } catch { showDoor(); }
})();
