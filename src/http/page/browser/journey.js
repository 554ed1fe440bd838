/** @import { LifeSpanAnswer, PortAnswer } from '../../api/ports-schema.ts' */
import { fetchJourney } from './api.js';
import { element, foreign } from './dom.js';
import { durationText, momentText } from './format.js';
import { STATE_NAMES } from './states.js';

/**
 * What happened to one port number, as far as it is remembered: who had it, in which state, with whom.
 * @param {PortAnswer} port
 */
export function createJourney({ netns, protocol, port }) {
  const list = element('ol', { class: 'journey', 'aria-label': `Journey of ${protocol} port ${port}` });
  list.append(element('li', {}, 'Asking\u2026'));
  let toldAtMs = Number.NaN;
  return {
    node: list,
    /** @param {number} takenAtMs */
    async update(takenAtMs) {
      if (takenAtMs === toldAtMs) return;
      toldAtMs = takenAtMs;
      try {
        const { journeys } = await fetchJourney(protocol, port);
        const spans = journeys.find((journey) => journey.netns === netns)?.lifeLine ?? [];
        const items = spans.map((span) => spanItem(span, takenAtMs));
        list.replaceChildren(...(items.length > 0 ? items : [element('li', {}, 'Nothing is remembered of it yet.')]));
      } catch (error) {
        list.replaceChildren(element('li', {}, error instanceof Error ? error.message : String(error)));
      }
    },
  };
}

/**
 * @param {LifeSpanAnswer} span
 * @param {number} nowMs
 */
function spanItem({ state, process, unit, pid, remote, fromMs, toMs }, nowMs) {
  const lasting = durationText((toMs ?? nowMs) - fromMs);
  const item = element('li', {}, element('time', { datetime: new Date(fromMs).toISOString() }, momentText(fromMs)));
  item.append(` ${STATE_NAMES[state] ?? state}`);
  if (remote !== undefined) item.append(state === 'established' ? ' with ' : ', last with ', foreign(remote));
  if (process !== undefined) item.append(', ', foreign(process));
  if (unit !== undefined) item.append(' (', foreign(unit), ')');
  if (pid !== undefined) item.append(`, process ${pid}`);
  item.append(toMs === undefined ? `, since ${lasting}` : `, for ${lasting}`);
  return item;
}
