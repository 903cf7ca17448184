"use strict";
const make = (tag, text, kind) => Object.assign(document.createElement(tag), { textContent: text ?? "", className: kind ?? "" });
const byId = id => document.getElementById(id);
const shown = new Map();

function cardFor(name) {
  if (shown.has(name)) return shown.get(name);
  const card = { figure: make("figure"), image: make("img"), state: make("span"), counts: make("span"), detail: make("span") };
  card.image.alt = "Live picture of camera " + name + ", everybody blurred";
  card.image.src = "/v1/cameras/" + encodeURIComponent(name) + "/live";
  const caption = make("figcaption");
  caption.append(make("strong", name), card.state, card.counts, card.detail);
  card.figure.append(card.image, caption);
  byId("wall").append(card.figure);
  shown.set(name, card);
  return card;
}

async function refresh() {
  try {
    for (const camera of (await (await fetch("/v1/cameras")).json()).cameras) {
      const card = cardFor(camera.name);
      card.state.textContent = camera.state;
      card.state.className = camera.state;
      const tracks = Object.entries(camera.tracks).map(([name, count]) => count + " " + name).join(", ");
      card.counts.textContent = camera.frames.analysed + " frames analysed" + (tracks ? "; " + tracks : "");
      card.detail.textContent = camera.detail;
    }
    const head = await (await fetch("/v1/log/head")).json();
    byId("head").textContent = head.size + " entries, root " + head.root.slice(0, 16) + "…, signed " + head.time;
  } catch { byId("link").textContent = "The server does not answer."; }
}

function words(event) {
  const what = event.class ?? event.kind;
  if (event.event === "track_started") return what + " " + event.track + " came";
  if (event.event === "track_ended") return what + " " + event.track + " left after " + event.duration.toFixed(1) + " s";
  if (event.event === "camera_state") return "is " + event.state + (event.detail ? ": " + event.detail : "");
  return event.event;
}

function tell(message) {
  const event = JSON.parse(message.data);
  const line = make("li");
  line.append(make("time", event.time.slice(11, 19)), make("strong", event.camera), " " + words(event));
  byId("events").prepend(line);
  while (byId("events").children.length > 200) byId("events").lastChild.remove();
}

const events = new EventSource("/v1/events?after=0");
for (const type of ["track_started", "track_ended", "camera_state"]) events.addEventListener(type, tell);
events.onopen = () => { byId("link").textContent = ""; };
events.onerror = () => { byId("link").textContent = "The connection is lost; trying again."; };
refresh();
setInterval(refresh, 2000);
