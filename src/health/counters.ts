import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { fromBytes } from '../lib/bytes.ts'
import { createDevices, type Device } from './devices.ts'
import type { DeviceHealth, LineCounts, ProcessHealth } from './state.ts'

export interface CountersOptions {
  /** Devices of the process before: after a restart, one that has fallen silent is still known. */
  readonly devices?: readonly DeviceHealth[]
  /** Most devices that are followed. Default 1,000. */
  readonly deviceLimit?: number
}

export type Counts = Pick<ProcessHealth, 'lines' | 'lineBytes' | 'problems' | 'dropped' | 'devices' | 'otherDevicesLines'>

/** Counts events. */
export interface Counters {
  /**
   * Counts the event of a line, once for each line, however many destinations there are. On the way of every line: cheap.
   *
   * @param bytes length of the line
   * @param receivedAt when naslog received it, milliseconds since 1970
   */
  observe(event: Event, bytes: number, receivedAt: number): void
  counts(): Counts
}

const DEVICE_LIMIT = 1000
/** How often the clock of a device is compared, in ms of reception: reading two dates costs more than all the counting. */
const COMPARE_EVERY = 1000
/** How long after the end of an audit stream its last lines may still come in, in ms. Any later line shows that it goes on. */
const STRAGGLERS = 60_000

const STOP = 'remote_syslog_shutdown'
const START = 'remote_syslog_startup'

const PARSER = F['naslog.parser']
const PROBLEMS = F['naslog.problems']
const KIND = F['event.kind']
const HOSTNAME = F['log.syslog.hostname']
const SENDER = F['naslog.sender.address']
const OPERATION = F['qumulo.audit.operation']
const CREATED = F['event.created']
const TIMESTAMP = F['@timestamp']
const DROPPED_BY = F['naslog.dropped_by']

export function createCounters({ devices: known = [], deviceLimit = DEVICE_LIMIT }: CountersOptions = {}): Counters {
  const parsers = new Map<string, LineCounts>()
  const problems = new Map<string, number>()
  const dropped = new Map<string, number>()
  const devices = createDevices({ limit: deviceLimit, known })
  let lineBytes = 0
  let otherDevicesLines = 0

  const linesOf = (parser: string): LineCounts => {
    let counts = parsers.get(parser)
    if (counts === undefined) parsers.set(parser, (counts = { parser, understood: 0, flagged: 0, broken: 0 }))
    return counts
  }

  return {
    observe(event, bytes, receivedAt) {
      lineBytes += bytes
      const lines = linesOf(event.get(PARSER) ?? '')
      const found = event.get(PROBLEMS)
      if (event.get(KIND) === 'pipeline_error') lines.broken++
      else if (found === undefined) lines.understood++
      else lines.flagged++
      if (found !== undefined) for (const problem of found) problems.set(problem, (problems.get(problem) ?? 0) + 1)
      const rule = event.get(DROPPED_BY)
      if (rule !== undefined) dropped.set(rule, (dropped.get(rule) ?? 0) + 1)

      const name = event.get(HOSTNAME) ?? event.get(SENDER)
      const device = name === undefined ? undefined : devices.find(name, receivedAt)
      if (device === undefined) otherDevicesLines++
      else observeDevice(device, event, receivedAt)
    },
    counts() {
      return {
        lines: [...parsers.values()].map((counts) => ({ ...counts })),
        lineBytes,
        problems: [...problems].map(([problem, lines]) => ({ problem, lines })),
        ...(dropped.size > 0 && { dropped: [...dropped].map(([rule, lines]) => ({ rule: fromBytes(rule), lines })) }),
        devices: devices.list(),
        otherDevicesLines,
      }
    },
  }
}

function observeDevice(device: Device, event: Event, receivedAt: number): void {
  // Lines of a part that was adopted may be older.
  if (receivedAt > device.lastLineAt) device.lastLineAt = receivedAt
  const operation = event.get(OPERATION)
  if (operation === STOP) {
    device.stops++
    device.lastStopAt = receivedAt
    device.gap = true
  } else if (operation === START) {
    device.starts++
    device.lastStartAt = receivedAt
    device.gap = false
  } else if (device.gap && receivedAt - (device.lastStopAt ?? 0) > STRAGGLERS) device.gap = false

  if (Math.abs(receivedAt - device.comparedAt) >= COMPARE_EVERY) {
    device.comparedAt = receivedAt
    compareClock(device, event)
    if (event.get(F.tags)?.includes('unknown_device') === true) device.unknown = true
    else delete device.unknown
  }
}

function compareClock(device: Device, event: Event): void {
  // The time is that of reception: there is nothing to compare.
  if (event.get(F.tags)?.includes('time_assumed') === true) return
  const difference = Date.parse(event.get(CREATED) ?? '') - Date.parse(event.get(TIMESTAMP) ?? '')
  if (!Number.isNaN(difference)) device.clockDifference = difference / 1000
}
