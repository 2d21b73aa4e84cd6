// Discord's modals, and the form that a slash command's options make.

import { TYPE, optionsOf, typed } from "./components.js";
import { markdown } from "./markdown.js";

// Ask in a dialog; resolves with the values by custom_id, or null when dismissed.
export function ask(dialog, modal, names, submit) {
  const form = element("form", { method: "dialog" });
  const readers = [];
  form.append(element("h2", {}, modal.title));
  for (const component of modal.components) {
    if (component.type === TYPE.text) form.append(markdown(component.content, names));
    else if (component.type === TYPE.label) form.append(labelled(component, component.component, names, readers));
    else for (const inner of component.components ?? []) form.append(labelled(inner, inner, names, readers));
  }
  const error = element("p", { className: "refused", role: "alert" });
  const cancel = element("button", { type: "button", className: "button secondary" }, "Cancel");
  cancel.addEventListener("click", () => dialog.close());
  form.append(error, row(cancel, element("button", { className: "button primary" }, "Submit")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = await Promise.all(readers.map(async ([id, read]) => [id, await read()]));
    const refused = await submit(Object.fromEntries(values));
    if (refused) error.textContent = refused;
    else dialog.close();
  });
  dialog.setAttribute("aria-label", modal.title);
  dialog.replaceChildren(form);
  dialog.showModal();
}

function labelled(label, input, names, readers) {
  const single = [TYPE.input, TYPE.select, TYPE.users, TYPE.roles, TYPE.channels, TYPE.mentionables].includes(input.type);
  const node = element(single ? "label" : "fieldset");
  node.append(element(single ? "span" : "legend", {}, label.label + (input.required === false ? "" : " *")));
  if (label.description) node.append(element("small", {}, label.description));
  node.append(...field(input, names, readers));
  return node;
}

function field(input, names, readers) {
  const required = input.required !== false;
  switch (input.type) {
    case TYPE.input: {
      const node = element(input.style === 2 ? "textarea" : "input", {
        value: input.value ?? "", placeholder: input.placeholder ?? "", required,
        maxLength: input.max_length ?? 4000, minLength: input.min_length ?? 0,
      });
      readers.push([input.custom_id, () => node.value]);
      return [node];
    }
    case TYPE.radio: case TYPE.checkboxes: return choices(input, required, readers);
    case TYPE.checkbox: {
      const node = element("input", { type: "checkbox", checked: Boolean(input.default) });
      readers.push([input.custom_id, () => node.checked]);
      return [node];
    }
    case TYPE.upload: {
      const node = element("input", { type: "file", required, multiple: (input.max_values ?? 1) > 1 });
      readers.push([input.custom_id, () => Promise.all([...node.files].map(encoded))]);
      return [node];
    }
    default: {
      const node = element("select", { required, multiple: (input.max_values ?? 1) > 1 });
      if (!node.multiple) node.append(new Option(input.placeholder ?? "", ""));
      for (const option of optionsOf(input, names)) {
        node.append(new Option(option.label, option.value, false, Boolean(option.default)));
      }
      readers.push([input.custom_id, () => [...node.selectedOptions].map((each) => each.value).filter(Boolean).map((value) => typed(input, value, names))]);
      return [node];
    }
  }
}

// A file as the page sends it: its name, and its bytes in base64.
async function encoded(file) {
  const url = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
  return { file: { name: file.name, data: url.slice(url.indexOf(",") + 1) } };
}

function choices(input, required, readers) {
  const one = input.type === TYPE.radio;
  const boxes = input.options.map((option) => element("input", {
    type: one ? "radio" : "checkbox", name: input.custom_id, value: option.value,
    checked: Boolean(option.default), required: one && required,
  }));
  const picked = () => boxes.filter((each) => each.checked).map((each) => each.value);
  readers.push([input.custom_id, () => (one ? picked()[0] ?? null : picked())]);
  return input.options.map((option, index) => {
    const node = element("label", { className: "choice" });
    node.append(boxes[index], option.label);
    if (option.description) node.append(element("small", {}, option.description));
    return node;
  });
}

const OPTION = { text: 3, whole: 4, yesno: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10 };

// The fields of a command's options. `suggest(name, values)` asks the bot for choices while one is typed into.
export function commandForm(options, names, suggest) {
  const readers = [];
  const values = () => Object.fromEntries(readers.map(([name, read]) => [name, read()]).filter(([, value]) => value !== undefined));
  const fields = options.map((option) => {
    const node = element("label");
    node.append(element("span", {}, option.name + (option.required ? " *" : "")), element("small", {}, option.description));
    const [input, read] = commandField(option, names, (typed) => suggest(option.name, { ...values(), [option.name]: typed }));
    readers.push([option.name, read]);
    node.append(...input);
    return node;
  });
  return { fields, values };
}

function commandField(option, names, suggest) {
  const entity = { [OPTION.user]: ["user", names.users], [OPTION.channel]: ["channel", names.channels], [OPTION.role]: ["role", names.roles] }[option.type];
  const fixed = entity ? Object.entries(entity[1]).map(([value, name]) => ({ name, value }))
    : option.type === OPTION.yesno ? [{ name: "yes", value: "true" }, { name: "no", value: "false" }] : option.choices;
  if (fixed) {
    const node = element("select", { required: Boolean(option.required) });
    node.append(new Option("", ""), ...fixed.map((choice) => new Option(choice.name, choice.value)));
    return [[node], () => (node.value === "" ? undefined : entity ? { [entity[0]]: node.value } : cast(option, node.value))];
  }
  const node = element("input", { required: Boolean(option.required), autocomplete: "off" });
  if (!option.autocomplete) return [[node], () => (node.value === "" ? undefined : cast(option, node.value))];
  const list = element("datalist", { id: `choices-${option.name}` });
  node.setAttribute("list", list.id);
  const offered = new Map(); // all that was ever suggested: what is picked must not be lost to a later list
  const refresh = async () => {
    const choices = await suggest(node.value);
    for (const choice of choices) offered.set(choice.name, choice.value);
    list.replaceChildren(...choices.map((choice) => element("option", { value: choice.name })));
  };
  node.addEventListener("focus", refresh);
  node.addEventListener("input", refresh);
  return [[node, list], () => (node.value === "" ? undefined : cast(option, offered.get(node.value) ?? node.value))];
}

function cast(option, value) {
  if (option.type === OPTION.whole || option.type === OPTION.number) return Number(value);
  if (option.type === OPTION.yesno) return value === "true";
  return value;
}

export function element(tag, properties = {}, text = "") {
  const node = document.createElement(tag);
  Object.assign(node, properties);
  if (text) node.textContent = text;
  return node;
}

export function row(...children) {
  const node = element("div", { className: "row" });
  node.append(...children);
  return node;
}
