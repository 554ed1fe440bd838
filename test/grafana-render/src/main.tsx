import { createTheme, ThemeContext } from '@grafana/data';
import { GlobalStyles } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { Dashboard, place } from './dashboard.tsx';
import { type PanelData, panelData } from './panel-data.ts';
import type { RenderView } from './view.ts';
import 'uplot/dist/uPlot.min.css';

/** Draws a dashboard into the page; resolves when its data is ready and React has it. */
async function drawDashboard(view: RenderView): Promise<void> {
  const theme = createTheme({ colors: { mode: view.dark ? 'dark' : 'light' } });
  const placed = place(view);
  const data = new Map<number, PanelData>();
  for (const { panel } of placed) {
    if (panel.type !== 'row' && panel.type !== 'text') data.set(panel.id, await panelData(panel, view, theme));
  }
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no element with id root');
  createRoot(root).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Dashboard view={view} placed={placed} data={data} />
    </ThemeContext.Provider>,
  );
}

Object.assign(window, { drawDashboard });
