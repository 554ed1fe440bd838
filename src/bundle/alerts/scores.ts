/** The section of docs/alerts.md on what the rules reach; figures of `npm run sim` and of the cost bench. */
export const SCORES = `
## Scores

Not measured yet.
`;
