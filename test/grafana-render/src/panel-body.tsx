import {
  type DisplayValueAlignmentFactors,
  dateTime,
  type FieldDisplay,
  getDisplayProcessor,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  renderMarkdown,
  type TimeRange,
  VizOrientation,
} from '@grafana/data';
import {
  BarGauge,
  BigValue,
  Table,
  TimeSeries,
  useTheme2,
  VizRepeater,
  type VizRepeaterRenderValueProps,
} from '@grafana/ui';
import type { ReactElement } from 'react';
import { Marks } from './marks.tsx';
import type { PanelData } from './panel-data.ts';
import type { PanelJson, RenderView } from './view.ts';

interface BodyProps {
  readonly panel: PanelJson;
  readonly data: PanelData;
  readonly view: RenderView;
  readonly width: number;
  readonly height: number;
}

/** The inside of a panel, drawn by the component that Grafana draws it with. */
export function PanelBody(props: BodyProps): ReactElement {
  if (props.panel.type === 'text') return <TextBody {...props} />;
  if (props.panel.type === 'timeseries') return <LinesBody {...props} />;
  if (props.panel.type === 'table') return <TableBody {...props} />;
  return <ValuesBody {...props} />;
}

function TextBody({ panel, view, width, height }: BodyProps): ReactElement {
  const content = String(panel.options?.content ?? '').replace(
    /\$(\w+)/g,
    (whole, name: string) => view.variables[name] ?? whole,
  );
  const html = renderMarkdown(content);
  return (
    <div
      className="markdown-html"
      style={{ width, height, overflow: 'hidden' }}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: Grafana's renderer sanitises, and the text is our own.
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

function LinesBody({ panel, data, view, width, height }: BodyProps): ReactElement {
  if (data.frames.length === 0) return <NoData text={data.fieldConfig.defaults.noValue} height={height} />;
  const range = { from: dateTime(view.fromMs), to: dateTime(view.toMs) };
  const timeRange: TimeRange = { ...range, raw: range };
  return (
    <TimeSeries
      frames={data.frames}
      structureRev={1}
      timeRange={timeRange}
      timeZone="utc"
      width={width}
      height={height}
      legend={panel.options.legend}
    >
      {(config) => <Marks config={config} marks={view.marks} />}
    </TimeSeries>
  );
}

function TableBody({ panel, data, width, height }: BodyProps): ReactElement {
  const frame = data.frames[0];
  if (frame === undefined || frame.length === 0)
    return <NoData text={data.fieldConfig.defaults.noValue} height={height} />;
  const { sortBy, cellHeight } = panel.options;
  return (
    <Table
      data={frame}
      width={width}
      height={height}
      initialSortBy={sortBy}
      cellHeight={cellHeight}
      columnMinWidth={60}
    />
  );
}

function ValuesBody({ panel, data, width, height }: BodyProps): ReactElement {
  const theme = useTheme2();
  const values = getFieldDisplayValues({
    data: data.frames,
    fieldConfig: data.fieldConfig,
    reduceOptions: panel.options.reduceOptions,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
  const bars = panel.type === 'bargauge';
  return (
    <VizRepeater
      getValues={() => values}
      renderValue={bars ? (props) => <Bar {...props} panel={panel} /> : (props) => <Big {...props} panel={panel} />}
      width={width}
      height={height}
      source={data}
      autoGrid={!bars}
      renderCounter={0}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      maxVizHeight={bars ? panel.options.maxVizHeight : undefined}
      itemSpacing={3}
      minVizHeight={bars ? panel.options.minVizHeight : undefined}
      orientation={bars ? VizOrientation.Horizontal : VizOrientation.Auto}
    />
  );
}

type RepeatedProps = VizRepeaterRenderValueProps<FieldDisplay, DisplayValueAlignmentFactors> & { panel: PanelJson };

function Big({ value, width, height, count, alignmentFactors, panel }: RepeatedProps): ReactElement {
  const theme = useTheme2();
  const { colorMode, graphMode, textMode, justifyMode, wideLayout } = panel.options;
  return (
    <BigValue
      value={value.display}
      alignmentFactors={alignmentFactors}
      disableWideLayout={!wideLayout}
      count={count}
      width={width}
      height={height}
      theme={theme}
      colorMode={colorMode}
      graphMode={graphMode}
      textMode={textMode}
      justifyMode={justifyMode}
    />
  );
}

function Bar({ value, width, height, orientation, alignmentFactors, panel }: RepeatedProps): ReactElement {
  const theme = useTheme2();
  const { displayMode, namePlacement, showUnfilled, valueMode } = panel.options;
  const display =
    value.view?.getFieldDisplayProcessor(value.colIndex ?? 0) ??
    getDisplayProcessor({ field: { config: value.field }, theme });
  return (
    <BarGauge
      value={value.display}
      alignmentFactors={alignmentFactors}
      text={panel.options.text}
      width={width}
      height={height}
      orientation={orientation}
      field={value.field}
      display={display}
      theme={theme}
      itemSpacing={3}
      lcdCellWidth={8}
      displayMode={displayMode}
      namePlacement={namePlacement}
      showUnfilled={showUnfilled}
      valueDisplayMode={valueMode}
      isOverflow={false}
    />
  );
}

function NoData({ text, height }: { text: string | undefined; height: number }): ReactElement {
  return (
    <div style={{ height, display: 'flex', alignItems: 'center', justifyContent: 'center', opacity: 0.7 }}>
      {text ?? 'No data'}
    </div>
  );
}
