// The invariants of docs/architecture.md that imports can show.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const texts = new Map(files.map((name) => [name, readFileSync(join('src', name), 'utf8')]))

/** What a file imports: files of src by their path below it, packages by name. */
function importsOf(name: string): string[] {
  return [...(texts.get(name) ?? '').matchAll(/(?:from|import\() ?'([^']+)'/g)].map(([, target = '']) =>
    target.startsWith('.') ? relative('src', join('src', name, '..', target)) : target,
  )
}
const folderOf = (name: string): string => (name.includes('/') ? (name.split('/')[0] as string) : '')

function forbid(what: string, offends: (name: string, target: string) => boolean): void {
  test(`architecture: ${what}`, () => {
    const offences = files.flatMap((name) => importsOf(name).filter((target) => offends(name, target)).map((target) => `${name} imports ${target}`))
    assert.deepEqual(offences, [])
  })
}

forbid('lib knows nothing of logs', (name, target) => folderOf(name) === 'lib' && target.endsWith('.ts') && folderOf(target) !== 'lib')
forbid('only lib/lines.ts imports split2', (name, target) => target === 'split2' && name !== 'lib/lines.ts')
forbid('lines are read by hand: no zod on their way', (name, target) => target === 'zod' && ['envelope', 'parsers', 'encode', 'fields', 'rules', 'stages'].includes(folderOf(name)))
forbid('parsers know no destination, encoder of records, journal or mode', (name, target) =>
  folderOf(name) === 'parsers' && ['destinations', 'forward', 'journal', 'modes', 'accept', 'config'].includes(folderOf(target)))
forbid('no vendor knows another', (name, target) => {
  const [, own] = name.split('/')
  const [folder, other] = target.split('/')
  return folderOf(name) === 'parsers' && name.split('/').length > 2 && folder === 'parsers' && target.split('/').length > 2 && own !== other
})
forbid('the envelope knows no parser', (name, target) => folderOf(name) === 'envelope' && folderOf(target) === 'parsers')
forbid('the pure core does no input or output', (name, target) =>
  ['envelope', 'parsers', 'encode', 'fields', 'rules', 'stages'].includes(folderOf(name)) && /^node:(fs|net|http|https|tls|child_process|worker_threads|process)/.test(target) && target !== 'node:net')
forbid('destinations know no vendor', (name, target) => folderOf(name) === 'destinations' && target.startsWith('parsers/'))

test('architecture: only main.ts names process', () => {
  const offences = [...texts].filter(([name, text]) => name !== 'main.ts' && /(?<![\w.'`/-])process\.\w/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))
  assert.deepEqual(offences.map(([name]) => name), [])
})
