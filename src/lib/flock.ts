import { spawnSync } from 'node:child_process'

export type FlockMode = 'exclusive' | 'shared'

export interface FlockOptions {
  /** How long to wait for the lock, in ms; absent: not at all. */
  readonly patience?: number
}

const LETTERS: Readonly<Record<FlockMode, string>> = { exclusive: '-x', shared: '-s' }

/**
 * Takes an advisory lock on an open file, as flock(2) does; it lasts until the descriptor is closed, or changes its mode.
 *
 * Node cannot call flock(2), but flock(1) of util-linux (or busybox) can lock a descriptor that it inherits: the lock belongs
 * to the open file, which we keep when the helper has left (two to three milliseconds).
 */
export function flock(descriptor: number, mode: FlockMode, { patience }: FlockOptions = {}): 'locked' | 'held' | { readonly failed: string } {
  // Ours is descriptor 3 of the helper: it stands fourth in `stdio`. A timeout of flock(1) itself would be unknown to busybox.
  const run = spawnSync('flock', patience === undefined ? [LETTERS[mode], '-n', '3'] : [LETTERS[mode], '3'], {
    stdio: ['ignore', 'ignore', 'pipe', descriptor],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    timeout: patience,
  })
  if (run.status === 0) return 'locked'
  if (run.status === 1 || (run.error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT') return 'held'
  return { failed: run.error?.message ?? `exit ${run.status ?? run.signal} ${run.stderr.toString('latin1').trim()}` }
}
