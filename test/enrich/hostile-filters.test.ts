// Filters that are long, deep or full of wildcards, on values that strangers choose. What would be quadratic here takes minutes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Event } from '../../src/event.ts'
import { F } from '../../src/fields/index.ts'
import { compileFilter } from '../../src/rules/filter.ts'
import { FilterError } from '../../src/rules/filter-error.ts'

const LONG = 1_000_000
const event = new Event()
event.set(F['user.name'], 'a'.repeat(LONG))
event.set(F.message, 'a '.repeat(LONG / 2))
event.set(F['file.path'], 'ab'.repeat(LONG / 2))
event.set(F.tags, Array.from({ length: 10_000 }, (_, index) => `tag${index}`))

const stars = '*a'.repeat(5000)
for (const [filter, expected] of [
  ['user.name: *a*a*a*a*b', false],
  ['user.name: *a*a*a*a*', true],
  [`user.name: ${stars}*b`, false],
  [`user.name: ${stars}*`, true],
  [`user.name: ${'*'.repeat(10_000)}`, true],
  [`user.name: *${'a'.repeat(100)}b*`, false],
  ['file.path: *ab*ba*ab*aa*', false],
  ['message: *a*a*a*a*b', false],
  ['message: "a a a a a a a a"', true],
  ['message: "a a a a a a a b"', false],
  ['message: aa', false],
  ['tags: *9*9*9*9*x', false],
  ['tags: tag9999', true],
] as const) {
  test(`on a million bytes: ${filter.slice(0, 40)}`, () => assert.equal(compileFilter(filter).matches(event), expected))
}

test('20,000 alternatives', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `u${index}`)
  const alternatives = names.map((name) => `user.name: ${name}`).join(' or ')
  assert.equal(compileFilter(alternatives).matches(event), false)
  assert.equal(compileFilter(`${alternatives} or tags: tag0`).matches(event), true)
  assert.equal(compileFilter(`user.name: (${names.join(' or ')} or a*)`).matches(event), true)
})

test('the deepest filter that is read; one deeper is an error at its column', () => {
  const deep = (depth: number): string => '('.repeat(depth) + 'user.name: b' + ')'.repeat(depth)
  assert.equal(compileFilter(deep(99)).matches(event), false)
  for (const [text, column] of [[deep(100), 101], [deep(100_000), 101], ['not '.repeat(100_000) + 'user.name: b', 401], [`user.name: ${'('.repeat(100_000)}`, 111]] as const) {
    assert.throws(() => compileFilter(text), (error: unknown) => error instanceof FilterError && error.column === column)
  }
})

test('fields that objects have do not exist', () => {
  for (const name of ['__proto__', 'constructor', 'labels.__proto__', 'toString']) {
    assert.throws(() => compileFilter(`${name}: x`), (error: unknown) => error instanceof FilterError && error.column === 1 && error.message.startsWith(`no field is called '${name}'`))
  }
})
