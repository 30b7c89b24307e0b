import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArguments, type Invocation } from '../../src/cli/arguments.ts'
import { commands, optionList, hasVariable, optionUsage, variableOf } from '../../src/cli/declarations.ts'
import { commandHelp, programHelp } from '../../src/cli/help.ts'
import { UsageError } from '../../src/cli/usage-error.ts'

const understood: readonly (readonly [argv: string, expected: Invocation])[] = [
  ['', { command: 'filter', operand: undefined, options: {} }],
  ['filter', { command: 'filter', operand: undefined, options: {} }],
  ['--format flat --keep-original', { command: 'filter', operand: undefined, options: { format: 'flat', 'keep-original': true } }],
  ['--no-keep-original', { command: 'filter', operand: undefined, options: { 'keep-original': false } }],
  ['--keep-original --no-keep-original', { command: 'filter', operand: undefined, options: { 'keep-original': false } }],
  ['--timezone=Europe/Rome --fields a,b', { command: 'filter', operand: undefined, options: { timezone: 'Europe/Rome', fields: 'a,b' } }],
  ['--fields a --fields b,c', { command: 'filter', operand: undefined, options: { fields: 'a,b,c' } }],
  ['--format ecs --format flat', { command: 'filter', operand: undefined, options: { format: 'flat' } }],
  ['--config c.yaml explain line', { command: 'explain', operand: 'line', options: { config: 'c.yaml' } }],
  ['explain line --config c.yaml', { command: 'explain', operand: 'line', options: { config: 'c.yaml' } }],
  ['explain -', { command: 'explain', operand: '-', options: {} }],
  ['explain -- --format', { command: 'explain', operand: '--format', options: {} }],
  ['check', { command: 'check', operand: undefined, options: {} }],
  ['check naslog.yaml', { command: 'check', operand: 'naslog.yaml', options: {} }],
  ['schema --format flat', { command: 'schema', operand: undefined, options: { format: 'flat' } }],
]

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

for (const [argv, expected] of understood) {
  test(`understood: naslog ${argv}`, () => assert.deepEqual(parseArguments(words(argv)), expected))
}

const refused: readonly (readonly [argv: string, message: string])[] = [
  ['explian', "unknown command 'explian' (did you mean explain?)"],
  ['explian --help', "unknown command 'explian' (did you mean explain?)"],
  ['/var/log/nas.log', "unknown command '/var/log/nas.log'; for a file: naslog < FILE, or naslog replay FILE"],
  ['help explian', "unknown command 'explian' (did you mean explain?)"],
  ['toString', "unknown command 'toString'"],
  ['--formt flat', "unknown option '--formt' (did you mean --format?)"],
  ['explain --timezon UTC x', "unknown option '--timezon' (did you mean --timezone?)"],
  ['-x', "unknown option '-x'"],
  ['--format', "option '--format <ecs|flat>' argument missing"],
  ['filter a', "naslog filter does not take 'a'; lines come from standard input"],
  ['explain a b', "naslog explain does not take 'b'; put the line in quotes"],
  ['schema a', "naslog schema does not take 'a'"],
  ['schema --keep-original', 'naslog schema does not take the option --keep-original'],
  ['check --timezone UTC', 'naslog check does not take the option --timezone ZONE'],
  ['check a --config b', 'the configuration is named twice: as operand, and with --config'],
  ['\x1b[31m\u202e', "unknown command '\\x1b[31m\\u202e'"],
  ['--\x1b[31m', "unknown option '--\\x1b[31m'"],
]

for (const [argv, message] of refused) {
  test(`refused: naslog ${JSON.stringify(argv)}`, () => assert.throws(() => parseArguments(words(argv)), new UsageError(message)))
}

test('--version is the version, --help the help of the program or of the command', () => {
  assert.equal(parseArguments(['--version']), 'test\n')
  assert.equal(parseArguments(['explain', '-V']), 'test\n')
  assert.equal(parseArguments(['-h']), programHelp())
  assert.equal(parseArguments(['explain', '--help']), commandHelp('explain'))
  assert.equal(parseArguments(['--help', 'check']), commandHelp('check'))
  assert.equal(parseArguments(['help']), programHelp())
  assert.equal(parseArguments(['help', 'check']), commandHelp('check'))
})

test('the help of the program fits a terminal of 80 by 24 and names every command and the options of the filter', () => {
  const help = programHelp()
  const lines = help.trimEnd().split('\n')
  // One line is left for the prompt.
  assert.ok(lines.length <= 23, `${lines.length} lines`)
  for (const line of lines) assert.ok(line.length < 80, line)
  for (const name of Object.keys(commands)) assert.ok(help.includes(`  ${name}`), name)
  for (const { name, commands } of optionList) if (commands.includes('filter')) assert.ok(help.includes(optionUsage(name)), name)
})

test('the help of a command names the variables of its options', () => {
  for (const option of optionList.filter(hasVariable)) {
    for (const command of option.commands) assert.ok(commandHelp(command).replaceAll('\n', ' ').includes(variableOf(option.name)), option.name)
  }
})

for (const name of Object.keys(commands) as (keyof typeof commands)[]) {
  test(`the help of ${name} names its options, and no others`, () => {
    const help = commandHelp(name)
    for (const line of help.split('\n')) assert.ok(line.length <= 80, line)
    for (const option of optionList) {
      assert.equal(help.includes(`\n  ${optionUsage(option.name)} `), option.commands.includes(name), option.name)
    }
  })
}

test('the examples of the help are understood, as far as the shell leaves them to naslog', () => {
  for (const [name, { examples }] of Object.entries(commands)) {
    for (const example of examples) {
      const own = /naslog(?: [^|<>]*)?/.exec(example)?.[0] ?? ''
      const parsed = parseArguments([...own.matchAll(/'[^']*'|\S+/g)].map(([word]) => word).slice(1))
      assert.ok(typeof parsed === 'object' && parsed.command === name, example)
    }
  }
})
