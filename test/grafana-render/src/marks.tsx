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
        const x = plot.valToPos(atMs, 'x', true);
        if (x < bbox.left || x > bbox.left + bbox.width) continue;
        ctx.strokeStyle = theme.visualization.getColorByName(color);
        ctx.fillStyle = ctx.strokeStyle;
        ctx.lineWidth = 2;
        ctx.setLineDash([6, 6]);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        const end = endMs === undefined ? x : Math.min(plot.valToPos(endMs, 'x', true), bbox.left + bbox.width);
        ctx.fillRect(x - 3, bbox.top + bbox.height, Math.max(6, end - x), 5);
      }
      ctx.restore();
    });
  }, [config, marks, theme]);
  return null;
}
