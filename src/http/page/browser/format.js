const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @param {number} ports */
export function countText(ports) {
  return ports.toLocaleString('en-US');
}

/**
 * Share of a range. Never `100 %` while a port is left, and never `0 %` when one is used.
 * @param {number} used
 * @param {number} capacity
 */
export function shareText(used, capacity) {
  if (capacity <= 0) return '';
  const percent = (used / capacity) * 100;
  if (used === 0) return '0 %';
  if (percent >= 10) return `${Math.floor(percent)} %`;
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}

/**
 * The two largest units of a time, rounded down.
 * @param {number} ms
 */
export function durationText(ms) {
  const minutes = Math.floor(Math.max(0, ms) / MINUTE_MS);
  const days = Math.floor(minutes / DAY_MINUTES);
  const hours = Math.floor(minutes / 60) % 24;
  if (days > 0) return `${countText(days)} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(Math.max(0, ms) / 1000)} s`;
}

/**
 * Local wall time, with the day where it is not the day of `nowMs`: `14:05`, `Tue 24 Nov 14:05`.
 * @param {number} atMs unix
 * @param {number} nowMs unix
 */
export function clockText(atMs, nowMs) {
  const at = new Date(atMs);
  const time = `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
  return at.toDateString() === new Date(nowMs).toDateString() ? time : `${dayText(atMs)} ${time}`;
}

/**
 * `Tue 24 Nov 14:05:09`.
 * @param {number} atMs unix
 */
export function momentText(atMs) {
  const at = new Date(atMs);
  return `${dayText(atMs)} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':')}`;
}

/**
 * A slope with its sign; two digits for what leaks slowly, none for what runs.
 * @param {number} perMinute
 */
export function paceText(perMinute) {
  const size = Math.abs(perMinute);
  if (size < 0.005) return '0';
  return `${perMinute < 0 ? '\u2212' : '+'}${size < 10 ? size.toFixed(2) : countText(Math.round(size))}`;
}

/**
 * `Tue 24 Nov`.
 * @param {number} atMs unix
 */
export function dayText(atMs) {
  const date = new Date(atMs);
  return `${WEEKDAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]}`;
}

/** @param {number} value */
function twoDigits(value) {
  return String(value).padStart(2, '0');
}
