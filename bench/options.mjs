// The command line of the benchmarks: the comment at the head of each is its help, and a wrong word ends it before anything runs.
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/**
 * Reads the options of a benchmark by its file's URL. `declared` has the value of each that is not given, and with it its type: a whole number of 1 or
 * more, text, words between commas (a list), or a switch. Ends with exit code 2 and a line that says what is wrong.
 */
export function readOptions(url, declared, { allowPositionals = false } = {}) {
  const types = Object.entries(declared).map(([name, value]) => [name, { type: typeof value === 'boolean' ? 'boolean' : 'string' }])
  let parsed
  try {
    parsed = parseArgs({ options: { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } }, allowPositionals })
  } catch (error) {
    refuse(`${error.message} (--help shows the options)`)
  }
  const { help, ...given } = parsed.values
  if (help) {
    console.log(headOf(url))
    process.exit(0)
  }
  const values = { ...declared, ...given }
  for (const [name, value] of Object.entries(declared)) if (typeof value === 'number') values[name] = wholeNumber(name, values[name])
  if (!existsSync('dist/naslog')) refuse('dist/naslog is missing: npm run build')
  for (const [name, value] of Object.entries(declared)) if (Array.isArray(value)) values[name] = String(values[name]).split(',').filter((word) => word !== '')
  return { ...values, positionals: parsed.positionals }
}

/** Ends the benchmark: it was asked for something that it cannot do. */
export function refuse(why) {
  console.error(`benchmark: ${why}`)
  process.exit(2)
}

function wholeNumber(name, value) {
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 1) refuse(`--${name}: found '${value}', expected a whole number of 1 or more`)
  return number
}

function headOf(url) {
  const lines = readFileSync(new URL(url), 'utf8').split('\n')
  return lines.slice(0, lines.findIndex((line) => !line.startsWith('//'))).map((line) => line.slice(3)).join('\n')
}
