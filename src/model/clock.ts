/** Where time comes from; a parameter of everything that needs it. */
export interface Clock {
  /** Wall clock, unix ms. */
  wallMs(): number;
  /** Monotonic clock that goes on during suspension, ms since boot. */
  bootMs(): number;
}
