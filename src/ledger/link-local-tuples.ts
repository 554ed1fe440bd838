/** Link-local connections seen as rows or as events of this sample and the one before, so that each is counted once. */
export class LinkLocalTuples {
  rows: Set<number> = new Set();
  events: Set<number> = new Set();
  previousRows: Set<number> = new Set();
  previousEvents: Set<number> = new Set();

  begin(): void {
    this.previousRows = this.rows;
    this.previousEvents = this.events;
    this.rows = new Set();
    this.events = new Set();
  }
}
