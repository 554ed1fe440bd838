/**
 * What is open: an owner, and perhaps one of its ports. It lives in the fragment, so that Back and bookmarks work.
 * @typedef {object} Route
 * @property {string} netns
 * @property {string} process
 * @property {string} unit
 * @property {string} [protocol]
 * @property {number} [port]
 */

/**
 * @param {string} fragment with or without `#`
 * @returns {Route | undefined}
 */
export function parseRoute(fragment) {
  const [place, ...parts] = fragment.replace(/^#?\//, '').split('/');
  if (place !== 'owner' || (parts.length !== 3 && parts.length !== 5)) return undefined;
  const [netns = '', process = '', unit = '', protocol, port] = parts.map(decode);
  if (protocol === undefined) return { netns, process, unit };
  return { netns, process, unit, protocol, port: Number(port) };
}

/**
 * @param {Route} route
 */
export function formatRoute({ netns, process, unit, protocol, port }) {
  const parts = protocol === undefined ? [] : [protocol, String(port)];
  return `#/owner/${[netns, process, unit, ...parts].map(escapePart).join('/')}`;
}

/**
 * One text for each owner.
 * @param {{ readonly netns: string, readonly process: string, readonly unit: string }} owner
 */
export function ownerKey({ netns, process, unit }) {
  return JSON.stringify([netns, process, unit]);
}

/**
 * A lone surrogate, which a Windows name may hold, has no escape.
 * @param {string} text
 */
export function escapePart(text) {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
