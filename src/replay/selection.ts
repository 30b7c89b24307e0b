import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { toBytes } from '../lib/bytes.ts'
import { globMatches } from '../lib/glob.ts'
import type { Filter } from '../rules/filter.ts'
import type { ReplayOptions } from './options.ts'

/** Which records a replay shall write. */
export type Selection = Pick<ReplayOptions, 'since' | 'until' | 'host' | 'where'>

/**
 * The test of a selection, whose filters are compiled already; `undefined` if it takes everything. A record without a time that can be
 * read is in no span.
 */
export function compileSelection(
  { since, until, host }: Selection, filters: readonly Filter[],
): ((event: Event, instant: number) => boolean) | undefined {
  if (since === undefined && until === undefined && host === undefined && filters.length === 0) return undefined
  const from = since ?? -Infinity
  const to = until ?? Infinity
  const timed = since !== undefined || until !== undefined
  const glob = host === undefined ? undefined : toBytes(host)
  const fits = (name: string | undefined): boolean => name !== undefined && globMatches(glob as string, name)
  return (event, instant) =>
    (!timed || (instant >= from && instant < to)) &&
    (glob === undefined || fits(event.get(F['log.syslog.hostname'])) || fits(event.get(F['naslog.sender.address']))) &&
    filters.every((filter) => filter.matches(event))
}
