/** @import { StatusAnswer } from '../../api/status-schema.ts' */
import { fetchStatus } from './api.js';
import { createBlindSpots } from './blind-spots.js';
import { part, setText } from './dom.js';
import { clockText, durationText, momentText } from './format.js';
import { createLinkLocal } from './link-local.js';
import { createOwners } from './owners.js';
import { createPools } from './pools.js';
import { parseRoute } from './route.js';
import { createVerdict } from './verdict.js';

const REFRESH_MS = 5000;
/** A replay runs through days in minutes. */
const REPLAY_REFRESH_MS = 1000;
const REPLAY_SPEED = 4;
const STALE_MS = 90_000;

/**
 * `advancedAtMs`: when the sample was last seen to be another one. An old sample alone proves nothing: it may be replayed.
 * @type {{ status: StatusAnswer | undefined, answeredAtMs: number, advancedAtMs: number, isReplay: boolean, isAsking: boolean }}
 */
const state = { status: undefined, answeredAtMs: 0, advancedAtMs: 0, isReplay: false, isAsking: false };
/** @type {ReturnType<typeof createParts> | undefined} */
let parts;
/** @type {number | undefined} */
let timer;

/** Made with the first answer: until then the page stands as the server wrote it. */
function createParts() {
  return {
    verdict: createVerdict(),
    pools: createPools(),
    owners: createOwners(),
    linkLocal: createLinkLocal(),
    blind: createBlindSpots(),
  };
}

function render() {
  const { status } = state;
  if (status === undefined) return;
  parts ??= createParts();
  parts.verdict.update(status);
  parts.pools.update(status);
  parts.owners.update(status, parseRoute(location.hash));
  parts.linkLocal.update(status);
  parts.blind.update(status);
  setText(part('freshness'), freshnessText(status));
}

/** @param {StatusAnswer} status */
function freshnessText({ takenAtMs, ledgerStartMs }) {
  if (takenAtMs === undefined) return 'No sample has been taken yet';
  const remembers = ledgerStartMs === undefined ? '' : `, remembers ${durationText(takenAtMs - ledgerStartMs)}`;
  if (state.isReplay) return `Replay of ${momentText(takenAtMs)}${remembers}`;
  const isStale = Date.now() - Math.max(takenAtMs, state.advancedAtMs) > STALE_MS;
  const late = isStale ? `, ${durationText(Date.now() - takenAtMs)} ago: no newer sample` : '';
  return `Sampled ${clockText(takenAtMs, Date.now())}${late}${remembers}`;
}

async function refresh() {
  clearTimeout(timer);
  if (state.isAsking) return;
  state.isAsking = true;
  const trouble = part('trouble');
  try {
    const status = await fetchStatus();
    noteTime(status.takenAtMs ?? 0);
    state.status = status;
    trouble.hidden = true;
    render();
  } catch (error) {
    const since = state.answeredAtMs === 0 ? '' : ` What you see is from ${clockText(state.answeredAtMs, Date.now())}.`;
    setText(trouble, `The exporter does not answer.${since}`);
    trouble.title = String(error);
    trouble.hidden = false;
  }
  state.isAsking = false;
  schedule();
}

/**
 * Tells a replay by its pace; before there is one to see, by a first sample that is old.
 * @param {number} takenAtMs
 */
function noteTime(takenAtMs) {
  const nowMs = Date.now();
  const before = state.status?.takenAtMs;
  state.isReplay =
    before === undefined
      ? nowMs - takenAtMs > STALE_MS
      : takenAtMs - before > (nowMs - state.answeredAtMs) * REPLAY_SPEED + REFRESH_MS;
  if (before !== takenAtMs) state.advancedAtMs = nowMs;
  state.answeredAtMs = nowMs;
}

/** Nothing is asked for while nobody looks. */
function schedule() {
  clearTimeout(timer);
  if (document.visibilityState === 'visible')
    timer = window.setTimeout(refresh, state.isReplay ? REPLAY_REFRESH_MS : REFRESH_MS);
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void refresh();
  else clearTimeout(timer);
});
addEventListener('hashchange', render);
void refresh();
