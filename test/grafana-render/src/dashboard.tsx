import { PanelChrome, useTheme2 } from '@grafana/ui';
import type { ReactElement } from 'react';
import { PanelBody } from './panel-body.tsx';
import type { PanelData } from './panel-data.ts';
import type { PanelJson, RenderView } from './view.ts';

/** Grafana's grid: 24 columns, lines of 30 px, 8 px between. */
const COLUMNS = 24;
const LINE = 30;
const GAP = 8;

export interface Placed {
  readonly panel: PanelJson;
  /** First line of the panel, after rows were opened or left closed. */
  readonly y: number;
}

/** The panels to draw, with the rows the view opens; what comes after an open row moves down. */
export function place(view: RenderView): Placed[] {
  const placed: Placed[] = [];
  let shift = 0;
  for (const panel of view.dashboard.panels) {
    placed.push({ panel, y: panel.gridPos.y + shift });
    if (panel.type !== 'row' || !view.openRows.includes(panel.title)) continue;
    const inner = panel.panels ?? [];
    for (const child of inner) placed.push({ panel: child, y: child.gridPos.y + shift });
    shift += Math.max(...inner.map((child) => child.gridPos.y + child.gridPos.h)) - panel.gridPos.y - 1;
  }
  return placed;
}

export function Dashboard({
  view,
  placed,
  data,
}: {
  view: RenderView;
  placed: Placed[];
  data: ReadonlyMap<number, PanelData>;
}): ReactElement {
  const theme = useTheme2();
  const cell = (view.width - 2 * GAP + GAP) / COLUMNS;
  const bottom = Math.max(...placed.map(({ panel, y }) => y + panel.gridPos.h));
  return (
    <div
      id="dashboard"
      style={{
        background: theme.colors.background.canvas,
        color: theme.colors.text.primary,
        width: view.width,
        padding: GAP,
      }}
    >
      <Header view={view} />
      <div style={{ position: 'relative', height: bottom * (LINE + GAP) }}>
        {placed.map(({ panel, y }) => {
          const { x, w, h } = panel.gridPos;
          const width = w * cell - GAP;
          const height = h * (LINE + GAP) - GAP;
          return (
            <div key={panel.id} style={{ position: 'absolute', left: x * cell, top: y * (LINE + GAP), width, height }}>
              {panel.type === 'row' ? (
                <Row panel={panel} open={view.openRows.includes(panel.title)} />
              ) : (
                <PanelChrome title={panel.title} description={panel.description} width={width} height={height}>
                  {(innerWidth, innerHeight) => (
                    <PanelBody
                      panel={panel}
                      data={data.get(panel.id) ?? { frames: [], fieldConfig: { defaults: {}, overrides: [] } }}
                      view={view}
                      width={innerWidth}
                      height={innerHeight}
                    />
                  )}
                </PanelChrome>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Header({ view }: { view: RenderView }): ReactElement {
  const theme = useTheme2();
  const chip = {
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: 2,
    padding: '3px 8px',
    background: theme.colors.background.primary,
  };
  return (
    <div style={{ marginBottom: GAP }}>
      <div style={{ fontSize: 18, margin: '2px 2px 8px' }}>{view.dashboard.title}</div>
      <div style={{ display: 'flex', gap: GAP, flexWrap: 'wrap', fontSize: 12 }}>
        {view.choice.map(({ label, value }) => (
          <span key={label} style={chip}>
            <span style={{ color: theme.colors.text.secondary }}>{label}</span>&nbsp; {value}
          </span>
        ))}
      </div>
    </div>
  );
}

function Row({ panel, open }: { panel: PanelJson; open: boolean }): ReactElement {
  return (
    <div style={{ padding: '5px 2px', fontWeight: 500 }}>
      {open ? '⌄' : '›'} {panel.title}{' '}
      <span style={{ opacity: 0.6 }}>{open ? '' : `(${panel.panels?.length ?? 0} panels)`}</span>
    </div>
  );
}
