import { basename } from 'node:path'
import type { PartStatus } from '../journal/index.ts'
import type { ProcessHealth } from './state.ts'

/** Every metric that naslog exposes, in the order of the file. Each has the label `part`: processes have different ones. */
export const metrics = {
  naslog_build_info: { type: 'gauge', help: 'The running version; always 1.' },
  naslog_start_time_seconds: { type: 'gauge', help: 'When the process started; its counters begin there.' },
  naslog_state_time_seconds: { type: 'gauge', help: 'When these figures were taken; it stands still if naslog does.' },
  naslog_lines_total: { type: 'counter', help: 'Lines read from the journal, by parser and outcome: understood, flagged (doubtful), broken.' },
  naslog_line_bytes_total: { type: 'counter', help: 'Bytes of these lines, without their newlines.' },
  naslog_dropped_lines_total: { type: 'counter', help: 'Lines that a rule of the configuration dropped, by rule.' },
  naslog_problems_total: { type: 'counter', help: 'Lines by problem (naslog.problems); a line may have several.' },
  naslog_device_last_line_time_seconds: { type: 'gauge', help: 'When the last line of a device was received.' },
  naslog_device_clock_difference_seconds: { type: 'gauge', help: 'Received minus time of the device, of a recent line: positive if its clock is behind or its lines come late.' },
  naslog_device_unknown: { type: 'gauge', help: '1 for a device that the inventory does not have.' },
  naslog_device_audit_stops_total: { type: 'counter', help: 'How often a device said that its audit stream stops (Qumulo remote_syslog_shutdown).' },
  naslog_device_audit_starts_total: { type: 'counter', help: 'How often a device said that its audit stream starts (Qumulo remote_syslog_startup).' },
  naslog_device_audit_gap: { type: 'gauge', help: '1 while the audit stream of a device stands still by its own words.' },
  naslog_other_devices_lines_total: { type: 'counter', help: 'Lines of devices that have no series of their own: without a usable name, or too many.' },
  naslog_destination_condition: { type: 'gauge', help: '1 for the condition that a destination is in: working, retrying, held (needs a person).' },
  naslog_destination_delivered_total: { type: 'counter', help: 'Records that a destination has taken.' },
  naslog_destination_rejected_total: { type: 'counter', help: 'Records that a destination will never take; they are in the dead-letter file.' },
  naslog_destination_retries_total: { type: 'counter', help: 'Batches that a destination did not take at that time.' },
  naslog_journal_lines_total: { type: 'counter', help: 'Lines accepted into a part of the journal since it was made.' },
  naslog_journal_bytes: { type: 'gauge', help: 'Size of the files of a part of the journal.' },
  naslog_journal_waiting_lines: { type: 'gauge', help: 'Lines that wait for a destination.' },
  naslog_journal_waiting_bytes: { type: 'gauge', help: 'Bytes of those in the journal.' },
  naslog_journal_oldest_waiting_time_seconds: { type: 'gauge', help: 'When the line that waits longest was received; absent if none waits.' },
} as const satisfies Record<string, { readonly type: 'counter' | 'gauge'; readonly help: string }>

export type MetricName = keyof typeof metrics

type Labels = readonly (readonly [name: string, value: string])[]
interface Sample {
  readonly labels: Labels
  readonly value: number
}

const CONDITIONS = ['working', 'retrying', 'held'] as const

/**
 * The figures in the Prometheus text exposition format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/), as text to be written in UTF-8.
 *
 * @param parts the parts of the journal that the process delivers: its own, and those it has adopted
 */
export function renderMetrics(health: ProcessHealth, parts: readonly PartStatus[]): string {
  const samples = new Map<MetricName, Sample[]>()
  const addTo = (part: string) => (name: MetricName, value: number | undefined, ...labels: Labels): void => {
    if (value === undefined) return
    let family = samples.get(name)
    if (family === undefined) samples.set(name, (family = []))
    family.push({ labels: [['part', part], ...labels], value })
  }
  addProcess(health, addTo(health.part))
  for (const part of parts) addPart(part, addTo(basename(part.part)))

  let text = ''
  for (const [name, { type, help }] of Object.entries(metrics)) {
    const family = samples.get(name as MetricName)
    if (family === undefined) continue
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`
    for (const { labels, value } of family) text += `${name}{${labels.map(renderLabel).join()}} ${value}\n`
  }
  return text
}

type Add = (name: MetricName, value: number | undefined, ...labels: Labels) => void

function addProcess(health: ProcessHealth, add: Add): void {
  add('naslog_build_info', 1, ['version', health.version])
  add('naslog_start_time_seconds', health.startedAt / 1000)
  add('naslog_state_time_seconds', health.stateAt / 1000)
  for (const { parser, understood, flagged, broken } of health.lines) {
    add('naslog_lines_total', understood, ['parser', parser], ['outcome', 'understood'])
    add('naslog_lines_total', flagged, ['parser', parser], ['outcome', 'flagged'])
    add('naslog_lines_total', broken, ['parser', parser], ['outcome', 'broken'])
  }
  add('naslog_line_bytes_total', health.lineBytes)
  for (const { problem, lines } of health.problems) add('naslog_problems_total', lines, ['problem', problem])
  for (const { rule, lines } of health.dropped ?? []) add('naslog_dropped_lines_total', lines, ['rule', rule])
  for (const { name, lastLineAt, clockDifference, stops, starts, gap, unknown } of health.devices) {
    add('naslog_device_last_line_time_seconds', lastLineAt / 1000, ['device', name])
    add('naslog_device_clock_difference_seconds', clockDifference, ['device', name])
    if (unknown === true) add('naslog_device_unknown', 1, ['device', name])
    if (stops + starts === 0) continue
    add('naslog_device_audit_stops_total', stops, ['device', name])
    add('naslog_device_audit_starts_total', starts, ['device', name])
    add('naslog_device_audit_gap', gap ? 1 : 0, ['device', name])
  }
  add('naslog_other_devices_lines_total', health.otherDevicesLines)
  for (const { name, condition, delivered, rejected, retries } of health.destinations) {
    for (const each of CONDITIONS) add('naslog_destination_condition', each === condition ? 1 : 0, ['destination', name], ['condition', each])
    add('naslog_destination_delivered_total', delivered, ['destination', name])
    add('naslog_destination_rejected_total', rejected, ['destination', name])
    add('naslog_destination_retries_total', retries, ['destination', name])
  }
}

function addPart({ next, bytes, destinations }: PartStatus, add: Add): void {
  add('naslog_journal_lines_total', next)
  add('naslog_journal_bytes', bytes)
  for (const { destination, waiting, waitingBytes, oldestReceivedAt } of destinations) {
    add('naslog_journal_waiting_lines', waiting, ['destination', destination])
    add('naslog_journal_waiting_bytes', waitingBytes, ['destination', destination])
    const oldest = oldestReceivedAt === undefined ? undefined : oldestReceivedAt / 1000
    add('naslog_journal_oldest_waiting_time_seconds', oldest, ['destination', destination])
  }
}

function renderLabel([name, value]: readonly [string, string]): string {
  return `${name}="${escapeLabel(value)}"`
}

function escapeLabel(value: string): string {
  return escapeHelp(value).replaceAll('"', '\\"')
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
