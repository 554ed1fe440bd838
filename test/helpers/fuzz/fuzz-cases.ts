/** Inputs for each decoder; `npm run fuzz` asks for more. */
export const FUZZ_CASES: number = Number(process.env['FUZZ_CASES'] ?? 10_000);
