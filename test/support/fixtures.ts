import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join('test', 'fixtures')

/** Names of the golden fixtures: every .log file below test/fixtures, without the ending. */
export function fixtureNames(): string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(ROOT, name.slice(0, -4)))
    .sort()
}

/** The lines of a fixture, as byte strings. Lines that begin with `## ` are comments: where the lines come from. */
export function fixtureLines(name: string): string[] {
  const lines = readFileSync(`${name}.log`, 'latin1').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.filter((line) => !line.startsWith('## '))
}
