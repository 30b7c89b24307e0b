import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { replaceFile } from './replace-file.ts'

/**
 * What a `naslog omprog` says of itself, in the file `health.json` of the part of the journal that it owns: the next process reads it to
 * go on, `naslog status` to show it. It is removed with its part, or when the part is adopted. Times are milliseconds since 1970 by the clock of this machine;
 * counters begin with the process.
 */
const FILE = 'health.json'
/** The journal is readable for its group; so is this. */
const MODE = 0o640

const count = z.int().min(0)
const time = z.number().min(0).max(8.64e15)

const lineCounts = z.object({ parser: z.string(), understood: count, flagged: count, broken: count })

const deviceHealth = z.object({
  name: z.string(),
  lastLineAt: time,
  /** Received minus its own time of the last line that was looked at, in seconds: positive if its clock is behind, or its lines come late. */
  clockDifference: z.number().optional(),
  /** How often it said that its audit stream stops, and starts (Qumulo `remote_syslog_shutdown`, `remote_syslog_startup`). */
  stops: count,
  starts: count,
  lastStopAt: time.optional(),
  lastStartAt: time.optional(),
  /** True while the audit stream stands still by the device's own words. */
  gap: z.boolean(),
  /** True if there is an inventory, and it does not have the device. */
  unknown: z.boolean().optional(),
})

const destinationHealth = z.object({
  name: z.string(),
  condition: z.enum(['working', 'retrying', 'held']),
  reason: z.string().optional(),
  delivered: count,
  rejected: count,
  retries: count,
})

const processHealth = z.object({
  format: z.literal(1),
  version: z.string(),
  pid: count,
  /** Name of its part of the journal: `0001`. */
  part: z.string(),
  startedAt: time,
  /** When this was written. */
  stateAt: time,
  lines: z.array(lineCounts),
  /** Bytes of these lines, without their newlines. */
  lineBytes: count,
  /** Lines by the codes of naslog.problems; a line may have several. */
  problems: z.array(z.object({ problem: z.string(), lines: count })),
  /** Lines that a rule dropped, by rule: they have an event, and no record. */
  dropped: z.array(z.object({ rule: z.string(), lines: count })).optional(),
  devices: z.array(deviceHealth),
  /** Lines whose device is not among `devices`: there are too many, or its name is none, or there is no name. */
  otherDevicesLines: count,
  destinations: z.array(destinationHealth),
})

export type LineCounts = z.infer<typeof lineCounts>
export type DeviceHealth = z.infer<typeof deviceHealth>
export type DestinationHealth = z.infer<typeof destinationHealth>
export type ProcessHealth = z.infer<typeof processHealth>

/** Throws the system's errors. */
export function writeState(part: string, health: ProcessHealth): void {
  replaceFile(join(part, FILE), `${JSON.stringify(health)}\n`, MODE)
}

/** The state of the process that owns the part, or owned it last; `undefined` if it has written none that can be read. */
export function readState(part: string): ProcessHealth | undefined {
  try {
    return processHealth.safeParse(JSON.parse(readFileSync(join(part, FILE), 'utf8'))).data
  } catch {
    return undefined
  }
}

/** Throws the system's errors. */
export function removeState(part: string): void {
  rmSync(join(part, FILE), { force: true })
}
