import type { GivenOptions } from '../config.ts'
import { suggestion } from '../lib/nearest.ts'
import { printableText } from '../lib/printable.ts'
import type { InitOptions } from '../modes/init.ts'
import { setups, type SetupName, type SetupOptions } from '../modes/init-destination.ts'
import { defaultAnswers, type DropInAnswers } from '../rsyslog/answers.ts'
import { UsageError } from './usage-error.ts'

/** The answers for `naslog init` that the command line gives. Throws a UsageError; what it lets through `init` validates. */
export function initOptions(given: GivenOptions, executable: string): InitOptions {
  const text = (name: keyof GivenOptions): string | undefined => (typeof given[name] === 'string' ? given[name] : undefined)
  const vendor = oneOf('vendor', text('vendor') ?? 'both', ['qnap', 'qumulo', 'both'])
  const mode = oneOf('mode', text('mode') ?? 'omprog', ['omprog', 'mmexternal'])
  const usual = defaultAnswers(vendor)
  const ports = {
    ...port('udp', text('udp-port')),
    ...port('tcp', text('tcp-port')),
    ...port('tls', text('tls-port')),
  }
  const [certificate, key, authority] = [text('tls-cert'), text('tls-key'), text('tls-ca')]
  if ((certificate === undefined) !== (key === undefined)) throw new UsageError('--tls-cert and --tls-key go together')
  const clusters = text('clusters')
  const timezone = text('timezone')
  const answers: DropInAnswers = {
    ...usual,
    mode,
    ports: Object.keys(ports).length > 0 ? ports : usual.ports,
    ...(certificate !== undefined && key !== undefined && { tls: { certificate, key, ...(authority !== undefined && { authority }) } }),
    ...(clusters !== undefined && { clusters: clusters.split(',').map(readCluster) }),
    binary: text('binary') ?? executable,
    config: text('config') ?? usual.config,
  }
  return { answers, directory: text('directory') ?? '/', ...(timezone !== undefined && { timezone }) }
}

/** The same for the destination that the operand names. Only the folder can be chosen. */
export function setupOptions(operand: string, given: GivenOptions): SetupOptions {
  const names = Object.keys(setups) as SetupName[]
  const destination = names.find((name) => name === operand)
  if (destination === undefined) throw new UsageError(`naslog init: expected ${names.join(', ')}, or nothing for rsyslog, found '${printableText(operand)}'${suggestion(operand, names)}`)
  const strange = Object.keys(given).find((name) => name !== 'directory')
  if (strange !== undefined) throw new UsageError(`naslog init ${destination} does not take the option --${strange}`)
  return { destination, directory: typeof given.directory === 'string' ? given.directory : '.' }
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === value)
  if (choice === undefined) throw new UsageError(`--${name}: expected ${choices.join(', ')}, found '${printableText(value)}'`)
  return choice
}

function port<K extends string>(name: K, value: string | undefined): { [P in K]?: number } {
  if (value === undefined) return {}
  return { [name]: portNumber(`--${name}-port`, value) } as { [P in K]?: number }
}

function readCluster(text: string): { name: string; tcp: number } {
  const [name = '', tcp = ''] = text.split('=', 2)
  return { name: name.trim(), tcp: portNumber('--clusters', tcp) }
}

function portNumber(where: string, value: string): number {
  if (!/^\d{1,5}$/.test(value.trim())) throw new UsageError(`${where}: expected a port from 1 to 65535, found '${printableText(value)}'`)
  return Number(value)
}
