// What the README shows is what naslog does.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { toBytes } from '../src/lib/bytes.ts'
import { reception, recordOf, testPipeline } from './support/pipeline.ts'

const readme = readFileSync('README.md', 'utf8')

test('readme: the example line gives the example record', () => {
  const line = /^ {4}(<30>.*)$/m.exec(readme)?.[1]
  const shown = /```json\n([\s\S]*?)```/.exec(readme)?.[1]
  assert.ok(line && shown)
  const record = recordOf(testPipeline()(toBytes(line), reception))
  const part = (whole: unknown, pattern: unknown): unknown => {
    if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) return whole
    return Object.fromEntries(Object.entries(pattern).map(([key, value]) => [key, part((whole as Record<string, unknown>)[key], value)]))
  }
  assert.deepEqual(part(record, JSON.parse(shown)), JSON.parse(shown))
})

test('readme: every npm script that it names exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  for (const [, name] of readme.matchAll(/npm run ([\w:]+)/g)) assert.ok(scripts[name as string], name)
})

test('readme: every linked page exists', () => {
  for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)/g)) assert.ok(existsSync(target as string), target)
})
