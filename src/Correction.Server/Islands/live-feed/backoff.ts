/** The longest pause between two tries, in milliseconds. */
export const longestPause = 30_000;

/**
 * How long to wait before try `attempt` (from 0), in milliseconds: doubling from half a second to half a minute, the
 * upper half of it by chance, so that a county's boards do not all come back in the same second after a restart.
 */
export function backoff(attempt: number, chance: number): number {
  const ceiling = Math.min(longestPause, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
