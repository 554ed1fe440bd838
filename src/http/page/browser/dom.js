/** @typedef {Node | string | false | undefined} Child */
/** @typedef {Readonly<Record<string, string | number | boolean | undefined>>} Attributes */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An HTML element. Texts become text nodes: names of processes are hostile, and no markup is ever made of them.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] `true` sets an empty attribute; `false` and undefined set none.
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children.filter(isShown));
  return node;
}

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function drawing(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  setAttributes(node, attributes);
  node.append(...children.filter(isShown));
  return node;
}

/**
 * A name that somebody else chose, kept apart from the direction of the text around it.
 * @param {string} name
 */
export function foreign(name) {
  return element('bdi', {}, name);
}

/**
 * A table of texts alone that may be wider than the page: it must take the focus to be scrolled by keyboard.
 * @param {string} label
 * @param {HTMLTableElement} table
 */
export function scrollable(label, table) {
  return element('div', { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 }, table);
}

/**
 * @param {Element} node
 * @param {Attributes} attributes
 */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * Writes only what differs, so that a selection of the reader's lives on.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * The element of the page with this id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function part(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`no #${id} in the page`);
  return node;
}

/**
 * Children of `parent` that live as long as their key: focus, selection and open parts survive a refresh.
 * @template Item
 * @param {Element} parent
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => { readonly nodes: readonly Element[], readonly update: (item: Item) => void }} create
 * @returns {(items: readonly Item[]) => void}
 */
export function keyedChildren(parent, keyOf, create) {
  /** @type {Map<string, ReturnType<typeof create>>} */
  let rows = new Map();
  return (items) => {
    const next = new Map();
    /** @type {Element[]} */
    const nodes = [];
    for (const item of items) {
      const key = keyOf(item);
      if (next.has(key)) continue;
      const row = rows.get(key) ?? create(item);
      row.update(item);
      next.set(key, row);
      nodes.push(...row.nodes);
    }
    rows = next;
    const kept = new Set(nodes);
    for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
    nodes.forEach((node, index) => {
      if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
    });
  };
}

/**
 * @param {Child} child
 * @returns {child is Node | string}
 */
function isShown(child) {
  return child !== undefined && child !== false && child !== '';
}
