import { optionList, variableOf, type OptionName } from '../cli/declarations.ts'
import { configurationName, type Environment, type GivenOptions, type ServiceSettings } from '../config.ts'
import { F } from '../fields/index.ts'
import { toBytes } from '../lib/bytes.ts'
import { enrichmentOf } from './enrichment.ts'
import { ConfigurationError, OptionError, type Complaint } from './error.ts'
import { configuration, type Configuration } from './schema.ts'
import { complaints } from './validate.ts'

/**
 * Reads and joins the layers: options win over the environment, the environment over the file. Each layer is validated for
 * itself, so that an error names the place where somebody can mend it.
 * Throws an OptionError for the options, a ConfigurationError for the environment and the file.
 */
export async function joinLayers(given: GivenOptions, env: Environment): Promise<ServiceSettings> {
  return settingsOf(await joinConfiguration(given, env))
}

/** The same under the names of the configuration file. */
export async function joinConfiguration(given: GivenOptions, env: Environment): Promise<Configuration> {
  const fromOptions = layer((name) => given[name], (name) => `--${name}`)
  if (fromOptions.complaints.length > 0) throw new OptionError(fromOptions.complaints)

  const fromEnvironment = layer((name) => env[variableOf(name)] || undefined, variableOf)
  const found: Complaint[] = [...fromEnvironment.complaints]
  let fromFile: Tree = {}
  const fileName = configurationName(given, env)
  if (fileName !== undefined) {
    // Loaded here because most uses have no file, and starting is quicker without a YAML parser.
    const { readConfigurationFile } = await import('./file.ts')
    const file = readConfigurationFile(fileName)
    found.push(...complaints(configuration, file.content, file.locate))
    fromFile = file.content as Tree
  }
  if (found.length > 0) throw new ConfigurationError(found)
  return configuration.parse([fromFile, fromEnvironment.tree, fromOptions.tree].reduce(merge, {}))
}

function settingsOf(config: Configuration): ServiceSettings {
  const { fields } = config
  const enrichment = enrichmentOf(config)
  return {
    timezone: {
      default: config.timezone.default,
      devices: config.timezone.devices.map(({ match, zone }) => ({ match: toBytes(match), zone })),
    },
    format: config.format,
    fields: fields && [...new Set(fields)].map((name) => F[name as keyof typeof F]),
    keepOriginal: config.keep_original,
    ...(enrichment && { enrichment }),
    omprog: config.omprog,
    journal: config.journal,
    destinations: config.destinations,
    deadLetters: config.dead_letters,
    health: config.health,
  }
}

/** Part of a configuration file, as objects of keys. */
interface Tree {
  [key: string]: unknown
}

/** Makes a configuration of options or variables, and validates it. `nameOf` is what an error calls them. */
function layer(
  valueOf: (name: OptionName) => string | boolean | undefined,
  nameOf: (name: OptionName) => string,
): { tree: Tree; complaints: Complaint[] } {
  const tree: Tree = {}
  const origin = new Map<string, string>()
  for (const { name, key, argument, list } of optionList) {
    const value = valueOf(name)
    if (value === undefined || key === undefined) continue
    const read = list === true ? readList(String(value)) : argument === undefined ? readSwitch(value) : value
    setAt(tree, key.split('.'), read)
    origin.set(key, nameOf(name))
  }
  const locate = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length--) {
      const name = origin.get(path.slice(0, length).join('.'))
      if (name !== undefined) return name
    }
    return path.join('.')
  }
  return { tree, complaints: complaints(configuration, tree, locate, false) }
}

function readList(text: string): string[] {
  return text.split(',').map((item) => item.trim()).filter((item) => item !== '')
}

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
])

/** True or false; a word that is neither stays, for the schema to refuse. */
function readSwitch(value: string | boolean): string | boolean {
  return typeof value === 'boolean' ? value : (SWITCH_WORDS.get(value.toLowerCase()) ?? value)
}

function setAt(tree: Tree, [first, ...rest]: readonly string[], value: unknown): void {
  if (first === undefined) return
  if (rest.length === 0) tree[first] = value
  else setAt((tree[first] ??= {}) as Tree, rest, value)
}

/** The lower layer with what the upper one says in its place. Lists are replaced as a whole. */
function merge(lower: Tree, upper: Tree): Tree {
  const merged: Tree = { ...lower }
  for (const [key, value] of Object.entries(upper)) {
    const present = merged[key]
    merged[key] = isTree(present) && isTree(value) ? merge(present, value) : value
  }
  return merged
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
