// Message components as Discord draws them (docs: components/reference).

import { markdown, spoiler } from "./markdown.js";

export const TYPE = {
  row: 1, button: 2, select: 3, input: 4, users: 5, roles: 6, mentionables: 7, channels: 8, section: 9, text: 10,
  thumbnail: 11, gallery: 12, file: 13, separator: 14, container: 17, label: 18, upload: 19, radio: 21,
  checkboxes: 22, checkbox: 23,
};
const BUTTON_STYLE = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };

// `names` shows mentions; `act(custom_id, values)` is called when something is pressed or chosen.
export function components(list, names, act) {
  return list.map((component) => draw(component, names, act));
}

function draw(component, names, act) {
  switch (component.type) {
    case TYPE.row: return box("row", components(component.components, names, act));
    case TYPE.button: return button(component, act);
    case TYPE.select: case TYPE.users: case TYPE.roles: case TYPE.mentionables: case TYPE.channels:
      return select(component, names, (values) => act(component.custom_id, values));
    case TYPE.text: return markdown(component.content, names);
    case TYPE.section:
      return box("section", [box("words", components(component.components, names, act)), draw(component.accessory, names, act)]);
    case TYPE.thumbnail: return image(component.media.url, component.description);
    case TYPE.gallery: return box("gallery", component.items.map((item) => image(item.media.url, item.description)));
    case TYPE.file: return file(component);
    case TYPE.separator: return component.divider === false ? box("gap", []) : document.createElement("hr");
    case TYPE.container: return container(component, names, act);
    default: return box("unknown", [`(a component of type ${component.type})`]);
  }
}

function box(className, children) {
  const node = document.createElement("div");
  node.className = className;
  node.append(...children);
  return node;
}

function container(component, names, act) {
  const node = box("container", components(component.components, names, act));
  if (component.accent_color != null) node.style.borderColor = `#${component.accent_color.toString(16).padStart(6, "0")}`;
  return component.spoiler ? spoiler(node) : node;
}

function button(component, act) {
  const node = document.createElement(component.url ? "a" : "button");
  node.className = `button ${BUTTON_STYLE[component.style]}`;
  node.textContent = [component.emoji?.name, component.label].filter(Boolean).join(" ");
  if (component.url) {
    Object.assign(node, { href: component.url, target: "_blank", rel: "noreferrer noopener" });
    return node;
  }
  node.type = "button";
  node.disabled = Boolean(component.disabled);
  node.addEventListener("click", () => act(component.custom_id));
  return node;
}

function file(component) {
  const node = document.createElement("a");
  const name = component.name ?? component.file.url.split("/").at(-1);
  Object.assign(node, { href: component.file.url, download: name, className: "file", textContent: `File: ${name}` });
  return node;
}

function image(address, description) {
  const node = document.createElement("img");
  node.src = address;
  node.alt = description ?? "";
  return node;
}

// A select; entity selects list what the server has. Calls `chosen` with the values in Discord's form.
export function select(component, names, chosen) {
  const node = document.createElement("select");
  node.setAttribute("aria-label", component.placeholder ?? component.custom_id);
  node.disabled = Boolean(component.disabled);
  const options = optionsOf(component, names);
  const several = (component.max_values ?? 1) > 1;
  node.multiple = several;
  if (several) node.size = Math.min(options.length, 6);
  else node.append(new Option(component.placeholder ?? "Choose", "", true, true));
  const defaults = new Set((component.default_values ?? []).map((each) => each.id));
  for (const option of options) {
    const text = option.description ? `${option.label} (${option.description})` : option.label;
    node.append(new Option(text, option.value, false, Boolean(option.default) || defaults.has(option.value)));
  }
  const tell = () => chosen([...node.selectedOptions].map((each) => each.value).filter(Boolean).map((value) => typed(component, value, names)));
  if (!several) {
    node.addEventListener("change", () => node.value && tell());
    return node;
  }
  const done = document.createElement("button");
  done.type = "button";
  done.className = "button secondary";
  done.textContent = "Choose these";
  done.addEventListener("click", tell);
  return box("several", [node, done]);
}

export function typed(component, value, names) {
  const kind = { [TYPE.users]: "user", [TYPE.roles]: "role", [TYPE.channels]: "channel" }[component.type];
  if (component.type === TYPE.mentionables) return { [value in names.users ? "user" : "role"]: value };
  return kind ? { [kind]: value } : value;
}

export function optionsOf(component, names) {
  const listed = (table) => Object.entries(table).map(([value, label]) => ({ value, label }));
  switch (component.type) {
    case TYPE.users: return listed(names.users);
    case TYPE.roles: return listed(names.roles);
    case TYPE.channels: return listed(names.channels);
    case TYPE.mentionables: return [...listed(names.users), ...listed(names.roles)];
    default: return component.options ?? [];
  }
}
