import { type UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import { useLayoutEffect } from 'react';
import type { Mark } from './view.ts';

/** Draws annotations into a plot: Grafana's own plugin for them is not on the package registry. */
export function Marks({ config, marks }: { config: UPlotConfigBuilder; marks: readonly Mark[] }): null {
  const theme = useTheme2();
  useLayoutEffect(() => {
    config.addHook('draw', (plot) => {
      const { ctx, bbox } = plot;
      ctx.save();
      for (const { atMs, endMs, color } of marks) {
        const right = bbox.left + bbox.width;
        const x = plot.valToPos(atMs, 'x', true);
        ctx.strokeStyle = theme.visualization.getColorByName(color);
        ctx.fillStyle = ctx.strokeStyle;
        ctx.lineWidth = 2;
        ctx.setLineDash([6, 6]);
        // What began before the time range has a band, but no line.
        if (x > bbox.left + 1 && x <= right) {
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
        }
        const from = Math.max(x - 3, bbox.left);
        const end = Math.min(endMs === undefined ? x + 3 : plot.valToPos(endMs, 'x', true), right);
        if (end > from) ctx.fillRect(from, bbox.top + bbox.height, end - from, 5);
      }
      ctx.restore();
    });
  }, [config, marks, theme]);
  return null;
}
