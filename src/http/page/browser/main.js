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

/** @type {{ status: StatusAnswer | undefined, answeredAtMs: number, isReplay: boolean, isAsking: boolean }} */
const state = { status: undefined, answeredAtMs: 0, isReplay: false, isAsking: false };
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
  const ageMs = Date.now() - takenAtMs;
  const late = ageMs > STALE_MS ? `, ${durationText(ageMs)} ago: no newer sample` : '';
  return `Sampled ${clockText(takenAtMs, Date.now())}${late}${remembers}`;
}

async function refresh() {
  clearTimeout(timer);
  if (state.isAsking) return;
  state.isAsking = true;
  const trouble = part('trouble');
  try {
    const status = await fetchStatus();
    const nowMs = Date.now();
    const advancedMs = (status.takenAtMs ?? 0) - (state.status?.takenAtMs ?? Number.POSITIVE_INFINITY);
    if (state.answeredAtMs > 0) state.isReplay = advancedMs > (nowMs - state.answeredAtMs + REFRESH_MS) * REPLAY_SPEED;
    Object.assign(state, { status, answeredAtMs: nowMs });
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
