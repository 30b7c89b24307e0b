import { basename } from 'node:path'
import { journalStatus, type PartStatus } from '../journal/index.ts'
import { listParts } from '../journal/part.ts'
import { readState, type ProcessHealth } from './state.ts'

/** A part of the journal, and what the process says that owns it or owned it last. */
export interface ExaminedPart extends PartStatus {
  /** `0001` */
  readonly name: string
  readonly state: ProcessHealth | undefined
}

/**
 * Looks at a journal from outside, whether naslog runs or not; `undefined` if there is none. The destinations are those of the
 * process that wrote its state last: the caller may have another configuration, and one that has never taken a line has no
 * cursor. Without any state, those that have a cursor. Throws the system's errors.
 */
export function examineJournal(directory: string): ExaminedPart[] | undefined {
  const states = new Map<string, ProcessHealth>()
  try {
    for (const part of listParts(directory)) {
      const state = readState(part)
      if (state !== undefined) states.set(part, state)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const newest = [...states.values()].sort((a, b) => b.stateAt - a.stateAt)[0]
  const destinations = newest?.destinations.map(({ name }) => name)
  return journalStatus(directory, destinations).map((status) => ({ ...status, name: basename(status.part), state: states.get(status.part) }))
}
