import { hasVariable, optionList, variableOf, type OptionName } from './cli/declarations.ts'
import type { HealthSettings, JournalSettings, OmprogSettings } from './config/delivery.ts'
import type { DestinationSettings } from './config/destinations/index.ts'
import type { EnrichmentSettings } from './config/enrichment.ts'
import type { Field } from './fields/declare.ts'
import type { ByteString } from './lib/bytes.ts'
import { suggestion } from './lib/nearest.ts'
import { printableText } from './lib/printable.ts'

/** What the user wants, from the file, the environment and the command line. */
export interface Settings {
  readonly timezone: {
    /** IANA name or fixed offset; absent: the parser's own zone, or that of this machine. */
    readonly default: string | undefined
    /** The first that matches a device counts. */
    readonly devices: readonly { readonly match: ByteString; readonly zone: string }[]
  }
  readonly format: 'ecs' | 'flat'
  /** The fields to write, each once, in the order given; absent: all. */
  readonly fields: readonly Field[] | undefined
  readonly keepOriginal: boolean
  /** Rules, tables and privacy; absent where none is configured. */
  readonly enrichment?: EnrichmentSettings | undefined
}

/** The settings of `naslog omprog` and what looks after it; they have no meaning for the filter. */
export interface ServiceSettings extends Settings {
  readonly omprog: OmprogSettings
  readonly journal: JournalSettings
  readonly destinations: readonly DestinationSettings[]
  /** Path of the file for what no destination takes. */
  readonly deadLetters: string
  readonly health: HealthSettings
}

/** Options of the command line as written: text, or true and false for a switch. */
export type GivenOptions = Partial<Readonly<Record<OptionName, string | boolean>>>
export type Environment = Readonly<Record<string, string | undefined>>

/** What holds where nobody says anything. */
export const defaultSettings: Settings = {
  timezone: { default: undefined, devices: [] },
  format: 'ecs',
  fields: undefined,
  keepOriginal: false,
}

/**
 * The settings of the options, the environment and the configuration file that they name.
 * Throws an OptionError for the options, a ConfigurationError for the rest.
 */
export async function loadSettings(given: GivenOptions, env: Environment): Promise<Settings> {
  const anything = optionList.some(({ name }) => given[name] !== undefined || env[variableOf(name)])
  if (!anything) return defaultSettings
  // Loaded here because a start without it is 17 ms quicker.
  const { joinLayers } = await import('./config/layers.ts')
  return joinLayers(given, env)
}

/** The same with the settings of a service, which are never all defaults on purpose: there is a file as a rule. */
export async function loadServiceSettings(given: GivenOptions, env: Environment): Promise<ServiceSettings> {
  const { joinLayers } = await import('./config/layers.ts')
  return joinLayers(given, env)
}

/** Name of the configuration file, if there is one. */
export function configurationName(given: GivenOptions, env: Environment): string | undefined {
  const name = given.config ?? env[variableOf('config')]
  return typeof name === 'string' && name !== '' ? name : undefined
}

const PREFIX = 'NASLOG_'

/** Variables of the environment that look like options of naslog and are none, each with what was probably meant. */
export function unknownVariables(env: Environment): string[] {
  const known = optionList.filter(hasVariable).map(({ name }) => variableOf(name))
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => `${printableText(name)}: unknown variable${suggestion(name.slice(PREFIX.length), known.map((each) => each.slice(PREFIX.length)), PREFIX)}`)
}
