// Every field that is declared, and every record of every fixture, against the official ECS 9.4 field list.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EcsFlat, EcsVersion } from '@elastic/ecs'
import { ECS_VERSION } from '../src/fields/ecs.ts'
import { allFields } from '../src/fields/index.ts'
import { isIP } from 'node:net'
import { fixtureLines, fixtureNames } from './support/fixtures.ts'
import { fieldNames, flatRecordOf, reception, testPipeline } from './support/pipeline.ts'

interface Official {
  type: string
  normalize: string[]
  allowed_values?: { name: string; expected_event_types?: string[] }[]
}
const official = EcsFlat as unknown as Record<string, Official>
// ECS leaves the keys below `labels` to us.
const OWN = /^(labels|qnap|qumulo|naslog)\./

test('ecs: the version is the one of the official list', () => assert.equal(EcsVersion, ECS_VERSION))

for (const field of allFields.filter(({ name }) => !OWN.test(name))) {
  test(`ecs: ${field.name} is official, of the same type and normalisation`, () => {
    const ecs = official[field.name]
    assert.ok(ecs, 'no such ECS field')
    assert.equal(field.type, ecs.type)
    assert.equal(field.array, ecs.normalize.includes('array'))
  })
}

test('fields of one object stand together: the encoder relies on it', () => {
  const seen = new Set<string>()
  let last = ''
  for (const { name } of allFields) {
    const root = name.split('.')[0] as string
    if (root !== last) assert.ok(!seen.has(root), `${name} stands apart from its siblings`)
    seen.add(root)
    last = root
  }
  // Deeper objects must not be opened twice either.
  const opened = new Set<string>()
  let parents: string[] = []
  for (const { name } of allFields) {
    const next = name.split('.').slice(0, -1)
    for (let depth = 1; depth <= next.length; depth++) {
      const path = next.slice(0, depth).join('.')
      if (parents.slice(0, depth).join('.') !== path) assert.ok(!opened.has(path), `${path} is opened a second time by ${name}`)
      opened.add(path)
    }
    parents = next
  }
})

for (const name of fixtureNames()) {
  test(`ecs: records of ${name}`, () => {
    const pipeline = testPipeline()
    for (const line of fixtureLines(name)) {
      const record = flatRecordOf(pipeline(line, reception))
      const at = `${line}\n${JSON.stringify(record)}`
      for (const [key, value] of Object.entries(record)) {
        const field = allFields.find((each) => each.name === key)
        assert.ok(field && fieldNames.has(key), `${key} is not declared: ${at}`)
        const values = Array.isArray(value) ? value : [value]
        assert.equal(Array.isArray(value), field.array, `${key}: ${at}`)
        assert.ok(values.length > 0, `${key} is empty: ${at}`)
        for (const each of values) {
          assert.ok(each !== '' && each !== null && each !== '---', `${key} is empty: ${at}`)
          if (field.type === 'ip') assert.notEqual(isIP(each as string), 0, `${key}=${String(each)}: ${at}`)
          if (field.type === 'long') assert.ok(Number.isSafeInteger(each), `${key}: ${at}`)
          if (field.type === 'date') assert.match(each as string, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/, `${key}: ${at}`)
          const allowed = official[key]?.allowed_values
          if (allowed && allowed.length > 0) assert.ok(allowed.some((one) => one.name === each), `${key}=${String(each)}: ${at}`)
        }
      }
      assert.ok(record['@timestamp'] && record['event.id'] && record['event.kind'] && record['ecs.version'], at)
      const expected = ((record['event.category'] as string[] | undefined) ?? []).flatMap(
        (category) => official['event.category']?.allowed_values?.find((one) => one.name === category)?.expected_event_types ?? [],
      )
      if (expected.length > 0) {
        for (const type of (record['event.type'] as string[] | undefined) ?? []) {
          assert.ok(expected.includes(type), `event.type ${type} does not go with ${String(record['event.category'])}: ${at}`)
        }
      }
      if (record['event.kind'] === 'pipeline_error') assert.ok(record['error.message'] && record['event.original'], at)
    }
  })
}
