import type { Environment, GivenOptions } from '../config.ts'
import { suggestion } from '../lib/nearest.ts'
import { printableText } from '../lib/printable.ts'
import type { InitOptions } from '../modes/init.ts'
import { setups, type SetupName, type SetupOptions } from '../modes/init-destination.ts'
import { defaultAnswers, type DropInAnswers } from '../rsyslog/answers.ts'
import { variableOf } from './declarations.ts'
import { UsageError } from './usage-error.ts'

/** The answers for `naslog init` that the command line and the environment give. Throws a UsageError; what it lets through `init` validates. */
export function initOptions(given: GivenOptions, env: Environment, executable: string): InitOptions {
  const text = (name: keyof GivenOptions): string | undefined => (typeof given[name] === 'string' ? given[name] : undefined)
  const textOrVariable = (name: 'timezone' | 'config'): string | undefined => text(name) ?? (env[variableOf(name)] || undefined)
  const vendor = oneOf('vendor', text('vendor') ?? 'both', ['qnap', 'qumulo', 'both'])
  const mode = oneOf('mode', text('mode') ?? 'omprog', ['omprog', 'mmexternal'])
  const usual = defaultAnswers(vendor)
  const ports = {
    ...port('udp', text('udp-port')),
    ...port('tcp', text('tcp-port')),
    ...port('tls', text('tls-port')),
  }
  const [certificate, key, authority] = [text('tls-cert'), text('tls-key'), text('tls-ca')]
  const tls = [certificate, key, authority].some((file) => file !== undefined)
  // Without these, somebody who wanted TLS would get a machine that listens without.
  if (tls && text('tls-port') === undefined) throw new UsageError('--tls-cert, --tls-key and --tls-ca need --tls-port')
  if ((tls || text('tls-port') !== undefined) && (certificate === undefined || key === undefined)) throw new UsageError('--tls-port needs --tls-cert and --tls-key')
  const clusters = text('clusters')
  if (clusters !== undefined && vendor !== 'qumulo') throw new UsageError('--clusters is for Qumulo alone: add --vendor qumulo')
  if (clusters !== undefined && Object.keys(ports).length > 0) throw new UsageError('--clusters names the ports itself: leave out --udp-port, --tcp-port and --tls-port')
  const timezone = textOrVariable('timezone')
  const answers: DropInAnswers = {
    ...usual,
    mode,
    ports: Object.keys(ports).length > 0 ? ports : usual.ports,
    ...(certificate !== undefined && key !== undefined && { tls: { certificate, key, ...(authority !== undefined && { authority }) } }),
    ...(clusters !== undefined && { clusters: clusters.split(',').map(readCluster) }),
    binary: text('binary') ?? executable,
    config: textOrVariable('config') ?? usual.config,
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
  const [name = '', tcp] = text.split('=', 2)
  if (tcp === undefined) throw new UsageError(`--clusters: expected NAME=PORT,NAME=PORT, found '${printableText(text)}'`)
  return { name: name.trim(), tcp: portNumber('--clusters', tcp) }
}

function portNumber(where: string, value: string): number {
  if (!/^\d{1,5}$/.test(value.trim()) || Number(value) < 1 || Number(value) > 65_535) throw new UsageError(`${where}: expected a port from 1 to 65535, found '${printableText(value)}'`)
  return Number(value)
}
