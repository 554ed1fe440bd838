import type {
  AnnotationQuery,
  Dashboard,
  DashboardLink,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardBuilder, DashboardCursorSync } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Section } from './panel-spec.ts';

export interface DashboardSpec {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly from: string;
  readonly refresh: string;
  readonly variables: readonly VariableModel[];
  readonly annotations: readonly AnnotationQuery[];
  readonly links: readonly DashboardLink[];
  /** The open panels first, then one section for each collapsed row. */
  readonly sections: readonly Section[];
}

const GRID_COLUMNS = 24;

/** The dashboard as classic JSON, read-only, with an id for every panel (links of alerts need them). */
export function buildDashboard(spec: DashboardSpec): Dashboard {
  const built = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([...spec.tags])
    .readonly()
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: spec.from, to: 'now' })
    .refresh(spec.refresh)
    .build();
  return {
    ...built,
    annotations: { list: [...spec.annotations] },
    links: [...spec.links],
    templating: { list: [...spec.variables] },
    panels: numbered(arrange(spec.sections)),
  };
}

function arrange(sections: readonly Section[]): (Panel | RowPanel)[] {
  const arranged: (Panel | RowPanel)[] = [];
  let top = 0;
  for (const section of sections) {
    if (section.row === undefined) {
      const placed = place(section.panels, top);
      arranged.push(...placed.panels);
      top = placed.bottom;
      continue;
    }
    const placed = place(section.panels, top + 1);
    arranged.push({
      type: 'row',
      title: section.row,
      collapsed: true,
      gridPos: { x: 0, y: top, w: GRID_COLUMNS, h: 1 },
      id: 0,
      panels: placed.panels,
    });
    top += 1;
  }
  return arranged;
}

/** Fills lines from the left; a line is as high as its highest panel. */
function place(panels: readonly Panel[], top: number): { panels: Panel[]; bottom: number } {
  let x = 0;
  let y = top;
  let lineHeight = 0;
  const placed = panels.map((panel) => {
    const w = panel.gridPos?.w ?? GRID_COLUMNS;
    const h = panel.gridPos?.h ?? 1;
    if (x + w > GRID_COLUMNS) {
      x = 0;
      y += lineHeight;
      lineHeight = 0;
    }
    const gridPos = { x, y, w, h };
    x += w;
    lineHeight = Math.max(lineHeight, h);
    return { ...panel, gridPos };
  });
  return { panels: placed, bottom: y + lineHeight };
}

function numbered(panels: readonly (Panel | RowPanel)[]): (Panel | RowPanel)[] {
  let id = 0;
  return panels.map((panel) => {
    id += 1;
    if (!('panels' in panel)) return { ...panel, id };
    const rowId = id;
    const inner = panel.panels.map((child) => {
      id += 1;
      return { ...child, id };
    });
    return { ...panel, id: rowId, panels: inner };
  });
}
