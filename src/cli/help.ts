import { exitCodes } from '../exit-codes.ts'
import { commands, optionList, hasVariable, optionUsage, summary, tellingFallback, variableOf, type CommandName } from './declarations.ts'

const WIDTH = 79

/** Help of the program, in one screen of 80 by 24. */
export function programHelp(): string {
  const listed = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const)
  return [
    'Usage: naslog [COMMAND] [OPTION]...',
    summary,
    '',
    'Commands:',
    ...columns(listed),
    '',
    ...wrap(`Options: ${[...own('filter').map(({ name }) => optionUsage(name)), ...always.map(([usage]) => usage)].join('; ')}.`),
    'naslog COMMAND --help tells what they mean, and which ones the command has.',
    '',
    ...wrap(`Exit codes: ${Object.entries(codesInShort).map(([code, meaning]) => `${code} ${meaning}`).join(', ')}.`),
    '',
  ].join('\n')
}

/** Help of one command. */
export function commandHelp(name: CommandName): string {
  const command = commands[name]
  const options = own(name)
  return [
    `Usage: naslog ${[name, command.operand, '[OPTION]...'].filter(Boolean).join(' ')}`,
    '',
    ...command.description.flatMap((paragraph) => [...wrap(paragraph), '']),
    'Options:',
    ...columns([
      ...options.map((option) => [optionUsage(option.name), describe(option)] as const),
      ...always,
    ]),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
    ...wrap(`Environment: ${variables(options)}.`),
    '',
  ].join('\n')
}

function describe(option: (typeof optionList)[number]): string {
  const fallback = tellingFallback(option)
  return fallback === undefined ? option.description : `${option.description} [default: ${fallback}]`
}

const always = [
  ['-h, --help', 'help of naslog, or of the command'],
  ['-V, --version', 'the version'],
] as const

const codesInShort: Readonly<Record<number, string>> = {
  [exitCodes.ok.code]: 'ok',
  [exitCodes.failed.code]: 'check or I/O failed',
  [exitCodes.usage.code]: 'usage',
  [exitCodes.config.code]: 'configuration',
  [exitCodes.incomplete.code]: 'incomplete',
  [exitCodes.start.code]: 'no start',
}

function own(command: CommandName): typeof optionList {
  return optionList.filter((option) => option.commands.includes(command))
}

function variables(list: typeof optionList): string {
  return list.filter(hasVariable).map(({ name }) => variableOf(name)).join(', ') || 'none'
}

/** Two columns, the second wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([term]) => term.length)) + 2
  return rows.flatMap(([term, text]) =>
    wrap(text, WIDTH - 2 - left).map((line, index) => `  ${(index === 0 ? term : '').padEnd(left)}${line}`),
  )
}

/** Breaks a text at blanks into lines of at most `width` characters. */
function wrap(text: string, width = WIDTH): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
