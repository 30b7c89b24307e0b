export interface BackoffOptions {
  /** Longest first pause, in ms. */
  readonly base: number
  /** Longest pause of all, in ms. */
  readonly cap: number
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/**
 * Full jitter: the n-th pause is uniform between 0 and min(cap, base · 2ⁿ), so that many naslogs whose destination comes back
 * do not all knock at once (AWS Architecture Blog, "Exponential Backoff And Jitter"). Never gives up.
 */
export function createBackoff({ base, cap, random }: BackoffOptions): { next(): number; reset(): void } {
  let attempt = 0
  return {
    next: () => Math.round(random() * Math.min(cap, base * 2 ** attempt++)),
    reset: () => {
      attempt = 0
    },
  }
}
