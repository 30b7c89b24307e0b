import { basename } from 'node:path'
import type { ForwarderState } from '../forward/forwarder.ts'
import { journalStatus } from '../journal/index.ts'
import { createCounters, type Counters } from './counters.ts'
import { renderMetrics } from './prometheus.ts'
import { readState, removeState, writeState, type ProcessHealth } from './state.ts'
import { removeStaleTextfiles, writeTextfile } from './textfile.ts'

export interface MonitorOptions {
  readonly version: string
  readonly pid: number
  /** Directory of the journal. */
  readonly journal: string
  /** Path of this process's own part. */
  readonly part: string
  /** Paths of the parts that it has adopted and is still draining. */
  readonly adopted: () => readonly string[]
  /** Of each destination by its name. */
  readonly states: () => ReadonlyMap<string, ForwarderState>
  /** The configured path; absent: no textfile, only the state for `naslog status`. */
  readonly textfile: string | undefined
  /** One line for each change from writing to failing and back. */
  readonly report: (message: string) => void
  readonly now: () => number
}

/** Watches a `naslog omprog`: counts, and writes down what is counted. */
export interface Monitor {
  readonly counters: Counters
  /** Writes the state and the textfile: to be called at the start, at intervals, and at the end. What the system refuses is reported. */
  write(): void
}

export function createMonitor(options: MonitorOptions): Monitor {
  const { journal, part, textfile, now } = options
  const startedAt = now()
  const counters = createCounters({ devices: readState(part)?.devices ?? [] })
  const writingState = reporter('the state for naslog status', options.report)
  const writingTextfile = reporter('the Prometheus textfile', options.report)

  const health = (): ProcessHealth => ({
    format: 1,
    version: options.version,
    pid: options.pid,
    part: basename(part),
    startedAt,
    stateAt: now(),
    ...counters.counts(),
    destinations: [...options.states()].map(([name, state]) => ({ name, ...state })),
  })

  return {
    counters,
    write() {
      const current = health()
      const adopted = options.adopted()
      writingState(() => {
        adopted.forEach(removeState)
        writeState(part, current)
      })
      if (textfile === undefined) return
      writingTextfile(() => {
        const parts = journalStatus(journal, current.destinations.map(({ name }) => name))
        const delivered = parts.filter((status) => status.part === part || adopted.includes(status.part))
        // First: a series in two files is an error for the collector.
        removeStaleTextfiles(textfile, journal, adopted)
        writeTextfile(textfile, part, renderMetrics(current, delivered))
      })
    },
  }
}

/** Does something that the system may refuse, and reports a change only. An error without a system's code is our own bug. */
function reporter(what: string, report: (message: string) => void): (action: () => void) => void {
  let failing = false
  return (action) => {
    try {
      action()
      if (failing) report(`${what} is written again`)
      failing = false
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error
      if (!failing) report(`${what} cannot be written: ${error.message}`)
      failing = true
    }
  }
}
