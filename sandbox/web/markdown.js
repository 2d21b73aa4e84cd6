// Discord's markdown, as far as a message needs it, built from nodes so that no text is ever taken for HTML.

const INLINE = [
  [/^\\([\\*_~`|>#\-<@])/, (m) => document.createTextNode(m[1])],
  [/^```(?:\w+\n)?([\s\S]+?)```/, (m) => element("pre", m[1])],
  [/^`([^`]+)`/, (m) => element("code", m[1])],
  [/^\*\*([\s\S]+?)\*\*/, (m, names) => wrapped("strong", m[1], names)],
  [/^__([\s\S]+?)__/, (m, names) => wrapped("u", m[1], names)],
  [/^~~([\s\S]+?)~~/, (m, names) => wrapped("s", m[1], names)],
  [/^\|\|([\s\S]+?)\|\|/, (m, names) => spoiler(wrapped("span", m[1], names))],
  [/^\*([^*\n]+?)\*/, (m, names) => wrapped("em", m[1], names)],
  [/^_([^_\n]+?)_(?!\w)/, (m, names) => wrapped("em", m[1], names)],
  [/^<@!?(\d+)>/, (m, names) => mention("@", names.users[m[1]])],
  [/^<@&(\d+)>/, (m, names) => mention("@", names.roles[m[1]])],
  [/^<#(\d+)>/, (m, names) => place(mention("#", names.channels[m[1]]), m[1])],
  [/^<\/([\w -]+):\d+>/, (m) => mention("/", m[1])],
  [/^<t:(-?\d+)(?::([tTdDfFsSR]))?>/, (m, names) => moment(Number(m[1]), m[2] || "f", names.clock)],
  [/^\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/, (m) => link(m[2], m[1])],
  [/^<?https?:\/\/discord\.com\/channels\/\d+\/(\d+)(?:\/\d+)?>?/, (m, names) => jump(m[1], names)],
  [/^<?(https?:\/\/[^\s<>)]+[^\s<>).,!?])>?/, (m) => link(m[1], m[1])],
];

export function markdown(text, names) {
  const block = document.createElement("div");
  block.className = "markdown";
  let list = null;
  for (const line of splitLines(text)) {
    const item = line.match(/^\s*(?:[-*]|(\d+)\.) (.*)$/s);
    if (item) {
      if (!list) block.append((list = document.createElement(item[1] ? "ol" : "ul")));
      list.append(wrapped("li", item[2], names));
      continue;
    }
    list = null;
    const heading = line.match(/^(#{1,3}) (.*)$/s);
    const small = line.match(/^-# (.*)$/s);
    const quote = line.match(/^> ?(.*)$/s);
    if (heading) block.append(wrapped(`h${heading[1].length + 1}`, heading[2], names));
    else if (small) block.append(wrapped("small", small[1], names));
    else if (quote) block.append(wrapped("blockquote", quote[1], names));
    else block.append(wrapped("p", line, names));
  }
  return block;
}

// Lines, but a code block or spoiler that spans several stays in one piece.
function splitLines(text) {
  const lines = [];
  for (const line of text.split("\n")) {
    const last = lines.at(-1);
    if (last !== undefined && (odd(last, "```") || odd(last, "||"))) lines[lines.length - 1] += `\n${line}`;
    else lines.push(line);
  }
  return lines;
}

const odd = (text, mark) => (text.split(mark).length - 1) % 2 === 1;

function inline(parent, text, names) {
  let plain = "";
  const flush = () => { if (plain) parent.append(plain); plain = ""; };
  while (text) {
    const rule = INLINE.map(([pattern, build]) => [text.match(pattern), build]).find(([match]) => match);
    if (rule) {
      flush();
      parent.append(rule[1](rule[0], names));
      text = text.slice(rule[0][0].length);
    } else {
      plain += text[0];
      text = text.slice(1);
    }
  }
  flush();
}

function element(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

function wrapped(tag, text, names) {
  const node = document.createElement(tag);
  inline(node, text, names);
  return node;
}

export function spoiler(node) {
  node.classList.add("spoiler");
  node.tabIndex = 0;
  node.title = "Press to read";
  const open = () => { node.classList.add("open"); node.removeAttribute("title"); };
  node.addEventListener("click", open);
  node.addEventListener("keydown", (event) => event.key === "Enter" && open());
  return node;
}

function mention(sign, name) {
  const node = element("span", sign + (name ?? "unknown"));
  node.className = "mention";
  return node;
}

// Marks what leads to a channel here; the page listens for it.
function place(node, id) {
  node.dataset.place = id;
  return node;
}

function jump(id, names) {
  const node = element("a", `open #${names.channels[id] ?? "unknown"}`);
  node.href = "#";
  return place(node, id);
}

function link(address, text) {
  const node = element("a", text);
  node.href = address;
  node.rel = "noreferrer noopener";
  node.target = "_blank";
  return node;
}

function moment(seconds, style, clock) {
  const at = new Date(seconds * 1000);
  const styles = {
    t: { timeStyle: "short" }, T: { timeStyle: "medium" }, d: { dateStyle: "short" }, D: { dateStyle: "long" },
    f: { dateStyle: "long", timeStyle: "short" }, F: { dateStyle: "full", timeStyle: "short" },
    s: { dateStyle: "short", timeStyle: "short" }, S: { dateStyle: "short", timeStyle: "medium" },
  };
  const text = style === "R" ? relative(at, clock) : at.toLocaleString(undefined, styles[style]);
  const node = element("time", text);
  node.dateTime = at.toISOString();
  node.title = at.toLocaleString(undefined, styles.F);
  return node;
}

function relative(at, clock) {
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const seconds = (at - clock) / 1000;
  for (const [unit, size] of [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(Math.round(seconds), "second");
}
