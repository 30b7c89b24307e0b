// Writes the generated parts of the documentation from the declarations in src/. `--check` writes nothing and fails if a part is stale.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/** The declarations as a module. */
async function load() {
  const outfile = resolve('dist', `docs-${process.pid}.cjs`)
  mkdirSync('dist', { recursive: true })
  await build({
    stdin: {
      contents: `
        import * as z from 'zod'
        import { configuration } from './src/config/schema.ts'
        export * from './src/cli/declarations.ts'
        export { exitCodes } from './src/exit-codes.ts'
        export { allFields } from './src/fields/index.ts'
        export { problems } from './src/problem.ts'
        export const configurationSchema = z.toJSONSchema(configuration, { io: 'input', unrepresentable: 'any' })`,
      resolveDir: '.',
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  })
  try {
    return createRequire(import.meta.url)(outfile)
  } finally {
    rmSync(outfile, { force: true })
  }
}

const { allFields, commands, configurationSchema, exitCodes, optionList, optionUsage, problems, summary, tellingFallback, variableOf, hasVariable } = await load()
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

const code = (text) => `\`${text}\``

/** A Markdown table; a bar within a cell is escaped. */
function table(heads, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows.map(line)].join('\n')
}

/** `config.timezone.devices[].zone`: every key of the configuration with its schema, in order. */
function keysOf(schema, path = '') {
  return Object.entries(schema.properties ?? {}).flatMap(([name, key]) => {
    const full = path === '' ? name : `${path}.${name}`
    const { items = {} } = key
    return [{ name: full, schema: key }, ...keysOf(key, full), ...keysOf(items, `${full}[]`), ...keysOfTypes(items.oneOf ?? items.anyOf ?? [], `${full}[]`)]
  })
}

/** Keys of a list whose elements are of several types: one row for a key that means the same in several, which then says in which. */
function keysOfTypes(types, path) {
  const rows = new Map()
  for (const type of types) {
    const name = type.properties.type?.const
    if (name === undefined) continue
    for (const key of keysOf(type)) {
      const id = `${key.name} ${key.schema.description}`
      const row = rows.get(id) ?? { name: `${path}.${key.name}`, schema: key.schema, types: [], defaults: new Set() }
      row.types.push(name)
      row.defaults.add(defaultOf(row.name, key.schema))
      rows.set(id, row)
    }
  }
  return [...rows.values()].map(({ name, schema, types: its, defaults }) => ({
    name,
    schema: its.length === types.length || schema.const !== undefined ? schema : { ...schema, description: `${its.join(', ')}: ${schema.description}` },
    fallback: [...defaults].filter(Boolean).join(' or '),
  }))
}

function typeOf({ title, type, enum: words, items, const: constant }) {
  if (title !== undefined) return title
  if (constant !== undefined) return code(constant)
  if (words !== undefined) return words.map(code).join(' or ')
  if (type === 'array') return items?.properties === undefined ? 'list' : 'list of mappings'
  return { object: 'mapping', string: 'text', boolean: '`true` or `false`' }[type] ?? type
}

function defaultOf(name, schema) {
  if (schema.description === undefined) throw new Error(`the key ${name} has no description`)
  const option = optionList.find(({ key }) => key === name)
  if (schema.default !== undefined && schema.type !== 'object') return code(JSON.stringify(schema.default).replaceAll('"', ''))
  return option?.fallback ?? ''
}

const parts = {
  commands: table(
    ['command', 'what it does'],
    Object.entries(commands).map(([name, { operand, summary }]) => [code(['naslog', name, operand].filter(Boolean).join(' ')), summary]),
  ),
  options: table(
    ['option', 'what it does', 'default', 'variable', 'key', 'commands'],
    optionList.map(({ name, description, fallback, key, commands }) => [
      code(optionUsage(name)),
      description,
      fallback,
      hasVariable({ name, key }) ? code(variableOf(name)) : '',
      key === undefined ? '' : code(key),
      commands.join(', '),
    ]),
  ),
  'exit-codes': table(['code', 'meaning'], Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning])),
  keys: table(
    ['key', 'value', 'default', 'meaning'],
    keysOf(configurationSchema).map(({ name, schema, fallback }) => [code(name), typeOf(schema), fallback ?? defaultOf(name, schema), schema.description]),
  ),
  fields: table(
    ['field', 'type', 'meaning'],
    allFields.map(({ name, type, array, description }) => [code(name), array ? `${type}, array` : type, description]),
  ),
  problems: table(['problem', 'meaning'], Object.entries(problems).map(([name, text]) => [code(name), text])),
}

/** What naslog reads and writes where nobody says otherwise. */
const usualFiles = {
  '/etc/naslog/naslog.yaml': 'configuration that naslog init writes; read where --config or NASLOG_CONFIG names it',
  '/etc/rsyslog.d/30-naslog.conf': 'drop-in for rsyslog that naslog init writes',
  '/var/spool/naslog/': 'journal of naslog omprog, and its dead letters',
  '/var/log/naslog/events.jsonl': 'records of naslog omprog',
}

/** The manual page, in man(7) macros. */
function manualPage() {
  const commandNames = Object.keys(commands)
  const plain = (text) => text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^([.'])/, '\\&$1').replaceAll('`', '')
  const usage = (name) => {
    const [flag, argument] = optionUsage(name).split(' ')
    return argument === undefined ? `\\fB${plain(flag)}\\fR` : `\\fB${plain(flag)}\\fR \\fI${plain(argument)}\\fR`
  }
  return [
    `.TH NASLOG 1 "" "naslog ${version}" "User Commands"`,
    '.SH NAME',
    `naslog \\- ${plain(summary[0].toLowerCase() + summary.slice(1).replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    '.B naslog',
    '[\\fICOMMAND\\fR] [\\fIOPTION\\fR]...',
    '.SH COMMANDS',
    ...Object.entries(commands).flatMap(([name, { operand, description }]) => [
      '.TP',
      `\\fB${name}\\fR${operand === undefined ? '' : ` \\fI${plain(operand)}\\fR`}`,
      description.map(plain).join('\n.sp\n'),
    ]),
    '.SH OPTIONS',
    ...optionList.flatMap((option) => {
      const { name, argument, description, commands } = option
      const fallback = tellingFallback(option)
      const takers = commands.length === commandNames.length ? 'all' : commands.join(', ')
      return [
        '.TP',
        usage(name),
        plain(`${description[0].toUpperCase()}${description.slice(1)}.${fallback === undefined ? '' : ` Default: ${fallback}.`} Commands: ${takers}.`),
        ...(argument === undefined && hasVariable(option) ? [plain(`--no-${name} turns it off.`)] : []),
      ]
    }),
    '.TP',
    '\\fB\\-h\\fR, \\fB\\-\\-help\\fR',
    'Help of naslog, or of the command.',
    '.TP',
    '\\fB\\-V\\fR, \\fB\\-\\-version\\fR',
    'The version.',
    '.SH ENVIRONMENT',
    'A variable says the same as its option. Options win over the environment, the environment over the file.',
    ...optionList.filter(hasVariable).flatMap(({ name }) => ['.TP', `.B ${variableOf(name)}`, usage(name)]),
    '.SH FILES',
    ...Object.entries(usualFiles).flatMap(([path, meaning]) => ['.TP', `.I ${plain(path)}`, plain(meaning)]),
    '.SH EXIT STATUS',
    ...Object.values(exitCodes).flatMap(({ code, meaning }) => ['.TP', `.B ${code}`, plain(meaning)]),
    '.SH EXAMPLES',
    ...Object.values(commands).flatMap(({ examples }) => ['.nf', ...examples.map(plain), '.fi', '.sp']),
    '.SH SEE ALSO',
    '.BR rsyslogd (8),',
    '.BR rsyslog.conf (5)',
    '',
  ].join('\n')
}

/** Puts the generated parts between their marks. */
function fill(file, text) {
  return text.replace(/(<!-- generated:([\w-]+) -->)[\s\S]*?(<!-- \/generated -->)/g, (_, open, name, close) => {
    if (parts[name] === undefined) throw new Error(`${file}: nothing is generated under the name '${name}'`)
    return `${open}\n${parts[name]}\n${close}`
  })
}

const pages = ['README.md', join('docs', 'fields.md'), join('docs', 'configuration.md')].filter(existsSync)
const current = [...pages.map((file) => [file, fill(file, readFileSync(file, 'utf8'))]), [join('docs', 'naslog.1'), manualPage()]]
const stale = current.filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text)
for (const [file, text] of stale) {
  if (process.argv.includes('--check')) {
    console.error(`${file} is stale: run npm run docs`)
    process.exitCode = 1
  } else {
    writeFileSync(file, text)
    console.error(`wrote ${file}`)
  }
}
