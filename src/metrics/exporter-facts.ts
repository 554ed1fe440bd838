/** What the exporter says of itself; the composition root knows it. */
export interface ExporterFacts {
  readonly version: string;
  /** Source revision of the build; empty when not known. */
  readonly revision: string;
  /** Version of Node without the `v`. */
  readonly node: string;
  readonly os: string;
  readonly arch: string;
  /** Present time between two samples, stretched or not. */
  readonly sampleIntervalMs: number;
  /** Unix ms; 0 before the first sample. */
  readonly lastSampleMs: number;
  /** Absent when there is no configuration file. */
  readonly config?: ConfigReloadState;
}

/** How the last reading of the configuration file went. */
export interface ConfigReloadState {
  readonly lastReloadSuccessful: boolean;
  /** When the configuration in use was read, unix ms. */
  readonly lastReloadSuccessMs: number;
}
