import { Command, CommanderError, Option } from 'commander'
import type { GivenOptions } from '../config.ts'
import { suggestion } from '../lib/nearest.ts'
import { printableText } from '../lib/printable.ts'
import { commands, optionList, optionUsage, type CommandName } from './declarations.ts'
import { commandHelp, programHelp } from './help.ts'
import { UsageError } from './usage-error.ts'

declare const NASLOG_VERSION: string

/** A command line, understood. */
export interface Invocation {
  readonly command: CommandName
  readonly operand: string | undefined
  /** All of them, of a command that takes several. */
  readonly operands?: readonly string[]
  readonly options: GivenOptions
}

/** Understands the arguments; a text where they ask for help or the version. Throws a UsageError. */
export function parseArguments(argv: readonly string[]): Invocation | string {
  const program = new Command('naslog')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    .helpOption(false)
    .argument('[operand...]')
    .option('-h, --help')
    .option('-V, --version')
  for (const { name, argument, list } of optionList) {
    const option = new Option(argument === undefined ? `--${name}` : `--${name} <${argument}>`)
    if (list === true) option.argParser((items: string, before?: string) => (before === undefined ? items : `${before},${items}`))
    program.addOption(option)
    if (argument === undefined) program.addOption(new Option(`--no-${name}`))
  }
  // A switch that is not given is neither true nor false.
  for (const option of program.options) if (option.negate) program.setOptionValue(option.attributeName(), undefined)
  parseWith(program, argv)

  const { help, version } = program.opts<{ help?: true; version?: true }>()
  if (version) return `${NASLOG_VERSION}\n`
  // `naslog help replay` says the same as `naslog replay --help`.
  const isHelp = program.args[0] === 'help'
  const [first, ...others] = isHelp ? program.args.slice(1) : program.args
  if (first !== undefined && !isCommand(first)) {
    const hint = suggestion(first, Object.keys(commands)) || (/[./]/.test(first) ? '; for a file: naslog < FILE, or naslog replay FILE' : '')
    throw new UsageError(`unknown command '${printableText(first)}'${hint}`)
  }
  if (help || isHelp) return first === undefined ? programHelp() : commandHelp(first)

  const command = first ?? 'filter'
  const operand = readOperand(command, others)
  const options = readOptions(command, program)
  if (command === 'check' && operand !== undefined && options.config !== undefined) {
    throw new UsageError('the configuration is named twice: as operand, and with --config')
  }
  return commands[command].operand?.endsWith('...') === true ? { command, operand, operands: others, options } : { command, operand, options }
}

function parseWith(program: Command, argv: readonly string[]): void {
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const message = error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/, ' (did you mean $1?)')
    throw new UsageError(printableText(message))
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}

function readOperand(command: CommandName, operands: readonly string[]): string | undefined {
  const taken = commands[command].operand
  const several = taken?.endsWith('...') === true
  if (several && operands.length === 0) throw new UsageError(`naslog ${command} needs ${taken}`)
  const excess = several ? undefined : operands[taken === undefined ? 0 : 1]
  if (excess !== undefined) {
    const hint = command === 'explain' ? '; put the line in quotes' : command === 'filter' ? '; lines come from standard input' : ''
    throw new UsageError(`naslog ${command} does not take '${printableText(excess)}'${hint}`)
  }
  return operands[0]
}

function readOptions(command: CommandName, program: Command): GivenOptions {
  const given: Partial<Record<string, string | boolean>> = {}
  for (const { name, commands: takers } of optionList) {
    const value: unknown = program.getOptionValue(name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()))
    if (typeof value !== 'string' && typeof value !== 'boolean') continue
    if (!takers.includes(command)) throw new UsageError(`naslog ${command} does not take the option ${optionUsage(name)}`)
    given[name] = value
  }
  return given
}
