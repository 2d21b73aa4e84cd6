// The page: who you are, where you are, what you see, and what you do. State is one view pushed by the server.

import { components } from "./components.js";
import { ask, commandForm, element, row } from "./forms.js";
import { markdown } from "./markdown.js";

const $ = (id) => document.getElementById(id);
const SUBCOMMAND = 1;
const GROUP = 2;
let me = null;
let here = null; // id of the channel that is shown
let view = null;
let socket = null;
const read = new Map(); // person and channel -> id of the newest message seen there
const dismissed = new Set(); // ids of private messages that were put away

async function post(action, body) {
  const answer = await fetch(`/sandbox/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: me, ...body }),
  });
  return answer.ok ? answer.json() : { refused: await answer.text() };
}

async function start() {
  const people = await (await fetch("/sandbox/people")).json();
  $("people").append(...people.map((person) => new Option(`${person.name} (${person.role})`, person.id)));
  const wanted = new URLSearchParams(location.search).get("as");
  become((people.find((person) => person.name === wanted) ?? people[0]).id);
}

function become(id) {
  me = $("people").value = id;
  view = null;
  $("messages").replaceChildren();
  notice("");
  connect();
}

function connect() {
  socket?.close();
  const mine = (socket = new WebSocket(`ws://${location.host}/sandbox/live?as=${me}`));
  mine.onmessage = (event) => {
    if (mine !== socket) return;
    view = JSON.parse(event.data);
    view.names.clock = new Date(view.clock);
    show();
  };
  mine.onclose = () => {
    if (mine !== socket) return;
    notice("The sandbox is not answering. Is it still running? Trying again…");
    setTimeout(() => mine === socket && connect(), 1000);
  };
  mine.onopen = () => notice("");
}

function show() {
  if (!view) return; // between two people: what the last one saw is gone, the next one's is on its way
  const channel = view.channels.find((each) => each.id === here) ?? view.channels.find((each) => each.messages.length) ?? view.channels[0];
  here = channel.id;
  $("server").textContent = view.server;
  $("now").textContent = view.names.clock.toLocaleString(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  read.set(`${me} ${here}`, channel.messages.at(-1)?.id);
  showChannels();
  $("title").textContent = channel.kind === "dm" ? "Direct messages with Towards" : SIGN[channel.kind] + channel.name;
  showMessages(channel);
  for (const field of $("composer").elements) field.disabled = !channel.may_write;
}

const SIGN = { dm: "✉ ", thread: "⤷ ", text: "# " };

function showChannels() {
  const top = view.channels.filter((channel) => channel.kind !== "thread");
  $("channels").replaceChildren(...top.flatMap((channel) => [
    channelButton(channel),
    ...view.channels.filter((thread) => thread.kind === "thread" && thread.parent === channel.id).map(channelButton),
  ]));
}

function channelButton(channel) {
  const node = element("button", { className: channel.kind, title: channel.name }, SIGN[channel.kind] + channel.name);
  if (channel.id === here) node.setAttribute("aria-current", "page");
  const newest = channel.messages.at(-1)?.id;
  if (newest && read.get(`${me} ${channel.id}`) !== newest && channel.id !== here) node.classList.add("unread");
  node.addEventListener("click", () => enter(channel.id));
  return node;
}

function enter(id) {
  here = id;
  notice("");
  closeCommands();
  show();
}

// Only messages that changed are drawn anew, so that a select or spoiler someone is using stays as it is.
function showMessages(channel) {
  const list = $("messages");
  const entered = list.dataset.channel !== channel.id;
  const before = list.scrollTop;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const old = new Map([...list.children].map((node) => [node.dataset.id, node]));
  list.replaceChildren(...channel.messages.filter((message) => !dismissed.has(message.id)).map((message) => {
    const drawn = JSON.stringify([message, me, view.names.clock.toDateString()]);
    const same = old.get(message.id);
    if (same?.drawn === drawn) return same;
    const node = messageNode(channel, message);
    node.drawn = drawn;
    return node;
  }));
  list.dataset.channel = channel.id;
  if (!channel.messages.length) list.append(element("li", { className: "empty" }, "Nothing here yet."));
  const fresh = [...list.children].find((node) => node.dataset.id && !old.has(node.dataset.id));
  if (entered || !old.size) list.scrollTop = list.scrollHeight;
  else if (fresh && (atEnd || fresh.classList.contains("ephemeral"))) list.scrollTop = fresh.offsetTop - list.offsetTop;
  else list.scrollTop = atEnd ? list.scrollHeight : before;
}

const THREAD_STARTER = 21; // stands at the top of a thread for the message it was opened on

function messageNode(channel, given) {
  const starter = given.type === THREAD_STARTER && given.referenced_message;
  const message = starter ? { ...given, ...starter, at: given.at } : given;
  const node = element("li", { className: message.ephemeral ? "message ephemeral" : "message" });
  node.dataset.id = given.id;
  const head = element("div", { className: "head" });
  head.append(element("strong", {}, message.author_name));
  if (message.author.bot) head.append(element("span", { className: "tag" }, "APP"));
  head.append(element("time", {}, when(new Date(message.at))));
  if (message.edited_timestamp) head.append(element("small", {}, "(edited)"));
  node.append(head);
  if (message.loading) node.append(element("em", {}, "Towards is thinking…"));
  if (message.content) node.append(markdown(message.content, view.names));
  const act = (customId, values) => doing("press", { channel: message.channel_id, message: message.id, custom_id: customId, values });
  node.append(...components(message.components, view.names, act));
  if (!message.components.length) { // with components, those show the files
    for (const file of message.attachments) {
      node.append(element("a", { href: file.url, download: file.filename, className: "file" }, `File: ${file.filename}`));
    }
  }
  if (message.ephemeral) {
    const dismiss = element("button", { className: "dismiss" }, "Dismiss");
    dismiss.addEventListener("click", () => { dismissed.add(given.id); show(); });
    node.append(row(element("small", { className: "only" }, "Only you can see this."), dismiss));
  }
  const thread = !starter && view.channels.find((each) => each.id === message.id && each.kind === "thread");
  if (thread) {
    const open = element("button", { className: "thread-link" }, `Thread: ${thread.name} (${thread.messages.length})`);
    open.addEventListener("click", () => enter(thread.id));
    node.append(open);
  }
  return node;
}

// The bot's clock may have been moved since: then the day belongs to it.
function when(at) {
  const today = at.toDateString() === view.names.clock.toDateString();
  return at.toLocaleString(undefined, { hour: "numeric", minute: "2-digit", ...(today ? {} : { weekday: "short", day: "numeric", month: "short" }) });
}

async function doing(action, body) {
  notice("");
  const result = await post(action, body);
  if (result.refused) notice(result.refused);
  if (result.modal) {
    ask($("form"), result.modal, view.names, async (values) => {
      const next = await post("submit", { modal: result.modal.token, values });
      if (next.modal) return "This form leads to another, which Discord does not allow.";
      return next.refused;
    });
  }
  return result;
}

function notice(text) {
  $("notice").textContent = text;
}

// Slash commands: choose one by typing, fill its options, send.

async function offerCommands(typed) {
  const { commands = [] } = await post("commands", { channel: here });
  const found = commands.flatMap((command) => leaves(command, command.name)).filter((leaf) => `/${leaf.path}`.startsWith(typed.trimEnd()) || `/${leaf.path}`.includes(typed.slice(1).trim()));
  if ($("text").value !== typed) return; // more was typed meanwhile
  $("commands").replaceChildren(...found.map((leaf) => {
    const node = element("button", { type: "button" });
    node.append(element("strong", {}, `/${leaf.path}`), ` ${leaf.description}`);
    node.addEventListener("click", () => fillCommand(leaf));
    return node;
  }));
  $("commands").hidden = !found.length;
}

function leaves(command, path) {
  const inner = (command.options ?? []).filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (inner.length) return inner.flatMap((option) => leaves(option, `${path} ${option.name}`));
  return [{ path, description: command.description, options: command.options ?? [] }];
}

async function fillCommand(leaf) {
  if (!leaf.options.length) return sendCommand(leaf.path, {});
  $("text").value = `/${leaf.path}`;
  const suggest = async (focused, options) => (await post("autocomplete", { channel: here, path: leaf.path, options, focused })).choices ?? [];
  const { fields, values } = commandForm(leaf.options, view.names, suggest);
  const form = element("form", { className: "command" });
  const cancel = element("button", { type: "button", className: "button secondary" }, "Cancel");
  cancel.addEventListener("click", closeCommands);
  form.append(element("strong", {}, `/${leaf.path}`), ...fields, row(cancel, element("button", { className: "button primary" }, "Send command")));
  form.addEventListener("submit", (event) => { event.preventDefault(); sendCommand(leaf.path, values()); });
  $("commands").replaceChildren(form);
  $("commands").hidden = false;
  form.querySelector("input, select")?.focus();
}

async function sendCommand(path, options) {
  const result = await doing("slash", { channel: here, path, options });
  if (result.refused) return;
  closeCommands();
  if (!result.modal) $("text").focus();
}

// Arrow keys walk through the offered commands; from the text, up leads to the last of them.
function step(event) {
  const offered = [...document.querySelectorAll("#commands:not([hidden]) > button")];
  if (!offered.length || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const at = offered.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? offered.length - 1 : at - 1;
  (offered[next] ?? $("text")).focus();
}

function placeName(id) {
  const channel = view.channels.find((each) => each.id === id);
  return channel ? SIGN[channel.kind] + channel.name : "a place that you don't see";
}

function closeCommands() {
  $("commands").hidden = true;
  $("commands").replaceChildren(); // a form left behind would be sent by the next Enter
  if ($("text").value.startsWith("/")) $("text").value = "";
}

$("messages").addEventListener("click", (event) => {
  const place = event.target.dataset?.place;
  if (!place) return;
  event.preventDefault();
  if (view.channels.some((each) => each.id === place)) enter(place);
  else notice("You can't see that place, or it is gone.");
});
$("people").addEventListener("change", (event) => become(event.target.value));
$("clock").addEventListener("click", async (event) => {
  const { minutes, until } = event.target.dataset ?? {};
  if (!minutes && !until) return;
  for (const button of $("clock").querySelectorAll("button")) button.disabled = true;
  const result = await doing("clock", until ? { until } : { minutes: Number(minutes) });
  for (const button of $("clock").querySelectorAll("button")) button.disabled = false;
  if (result.posted === null) notice("Two weeks went by, and the bot posted nothing. Is there a schedule yet?");
  else if (result.posted && result.posted !== here) notice(`Something came in ${placeName(result.posted)}.`);
});
$("text").addEventListener("input", () => {
  const typed = $("text").value;
  if (typed.startsWith("/")) offerCommands(typed);
  else closeCommands();
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("composer").requestSubmit(); }
  if (event.key === "ArrowUp" || event.key === "ArrowDown") step(event);
});
$("commands").addEventListener("keydown", step);
document.querySelector("main").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || $("commands").hidden) return;
  closeCommands();
  $("text").focus();
});
$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  if (!text.trim()) return;
  if (text.startsWith("/")) {
    const form = $("commands").querySelector("form");
    if (form) return form.requestSubmit();
    if (!$("commands").querySelector("button")) await offerCommands(text); // Enter was quicker than the list
    $("commands").querySelector("button")?.click();
    return;
  }
  const result = await doing("say", { channel: here, text });
  if (!result.refused) $("text").value = "";
});

start();
